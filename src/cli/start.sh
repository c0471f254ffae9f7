#!/bin/sh
# `npm start`: prepares the checkout, then runs a server in the foreground. Arguments go to `tiphys server`.
set -eu
folder=$(dirname "$0")
sh "$folder/prepare.sh"
exec node "$folder/../main.ts" server --preload-images "$folder/../../images/out" "$@"
