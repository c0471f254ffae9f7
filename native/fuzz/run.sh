#!/bin/sh
# npm run fuzz -- TARGET SECONDS: looks for inputs that break a parser (tar, netlink, shim, shim-plan), beginning
# with test/corpus/TARGET. What it finds stays in .cache/fuzz/found; what proves a mistake belongs into the corpus.
# Needs clang; `npm test` replays the corpus with any compiler.
set -eu
cd "$(dirname "$0")/../.."
target=${1:?a target: tar, netlink, shim or shim-plan} seconds=${2:-60}
clang=$(command -v clang || ls /usr/bin/clang-[0-9]* 2>/dev/null | sort -V | tail -1)
[ -n "$clang" ] || { echo 'there is no clang; on Debian: apt-get install clang-19 libclang-rt-19-dev' >&2; exit 69; }
mkdir -p .cache/fuzz/found ".cache/fuzz/corpus/$target"
chmod 777 .cache/fuzz/found ".cache/fuzz/corpus/$target" # the tar target gives up its rights
CLANG=$clang CLANGXX=$(echo "$clang" | sed 's/clang/clang++/') sh native/fuzz/build.sh "$target" ".cache/fuzz/$target" libfuzzer
# A child of the shim never frees what it read: it becomes the program.
ASAN_OPTIONS=detect_leaks=0 ".cache/fuzz/$target" -max_total_time="$seconds" -timeout=30 -max_len=16384 \
  -artifact_prefix=.cache/fuzz/found/"$target"- -print_final_stats=1 ".cache/fuzz/corpus/$target" "test/corpus/$target"
