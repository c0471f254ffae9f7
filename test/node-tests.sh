#!/bin/sh
# npm run node-tests: the tests that need root, in two halves that each run one file after the other, as they mostly
# wait: the second half in a network of its own, where its servers take the same ports and addresses. Beside them those
# on a kernel of their own, which take one processor for minutes, and then those on sanitized programs, in a network of
# their own too. What is beside says it after.
set -eu
cd "$(dirname "$0")/.."
said=$(mktemp -d)
failed=0
halves=1
apart=
if [ "$(id -u)" = 0 ] && unshare --net true; then
  halves=2
  apart="unshare --net sh test/in-lone-network.sh"
fi
(
  vitest run --project kernel || failed=$?
  $apart npm run --silent sanitized-tests || failed=$?
  exit "$failed"
) >"$said/kernel" 2>&1 &
beside=$!
if [ "$halves" = 2 ]; then
  $apart vitest run --project node --shard=2/2 >"$said/half" 2>&1 &
  beside="$beside $!"
fi
trap 'kill $beside 2>/dev/null || :; rm -rf "$said"' EXIT
vitest run --project node --shard="1/$halves" || failed=$?
for job in $beside; do wait "$job" || failed=$?; done
cat "$said"/*
exit "$failed"
