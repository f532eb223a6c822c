"""`credentials` as an admin meets it: what each verb changes, what it says, and what it never does."""

import io
import json
import os
import tempfile
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from parts.fixtures import books, config_repository, installation, prepared, simulator_process
from parts.installation import TOKEN, WHERE, Books, Installation

from reconciler.cli.typing import read_fields
from reconciler.errors import UsageError
from reconciler.settings import Sealed

__all__ = ["books", "config_repository", "installation", "prepared", "simulator_process"]

NEWER, NOBODYS = "T0ken-the-newer-one", "T0ken-that-nobody-accepts"
DAY = 24 * 60
STATES = "select version, state from reconciler.credentials where state <> 'revoked' order by version"
STORED = "select version from reconciler.secret_values order by version"
Say = Callable[..., tuple[int, str]]


@pytest.fixture
def say(installation: Installation, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Say:
    """A verb of the group with what is piped in: its exit code, and all that it says."""

    def said(*arguments: str, value: bytes | str = b"", minutes: int = 0) -> tuple[int, str]:
        content = value.encode() if isinstance(value, str) else value
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(content)))
        capsys.readouterr()
        code = installation.run("credentials", *arguments, minutes=minutes)
        output = capsys.readouterr()
        return code, output.out + output.err

    return said


@pytest.fixture
def rotated(installation: Installation, books: Books, say: Say) -> Installation:
    """Version 2 in use, version 1 the previous one."""
    books.control("/_tokens", add=NEWER)
    code, output = say("rotate", *WHERE, value=f"{NEWER}\n")
    assert code == 0
    assert "in use from now on" in output
    assert "version 1 is the previous one now" in output
    assert "credentials restore blindeforbundet xledger" in output
    return installation


def everything(installation: Installation) -> list[tuple]:
    """What must not change: versions in use, their values, and how they were sealed."""
    kept = "select c::text from reconciler.credentials c where state <> 'revoked' order by version"
    return installation.sql(kept) + installation.sql("select v::text from reconciler.secret_values v order by version")


@pytest.mark.parametrize("verb", ["set", "rotate"])
def test_a_failed_test_leaves_everything_as_it_was(installation: Installation, say: Say, verb: str) -> None:
    before = everything(installation)
    code, output = say(verb, *WHERE, value=f"{NOBODYS}\n")
    assert code == 5
    assert "failed (credential)" in output
    assert "Invalid API token." in output
    assert "nothing was saved or changed; what was in use stays in use" in output
    assert NOBODYS not in output
    assert everything(installation) == before


def test_rotate_needs_one_in_use(installation: Installation, say: Say) -> None:
    assert say("revoke", *WHERE, "1", "--reason", "it was in a mail")[0] == 0
    code, output = say("rotate", *WHERE, value=f"{TOKEN}\n")
    assert code == 2
    assert "no version of this credential is in use" in output
    assert "reconciler credentials set makes one" in output


def test_a_test_says_what_the_credential_reaches_and_a_failed_one_changes_nothing(
    installation: Installation, books: Books, say: Say
) -> None:
    code, output = say("test", *WHERE)
    assert code == 0
    assert "works" in output
    assert "31007" in output
    books.arm("reject_token")
    code, output = say("test", *WHERE)
    assert code == 5
    assert "it stays in use until another is set or restored" in output
    assert "failed its last test (credential)" in say("status", WHERE[0])[1]
    assert installation.sql(STATES) == [(1, "current")]


def test_restore_tests_first_and_then_changes_the_two(rotated: Installation, books: Books, say: Say) -> None:
    books.control("/_tokens", revoke=TOKEN)
    before = everything(rotated)
    code, output = say("restore", *WHERE)
    assert code == 5
    assert "nothing was saved or changed" in output
    assert everything(rotated) == before
    books.control("/_tokens", add=TOKEN)
    code, output = say("restore", *WHERE)
    assert code == 0
    assert "is in use again as version 1" in output
    assert rotated.sql(STATES) == [(1, "current"), (2, "previous")]


def test_restore_without_a_previous_one_says_so(say: Say) -> None:
    code, output = say("restore", *WHERE)
    assert code == 2
    assert "there is no previous version" in output


def test_revoking_the_one_in_use_is_said_loudly_and_stops_sends_with_a_clear_word(
    rotated: Installation, say: Say, capsys: pytest.CaptureFixture[str]
) -> None:
    code, output = say("revoke", *WHERE, "2", "--reason", "it was in a mail")
    assert code == 0
    assert "it was the one in use: nothing is sent until another is set or restored" in output
    assert "revoke it there too" in output
    assert rotated.sql(STORED) == [(1,)]
    assert "xledger: no version is in use, and nothing is sent" in say("status", WHERE[0])[1]
    assert rotated.sync(minutes=1) == 5
    said = capsys.readouterr().out
    assert "stopped: there is no tested credential 'xledger': version 2 was revoked (it was in a mail)" in said
    assert say("restore", *WHERE)[0] == 0
    assert rotated.sync(minutes=1) == 6


def test_revoke_wants_a_version_that_there_is_and_a_reason(installation: Installation, say: Say) -> None:
    before = everything(installation)
    for number, reason, words in (
        ("7", "it was in a mail", "has no version 7"),
        ("1", "too short", "fewer than ten characters"),
        ("1", " " * 20, "fewer than ten characters"),
    ):
        code, output = say("revoke", *WHERE, number, "--reason", reason)
        assert (code, words in output) == (2, True), output
    assert everything(installation) == before


def test_revoking_twice_changes_nothing_the_second_time(rotated: Installation, say: Say) -> None:
    assert say("revoke", *WHERE, "1", "--reason", "it was in a mail")[0] == 0
    audited = rotated.sql("select count(*) from reconciler.audit")
    code, output = say("revoke", *WHERE, "1", "--reason", "another reason altogether")
    assert code == 0
    assert "was revoked before; nothing was changed" in output
    assert rotated.sql("select count(*) from reconciler.audit") == audited


def test_status_shows_everything_but_the_value_in_text_and_in_json(rotated: Installation, say: Say) -> None:
    assert rotated.sync(minutes=1) == 6
    code, output = say("status", WHERE[0], minutes=3 * 60)
    assert code == 0
    for part in ("in use", "previous", "by kari", "3 h ago", "never", "no date set", "2026-03-02 07:00 UTC"):
        assert part in output
    assert "xledger version 2 is for simulator:xledger:31007 at http://127.0.0.1" in output
    assert NEWER not in output
    found = json.loads(say("status", WHERE[0], "--format", "json")[1])["credentials"]
    assert [(each["version"], each["state"], each["created_by"], each["warnings"]) for each in found] == [
        (2, "current", "kari", []),
        (1, "previous", "kari", []),
    ]
    assert found[0]["place"]["target"] == "simulator:xledger:31007"
    assert found[0]["last_used_at"].startswith("2026-03-02 07:01")
    assert not [key for each in found for key in each if key in {"value", "fingerprint", "locator", "secret"}]


def test_expiry_is_reminded_of_thirty_seven_and_one_day_before_and_stops_nothing(
    installation: Installation, say: Say
) -> None:
    assert say("set", *WHERE, "--expires", "2026-06-09", value=TOKEN)[0] == 0
    assert installation.sync() == 6
    assert "expire" not in say("status", WHERE[0], minutes=69 * DAY)[1]
    for days, words in ((70, "expires within 30 days"), (93, "expires within 7 days"), (99, "expires within 1 day"),
                        (100, "has expired")):  # fmt: skip
        installation.at = days * DAY
        assert f"xledger version 2 {words}\n" in say("status", WHERE[0])[1]
        assert installation.sync(minutes=1) in {0, 6}


def test_a_version_that_was_never_tested_or_is_unused_for_ninety_days_is_pointed_at(
    installation: Installation, say: Say
) -> None:
    assert "was never used" not in say("status", WHERE[0], minutes=89 * DAY)[1]
    assert "xledger version 1 was never used" in say("status", WHERE[0], minutes=2 * DAY)[1]
    assert installation.sync() in {0, 6}
    assert "was last used on" not in say("status", WHERE[0], minutes=89 * DAY)[1]
    assert "was last used on 2026-06-01" in say("status", WHERE[0], minutes=2 * DAY)[1]
    installation.sql("update reconciler.credentials set tested_at = null")
    assert "xledger version 1 was never tested" in say("status", WHERE[0])[1]


def test_audit_lists_every_use_and_change_in_words_and_as_data(rotated: Installation, books: Books, say: Say) -> None:
    assert rotated.sync(minutes=1) == 6
    say("test", *WHERE)
    say("set", *WHERE, value=NOBODYS)
    say("revoke", *WHERE, "1", "--reason", "it was in a mail")
    text = say("audit", WHERE[0])[1]
    for words in ("used by a sync", "tested: passed", "not taken into use: its test failed: credential",
                  "revoked: it was in a mail", "its value destroyed", "in use from now on"):  # fmt: skip
        assert words in text
    found = json.loads(say("audit", WHERE[0], "--format", "json")[1])["audit"]
    assert [each["action"].removeprefix("credential-") for each in found] == [
        "destroyed", "revoked", "destroyed", "refused", "pending", "tested", "used", "current", "pending", "current",
        "pending",
    ]  # fmt: skip
    assert {each["actor"] for each in found} == {"kari"}


def test_an_organisation_without_credentials_is_told_how_to_begin(installation: Installation, say: Say) -> None:
    installation.sql("delete from reconciler.credentials")
    installation.sql("alter table reconciler.audit disable trigger all; delete from reconciler.audit")
    assert "has no credentials yet: reconciler credentials set" in say("status", WHERE[0])[1]
    assert "no credential of blindeforbundet was ever set or used" in say("audit", WHERE[0])[1]
    assert json.loads(say("status", WHERE[0], "--format", "json")[1]) == {"credentials": []}
    assert say("status", "nobody")[0] == 2


def test_another_origin_is_refused_until_the_credential_was_tested_there(
    installation: Installation, books: Books, say: Say, capsys: pytest.CaptureFixture[str]
) -> None:
    elsewhere = books.url.replace("127.0.0.1", "localhost")
    here = replace(installation, settings=replace(installation.settings, simulators={"xledger": elsewhere}))
    before = sum(books.read()["requests"].values())
    assert here.sync() == 5
    said = capsys.readouterr().out
    assert "was tested against simulator:xledger:31007 at http://127.0.0.1:" in said
    assert "test it there: reconciler credentials test" in said
    assert sum(books.read()["requests"].values()) == before
    assert here.run("credentials", "test", *WHERE) == 0
    assert here.sync(minutes=1) == 6
    assert here.sql("select origin from reconciler.credentials where state = 'current'") == [
        (f"http://{urlsplit(elsewhere).netloc}",)
    ]
    assert installation.run("sync", *WHERE, minutes=2) == 5  # and the first place is another one now


KEY = "-----BEGIN KEY-----\nYWJj\nZGVm\n-----END KEY-----\n"


WRONG: dict[str, tuple[bytes | str, int, str]] = {
    "nothing": (b"", 2, "the token is empty"),
    "line ends": (b"\n\n", 2, "the token is empty"),
    "blanks": (b" \t \n", 2, "the token is empty"),
    "64 KiB and 1": (b"x" * (64 * 1024 + 1), 2, "the token is longer than 65536 bytes"),
    "3 MB": (b"x" * 3_000_000, 2, "the token is longer than 65536 bytes"),
    "letters of two bytes": ("æ" * (32 * 1024 + 1), 2, "the token is longer than 65536 bytes"),
    "non-ASCII": ("T0ken-på-norsk", 5, "holds characters that cannot be sent"),
    "byte order mark": ("\ufeffT0ken-with-a-mark", 5, "holds characters that cannot be sent"),
    "NUL": (b"T0ken\x00T0ken", 5, "holds characters that cannot be sent"),
    "a key of many lines": (KEY, 5, "holds characters that cannot be sent"),
    "two lines": (b"T0ken-one\nT0ken-two\n", 5, "holds characters that cannot be sent"),
    "not UTF-8": (b"T0ken-\xff\xfe", 2, "is not UTF-8 text"),
    "half a character": (b"T0ken-\xed\xa0\x80", 2, "is not UTF-8 text"),
}


def test_what_cannot_be_a_credential_is_refused_with_a_clear_word_and_nothing_is_stored(
    installation: Installation, say: Say
) -> None:
    before = everything(installation)
    for name, (value, code, words) in WRONG.items():
        found, output = say("set", *WHERE, value=value)
        assert (name, found, words in output, "next: " in output) == (name, code, True, True), output
        assert "T0ken" not in output, name
        assert "YWJj" not in output, name
        assert everything(installation) == before, name
    assert say("set", *WHERE, value=TOKEN)[0] == 0  # nobody is left setting it


def test_the_line_end_is_cut_off_and_the_value_may_come_through_a_file_descriptor(
    installation: Installation, say: Say
) -> None:
    for end in ("", "\n", "\r\n", "\n\n"):
        reading, writing = os.pipe()
        os.write(writing, f"{TOKEN}{end}".encode())
        os.close(writing)
        assert say("set", *WHERE, "--fd", str(reading))[0] == 0
        os.close(reading)
    assert installation.sql(STATES) == [(4, "previous"), (5, "current")]


def test_a_file_descriptor_that_cannot_be_read_is_said(installation: Installation, say: Say, tmp_path: Path) -> None:
    before = everything(installation)
    with (tmp_path / "file").open("wb") as file:
        code, output = say("set", *WHERE, "--fd", str(file.fileno()))
        assert (code, "cannot be read" in output) == (2, True)
    for number, words in (("987", "Bad file descriptor"), ("-1", "not in the range"), ("x", "not a valid integer")):
        code, output = say("set", *WHERE, "--fd", number)
        assert (code, words in output) == (2, True), output
    assert everything(installation) == before


def fields_of(content: bytes, *names: str) -> dict[str, str]:
    with tempfile.TemporaryFile() as file:
        file.write(content)
        file.seek(0)
        return read_fields(dict.fromkeys(names, "a label"), file.fileno())


def test_one_field_takes_everything_and_several_take_a_line_each() -> None:
    assert fields_of(KEY.encode(), "key") == {"key": KEY.removesuffix("\n")}
    assert fields_of(b"a\r\nb\r\n", "key") == {"key": "a\r\nb"}
    assert fields_of(b"me\r\nit\r\n", "user", "password") == {"user": "me", "password": "it"}
    assert fields_of("a\u2028b\x85c\nd".encode(), "user", "password") == {"user": "a\u2028b\x85c", "password": "d"}
    for content, words in ((b"me\n", "1 line came in, and 2 are wanted"), (b"a\nb\nc", "3 lines came in")):
        with pytest.raises(UsageError, match=words) as refused:
            fields_of(content, "user", "password")
        assert refused.value.hint == "one line each, in this order: user, password"


def test_without_a_standard_input_the_message_says_so(
    installation: Installation, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stdin", None)
    assert installation.run("credentials", "set", *WHERE) == 2
    assert "there is no standard input" in capsys.readouterr().err


def test_an_expiry_that_is_no_day_or_has_passed_is_refused(installation: Installation, say: Say) -> None:
    before = everything(installation)
    for day, words in (("2026-02-30", "is not a day"), ("tomorrow", "is not a day"), ("2026-03-01", "has passed")):
        code, output = say("set", *WHERE, "--expires", day, value=TOKEN)
        assert (code, words in output) == (2, True), output
    assert everything(installation) == before


def test_rewrap_puts_everything_under_the_newest_key_and_says_what_next(installation: Installation, say: Say) -> None:
    code, output = say("rewrap", "--new-key")
    assert code == 0
    assert "1 value and 3 keys of the installation are wrapped anew" in output
    assert "then remove every key but the first" in output
    assert json.loads(say("rewrap", "--format", "json")[1]) == {"values": 0, "keys": 0}
    path = installation.settings.key_file
    path.write_text(path.read_text().split()[0])
    assert say("test", *WHERE)[0] == 0


def test_rewrap_with_a_wrong_key_says_which_is_missing_and_changes_nothing(
    installation: Installation, say: Say
) -> None:
    path, before = installation.settings.key_file, everything(installation)
    right = path.read_text()
    path.write_text("00" * 32)
    for more in ([], ["--new-key"]):
        code, output = say("rewrap", *more)
        assert code == 5
        assert "which is not here" in output
        assert "restore the right key file" in output
        assert path.read_text() == "00" * 32
    path.write_text(right)
    assert everything(installation) == before
    assert say("test", *WHERE)[0] == 0


def test_one_value_under_a_lost_key_keeps_a_new_key_from_being_made(installation: Installation, say: Say) -> None:
    installation.sql("update reconciler.secret_values set key_id = 'lost'")
    path, before = installation.settings.key_file, everything(installation)
    text = path.read_text()
    code, output = say("rewrap", "--new-key")
    assert (code, "under the key lost, which is not here" in output) == (5, True)
    assert path.read_text() == text
    assert everything(installation) == before


def test_two_keys_in_the_environment_open_both_and_seal_under_the_first(
    installation: Installation, capsys: pytest.CaptureFixture[str]
) -> None:
    old = installation.settings.key_file.read_text().strip()
    installation.settings.key_file.unlink()

    def under(*keys: str) -> Installation:
        return replace(installation, settings=replace(installation.settings, key=Sealed(",".join(keys))))

    new = "ab" * 32
    both = under(new, old)
    assert both.run("credentials", "test", *WHERE) == 0
    assert both.run("credentials", "rewrap", "--new-key") == 2
    assert "put the new key before it there, then rewrap" in capsys.readouterr().err
    assert both.run("credentials", "rewrap") == 0
    assert under(new).run("credentials", "test", *WHERE) == 0
    capsys.readouterr()
    assert under(old).run("credentials", "test", *WHERE) == 5
    said = capsys.readouterr().err
    assert "which is not here" in said
    assert new not in said
    assert old not in said
    assert not installation.settings.key_file.exists()


def test_a_setting_that_somebody_else_began_is_shown_by_status(installation: Installation, say: Say) -> None:
    installation.sql(
        "insert into reconciler.credentials (organization_id, name, version, state, store, created_by, created_at)"
        " select organization_id, name, 2, 'pending', 'local', 'ola', created_at + %s from reconciler.credentials",
        timedelta(minutes=1),
    )
    code, output = say("set", *WHERE, value=TOKEN, minutes=2)
    assert (code, "is being set by ola since 07:01:00 UTC" in output) == (75, True)
    assert "xledger version 2 is being set by ola, and not tested yet" in say("status", WHERE[0])[1]
