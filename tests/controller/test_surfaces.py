"""Settings of what can be seen: what is read, and what is refused with a next step."""

import pytest

from reconciler.controller.surfaces import Address, surfaces
from reconciler.errors import UsageError
from reconciler.settings import read_settings


def read(**variables: str):
    return surfaces(read_settings({f"RECONCILER_{name}": value for name, value in variables.items()}).surfaces)


def test_nothing_is_listened_on_where_nothing_is_named():
    found = read()
    assert (found.hooks, found.observe, found.traces, found.form, found.level) == (None, None, "", "json", "info")


def test_addresses_of_either_kind_are_read(tmp_path):
    (tmp_path / "secrets").write_text("0123456789abcdef\n")
    found = read(LISTEN="[::1]:8080", OBSERVE="127.0.0.1:0", HOOK_SECRET_FILE=str(tmp_path / "secrets"), LOG="Warning")
    assert (found.hooks, found.observe) == (Address("::1", 8080), Address("127.0.0.1", 0))
    assert found.level == "warning"


@pytest.mark.parametrize(
    "text", ["8080", "x", "127.0.0.1:port", "127.0.0.1:99999", "http://x:1", "x:1/y", "u@x:1", ":1"]
)
def test_what_is_no_address_is_refused(text):
    with pytest.raises(UsageError) as caught:
        read(OBSERVE=text)
    assert "RECONCILER_OBSERVE" in caught.value.message
    assert "127.0.0.1:8080" in caught.value.hint


def test_hooks_need_a_secret_that_nobody_guesses_and_no_message_shows_one(tmp_path):
    with pytest.raises(UsageError, match="RECONCILER_HOOK_SECRET_FILE is not"):
        read(LISTEN="127.0.0.1:0")
    with pytest.raises(UsageError, match="cannot be read: No such file"):
        read(LISTEN="127.0.0.1:0", HOOK_SECRET_FILE=str(tmp_path / "none"))
    file = tmp_path / "secrets"
    for text in ("", "\n \n", "sommer2026", "0123456789abcdef\nsommer2026\n"):
        file.write_text(text)
        with pytest.raises(UsageError) as caught:
            read(LISTEN="127.0.0.1:0", HOOK_SECRET_FILE=str(file))
        assert "at least 16 characters" in caught.value.message
        assert "sommer" not in str(caught.value)


@pytest.mark.parametrize(
    ("name", "value"), [("LOG", "loud"), ("LOG_FORMAT", "xml"), ("TRACES", "collector:4317"), ("TRACES", "ftp://x/y")]
)
def test_other_words_are_refused(name, value):
    with pytest.raises(UsageError) as caught:
        read(**{name: value})
    assert caught.value.hint
