# The image of controller, runs and portal: what is locked, and the package, in a virtual environment that nobody can write to.
#   docker build --tag registry.example.org/reconciler:0.1.0 .
# Pinned: the base by its exact version and by the digest of its index (all platforms); every Python package by the hashes
# of image/*.lock. Debian's packages are those of the day, for Debian keeps no older ones: build anew for its repairs.
# Python 3.11 is what the tests run on.
ARG BASE=python:3.11.14-slim-bookworm@sha256:65a93d69fa75478d554f4ad27c85c1e69fa184956261b4301ebaf6dbb0a3543d

FROM ${BASE} AS build
WORKDIR /build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 UV_NO_CACHE=1 UV_LINK_MODE=copy UV_COMPILE_BYTECODE=1
COPY image/build.lock image/runtime.lock image/
RUN python -m venv --without-pip tools \
    && python -m pip --python tools/bin/python install --quiet --require-hashes --only-binary=:all: -r image/build.lock
RUN python -m venv --without-pip /opt/reconciler \
    && tools/bin/uv pip install --quiet --python /opt/reconciler/bin/python --require-hashes --only-binary=:all: -r image/runtime.lock
COPY pyproject.toml README.md LICENSE CHANGELOG.md ./
COPY specs specs
COPY reconciler reconciler
RUN tools/bin/python -m hatchling build --target wheel --directory dist \
    && tools/bin/uv pip install --quiet --python /opt/reconciler/bin/python --offline --no-deps dist/*.whl

FROM ${BASE}
# git and ssh fetch the config repository, gpg verifies its signatures, tini is the first process and buries the dead.
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install --yes --no-install-recommends git gpg gpg-agent openssh-client tini \
    && rm -rf /var/lib/apt/lists/*
RUN groupadd --gid 65532 reconciler \
    && useradd --uid 65532 --gid 65532 --home-dir /var/lib/reconciler --no-create-home --shell /usr/sbin/nologin reconciler \
    && install --directory --owner=65532 --group=65532 --mode=0700 /var/lib/reconciler
COPY --from=build /opt/reconciler /opt/reconciler
ENV PATH=/opt/reconciler/bin:/usr/local/bin:/usr/bin:/bin \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    RECONCILER_HOME=/var/lib/reconciler
WORKDIR /var/lib/reconciler
USER 65532:65532
ENTRYPOINT ["tini", "--", "reconciler"]
CMD ["--help"]
