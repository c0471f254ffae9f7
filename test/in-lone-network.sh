#!/bin/sh
# in-lone-network.sh COMMAND...: makes of a new network namespace what a machine without neighbours has - an address
# and a default route that leads nowhere - and runs COMMAND in it.
set -eu
ip link set lo up
ip link add eth0 type veth peer name router
ip address add 198.18.0.2/24 dev eth0
ip link set eth0 up && ip link set router up
ip route add default via 198.18.0.1 dev eth0
exec "$@"
