#!/bin/sh
# First process of a user-mode Linux whose root is the host's, read-only, with `$TIPHYS_CGROUPS` (v2 or v1) alone:
# runs `$TIPHYS_RUN` in `$TIPHYS_ROOT` with `$TIPHYS_PATH` in front of PATH, and powers off.
# What is written goes to file systems in memory.
export PATH="$TIPHYS_PATH:/usr/sbin:/usr/bin:/sbin:/bin" HOME=/tmp TERM=dumb NO_COLOR=1 CI=1
mount -t proc proc /proc
mount -t sysfs sysfs /sys
[ -z "${TIPHYS_APP_ARMOR:-}" ] || mount -t securityfs securityfs /sys/kernel/security
case $TIPHYS_CGROUPS in
  v1)
    mount -t tmpfs tmpfs /sys/fs/cgroup
    for controllers in cpu,cpuacct cpuset memory devices freezer blkio pids; do
      mkdir "/sys/fs/cgroup/$controllers"
      mount -t cgroup -o "$controllers" cgroup "/sys/fs/cgroup/$controllers"
    done
    ;;
  *) mount -t cgroup2 cgroup2 /sys/fs/cgroup ;;
esac
mkdir /dev/shm /dev/pts /dev/mqueue
mount -t devpts devpts /dev/pts -o newinstance,ptmxmode=0666
mount -t mqueue mqueue /dev/mqueue

# The checkout may lie below a folder that is about to be covered.
mount -t tmpfs tmpfs /run
mkdir /run/checkout
mount --bind "$TIPHYS_ROOT" /run/checkout
for folder in /tmp /var/lib /var/log /dev/shm; do mount -t tmpfs -o mode=1777 tmpfs "$folder"; done
mkdir -p "$TIPHYS_ROOT"
mount --bind /run/checkout "$TIPHYS_ROOT"

mkdir -p /run/modules/lib
ln -s /usr/lib/uml/modules /run/modules/lib/modules
modprobe -a -d /run/modules overlay veth nf_tables nft_masq
busybox ip link set lo up
busybox hostname uml

cd "$TIPHYS_ROOT" || exit 1
sh -c "$TIPHYS_RUN"
busybox poweroff -f
