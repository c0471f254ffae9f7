#!/bin/sh
# npm run node-tests: the tests that need root, one after the other. Beside them, as they mostly wait: those on a kernel
# of their own, which take one processor for minutes, and then the build of what `npm run sanitized-tests` runs on.
# What these say comes after.
set -eu
cd "$(dirname "$0")/.."
said=$(mktemp)
(
  failed=0
  vitest run --project kernel || failed=$?
  [ "$(id -u)" != 0 ] || sh native/build-sanitized.sh || failed=$?
  exit "$failed"
) >"$said" 2>&1 &
beside=$!
trap 'kill "$beside" 2>/dev/null || :; rm -f "$said"' EXIT
failed=0
vitest run --project node || failed=$?
wait "$beside" || failed=$?
cat "$said"
exit "$failed"
