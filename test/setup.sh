#!/bin/sh
# `npm test`: everything that `npm run check` needs, on a fresh Debian 12 with Node and npm.
set -eu
sh "$(dirname "$0")/../src/cli/prepare.sh" docker-registry etcd-server skopeo umoci iproute2 iptables kmod libzstd-dev nftables e2fsprogs mount dbus-daemon '?user-mode-linux' '?faketime'
command -v kubectl >/dev/null || echo '! there is no kubectl on PATH: the tests that drive one will be skipped, and say so' >&2
