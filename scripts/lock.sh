#!/bin/sh
# Resolves the locks from pyproject.toml: hashes, no addresses. usage: lock.sh UV
#   requirements.lock     the project's own environment, tests and tools included
#   image/runtime.lock    what the image runs on: a part of it, in the same versions
#   image/build.lock      what builds the package and installs both into the image
set -eu
resolve() {
    into=$1
    shift
    "$uv" pip compile "$@" --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links \
        --no-annotate --no-header --emit-build-options --quiet --no-emit-package reconciler --output-file "$into"
}
uv=$1
resolve requirements.lock pyproject.toml --extra dev --upgrade
rm -f image/runtime.lock image/build.lock
resolve image/runtime.lock pyproject.toml --extra cluster --extra portal --extra server --extra tracing --constraint requirements.lock
printf 'hatchling\nuv\n' | resolve image/build.lock - --constraint requirements.lock
