#!/bin/sh
# A copy of this machine that may be changed, in memory, and everything below happens in it.
#   run.sh FOLDER-WITH-SOURCES SCRIPT-TO-RUN-INSIDE
# Needs root.  What is mounted goes with the process; this machine stays as it is.
set -eu
exec unshare --mount --pid --fork --kill-child sh -c '
set -eu
root=$(mktemp -d /tmp/whistle-overlay-XXXXXX)
trap "cd /; umount -R -l $root 2>/dev/null; rmdir $root 2>/dev/null || true" EXIT
mount -t tmpfs -o size=4g tmpfs "$root"
mkdir "$root/up" "$root/work" "$root/root"
mount -t overlay overlay -o "lowerdir=/,upperdir=$root/up,workdir=$root/work" "$root/root"
cd "$root/root"
mount -t proc proc proc
mount --rbind /dev dev
mount -t tmpfs tmpfs run
mkdir -p usr/local/stand-in run/lock run/postgresql
chown postgres:postgres run/postgresql 2>/dev/null || true
for name in systemctl systemd-run; do install -m 755 "$1/tests/deploy/overlay/systemd.py" "usr/local/stand-in/$name"; done
cp "$2" run/script
# /usr/bin first: the machine as Debian makes it
chroot . /usr/bin/env -i PATH=/usr/local/stand-in:/usr/bin:/usr/sbin:/bin:/sbin HOME=/root LANG=C.UTF-8 \
    KIND="${KIND:-}" PIP_CACHE_DIR=/root/.cache/pip SOURCES="$1" sh /run/script
' sh "$1" "$2"
