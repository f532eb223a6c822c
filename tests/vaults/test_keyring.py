"""The installation's keys: made once, whole, for their owner alone; what they sealed opens in its own place only."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from reconciler.errors import Blocked
from reconciler.vaults.envelope import Envelopes, LocalKey, Sealed
from reconciler.vaults.keyring import Keyring, add_key, keys_of, load_keys, make_key_file


def made(path: Path) -> list[str]:
    make_key_file(path)
    return [key.id for key in load_keys(path)]


def test_of_many_who_make_the_key_at_once_all_get_the_same(tmp_path: Path) -> None:
    path = tmp_path / "home" / "key"
    with ThreadPoolExecutor(8) as pool:
        ids = {tuple(found) for found in pool.map(lambda _: made(path), range(16))}
    assert len(ids) == 1
    assert [each.name for each in path.parent.iterdir()] == ["key"]
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize(("text", "mode", "words"), [
    ("00" * 32, 0o644, "can be read by others"),
    ("00" * 32, 0o640, "can be read by others"),
    ("00" * 31, 0o600, "does not hold 32 bytes"),
    ("", 0o600, "does not hold 32 bytes"),
    ("not hexadecimal", 0o600, "does not hold 32 bytes"),
    ("nøkkel", 0o600, "cannot be read as a key"),
])  # fmt: skip
def test_a_key_file_that_is_no_key_or_not_private_is_refused_and_kept(
    tmp_path: Path, text: str, mode: int, words: str
) -> None:
    path = tmp_path / "key"
    path.write_text(text, encoding="utf-8")
    path.chmod(mode)
    for attempt in (made, add_key):
        with pytest.raises(Blocked, match=words) as refused:
            attempt(path)
        assert refused.value.hint
        assert path.read_text(encoding="utf-8") == text


def test_a_home_where_no_key_can_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(Blocked, match="cannot be made"):
        make_key_file(tmp_path / "file" / "key")


def test_what_is_wrong_with_a_key_is_said_without_the_key() -> None:
    with pytest.raises(Blocked) as refused:
        keys_of(["ab" * 31 + "zz"], "RECONCILER_KEY")
    assert "abab" not in refused.value.message + refused.value.hint


def test_what_was_sealed_opens_only_whole_and_in_its_place() -> None:
    envelopes = Envelopes([LocalKey(b"k" * 32)])
    sealed = envelopes.seal(b"a secret", b"org/name/1")
    assert envelopes.open(sealed, b"org/name/1") == b"a secret"
    assert b"secret" not in sealed.ciphertext + sealed.wrapped_key
    flipped = bytes([sealed.ciphertext[0] ^ 1]) + sealed.ciphertext[1:]
    other = envelopes.seal(b"a secret", b"org/name/1")
    attempts = [
        (sealed, b"org/name/2"),
        (Sealed(flipped, sealed.nonce, sealed.wrapped_key, sealed.key_id), b"org/name/1"),
        (Sealed(sealed.ciphertext[:-1], sealed.nonce, sealed.wrapped_key, sealed.key_id), b"org/name/1"),
        (Sealed(sealed.ciphertext, bytes(12), sealed.wrapped_key, sealed.key_id), b"org/name/1"),
        (Sealed(sealed.ciphertext, sealed.nonce, other.wrapped_key, sealed.key_id), b"org/name/1"),
        (Sealed(sealed.ciphertext, sealed.nonce, sealed.wrapped_key[:-1], sealed.key_id), b"org/name/1"),
    ]
    for attempt in attempts:
        with pytest.raises(Blocked, match="does not open"):
            envelopes.open(*attempt)
    with pytest.raises(Blocked, match="which is not here"):
        Envelopes([LocalKey(b"l" * 32)]).open(sealed, b"org/name/1")


def test_a_new_key_goes_first_seals_from_then_on_and_the_old_one_still_opens(tmp_path: Path) -> None:
    path = tmp_path / "key"
    (first,) = made(path)
    sealed = Envelopes(load_keys(path)).seal(b"a secret", b"place")
    add_key(path)
    both = Envelopes(load_keys(path))
    assert both.key_id != first
    assert both.open(sealed, b"place") == b"a secret"
    wrapped = both.rewrap(sealed.wrapped_key, sealed.key_id)
    path.write_text(path.read_text().splitlines()[0])
    alone = Envelopes(load_keys(path))
    assert alone.open(Sealed(sealed.ciphertext, sealed.nonce, wrapped, alone.key_id), b"place") == b"a secret"
    assert path.stat().st_mode & 0o777 == 0o600


def test_pseudonyms_and_fingerprints_say_nothing_without_the_key() -> None:
    one, other = (Keyring({"fingerprints": key * 32, "subjects": key * 32}) for key in (b"k", b"l"))
    assert one.pseudonym("a", "s") == one.pseudonym("a", "s")
    assert len({one.pseudonym("a", "s"), one.pseudonym("b", "s"), other.pseudonym("a", "s")}) == 3
    assert one.fingerprint(b"x") != other.fingerprint(b"x")
