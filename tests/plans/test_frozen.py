"""Days on which configuration stays as it is: those of the applied organisation, by its own calendar."""

from datetime import UTC, date, datetime

import pytest

from reconciler.plans.frozen import frozen_changes, frozen_now
from reconciler.plans.resource import Actual, Resource
from reconciler.specs.models.organization import Organization

ID = "5f0c7b52-8d0e-4d5c-9a51-31b4f1d0a007"
CLOSED = {"from": "2026-03-02", "to": "2026-03-04", "reason": "the auditor is here", "stops": ["changes"]}


@pytest.mark.parametrize(("day", "closed"), [(1, False), (2, True), (4, True), (5, False)])
def test_both_ends_of_a_window_belong_to_it(day: int, closed: bool) -> None:
    found = frozen_changes({"freeze": [CLOSED]}, date(2026, 3, day))
    assert found == ("no changes from 2026-03-02 to 2026-03-04, both included: the auditor is here" if closed else None)


@pytest.mark.parametrize("stops", [None, ["syncs"], []])
def test_a_window_for_syncs_stops_no_change(stops: list[str] | None) -> None:
    assert frozen_changes({"freeze": [CLOSED | {"stops": stops}]}, date(2026, 3, 3)) is None


def test_a_window_may_stop_both() -> None:
    assert frozen_changes({"freeze": [CLOSED | {"stops": ["syncs", "changes"]}]}, date(2026, 3, 3)) is not None


@pytest.mark.parametrize("body", [None, {}, {"freeze": []}, {"freeze": None}, {"freeze": [{"stops": ["changes"]}]}])
def test_where_nothing_is_closed_nothing_is_frozen(body: dict | None) -> None:
    assert frozen_changes(body, date(2026, 3, 3)) is None


def test_the_day_is_the_organisations_own() -> None:
    body = {"zone": "Europe/Oslo", "freeze": [CLOSED]}
    actual = Actual(1, {("Organization", "lag"): Resource("Organization", "lag", body)}, (), {})
    assert frozen_now(actual, datetime(2026, 3, 1, 22, 59, tzinfo=UTC)) is None
    assert frozen_now(actual, datetime(2026, 3, 1, 23, 0, tzinfo=UTC)) is not None
    assert frozen_now(Actual(0, {}, (), {}), datetime(2026, 3, 3, tzinfo=UTC)) is None


def test_a_window_says_what_stands_still_and_means_syncs_where_it_says_nothing() -> None:
    days = {"from": "2026-03-02", "to": "2026-03-04", "reason": "the auditor is here"}
    several = [days, days | {"stops": ["changes"]}, days | {"stops": ["syncs", "changes"]}]
    spec = {"id": ID, "title": "Lag", "organization_number": "974760673", "freeze": several}
    organization = Organization.model_validate(spec)
    assert [each.stops for each in organization.days_without_syncs] == [None, ["syncs", "changes"]]
    assert "stops" not in organization.plain()["freeze"][0], "what was applied before means what it meant"
    with pytest.raises(ValueError, match="stops"):
        Organization.model_validate(spec | {"freeze": [days | {"stops": []}]})
