#!/bin/sh
# Puts into FOLDER/image what the image is built from, so that the tests can replay that with no network.
# usage: wheels.sh FOLDER
set -eu
into=$1/image
here=$(dirname "$0")/..
state=$(cat "$here/image/build.lock" "$here/image/runtime.lock" | cksum)
[ "$(cat "$into/state" 2>/dev/null)" = "$state" ] && exit 0
rm -rf "$into"
mkdir -p "$into"
"$1/bin/python" -m pip download --quiet --quiet --disable-pip-version-check --require-hashes --no-deps \
    --only-binary=:all: --dest "$into/wheels" -r "$here/image/build.lock"
"$1/bin/uv" pip install --quiet --python "$1/bin/python" --cache-dir "$into/cache" --target "$into/once" --require-hashes \
    --only-binary=:all: -r "$here/image/runtime.lock"
rm -rf "$into/once"
echo "$state" >"$into/state"
