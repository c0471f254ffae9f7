#!/bin/sh
# `npm start`: prepares the checkout, then runs a server in the foreground; `npm start -- agent` a further node of its
# cluster. What follows goes to `tiphys server` or `tiphys agent`.
set -eu
folder=$(dirname "$0")
sh "$folder/prepare.sh"
command=server
if [ "${1:-}" = agent ]; then
  command=agent
  shift
fi
exec node --max-semi-space-size=16 "$folder/../main.js" "$command" "$@"
