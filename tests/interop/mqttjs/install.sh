#!/bin/sh
# Copies the client program into the folder $1 and installs what it needs there, so that the source
# tree stays clean. Does nothing when the lock file has not changed since.
set -eu
source=$(dirname "$0")
mkdir -p "$1"
cp "$source/client.mjs" "$1"
stamp=$1/node_modules/.installed-lock
if ! cmp -s "$source/package-lock.json" "$stamp"; then
  cp "$source/package.json" "$source/package-lock.json" "$source/.npmrc" "$1"
  (cd "$1" && npm ci --ignore-scripts --no-audit --no-fund)
  cp "$source/package-lock.json" "$stamp"
fi
echo "the client program is in place"
