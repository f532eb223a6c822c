#!/bin/sh
# Resolves requirements.lock from pyproject.toml: hashes, no addresses. usage: lock.sh UV
set -eu
"$1" pip compile pyproject.toml --extra dev --universal --python-version 3.11 --generate-hashes \
    --no-emit-index-url --no-emit-find-links --no-annotate --no-header --emit-build-options --upgrade --quiet \
    --no-emit-package reconciler --output-file requirements.lock
