"""A secret shows itself to nobody who does not say `reveal`."""

import copy
import inspect
import io
import json
import logging
import pickle
import pprint
import reprlib
import traceback
from collections.abc import Callable
from dataclasses import asdict, astuple, dataclass, replace

import pytest
import rich
from rich.console import Console
from rich.pretty import pretty_repr

from reconciler.vaults.secret import DOTS, Secret

VALUE = "c4n4ry-Zq7Wm3xKpL9vRt2YzB8n-wxyz"
FORM = "{0} {0!r} {0!s:>50} {x.hint} {x.names}"
HIDDEN = VALUE[:-4]
"""All but the last four characters, which the hint shows."""


@dataclass(frozen=True)
class Holder:
    """What has a secret among other things."""

    secret: Secret
    name: str = "holder"


class Plain:
    """The same without a repr of its own."""

    def __init__(self, secret: Secret) -> None:
        self.secret = secret


@pytest.fixture
def secret() -> Secret:
    return Secret({"token": VALUE, "user": "kari"})


SHOWN: dict[str, Callable[[Secret], str]] = {
    "str": str,
    "repr": repr,
    "ascii": ascii,
    "an f-string": lambda secret: f"{secret}",
    "an f-string with a conversion": lambda secret: f"{secret!r} {secret!s} {secret!a} {secret=}",
    "an f-string with a width": lambda secret: f"{secret:>80} {secret!s:>80}",
    "format": lambda secret: FORM.format(secret, x=secret),
    "percent": lambda secret: "%s %r %a" % (secret, secret, secret),  # noqa: UP031 - that is what is tried
    "a list": lambda secret: str([secret, {"a": (secret,)}]),
    "a dataclass that holds it": lambda secret: f"{Holder(secret)} {replace(Holder(secret), name='x')!r}",
    "an object that holds it": lambda secret: str(vars(Plain(secret))),
    "pprint": lambda secret: pprint.pformat({"a": [secret, Holder(secret)]}),
    "reprlib": lambda secret: reprlib.repr([secret]),
    "rich's pretty": lambda secret: pretty_repr([secret, Holder(secret), Plain(secret)], expand_all=True),
    "json with default=str": lambda secret: json.dumps({"a": secret}, default=str),
    "json with default=repr": lambda secret: json.dumps([Holder(secret)], default=repr),
    "dir": lambda secret: str(dir(secret)),
    "the members": lambda secret: str(inspect.getmembers(secret)),
    "its hint and names": lambda secret: f"{secret.hint} {sorted(secret.names)}",
}


@pytest.mark.parametrize("show", SHOWN.values(), ids=SHOWN)
def test_it_is_shown_as_dots_by(show, secret):
    text = show(secret)
    assert text
    assert HIDDEN not in text
    assert "kari" not in text


def test_print_shows_dots(secret, capsys):
    print(secret, [secret], Holder(secret))  # noqa: T201 - that is what is tried
    rich.print(secret, [secret], Holder(secret))
    out, err = capsys.readouterr()
    assert HIDDEN not in out + err
    assert DOTS in out


@pytest.mark.parametrize("more", [{}, {"private": True}, {"all": True}, {"dunder": True, "methods": True}])
def test_rich_inspect_shows_dots(more, secret):
    file = io.StringIO()
    rich.inspect(secret, console=Console(file=file, width=200), **more)
    assert HIDDEN not in file.getvalue()
    assert "Secret" in file.getvalue()


@pytest.mark.parametrize("form", ["%s", "%r", "%(secret)s"])
def test_a_log_shows_dots(form, secret, caplog):
    arguments = {"secret": secret} if "(" in form else secret
    with caplog.at_level(logging.DEBUG):
        logging.getLogger("a library").debug(form, arguments, extra={"holder": Holder(secret)})
    assert DOTS in caplog.text
    assert HIDDEN not in caplog.text + str([vars(record) for record in caplog.records])


def test_a_traceback_with_locals_shows_dots(secret):
    def inner(held: Secret, holder: Holder) -> None:
        listed = [held, {"a": holder}]
        raise LookupError(f"{listed}")

    with pytest.raises(LookupError) as raised:
        inner(secret, Holder(secret))
    shown = "".join(traceback.TracebackException.from_exception(raised.value, capture_locals=True).format())
    assert "listed = " in shown
    assert HIDDEN not in shown


IMPOSSIBLE: dict[str, Callable[[Secret], object]] = {
    "compared with another": lambda secret: secret == Secret({"token": VALUE}),
    "compared with text": lambda secret: secret == VALUE,
    "compared from the other side": lambda secret: VALUE == secret,  # noqa: SIM300 - that is what is tried
    "told from another": lambda secret: secret != Secret({}),
    "looked for in a list": lambda secret: [secret, secret].index(Secret({})),
    "put in order": lambda secret: sorted([secret, Secret({})]),
    "hashed": hash,
    "put into a set": lambda secret: {secret},
    "made a key": lambda secret: {secret: 1},
    "copied": copy.copy,
    "copied deeply": copy.deepcopy,
    "copied with its holder": lambda secret: copy.deepcopy(Holder(secret)),
    "turned to a dictionary with its holder": lambda secret: asdict(Holder(secret)),
    "turned to a tuple with its holder": lambda secret: astuple(Holder(secret)),
    "asked for its state": lambda secret: secret.__getstate__(),
    "asked how it is rebuilt": lambda secret: secret.__reduce__(),
    "written as JSON": json.dumps,
    "written as JSON by its variables": lambda secret: json.dumps(secret, default=vars),
    "asked for its variables": vars,
    "iterated": list,
    "unpacked": lambda secret: dict(**secret),
    "asked for an item": lambda secret: secret["token"],
    "added to text": lambda secret: "token " + secret,
    "joined to text": lambda secret: " ".join(dict.fromkeys("ab", secret).values()),
    "made bytes": bytes,
    "measured": len,
}  # fmt: skip


@pytest.mark.parametrize("attempt", IMPOSSIBLE.values(), ids=IMPOSSIBLE)
def test_it_cannot_be(attempt, secret):
    with pytest.raises(TypeError) as raised:
        attempt(secret)
    assert HIDDEN not in f"{raised.value!r}"


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_it_cannot_be_pickled(protocol, secret):
    for thing in (secret, [secret], Plain(secret)):
        with pytest.raises(TypeError):
            pickle.dumps(thing, protocol)


def test_it_has_no_variables_and_takes_none(secret):
    assert not hasattr(secret, "__dict__")
    with pytest.raises(AttributeError):
        secret.value = VALUE


def test_what_is_revealed_is_a_copy(secret):
    secret.reveal().clear()
    given = {"token": VALUE}
    held = Secret(given)
    given.clear()
    assert held.reveal() == {"token": VALUE}
    assert secret.reveal() == {"token": VALUE, "user": "kari"}


@pytest.mark.parametrize(
    ("value", "hint"),
    [
        ("a" * 15, DOTS),
        ("a" * 12 + "wxyz", f"{DOTS}wxyz"),
        ("a" * 20 + "wx-z", DOTS),
        ("", DOTS),
        ("-----END KEY-----\n", DOTS),
    ],
)
def test_a_hint_is_four_characters_of_a_long_value_alone(value, hint):
    assert Secret({"token": value}).hint == hint


def test_a_secret_without_fields_has_a_hint_too():
    assert Secret({}).hint == DOTS
