"""Norwegian identifiers: published vectors, and laws about their check digits."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.specs.identifiers import CHECKS, national_id

VALID = {
    "organisasjonsnummer": ["988077917", "995525828", "974760673"],
    "kontonummer": ["86011117947"],
    "kid": ["602243", "12344", "1234567897", "12343"],
    "kid_mod10": ["602243", "12344", "1234567897"],
    "kid_mod11": ["12343"],
    # The first two by the old rule; the third only by that of 2032. Then a D-number, day and 40; a synthetic one.
    "foedselsnummer": ["02013299997", "30108299920", "30108299939"],
}
INVALID = {
    "organisasjonsnummer": ["988077918", "98807791", "9880779170", "98807791A", "٩٨٨٠٧٧٩١٧"],
    "kontonummer": ["86011117948", "8601.11.17947"],
    "kid": ["12340", "1", "0" * 26, "12 344", ""],
    "kid_mod10": ["12343", "1234-"],
    "kid_mod11": ["12344"],
    "foedselsnummer": ["30108299938", "32013299997", "02133299997", "0201329999"],
}


def pairs(table: dict[str, list[str]]) -> list[tuple[str, str]]:
    return [(name, value) for name, values in table.items() for value in values]


@pytest.mark.parametrize(("name", "value"), pairs(VALID))
def test_a_published_number_is_accepted(name, value):
    assert CHECKS[name](value) == value


@pytest.mark.parametrize(("name", "value"), pairs(INVALID))
def test_a_wrong_number_is_refused_and_not_repeated(name, value):
    with pytest.raises(ValueError) as refused:
        CHECKS[name](value)
    assert not value or value not in str(refused.value)


@pytest.mark.parametrize("name", ["organisasjonsnummer", "kontonummer", "kid_mod10", "foedselsnummer"])
@given(data=st.data())
def test_no_single_wrong_digit_goes_unseen(name, data):
    value = data.draw(st.sampled_from(VALID[name]))
    place = data.draw(st.integers(0, len(value) - 1))
    digit = data.draw(st.sampled_from([each for each in "0123456789" if each != value[place]]))
    changed = value[:place] + digit + value[place + 1 :]
    with pytest.raises(ValueError):
        CHECKS[name](changed)


@given(st.text(max_size=30))
def test_any_text_is_answered(value):
    for check in CHECKS.values():
        with suppress(ValueError):
            assert check(value) == value


def with_checks(nine: str) -> list[str]:
    """Every number with these nine digits that some rule accepts."""
    return [each for number in range(100) if _accepted(each := f"{nine}{number:02}")]


def _accepted(value: str) -> bool:
    try:
        return bool(national_id(value))
    except ValueError:
        return False


@given(
    st.integers(1, 28),
    st.integers(1, 12),
    st.integers(0, 99999),
    st.sampled_from([(0, 0), (40, 0), (0, 40), (0, 80), (40, 80)]),
)
def test_the_rule_of_2032_gives_every_day_at_most_four_numbers_a_series(day, month, rest, shift):
    assert len(with_checks(f"{day + shift[0]:02}{month + shift[1]:02}{rest:05}")) <= 4
