"""Presets, and the last day of the month."""

import pytest

from reconciler.schedules.describe import describe
from reconciler.schedules.expression import ExpressionInvalid, parse, preset


@pytest.mark.parametrize(
    ("every", "at", "on", "text", "last_day"),
    [
        ("daily", "03:30", None, "30 3 * * *", False),
        ("daily", None, None, "30 3 * * *", False),
        ("daily", "23:59", None, "59 23 * * *", False),
        ("hourly", None, None, "0 * * * *", False),
        ("hourly", "00:15", None, "15 * * * *", False),
        ("weekly", "06:00", "mon", "0 6 * * 1", False),
        ("weekly", "06:00", "Sunday", "0 6 * * 0", False),
        ("weekly", None, 3, "30 3 * * 3", False),
        ("monthly", "06:00", 1, "0 6 1 * *", False),
        ("monthly", "06:00", "28", "0 6 28 * *", False),
        ("monthly", "06:00", "last", "0 6 28-31 * *", True),
    ],
)
def test_a_preset_is_an_expression(every, at, on, text, last_day):
    expression = preset(every, at, on)
    assert (expression.text, expression.last_day) == (text, last_day)


@pytest.mark.parametrize(
    ("every", "at", "on", "says"),
    [
        ("daily", "3:30", None, "write HH:MM, for instance 03:30"),
        ("daily", "24:00", None, "write HH:MM"),
        ("daily", "", None, "write HH:MM"),
        ("daily", "03:30", "mon", "`on` belongs to weekly and monthly"),
        ("hourly", "06:15", None, "write 00:15"),
        ("hourly", "00:15", 1, "`on` belongs to weekly and monthly"),
        ("weekly", "06:00", None, "weekly needs a day"),
        ("weekly", "06:00", "7", "write one of mon"),
        ("weekly", "06:00", "last", "on last is not a weekday"),
        ("monthly", "06:00", None, "monthly needs a day: write 1-28, or last"),
        ("monthly", "06:00", 29, "on 29 is not in every month: write 1-28, or last"),
        ("monthly", "06:00", "0", "write 1-28, or last"),
        ("monthly", "06:00", "mon", "write 1-28, or last"),
    ],
)
def test_a_preset_that_means_nothing_is_refused_with_what_would_be_right(every, at, on, says):
    with pytest.raises(ExpressionInvalid) as refused:
        preset(every, at, on)
    assert says in refused.value.message


def test_the_last_day_survives_being_stored_as_text_and_flag():
    expression = preset("monthly", "06:00", "last")
    assert parse(expression.text, last_day=expression.last_day) == expression
    assert parse(expression.text) != expression


@pytest.mark.parametrize("text", ["0 6 31 * *", "0 6 28-31 * 1", "0 6 * * *"])
def test_the_last_day_flag_belongs_to_28_to_31_alone(text):
    with pytest.raises(ExpressionInvalid, match="28-31"):
        parse(text, last_day=True)


@pytest.mark.parametrize(
    ("text", "en", "nb"),
    [
        ("0 6 28-31 * *", "on the last day of each month at 06:00", "siste dag i hver måned kl. 06.00"),
        (
            "0 6 28-31 3,12 *",
            "at 06:00 on the last day of March and December",
            "kl. 06.00 siste dag i mars og desember",
        ),
        (
            "*/30 * 28-31 * *",
            "every 30 minutes on the last day of each month",
            "hvert 30. minutt siste dag i hver måned",
        ),
    ],
)
def test_the_last_day_has_its_own_words(text, en, nb):
    expression = parse(text, last_day=True)
    assert describe(expression, "en", "Europe/Oslo") == f"{en} (Europe/Oslo)"
    assert describe(expression, "nb", "Europe/Oslo") == f"{nb} (Europe/Oslo)"
