"""A credential that ends and a report that is due are told on each day of a reminder, in the organisation's words."""

from datetime import datetime, timedelta

from parts.installation import START, WHERE


def told(house, day: str) -> list[str]:
    """What is told at noon of a day."""
    house.at.at = (datetime.fromisoformat(f"{day}T12:00:00+01:00") - START) / timedelta(minutes=1)
    return [each.matter for each in house.notify()]


def test_each_reminder_of_a_credentials_end_is_told_once_and_its_end_is_red(house) -> None:
    house.at.sql("update reconciler.credentials set expires_at = '2026-04-02T20:00Z' where name = %s", WHERE[1])
    days = [
        "2026-03-02",
        "2026-03-04",
        "2026-03-05",
        "2026-03-25",
        "2026-03-27",
        "2026-04-01",
        "2026-04-02",
        "2026-04-03",
    ]
    found = [told(house, day) for day in days]
    assert found == [
        [], ["credential/xledger/1/30"], [], [], ["credential/xledger/1/7"],
        [], ["credential/xledger/1/1"], ["credential/xledger/1/0"],
    ]  # fmt: skip
    last = house.hook.json()
    assert last["state"] == "red"
    assert last["reason"] == "den utløp 2. april 2026, og ingenting sendes med den"
    assert last["subject"] == "[local, simulator] Norges Blindeforbund: HASTER: påloggingsdetaljene xledger"
    assert last["next"] == "reconciler credentials rotate blindeforbundet xledger"


def test_a_report_that_is_due_is_told_on_each_day_of_a_reminder_and_once_it_is_late(house) -> None:
    days = ["2026-07-16", "2026-07-17", "2026-08-15", "2026-08-16", "2026-09-15", "2026-09-16", "2026-09-17"]
    found = [told(house, day) for day in days]
    key = "report/bufdir/2025/2026-"
    assert found == [[], [f"{key}07-17"], [], [f"{key}08-16"], [f"{key}09-15"], [f"{key}09-15"], []]
    first = house.hook.json(0)
    assert first["state"] == "yellow"
    assert first["sentence"] == (
        "Rapporten bufdir hos Norges Blindeforbund: året 2025 er ikke levert; fristen er 15. september 2026."
    )
    assert first["next"] == "reconciler report check blindeforbundet bufdir"
    assert house.hook.json()["state"] == "red"
