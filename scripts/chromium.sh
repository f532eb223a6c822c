#!/bin/sh
# Puts a Chromium for the tests of pages into FOLDER/chromium, where `run` starts it: the machine's own if that works,
# else out of Debian's packages, with nothing installed and no root. usage: chromium.sh FOLDER
# Debian's packages and not npm's @sparticuz/chromium: they name the libraries they want, and fixes come by themselves.
set -eu
mkdir -p "$1"
into=$(cd "$1" && pwd)/chromium
# Liberation measures as Arial does; DejaVu has the signs that it lacks. Both have the Norwegian letters.
fonts="fonts-liberation fonts-dejavu-core"
works() { timeout 60 "$1" --headless --no-sandbox --disable-gpu --dump-dom about:blank >/dev/null 2>&1; }

works "$into/run" && exit 0
for program in chromium-headless-shell chromium; do
    found=$(command -v "$program") && works "$found" || continue
    rm -rf "$into"
    mkdir -p "$into"
    printf '#!/bin/sh\nexec "%s" "$@"\n' "$found" >"$into/run"
    chmod +x "$into/run"
    exit 0
done
command -v apt-get >/dev/null 2>&1 && command -v dpkg-deb >/dev/null 2>&1 || {
    echo "no Chromium here, and no apt-get to fetch it with: install it, or 'make test' fails where it is wanted" >&2
    exit 0
}
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
mkdir -p "$scratch/lists/partial" "$scratch/archives/partial" "$scratch/debs"

# The program (the smaller one, where the release has it) and what it needs that this machine lacks.
fetch() {
    for program in chromium-headless-shell chromium; do
        wanted=$(apt-get "$@" -s --no-install-recommends install "$program" 2>"$scratch/said") && break
    done
    missing=$(printf '%s\n' "$wanted" | sed -n 's/^Inst \([^ ]*\).*/\1/p')
    [ -n "$missing" ] || return 1
    # shellcheck disable=SC2086
    (cd "$scratch/debs" && rm -f ./*.deb && timeout 300 apt-get "$@" -q=2 download $missing $fonts >"$scratch/said" 2>&1)
}
quick="-o Debug::NoLocking=true -o Acquire::Retries=2 -o Acquire::http::Timeout=30"
# This machine's lists of packages; where they are missing or old, lists of our own, which need no root.
# shellcheck disable=SC2086
fetch $quick || {
    own="$quick -o Dir::State::lists=$scratch/lists -o Dir::Cache=$scratch"
    { timeout 120 apt-get $own -o APT::Update::Error-Mode=any -q=2 update >"$scratch/said" 2>&1 && fetch $own; } || {
        cat "$scratch/said" >&2
        echo "Chromium could not be fetched; install it, or try again" >&2
        exit 2
    }
}
rm -rf "$into"
mkdir -p "$into"
for package in "$scratch"/debs/*.deb; do dpkg-deb -x "$package" "$into"; done
rm -rf "$into/usr/share/doc" "$into/usr/share/man"

# The same letters on every machine: no fonts but these, and each family that a page may name is one of them.
stands_for() { printf '<alias binding="same"><family>%s</family><prefer><family>%s</family></prefer></alias>\n' "$1" "$2"; }
{
    echo '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd"><fontconfig>'
    echo '<dir prefix="relative">usr/share/fonts</dir><cachedir prefix="xdg">fontconfig</cachedir>'
    for family in sans-serif system-ui Arial Helvetica; do stands_for "$family" "Liberation Sans"; done
    for family in serif "Times New Roman"; do stands_for "$family" "Liberation Serif"; done
    for family in monospace "Courier New"; do stands_for "$family" "Liberation Mono"; done
    echo '<match><edit name="family" mode="append_last"><string>Liberation Sans</string></edit></match></fontconfig>'
} >"$into/fonts.conf"
cat >"$into/run" <<'END'
#!/bin/sh
here=$(cd "$(dirname "$0")" && pwd)
libraries=$(find "$here/usr/lib" -name '*.so*' -exec dirname {} \; | sort -u | paste -s -d : -)
export LD_LIBRARY_PATH="$libraries" XDG_CACHE_HOME="$here/cache" FONTCONFIG_FILE="$here/fonts.conf"
for program in "$here"/usr/lib/chromium/chromium-headless-shell "$here"/usr/lib/chromium/chromium; do
    [ ! -x "$program" ] || exec "$program" "$@"
done
echo "no Chromium in $here" >&2
exit 127
END
chmod +x "$into/run"
works "$into/run" || {
    "$into/run" --headless --no-sandbox --disable-gpu --dump-dom about:blank 2>&1 | tail -n 5 >&2
    echo "the Chromium that was fetched does not run here" >&2
    exit 2
}
