#!/bin/sh
# Puts a pgbouncer for the tests into FOLDER/pgbouncer: out of Debian's packages, with nothing installed and no root.
# usage: pgbouncer.sh FOLDER
set -eu
into=$1/pgbouncer
works() { LD_LIBRARY_PATH=$(libraries) "$into/usr/sbin/pgbouncer" --version >/dev/null 2>&1; }
libraries() { find "$into/usr/lib" -name 'libevent*' -exec dirname {} \; 2>/dev/null | head -n 1; }
works && exit 0
if command -v pgbouncer >/dev/null 2>&1 || [ -x /usr/sbin/pgbouncer ]; then exit 0; fi
command -v apt-get >/dev/null 2>&1 && command -v dpkg-deb >/dev/null 2>&1 || {
    echo "no pgbouncer here, and no apt-get to fetch it with: install it, or 'make test' fails where it is wanted" >&2
    exit 0
}
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
mkdir -p "$scratch/lists/partial" "$scratch/archives/partial" "$scratch/debs"

# Of the libraries the two that a Debian with Python may lack; what they are called differs by release.
fetch() {
    names=$(apt-cache "$@" depends pgbouncer 2>/dev/null \
        | sed -n 's/^ *|*Depends: \(libevent[^ ]*\|libc-ares[^ ]*\)$/\1/p' | sort -u)
    [ -n "$names" ] || return 1
    (cd "$scratch/debs" && apt-get "$@" -q=2 download pgbouncer $names >"$scratch/said" 2>&1)
}
# This machine's lists of packages; where they are missing or old, lists of our own, which need no root.
fetch -o Debug::NoLocking=true || {
    own="-o Dir::State::lists=$scratch/lists -o Dir::Cache=$scratch -o Debug::NoLocking=true"
    # shellcheck disable=SC2086
    { apt-get $own -q=2 update >"$scratch/said" 2>&1 && fetch $own; } || {
        cat "$scratch/said" >&2
        echo "pgbouncer could not be fetched; install it, or try again" >&2
        exit 2
    }
}
rm -rf "$into"
mkdir -p "$into"
for package in "$scratch"/debs/*.deb; do dpkg-deb -x "$package" "$into"; done
works || { echo "the pgbouncer that was fetched does not run here" >&2; exit 2; }
