"""A commit counts as signed where git, OpenSSH or GnuPG say so of the very keys that the installation names."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from parts.signing import PATH, PgpKey, Signed, SshKey, header, pgp_key, told

from reconciler.git.signatures import Signatures, Signers, Unverified, Verified

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


@dataclass(frozen=True)
class Keys:
    """Kari may sign, Mallory may not; each with an SSH key and an OpenPGP key."""

    kari: SshKey
    mallory: SshKey
    kari_pgp: PgpKey
    host_pgp: PgpKey


@pytest.fixture(scope="session")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Keys]:
    folder = tmp_path_factory.mktemp("keys")
    with pgp_key("kari") as kari, pgp_key("web-flow") as host:
        yield Keys(SshKey.made(folder, "kari"), SshKey.made(folder, "mallory"), kari, host)


@pytest.fixture
def signed(tmp_path: Path) -> Signed:
    return Signed(tmp_path / "repository")


@pytest.fixture
def signers(tmp_path: Path, keys: Keys) -> Signers:
    """Kari's keys, of both kinds."""
    (tmp_path / "signers").write_text(keys.kari.allowed())
    (tmp_path / "keyring").write_bytes(keys.kari_pgp.public())
    return Signers(tmp_path / "signers", tmp_path / "keyring", path=PATH)


def verify(signed: Signed, signers: Signers, commit: str, verified: str = "") -> Verified | Unverified:
    return Signatures(signed.folder, signers).verify(commit, NOW, verified)


def refused(signed: Signed, signers: Signers, commit: str) -> str:
    """Why a commit is not verified."""
    found = verify(signed, signers, commit)
    assert isinstance(found, Unverified), found
    assert found.hint
    return found.message


def test_a_commit_of_somebody_who_may_is_verified_by_name(signed: Signed, signers: Signers, keys: Keys) -> None:
    first = verify(signed, signers, signed.commit(keys.kari))
    assert isinstance(first, Verified)
    assert (first.by, first.key.startswith("SHA256:")) == ("kari@example.org", True)
    signed.at = int(NOW.timestamp())  # an OpenPGP signature has a time of its own
    second = verify(signed, signers, signed.commit(keys.kari_pgp))
    assert isinstance(second, Verified)
    assert second.by == "kari <kari@example.org>"


def test_a_repository_that_names_by_sha_256_is_verified_as_well(tmp_path: Path, signers: Signers, keys: Keys) -> None:
    signed = Signed(tmp_path / "other", names="sha256")
    for key in (keys.kari, keys.kari_pgp):
        assert isinstance(verify(signed, signers, signed.commit(key)), Verified)
    assert "does not allow" in refused(signed, signers, signed.commit(keys.mallory))
    assert refused(signed, signers, signed.commit()) == "it is not signed"


def test_of_two_signatures_one_that_is_not_its_own_spoils_it(signed: Signed, signers: Signers, keys: Keys) -> None:
    other, own = signed.commit(keys.kari), signed.raw(signed.commit(keys.mallory))
    both = own.replace(header(own), header(signed.raw(other)) + header(own))
    assert refused(signed, signers, signed.put(both))
    both = own.replace(header(own), header(own) + header(signed.raw(other)))
    assert refused(signed, signers, signed.put(both))


def test_a_keyring_may_be_binary(signed: Signed, signers: Signers, keys: Keys) -> None:
    signers.openpgp.write_bytes(keys.kari_pgp.public(armoured=False))
    assert isinstance(verify(signed, signers, signed.commit(keys.kari_pgp)), Verified)


def test_a_commit_without_a_signature_is_not_verified(signed: Signed, signers: Signers) -> None:
    assert refused(signed, signers, signed.commit()) == "it is not signed"


def test_a_key_that_nobody_named_is_refused_and_told(signed: Signed, signers: Signers, keys: Keys) -> None:
    assert "which RECONCILER_SIGNERS does not allow" in refused(signed, signers, signed.commit(keys.mallory))
    assert "which RECONCILER_KEYRING does not allow" in refused(signed, signers, signed.commit(keys.host_pgp))


def test_a_merge_made_on_the_hosts_page_counts_where_its_key_is_named(
    signed: Signed, signers: Signers, keys: Keys
) -> None:
    signed.commit(keys.kari)
    signed.git("checkout", "--quiet", "-b", "proposal")
    signed.commit(keys.kari)
    signed.git("checkout", "--quiet", "main")
    options = (*keys.host_pgp.options, "merge", "--quiet", "--no-ff", "-S", "--message", "merge", "proposal")
    signed.git(*options, home=keys.host_pgp.home)
    merged = signed.git("rev-parse", "HEAD")
    found = verify(signed, signers, merged)
    assert isinstance(found, Unverified)
    assert "a merge made on the host's page has the host's" in found.hint
    signers.openpgp.write_bytes(keys.kari_pgp.public() + keys.host_pgp.public())
    assert isinstance(verify(signed, signers, merged), Verified)


@pytest.mark.parametrize("which", ["kari", "kari_pgp"])
def test_the_signature_of_another_commit_is_not_this_ones(
    signed: Signed, signers: Signers, keys: Keys, which: str
) -> None:
    good = signed.commit(getattr(keys, which))
    bad = signed.raw(signed.commit())
    pasted = bad.replace("\n\n", f"\n{header(signed.raw(good))}\n", 1)
    assert refused(signed, signers, signed.put(pasted)) == "its signature is not of this commit"


@pytest.mark.parametrize("which", ["kari", "kari_pgp"])
def test_a_commit_that_was_amended_under_its_signature_is_refused(
    signed: Signed, signers: Signers, keys: Keys, which: str
) -> None:
    raw = signed.raw(signed.commit(getattr(keys, which)))
    entry = f"100644 blob {signed.git('hash-object', '-w', '--stdin', given=b'evil')}\tevil\n"
    evil = signed.git("mktree", given=entry.encode())
    for amended in (raw.replace("a change", "another"), raw.replace(raw[5:45], evil, 1)):
        assert amended != raw
        assert refused(signed, signers, signed.put(amended)) == "its signature is not of this commit"


def test_a_signature_for_another_purpose_is_refused(
    signed: Signed, signers: Signers, keys: Keys, tmp_path: Path
) -> None:
    raw = signed.raw(signed.commit())
    file = tmp_path / "payload"
    file.write_text(raw)
    told("ssh-keygen", "-q", "-Y", "sign", "-n", "file", "-f", str(keys.kari.file), str(file))
    lines = file.with_suffix(".sig").read_text().splitlines()
    signature = "gpgsig " + "\n ".join(lines) + "\n"
    assert refused(signed, signers, signed.put(raw.replace("\n\n", f"\n{signature}\n", 1)))
    signers.ssh.write_text(keys.kari.allowed('namespaces="file"'))
    assert isinstance(verify(signed, signers, signed.commit(keys.kari)), Unverified)
    signers.ssh.write_text(keys.kari.allowed('namespaces="git"'))
    assert isinstance(verify(signed, signers, signed.commit(keys.kari)), Verified)


def test_a_key_counts_at_its_time(signed: Signed, signers: Signers, keys: Keys) -> None:
    signers.ssh.write_text(keys.kari.allowed('valid-before="20260302070000"'))
    assert "does not allow at that time" in refused(signed, signers, signed.commit(keys.kari))
    signers.ssh.write_text(keys.kari.allowed('valid-before="20260302083000"'))
    assert isinstance(verify(signed, signers, signed.commit(keys.kari)), Verified), "made before its end"
    signers.ssh.write_text(keys.kari.allowed('valid-after="20260302083000"'))
    assert isinstance(verify(signed, signers, signed.commit(keys.kari)), Unverified)


def test_a_commit_cannot_be_dated_back_before_its_parent_nor_ahead(
    signed: Signed, signers: Signers, keys: Keys
) -> None:
    signed.commit(keys.kari)
    signed.at -= 86_400
    signers.ssh.write_text(keys.kari.allowed('valid-before="20260302"'))
    assert "lies before its parent's" in refused(signed, signers, signed.commit(keys.kari))
    signed.at += 3 * 86_400
    assert "lies ahead" in refused(signed, signers, signed.commit(keys.kari))
    odd = signed.raw(signed.commit()).replace(f"{signed.at} +0000", "99999999999999999 +0000")
    found = verify(
        signed, signers, signed.put(odd.replace("\n\n", f"\n{header(signed.raw(signed.commit(keys.kari)))}\n", 1))
    )
    assert isinstance(found, Unverified)


def test_a_key_that_has_expired_or_was_revoked_is_refused(signed: Signed, signers: Signers, keys: Keys) -> None:
    with pgp_key("shortly", "seconds=1") as key:
        commit = signed.commit(key)
        signers.openpgp.write_bytes(key.public())
        deadline = datetime.now(UTC) + timedelta(seconds=10)
        found = verify(signed, signers, commit)
        while isinstance(found, Verified) and datetime.now(UTC) < deadline:
            found = verify(signed, signers, commit)
        assert isinstance(found, Unverified)
        assert "which has expired" in found.message


def test_what_cannot_be_verified_is_not_verified_and_says_what_is_missing(
    signed: Signed, signers: Signers, keys: Keys, tmp_path: Path
) -> None:
    ssh, openpgp = signed.commit(keys.kari), signed.commit(keys.kari_pgp)
    (tmp_path / "empty").mkdir()
    (tmp_path / "empty" / "git").symlink_to("/usr/bin/git")
    poor = replace(signers, path=str(tmp_path / "empty"))
    assert refused(signed, poor, ssh) == "it is signed with an SSH key, and there is no ssh-keygen to verify it"
    assert refused(signed, poor, openpgp) == "it is signed with an OpenPGP key, and there is no gpg to verify it"
    assert "RECONCILER_SIGNERS names none" in refused(signed, replace(signers, ssh=None), ssh)
    assert "RECONCILER_KEYRING names none" in refused(signed, replace(signers, openpgp=None), openpgp)
    gone = tmp_path / "gone"
    assert "is not there" in refused(signed, replace(signers, ssh=gone), ssh)
    assert "is not there" in refused(signed, replace(signers, openpgp=gone), openpgp)
    signers.openpgp.write_text("no keys here")
    assert refused(signed, signers, openpgp) == "the keyring cannot be read"
    signers.ssh.write_text("\x00 garbage \xff\n" * 3)
    assert refused(signed, signers, ssh)


def test_what_the_repository_itself_allows_counts_for_nothing(
    signed: Signed, signers: Signers, keys: Keys, tmp_path: Path
) -> None:
    commit = signed.commit(keys.mallory)
    (tmp_path / "theirs").write_text(keys.mallory.allowed())
    signed.git("config", "gpg.ssh.allowedSignersFile", str(tmp_path / "theirs"))
    yes = tmp_path / "yes"
    yes.write_text("#!/bin/sh\necho 'Good \"git\" signature for kari@example.org with ED25519 key SHA256:x'\n")
    yes.chmod(0o755)
    signed.git("config", "gpg.ssh.program", str(yes))
    signed.git("config", "gpg.minTrustLevel", "undefined")
    assert "does not allow" in refused(signed, signers, commit)


@pytest.mark.parametrize("armour", ["-----BEGIN SIGNED MESSAGE-----", "-----BEGIN NOTHING-----", "x", ""])
def test_a_signature_of_no_known_kind_is_none(signed: Signed, signers: Signers, armour: str) -> None:
    raw = signed.raw(signed.commit())
    assert refused(signed, signers, signed.put(raw.replace("\n\n", f"\ngpgsig {armour}\n\n", 1)))


def test_words_in_the_message_are_no_signature(signed: Signed, signers: Signers, keys: Keys) -> None:
    good = header(signed.raw(signed.commit(keys.kari)))
    raw = signed.raw(signed.commit())
    assert refused(signed, signers, signed.put(f"{raw}\n{good}")) == "it is not signed"


def test_each_commit_by_first_parents_is_asked_for_where_that_is_wished(
    signed: Signed, signers: Signers, keys: Keys
) -> None:
    first = signed.commit(keys.kari)
    gap = signed.commit()
    head = signed.commit(keys.kari)
    assert isinstance(verify(signed, signers, head), Verified), "the head alone"
    every = replace(signers, each=True)
    found = verify(signed, every, head, first)
    assert isinstance(found, Unverified)
    assert found.commit == gap
    assert isinstance(verify(signed, every, head, gap), Verified)
    found = verify(signed, every, head)
    assert isinstance(found, Unverified)
    assert found.commit == gap, "from the beginning, where nothing was verified so far"
    assert isinstance(verify(signed, every, head, "f" * 40), Unverified), "one that is not there proves nothing"
    assert isinstance(verify(signed, every, head, head), Verified)


def test_what_a_proposal_brings_need_not_be_signed_where_its_merge_is(
    signed: Signed, signers: Signers, keys: Keys
) -> None:
    first = signed.commit(keys.kari)
    signed.git("checkout", "--quiet", "-b", "proposal")
    signed.commit()
    signed.git("checkout", "--quiet", "main")
    signed.git(*keys.kari.options, "merge", "--quiet", "--no-ff", "-S", "--message", "merge", "proposal")
    head = signed.git("rev-parse", "HEAD")
    assert isinstance(verify(signed, replace(signers, each=True), head, first), Verified)
