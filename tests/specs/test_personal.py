"""Identity numbers, e-mail addresses and telephone numbers go out of words, and the rest can still be understood."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.specs.personal import TAKEN_OUT, impersonal

GOOD = "17054026641"
"""A synthetic number of a published example, check digits right."""


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        (f"Ukjent person {GOOD}", f"Ukjent person {TAKEN_OUT}"),
        (f"person {GOOD[:6]} {GOOD[6:]} er ukjent", f"person {TAKEN_OUT} er ukjent"),
        (f"'{GOOD}'", f"'{TAKEN_OUT}'"),
        ("fødselsnummer: 01019912345 er ugyldig", f"fødselsnummer: {TAKEN_OUT} er ugyldig"),
        ("invalid fnr=010199 12345.", f"invalid fnr={TAKEN_OUT}."),
        ("<kari.nordmann+x@example.org> finnes ikke", f"<{TAKEN_OUT}> finnes ikke"),
        ("kari@ex\u00e6mpel.no", TAKEN_OUT),
        ("ring +47 922 33 445 i dag", f"ring {TAKEN_OUT} i dag"),
        ("004722334455", TAKEN_OUT),
        ("tlf. 92233445", f"tlf. {TAKEN_OUT}"),
        ("22 33 44 55 svarer ikke", f"{TAKEN_OUT} svarer ikke"),
        ("".join(chr(0xFF10 + int(digit)) for digit in GOOD), TAKEN_OUT),
        (f"{GOOD[:6]}\u200b{GOOD[6:]}", TAKEN_OUT),
    ],
)  # fmt: skip
def test_what_names_a_person_is_taken_out(text: str, rest: str) -> None:
    assert impersonal(text) == rest


@pytest.mark.parametrize(
    "text",
    [
        "Beløpet 1 250 000,00 er for høyt",
        "the voucher 2026000001 exists already (RCN-ABCDEFGHIJKLMNOPQRST)",
        "account 86011117947 is closed",
        "organisation 974760673",
        "An undeclared property 'hlf_Contact@odata.bind' was found",
        "00000000-0000-4000-8000-000000000001",
        "2026-03-02T08:00:00+01:00",
        "10000000 requests",
        "2026-01-10 08:00",
        "0x80040333: A record with matching key values already exists 20260110",
        "",
    ],
)
def test_what_a_message_is_about_stays(text: str) -> None:
    assert impersonal(text) == text


@given(st.text(st.sampled_from("0123456789 .-@+aø\u200b\uff11"), max_size=80))
def test_twice_is_once(text: str) -> None:
    assert impersonal(impersonal(text)) == impersonal(text)


@given(st.text(max_size=30), st.text(max_size=30))
def test_a_number_between_blanks_never_stays(before: str, after: str) -> None:
    assert GOOD not in impersonal(f"{before} {GOOD} {after}")


def test_a_hostile_text_costs_little() -> None:
    for text in ("a@" * 500, "1" * 1000, "1 " * 500, "fnr" + " " * 997, "a." * 500 + "@", "tlf" * 333):
        assert len(impersonal(text)) <= 5000
