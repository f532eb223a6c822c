"""Lines of the log: they can be read by machines and people, and hold no secret and nobody's number."""

import io
import json
import logging
import re
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reconciler.controller.logs import HIDDEN, LONGEST, Lines, clean, set_up

IDENTITY = "15076500565"
"""A made-up identity number whose check digits are right."""
SECRETS = (
    "ghp_0123456789abcdefABCDEF0123456789abcd",
    "glpat-0123456789abcdefABCD",
    "postgresql://kari:sommer2026@db.example.org/app",
    "Bearer A1b2C3d4E5f6A1b2C3d4E5f6",
    "password=sommer2026",
    "eyJhbGciOiJIUzI1NiJ9eyJzdWIiOiIxMjM0NTY3",
)


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    """What is logged in this test, in JSON; afterwards logging is as before."""
    root = logging.getLogger()
    before = root.handlers[:], root.level
    stream = io.StringIO()
    set_up("json", "info", "tests", stream)
    yield stream
    root.handlers[:] = before[0]
    root.setLevel(before[1])
    logging.captureWarnings(capture=False)


def last(stream: io.StringIO) -> dict:
    return json.loads(stream.getvalue().splitlines()[-1])


def test_a_line_has_time_in_utc_level_place_message_and_fields(lines):
    logging.getLogger("reconciler.controller.loop").info(
        "%s is applied", "hlf", extra={"organization": "hlf", "ms": 12}
    )
    found = last(lines)
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", found.pop("at"))
    assert found == {
        "level": "info", "from": "reconciler.controller.loop", "message": "hlf is applied", "installation": "tests",
        "organization": "hlf", "ms": 12,
    }  # fmt: skip


@pytest.mark.parametrize("secret", SECRETS)
def test_no_secret_is_written_wherever_it_stands(lines, secret):
    word = secret.split("=")[-1].split()[-1]
    log = logging.getLogger("reconciler")
    try:
        raise ValueError(f"it said: {secret}")
    except ValueError:
        log.exception("sent %s to it", secret, extra={"answer": f"it was {secret} there", "detail": {"x": [secret]}})
    assert word not in lines.getvalue()
    assert "sommer2026" not in lines.getvalue()
    assert last(lines)["message"].startswith("sent ")


def test_nothing_is_written_under_a_name_that_tells_a_secret(lines):
    logging.getLogger("reconciler").info("set", extra={"client_secret": "sommer", "API-Key": "vinter", "tokens": 3})
    assert "sommer" not in lines.getvalue()
    assert "vinter" not in lines.getvalue()
    assert last(lines)["client_secret"] == HIDDEN


@pytest.mark.parametrize("who", [IDENTITY, "150765 00565", "kari@example.org", "+47 922 33 445"])
def test_nobody_is_named_by_number_or_address(lines, who):
    logging.getLogger("reconciler").warning("claim of %s", who, extra={"who": who})
    assert who not in lines.getvalue()
    assert last(lines)["message"] == "claim of [taken out]"


def test_one_record_is_one_line_whatever_it_holds(lines):
    logging.getLogger("reconciler").info("a\nb\r\x1b[31mc\u2028d\u202e", extra={"x": "1\n2"})
    assert len(lines.getvalue().splitlines()) == 1
    assert not re.search(r"[\x1b\u2028\u202e]", last(lines)["message"])


def test_a_line_is_bounded_and_says_what_is_missing(lines):
    logging.getLogger("reconciler").info("x" * 10 * LONGEST)
    assert len(last(lines)["message"]) < LONGEST + 100
    assert f"({10 * LONGEST} characters)" in last(lines)["message"]


def test_a_mistake_in_a_call_costs_no_line():
    record = logging.LogRecord("reconciler", logging.INFO, "", 1, "%d of %d", ("no number",), None)
    assert json.loads(Lines("json").format(record))["message"] == "%d of %d"


def test_a_key_is_hidden_to_its_end_and_the_rest_stays():
    key = "-----BEGIN RSA PRIVATE KEY-----\nMIIEow\n-----END RSA PRIVATE KEY-----"
    assert clean(f"it holds {key}") == f"it holds {HIDDEN}"
    assert clean(f'["Bearer {"a1B2" * 8}"] it was, of hlf') == f'["{HIDDEN} it was, of hlf'


def test_libraries_are_heard_only_where_something_is_wrong(lines):
    logging.getLogger("httpx").info("HTTP Request: GET https://example.org")
    logging.getLogger("uvicorn.error").warning("Invalid HTTP request received.")
    logging.getLogger("httpcore.connection").warning("it is broken")
    assert [json.loads(each)["message"] for each in lines.getvalue().splitlines()] == ["it is broken"]


def test_people_get_plain_lines():
    stream = io.StringIO()
    root = logging.getLogger()
    before = root.handlers[:], root.level
    try:
        set_up("console", "debug", stream=stream)
        logging.getLogger("reconciler").debug("fetched\nagain", extra={"commit": "7e296ce"})
    finally:
        root.handlers[:] = before[0]
        root.setLevel(before[1])
        logging.captureWarnings(capture=False)
    assert re.fullmatch(r"\S+Z debug   fetched again commit=7e296ce\n", stream.getvalue())


@settings(max_examples=30)
@given(st.text(max_size=200))
def test_cleaning_never_fails_and_twice_is_once(text):
    assert clean(clean(text)) == clean(text)
