#!/bin/sh
# npm run nightly [-- SECONDS]: what takes too long for every change. Each parser is fuzzed for SECONDS (300); the
# store is simulated, killed and cut off; a node's daemon is killed under load; threads are watched for races; the
# tests of the node's parts run on sanitized programs. Needs root and, for the fuzzing, clang.
set -u
cd "$(dirname "$0")/.."
sh src/cli/prepare.sh docker-registry skopeo umoci iproute2 iptables nftables e2fsprogs user-mode-linux kmod apparmor clang-19 libclang-rt-19-dev valgrind || exit
failed=
try() { # name, command...
  name=$1 began=$(date +%s)
  shift
  printf '== %s\n' "$name"
  "$@" || failed="$failed $name"
  printf '== %s took %s s\n' "$name" $(($(date +%s) - began))
}
for target in tar netlink shim shim-plan; do
  try "fuzz-$target" npm run --silent fuzz -- "$target" "${1:-300}"
done
try valgrind sh native/fuzz/valgrind.sh
try simulation npm run --silent sim -- --seeds 1000
try store-kills env TIPHYS_CYCLES=100 vitest run --project unit plugins/store-sqlite/crash
try store-faults env TIPHYS_STRIDE=1 vitest run --project unit plugins/store-sqlite/fault-sweep plugins/store-sqlite/restore
try kubectls env TIPHYS_KUBECTLS=all vitest run --project node test/node/kubectl-commands test/node/kubectl-streams test/node/port-forward
try kubectls-of-the-api env TIPHYS_KUBECTLS=all vitest run --project unit plugins/apiserver/http/kubectl.test.ts
try daemon-kills env TIPHYS_CYCLES=20 TIPHYS_PODS=30 vitest run --project node test/node/daemon-soak
try sandbox-kills env TIPHYS_STEPS=all vitest run --project node test/node/sandbox-kill-sweep
try torn-state env TIPHYS_LENGTHS=all vitest run --project node plugins/runtime/torn-state
try addresses env TIPHYS_CYCLES=1000 vitest run --project node plugins/network
try cgroup-v2 env TIPHYS_FILES=all vitest run --project kernel test/node/cgroup-layout
try cgroup-v1 env TIPHYS_CGROUPS=v1 vitest run --project kernel test/node/cgroup-layout
try app-armor env TIPHYS_APP_ARMOR=yes vitest run --project kernel test/node/app-armor
try races env SANITIZE=thread npm run --silent sanitize -- plugins/proxy
try sanitized npm run --silent sanitize
[ -z "$failed" ] || { printf 'failed:%s\n' "$failed" >&2; exit 1; }
