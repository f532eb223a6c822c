#!/bin/sh
# Puts into FOLDER/image what the image is built from, so that the tests can replay that with no network.
# usage: wheels.sh FOLDER
# With pip, which everybody's machine is set up for: another program may not know where packages come from here.
set -eu
into=$1/image
here=$(dirname "$0")/..
state=$(cat "$here/image/build.lock" "$here/image/runtime.lock" "$0" | cksum)
[ "$(cat "$into/state" 2>/dev/null)" = "$state" ] && exit 0
rm -rf "$into"
mkdir -p "$into"
for lock in build runtime; do
    "$1/bin/python" -m pip download --quiet --quiet --disable-pip-version-check --require-hashes --no-deps \
        --only-binary=:all: --dest "$into/wheels" -r "$here/image/$lock.lock"
done
echo "$state" >"$into/state"
