#!/bin/sh
# Process 1 of the recording machine: a real Linux kernel whose only user program is Debian's static busybox. For each
# numbered command line in /lines it makes a fresh root, runs the line in it, and keeps standard output, standard error and
# status, which go out by the second serial line. Started by os-busybox.mjs; never on a machine in use.
#
# A line's shell is `busybox sh -c LINE` in a pid and a mount namespace of its own, whose root is a fresh tmpfs reached by
# pivot_root (a chroot would forbid user namespaces). For a line of place `container` there are new uts, ipc, net and pid
# namespaces besides, and its shell is process 1.
if [ "$1" = '' ]; then
  mount -t proc proc /proc
  mount -t devtmpfs dev /dev
  insmod /modules/overlay.ko
  insmod /modules/brd.ko rd_nr=1 rd_size=1024
  echo 'the disk of the host' > /dev/ram0
  mkdir /new
  mount -t tmpfs -o size=600m root /new
  cp -a /bin /lines /fixture /modules /init /new/
  mkdir /new/proc /new/dev /new/sys /new/tmp /new/root /new/r /new/out /new/cg
  umount /dev /proc
  exec switch_root /new /init record
fi

# Inside the fresh namespaces of one line: makes the root and becomes it.
if [ "$1" = line ]; then
  mount -t tmpfs root /r
  cp -a /fixture/. /r/
  cp -a /bin/busybox /r/bin/busybox
  mkdir -p /r/.line /r/.old
  mount -t proc proc /r/proc
  for node in 'null 1 3' 'zero 1 5' 'full 1 7' 'random 1 8' 'urandom 1 9' 'tty 5 0'; do
    set -- $node
    mknod -m 666 /r/dev/$1 c $2 $3
  done
  cp -a /lines/$NUMBER /r/.line/command
  cd /r && pivot_root . .old
  cd / && umount -l /.old && rmdir /.old
  command=$(cat /.line/command; echo .)
  place=$(echo "$command" | head -n 1)
  command=${command#*$'\n'}; command=${command%.}
  rm -r /.line
  export -n NUMBER
  if [ "$place" = container ]; then
    exec env -i PATH=/bin HOME=/root unshare -m -u -i -n -p -f --mount-proc /bin/sh -c "$command"
  fi
  exec 3>&2 2>/dev/null # what this shell says of a signal that killed the line's is not the line's output
  env -i PATH=/bin HOME=/root /bin/sh -c "$command" 2>&3 3>&-
  exit $?
fi

mount -t proc proc /proc
mount -t sysfs sys /sys
mount -t devtmpfs dev /dev
mount -t cgroup2 none /cg
echo '+cpu +memory +pids' > /cg/cgroup.subtree_control
mount --make-rprivate / 2>/dev/null
ifconfig lo up
echo 0 > /proc/sys/kernel/printk
umask 022
for NUMBER in $(ls /lines); do
  export NUMBER
  hostname strata
  echo > /proc/sys/kernel/domainname
  echo "line $NUMBER" > /dev/ttyS0
  timeout -s KILL 40 unshare -m -p -f /init line < /dev/null > /out/$NUMBER.out 2> /out/$NUMBER.err
  echo $? > /out/$NUMBER.status
  (cd /out && tar cz $NUMBER.* | base64; echo =) > /dev/ttyS1
  umount /sys/fs/cgroup 2>/dev/null
  sleep 0.05
  for try in 1 2 3; do
    find /cg -mindepth 1 -depth -type d -exec rmdir {} \; 2>/dev/null
    [ -z "$(find /cg -mindepth 1 -type d)" ] && break
    sleep 0.5
  done
done
uname -a > /out/kernel
busybox --list > /out/applets
(cd /out && tar cz kernel applets | base64; echo =) > /dev/ttyS1
sync
poweroff -f
