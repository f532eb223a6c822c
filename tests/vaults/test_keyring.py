"""The installation's key: made once, whole, for its owner alone; what it sealed opens in its own place only."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidTag

from reconciler.errors import Blocked
from reconciler.vaults.keyring import Keyring


def test_of_many_who_make_the_key_at_once_all_get_the_same(tmp_path: Path) -> None:
    path = tmp_path / "home" / "key"
    with ThreadPoolExecutor(8) as pool:
        ids = {keyring.id for keyring in pool.map(lambda _: Keyring.load_or_make(path), range(16))}
    assert len(ids) == 1
    assert [each.name for each in path.parent.iterdir()] == ["key"]
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize(("text", "mode", "words"), [
    ("00" * 32, 0o644, "can be read by others"),
    ("00" * 32, 0o640, "can be read by others"),
    ("00" * 31, 0o600, "does not hold 32 bytes"),
    ("", 0o600, "does not hold 32 bytes"),
    ("not hexadecimal", 0o600, "cannot be read as a key"),
    ("nøkkel", 0o600, "cannot be read as a key"),
])  # fmt: skip
def test_a_key_file_that_is_no_key_or_not_private_is_refused_and_kept(
    tmp_path: Path, text: str, mode: int, words: str
) -> None:
    path = tmp_path / "key"
    path.write_text(text, encoding="utf-8")
    path.chmod(mode)
    with pytest.raises(Blocked, match=words) as refused:
        Keyring.load_or_make(path)
    assert refused.value.hint
    assert path.read_text(encoding="utf-8") == text


def test_a_home_where_no_key_can_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(Blocked):
        Keyring.load_or_make(tmp_path / "file" / "key")


def test_what_was_sealed_opens_only_whole_and_in_its_place() -> None:
    keyring = Keyring(b"k" * 32)
    sealed, nonce = keyring.encrypt(b"a secret", b"org/name/1")
    assert keyring.decrypt(sealed, nonce, b"org/name/1") == b"a secret"
    assert b"secret" not in sealed
    attempts = [
        (sealed, nonce, b"org/name/2"),
        (bytes([sealed[0] ^ 1]) + sealed[1:], nonce, b"org/name/1"),
        (sealed[:-1], nonce, b"org/name/1"),
        (sealed, bytes(12), b"org/name/1"),
    ]
    for attempt in attempts:
        with pytest.raises(InvalidTag):
            keyring.decrypt(*attempt)
    with pytest.raises(InvalidTag):
        Keyring(b"l" * 32).decrypt(sealed, nonce, b"org/name/1")


def test_pseudonyms_and_fingerprints_say_nothing_without_the_key() -> None:
    one, other = Keyring(b"k" * 32), Keyring(b"l" * 32)
    assert one.pseudonym("a", "s") == one.pseudonym("a", "s")
    assert len({one.pseudonym("a", "s"), one.pseudonym("b", "s"), other.pseudonym("a", "s")}) == 3
    assert one.fingerprint(b"x") != other.fingerprint(b"x")
