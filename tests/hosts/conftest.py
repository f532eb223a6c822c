"""GitHub's API of the tests, over a repository with one commit."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from parts.hosts.github import GitHubApi
from parts.hosts.serving import Stage, staged

from reconciler.clock import StagedClock


@pytest.fixture(scope="session")
def stage() -> Iterator[Stage]:
    """A server for the API."""
    with staged() as stage:
        yield stage


@pytest.fixture
def clock() -> StagedClock:
    return StagedClock(datetime(2026, 3, 2, 8, tzinfo=UTC))


@pytest.fixture
def api(tmp_path: Path, stage: Stage, clock: StagedClock) -> GitHubApi:
    """The API, with a branch `main`."""
    api = GitHubApi(stage.repository(tmp_path / "git"), clock)
    stage.app, api.url = api.application(), stage.origin
    return api


@pytest.fixture(scope="session")
def key() -> rsa.RSAPrivateKey:
    """An App's key."""
    return rsa.generate_private_key(65_537, 2048)


@pytest.fixture
def key_file(tmp_path: Path, key: rsa.RSAPrivateKey) -> Path:
    """The key as GitHub lets one download it: PKCS#1, in PEM."""
    path = tmp_path / "app.pem"
    path.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption()))
    return path
