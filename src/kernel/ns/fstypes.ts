/** File systems that mount knows by name, in the order of /proc/filesystems, and whether a user namespace may mount them. */
export const FS_TYPES: Readonly<Record<string, boolean>> = {
  sysfs: true,
  tmpfs: true,
  proc: true,
  devtmpfs: false,
  cgroup2: true,
  overlay: true,
  devpts: true,
  mqueue: true,
};
