#!/bin/sh
# Brings a checkout to where it can run: packages, addon, images. What is there and fresh is left alone.
# Arguments are further Debian packages to have; they are installed when this is root on Debian. One that
# starts with "?" is left out where it cannot be had.
set -eu
cd "$(dirname "$0")/../.."

step() { # title, command...: runs it quietly, tells how long it took, shows its output only if it failed
  title=$1
  shift
  began=$(date +%s%N)
  log=$(mktemp)
  if "$@" >"$log" 2>&1; then
    rm -f "$log"
    awk -v ns=$(($(date +%s%N) - began)) -v title="$title" 'BEGIN { printf "✓ %6.2f s  %s\n", ns / 1e9, title }'
  else
    status=$?
    cat "$log" >&2
    rm -f "$log"
    printf '✗ %s failed (exit %s): %s\n' "$title" "$status" "$*" >&2
    exit 1
  fi
}

debian_packages() {
  missing=
  for package in "$@"; do
    dpkg-query -W -f '${Status}' "${package#\?}" 2>/dev/null | grep -q 'ok installed' || missing="$missing $package"
  done
  [ -n "$missing" ] || return 0
  if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
    printf '! these packages are missing; please install them:%s\n' "$missing" >&2
    return 0
  fi
  step 'lists of Debian packages read' apt-get update -qq
  wanted=
  for package in $missing; do
    case $package in
      \?*) apt-cache show "${package#\?}" >/dev/null 2>&1 || { printf '! package %s cannot be had here\n' "${package#\?}" >&2; continue; } ;;
    esac
    wanted="$wanted ${package#\?}"
  done
  [ -z "$wanted" ] || step "Debian packages installed:$wanted" sh -c "DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends$wanted"
}

newer() { # target, source...: is the target there and newer than every file below the sources?
  target=$1
  shift
  [ -e "$target" ] && [ -z "$(find "$@" -type f -newer "$target" -print -quit)" ]
}

debian_packages g++ make python3 busybox-static "$@"
newer node_modules/.package-lock.json package-lock.json || step 'npm packages installed' npm install --no-save --no-audit --no-fund --loglevel=error
newer build/Release/tiphys.node native binding.gyp || step 'addon and pod shim built' npm run --silent build
step 'images ready' node images/build.ts images/out
node src/bundle/current-bundle.js || step 'code bundled' sh -c 'node src/bundle/bundle-code.ts && rm -rf node_modules/.cache/tiphys && node --max-semi-space-size=16 src/main.js compile'
