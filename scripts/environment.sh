#!/bin/sh
# Makes the project's own virtual environment from the lock. usage: environment.sh PYTHON ROOT
set -eu
python=$1
root=$2
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || {
    echo "reconciler needs Python 3.11 or newer; '$python' is $("$python" --version 2>&1)." >&2
    echo "Name another one: make PYTHON=python3.12 demo" >&2
    exit 2
}
"$python" -c 'import ensurepip, venv' 2>/dev/null || {
    echo "'$python' cannot make virtual environments. On Debian: apt-get install python3-venv" >&2
    exit 2
}
echo "setting up $root/.venv (once, a minute or two)"
"$python" -m venv --clear "$root/.venv"
"$root/.venv/bin/python" -m pip install --quiet --quiet --disable-pip-version-check --require-hashes -r "$root/requirements.lock"
"$root/.venv/bin/python" -m pip install --quiet --quiet --disable-pip-version-check --no-deps --no-build-isolation -e "$root"
# Only tests need these: without them everything else works, and they say what is missing.
sh "$root/scripts/pgbouncer.sh" "$root/.venv" || echo "the tests of the pooler will fail without pgbouncer" >&2
sh "$root/scripts/signing.sh" "$root/.venv" || echo "the tests of signed commits will fail without ssh-keygen and gpg" >&2
sh "$root/scripts/helm.sh" "$root/.venv" || echo "the tests of the chart will fail without Helm" >&2
sh "$root/scripts/wheels.sh" "$root/.venv" || echo "the tests of the image will fail without what it is built from" >&2
sh "$root/scripts/chromium.sh" "$root/.venv" || echo "the tests of pages will fail without Chromium" >&2
touch "$root/.venv/ready"
