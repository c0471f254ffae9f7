#!/bin/sh
# native/fuzz/build.sh TARGET PROGRAM [libfuzzer|plain]: one fuzz target with ASan and UBSan, to replay a corpus
# (any compiler) or, with clang, to look for more; plain: without them, for valgrind, which also sees what is read
# before it was written.
set -eu
cd "$(dirname "$0")/../.."
target=$1 program=$2 kind=${3:-replay}
flags='-g -fno-omit-frame-pointer -D_GNU_SOURCE -fsanitize=address,undefined -fno-sanitize-recover=undefined'
[ "$kind" != plain ] || flags='-g -O1 -fno-omit-frame-pointer -D_GNU_SOURCE'
if [ "$kind" = libfuzzer ]; then
  cc=${CLANG:-clang} cxx=${CLANGXX:-clang++} link=-fsanitize=fuzzer driver= flags="$flags -O1 -fsanitize=fuzzer-no-link"
else
  cc=cc cxx=c++ link= driver=native/fuzz/replay.cc
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
case $target in
  tar) sources='native/fuzz/tar.cc native/sys/unpack.cc native/sys/unpack-tar.cc native/sys/unpack-open.cc native/sys/layer-stack.cc' ;;
  netlink) sources='native/fuzz/netlink.cc native/sys/netlink.cc native/sys/link.cc native/sys/address.cc'
    flags="$flags -Drecv=fake_recv -Dsendto=fake_sendto -Dsetsockopt=fake_setsockopt" ;;
  shim) sources="native/fuzz/shim.c native/fuzz/no-kernel.c native/fuzz/no-files.c $(ls native/shim/*.c | grep -v '/shim\.c$')" ;;
  shim-plan) sources="native/fuzz/shim-plan.c native/fuzz/no-kernel.c native/fuzz/no-files.c native/shim/plan.c native/shim/plan-context.c native/shim/cursor.c native/shim/confined.c native/shim/credentials.c native/shim/descriptors.c native/shim/pause.c native/shim/trees.c native/shim/users.c native/shim/write-whole.c $(ls native/shim/steps-*.c)" ;;
  *) echo "no such target: $target" >&2; exit 64 ;;
esac
n=0
for source in $sources $driver; do
  n=$((n + 1))
  case $source in
    *.cc) $cxx -std=c++20 $flags -c "$source" -o "$work/$n.o" ;;
    */fuzz/*) $cc -std=gnu17 $flags -c "$source" -o "$work/$n.o" ;;
    *) $cc -std=gnu17 $flags -include native/fuzz/no-kernel.h -c "$source" -o "$work/$n.o" ;;
  esac
done
$cxx $flags $link "$work"/*.o -o "$program"
