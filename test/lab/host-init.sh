#!/bin/bash
# First process of a lab host, in namespaces of its own: the machine's own file system with a
# private, writable layer on top. Ends when its standard input does, and every process of the host
# with it, so that nothing outlives the test that started it, however that test ended.
set -eu
name=$1
base=$2
project=$3

mount -t tmpfs -o size=1g,mode=755 lab "$base"
mkdir "$base/upper" "$base/work" "$base/root"
mount -t overlay -o "lowerdir=/,upperdir=$base/upper,workdir=$base/work" lab "$base/root"
cd "$base/root"

mount -t proc proc proc
mount -t tmpfs -o mode=755 run run
mount -t tmpfs -o mode=1777 tmp tmp
mkdir -p ".$project"
mount --bind "$project" ".$project"
mount -o remount,ro,bind ".$project"
mount -t tmpfs -o mode=755 dev dev
mkdir dev/shm
chmod 1777 dev/shm
for node in null:3 zero:5 full:7 random:8 urandom:9; do
  mknod -m 666 "dev/${node%:*}" c 1 "${node#*:}"
done
ln -s /proc/self/fd dev/fd

hostname "$name"
ip link set lo up
mkdir -p var/log/lab var/vmail
chmod 1777 var/log/lab
echo "vmail:x:5000:5000::/var/vmail:/usr/sbin/nologin" >>etc/passwd
echo "vmail:x:5000:" >>etc/group
chown 5000:5000 var/vmail
printf '127.0.0.1 localhost\n' >etc/hosts

echo up
exec chroot . /bin/bash -c 'while read -r _; do :; done'
