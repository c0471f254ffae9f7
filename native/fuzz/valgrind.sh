#!/bin/sh
# native/fuzz/valgrind.sh: the corpus of every fuzz target under valgrind, which sees what ASan does not: what is read
# before it was written. Fails with the first target that is wrong.
set -eu
cd "$(dirname "$0")/../.."
command -v valgrind >/dev/null || { echo 'there is no valgrind; on Debian: apt-get install valgrind' >&2; exit 69; }
mkdir -p .cache/fuzz
for target in tar netlink shim shim-plan; do
  sh native/fuzz/build.sh "$target" ".cache/fuzz/$target-plain" plain
  # The target of archives gives up its rights, and with them those to valgrind's own pipes for debuggers.
  valgrind --quiet --vgdb=no --error-exitcode=86 --track-origins=yes ".cache/fuzz/$target-plain" "test/corpus/$target"/* 2>.cache/fuzz/valgrind.log ||
    { cat .cache/fuzz/valgrind.log >&2; exit 1; }
  printf '%s: nothing wrong in %s inputs\n' "$target" "$(ls "test/corpus/$target" | wc -l)"
done
