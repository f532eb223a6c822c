"""What a target field asks for: found beforehand where the values are known, else asked of every record."""

from datetime import date

import pytest

from reconciler.mappings.refusal import Refusal

CITIES = {"lookups": {"cities": {"Oslo": "OS1", "Bergen": "Bergen"}}}
KNOWN = {
    "a constant in another form": ({"to": "code", "value": "a1"}, "the text is not in the form that is wanted there"),
    "a constant that is not listed": ({"to": "kind", "value": "costs"}, "not one of the values"),
    "a constant out of range": ({"to": "level", "value": "11"}, "11 is more than 10"),
    "a constant with too many decimals": ({"to": "price", "value": "1.005"}, "does not fit: an amount is wanted"),
    "a constant that is too short": ({"to": "whose", "value": "ab"}, "at least 3 are wanted"),
    "an instant without an offset": ({"to": "at", "value": "2026-01-01T10:00"}, "does not fit"),
    "a default that is not listed": (
        {"to": "kind", "from": "name", "default": "costs"},
        "the default 'costs' does not fit",
    ),
    "a default that fails its check": (
        {"to": "free", "from": "name", "default": "12345", "check": "kontonummer"},
        "'12345' does not get through its steps: an account number has eleven digits",
    ),
    "a lookup with a value that does not fit": (
        {"to": "code", "from": "name", "lookup": "cities"},
        "may become 'Bergen'",
    ),
    "a table with a value that does not fit": (
        {"to": "code", "from": "name", "lookup": {"reference": "vat.code", "at": "day"}},
        "may become '11'",
    ),
    "a closed list that does not fit": ({"to": "kind", "from": "sort"}, "may become 'trip'"),
    "words that do not fit": (
        {"to": "kind", "from": "digital", "words": {"true": "cost", "false": "x"}},
        "may become 'x'",
    ),
    "more decimals than fit": (
        {"to": "weight", "from": "km", "number": {"decimals": 4}},
        "takes 3 decimals, and this has 4",
    ),
    "a day where an instant is wanted": (
        {"to": "at", "from": "approved_at", "date": "iso"},
        "'at' takes a point in time",
    ),
    "a number of minor units as money": ({"to": "free", "from": "km"}, "'free' takes text"),
    "an unknown zone": (
        {"to": "free", "from": "day", "date": {"format": "yyyymmdd", "zone": "Mars/Base"}},
        "no time zone",
    ),
    "a keyed table without keys": (
        {"to": "free", "from": "name", "lookup": {"reference": "rates.rate", "at": "day"}},
        "has no keys",
    ),
    "a keyed number without its key": (
        {"to": "weight", "product": ["km", {"reference": "vat.rate", "at": "day"}], "number": {"decimals": 2}},
        "needs a `key`",
    ),
    "calculating with a text column": (
        {
            "to": "weight",
            "product": ["km", {"reference": "vat.code", "at": "day", "key": "name"}],
            "number": {"decimals": 2},
        },
        "is text, not a number",
    ),
    "waiting for a date that may be a default": (
        {"to": "day", "from": "day", "default": "2026-01-01", "when_closed": "hold"},
        "waits for a field of the record",
    ),
}


@pytest.mark.parametrize(("rule", "words"), KNOWN.values(), ids=KNOWN)
def test_what_is_known_not_to_fit_is_found_before_any_record(world, rule, words):
    [(identifier, message)] = world.clashes(rule, **CITIES)
    assert words in message
    assert identifier in {"mapping-type", "zone-unknown", "missing-key"}


ASKED = [
    ({"to": "code", "from": "name"}, {"name": "AB1"}, "AB1"),
    ({"to": "kind", "from": "name"}, {"name": "other"}, "the text is not one of the values that may stand there"),
    ({"to": "level", "from": "count"}, {"count": 10}, 10),
    ({"to": "level", "from": "count"}, {"count": 11}, "11 is more than 10, the most that fits"),
    ({"to": "price", "from": "count"}, {"count": 3}, "3.00"),
    ({"to": "price", "from": "extra"}, {"extra": "0.00"}, "0.00 is less than 0.01, the least that fits"),
    (
        {"to": "whose", "from": "name", "truncate": {"length": 8}},
        {"name": "ab"},
        "the text has 2 characters; at least 3 are wanted",
    ),
    (
        {"to": "at", "from": "approved_at", "date": "iso_instant"},
        {"approved_at": "2026-07-01T10:00:00Z"},
        "2026-07-01T12:00:00+02:00",
    ),
    (
        {"to": "text", "from": "note", "truncate": {"length": 3, "longer": "refuse"}},
        {"note": "abcd"},
        "the text has 4 characters; 3 fit",
    ),
    (
        {"to": "free", "from": "name", "lookup": {"reference": "vat.code", "at": "day"}},
        {"name": "x", "day": "2026-01-01"},
        "vat.code has no value for 'x' on 2026-01-01",
    ),
    (
        {"to": "free", "from": "name", "lookup": {"reference": "vat.code", "at": "day"}},
        {"name": "food"},
        "'day' is empty, and chooses the row of vat.code",
    ),
    (
        {
            "to": "weight",
            "product": ["km", {"reference": "vat.rate", "at": "day", "key": "name"}],
            "number": {"decimals": 3},
        },
        {"km": "100", "name": "food", "day": "2023-12-31"},
        "12.000",
    ),
    ({"to": "free", "from": "day", "date": "dd.mm.yyyy"}, {"day": "0099-01-02"}, "02.01.0099"),
    (
        {"to": "free", "from": "amount", "number": {"decimals": 2, "decimal": "comma", "thousands": "point"}},
        {"amount": "-1234.5"},
        "-1.234,50",
    ),
    ({"to": "number", "from": "extra", "number": {"decimals": 2, "minor_units": True}}, {"extra": "-0.005"}, -1),
]


@pytest.mark.parametrize(("rule", "record", "made"), ASKED)
def test_what_is_not_known_is_asked_of_every_record(world, rule, record, made):
    assert world.field(rule, record) == made


CLOSED = {"closed_through": date(2026, 1, 31)}


@pytest.mark.parametrize(
    ("when_closed", "instant", "made"),
    [
        ("first_open_day", "2026-01-31T22:59:59Z", "2026-02-01"),
        ("first_open_day", "2026-01-31T23:00:00Z", "2026-02-01"),
        ("first_open_day", "2026-03-01T23:00:00Z", "2026-03-02"),
        ("reject", "2026-01-31T22:59:59Z", "2026-01-31 lies in accounts that are closed through 2026-01-31"),
        ("hold", "2026-01-31T22:59:59Z", "2026-01-31 lies in accounts that are closed through 2026-01-31"),
        ("reject", "2026-01-31T23:00:00Z", "2026-02-01"),
    ],
)
def test_a_date_in_closed_accounts_moves_or_refuses_the_record(world, when_closed, instant, made):
    rule = {"to": "day", "from": "approved_at", "date": "iso", "when_closed": when_closed}
    assert world.field(rule, {"approved_at": instant}, shared=[], **CLOSED) == made


def test_a_line_that_may_be_left_out_cannot_hold_a_record(world):
    rule = {"to": "day", "from": "day", "when_closed": "hold"}
    when = {"field": "amount", "greater_than": "0"}
    _, found = world.compile([{"name": "a", "when": when, "fields": [rule]}], **CLOSED)
    assert [each.clash.message for each in found] == ["the line 'a' may be left out, and cannot hold a record"]
    assert isinstance(world.render({"day": "2026-01-01"}, [{"name": "a", "fields": [rule]}], **CLOSED), Refusal)
