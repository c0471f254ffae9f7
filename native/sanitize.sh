#!/bin/sh
# npm run sanitize [-- VITEST ARGUMENTS]: tests that reach addon, shim and unpacker, run on sanitized ones (see
# build-sanitized.sh). Without arguments: all of runtime, network, proxy and images, but for two files that ask for
# a static shim. Needs root, as those tests do.
set -eu
[ "$(id -u)" = 0 ] || { echo '! not root: addon, shim and unpacker are NOT tested with sanitizers' >&2; exit 0; }
cd "$(dirname "$0")/.."
sh native/build-sanitized.sh
case ${SANITIZE:-address} in
  thread) runtime=libtsan.so ;;
  *) runtime=libasan.so ;;
esac
cd ".cache/sanitized-${SANITIZE:-address}"
# shellcheck disable=SC2046 # no name has a space
[ $# -gt 0 ] || set -- $(find plugins/runtime plugins/network plugins/proxy plugins/images -name '*.root.test.ts' \
  ! -name escapes.root.test.ts ! -name older-shims.root.test.ts)
# Node itself frees nothing at its end, and its own threads are none of TSan's business. The programs say what is
# wrong by their exit status too.
LD_PRELOAD="$(cc -print-file-name=$runtime) $(cc -print-file-name=libstdc++.so.6)" ASAN_OPTIONS=detect_leaks=0:exitcode=86 \
  UBSAN_OPTIONS=print_stacktrace=1 TSAN_OPTIONS=exitcode=86:ignore_noninstrumented_modules=1 node node_modules/vitest/vitest.mjs run --project node "$@"
