#!/bin/sh
# npm run nightly [SECONDS]: what takes too long for every change. Each parser is fuzzed for SECONDS (300), then
# the tests of the node's parts run against sanitized programs. Needs root and, for the fuzzing, clang.
set -eu
cd "$(dirname "$0")/.."
sh src/cli/prepare.sh docker-registry skopeo umoci iproute2 clang-19 libclang-rt-19-dev
failed=
for target in tar netlink shim shim-plan; do
  npm run --silent fuzz -- "$target" "${1:-300}" || failed="$failed fuzz-$target"
done
npm run --silent sanitize || failed="$failed sanitize"
[ -z "$failed" ] || { printf 'failed:%s\n' "$failed" >&2; exit 1; }
