"""Which store an installation uses, and Vault's transit engine as the key that wraps the local store's keys."""

from dataclasses import replace
from pathlib import Path

import pytest
from parts.openbao import server_of

from reconciler.cli.main import run
from reconciler.errors import Blocked, UsageError
from reconciler.settings import NamedVault, Settings, read_settings
from reconciler.vaults.envelope import Envelopes, Sealed
from reconciler.wiring import key_encryption, vault


@pytest.fixture
def bao(request: pytest.FixtureRequest, tmp_path: Path) -> NamedVault:
    """A real OpenBao with a transit key, named as the environment would."""
    server = server_of(request.config)
    mounted = server.ask("GET", "sys/mounts")
    if "transit/" not in mounted:
        server.ask("POST", "sys/mounts/transit", type="transit")
    server.ask("POST", "transit/keys/reconciler")
    token = tmp_path / "token"
    token.write_text(f"{server.token}\n")
    return NamedVault(server.address, f"token:{token}", transit_key="reconciler")


def test_a_transit_key_seals_and_the_old_key_file_still_opens(bao: NamedVault, tmp_path: Path) -> None:
    before = Settings(home=tmp_path)
    sealed = key_encryption(before).seal(b"a secret", b"place")
    both = key_encryption(replace(before, vault=bao))
    assert both.key_id == "transit:reconciler"
    assert both.open(sealed, b"place") == b"a secret"
    moved = Sealed(sealed.ciphertext, sealed.nonce, both.rewrap(sealed.wrapped_key, sealed.key_id), both.key_id)
    before.key_file.unlink()
    alone = key_encryption(replace(before, vault=bao))
    assert alone.open(moved, b"place") == b"a secret"
    assert moved.wrapped_key.startswith(b"vault:v1:")
    assert not before.key_file.exists()


def test_a_wrapped_key_of_another_origin_does_not_open_with_transit(bao: NamedVault, tmp_path: Path) -> None:
    envelopes: Envelopes = key_encryption(Settings(home=tmp_path, vault=bao))
    sealed = envelopes.seal(b"a secret", b"place")
    for wrapped in (b"vault:v1:AAAA", b"", b"\xff\xfe"):
        with pytest.raises(Blocked):
            envelopes.open(Sealed(sealed.ciphertext, sealed.nonce, wrapped, sealed.key_id), b"place")


def test_a_store_that_there_is_not_is_said(
    database_url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from reconciler.wiring import world

    settings = Settings(database_url=database_url, home=tmp_path)
    here = world(settings)
    for name, words in (
        ("cupboard", "one of kubernetes, local, supabase, vault"),
        ("vault", "_ADDRESS"),
        ("kubernetes", "NAMESPACE"),
    ):
        with pytest.raises(UsageError) as refused:
            here.store(name)
        assert words in refused.value.hint
    assert run(["credentials", "status", "nobody"], settings) == 2


@pytest.mark.parametrize("login", ["", "token", "approle:role", "password:x:y"])
def test_a_login_that_cannot_be_read_is_a_usage_error(login: str) -> None:
    named = {"RECONCILER_VAULT_ADDRESS": "https://vault.example.org", "RECONCILER_VAULT_LOGIN": login}
    with pytest.raises(UsageError, match="RECONCILER_VAULT_LOGIN"):
        vault(read_settings(named))
