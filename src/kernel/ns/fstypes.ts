/** File systems that mount knows by name, in the order of /proc/filesystems, and whether a user namespace may mount them. */
export const FS_TYPES: Readonly<Record<string, boolean>> = {
  sysfs: true,
  tmpfs: true,
  proc: true,
  cgroup2: true,
  devtmpfs: false,
  ramfs: true,
  devpts: true,
  mqueue: true,
  overlay: true,
};
