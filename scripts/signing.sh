#!/bin/sh
# Puts ssh-keygen and gpg for the tests into FOLDER/signing/bin: out of Debian's packages, with nothing installed and no root.
# usage: signing.sh FOLDER
set -eu
into=$1/signing
programs="ssh-keygen gpg gpg-agent gpgconf"
packages="openssh-client gpg gpg-agent gpgconf"
works() { for each in $programs; do PATH=$into/bin:$PATH command -v "$each" >/dev/null 2>&1 || return 1; done; }
works && exit 0
command -v apt-get >/dev/null 2>&1 && command -v dpkg-deb >/dev/null 2>&1 || {
    echo "no ssh-keygen or no gpg here, and no apt-get to fetch them with: install them, or 'make test' fails where they are wanted" >&2
    exit 0
}
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
mkdir -p "$scratch/lists/partial" "$scratch/archives/partial" "$scratch/debs"

# The libraries too that a Debian with Python may lack; what they are called differs by release.
fetch() {
    names=$(apt-cache "$@" depends $packages 2>/dev/null \
        | sed -n 's/^ *|*Depends: \(lib[^ ]*\|zlib1g\)$/\1/p' | grep -v '^libc6$' | sort -u)
    [ -n "$names" ] || return 1
    (cd "$scratch/debs" && apt-get "$@" -q=2 download $packages $names >"$scratch/said" 2>&1)
}
# This machine's lists of packages; where they are missing or old, lists of our own, which need no root.
fetch -o Debug::NoLocking=true || {
    own="-o Dir::State::lists=$scratch/lists -o Dir::Cache=$scratch -o Debug::NoLocking=true"
    # shellcheck disable=SC2086
    { apt-get $own -q=2 update >"$scratch/said" 2>&1 && fetch $own; } || {
        cat "$scratch/said" >&2
        echo "ssh-keygen and gpg could not be fetched; install them, or try again" >&2
        exit 2
    }
}
rm -rf "$into"
mkdir -p "$into/bin"
for package in "$scratch"/debs/*.deb; do dpkg-deb -x "$package" "$into"; done
libraries=$(find "$into/usr/lib" "$into/lib" -name 'lib*.so.*' -exec dirname {} \; 2>/dev/null | sort -u | tr '\n' ':')
for each in $programs; do
    printf '#!/bin/sh\nLD_LIBRARY_PATH=%s exec %s "$@"\n' "${libraries%:}" "$into/usr/bin/$each" >"$into/bin/$each"
    chmod +x "$into/bin/$each"
done
"$into/bin/gpg" --version >/dev/null && "$into/bin/gpg-agent" --version >/dev/null || {
    echo "the gpg that was fetched does not run here" >&2
    exit 2
}
