"""Of several switches one counts: what forbids more, then what holds for all; and nothing whose time is over."""

from datetime import UTC, datetime, timedelta
from itertools import permutations

from reconciler.runs.switch import EVERYBODY, Switch, What, standing

NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)
ID = "5f0c7b52-8d0e-4d5c-9a51-31b4f1d0a007"


def switch(what: What, organization: str = "lag", until: datetime | None = None, identity: str = "") -> Switch:
    return Switch(organization, what, "the ledger is looked into", "kari", NOW, until, organization_id=identity)


def test_what_forbids_more_wins_and_of_equals_that_of_all_in_any_order() -> None:
    ranked = [switch(what, scope) for what in ("stop", "detect", "pin") for scope in (EVERYBODY, "lag")]
    for several in permutations(ranked, 3):
        assert standing(several, "lag", NOW) == min(several, key=ranked.index)


def test_it_is_over_at_the_moment_that_was_named() -> None:
    found = [switch("stop", until=NOW), switch("pin", until=NOW + timedelta(seconds=1))]
    assert standing(found, "lag", NOW) == found[1]
    assert standing(found, "lag", NOW + timedelta(seconds=1)) is None


def test_it_is_for_nobody_else() -> None:
    assert standing([switch("stop", "another")], "lag", NOW) is None
    assert standing([], "lag", NOW) is None


def test_a_folder_with_another_name_is_held_by_its_id_and_no_id_is_nobodys() -> None:
    held = switch("stop", "lag", identity=ID)
    assert standing([held], "laget", NOW, ID) == held
    assert standing([held], "laget", NOW) is None
    assert standing([switch("stop", "lag")], "laget", NOW, "") is None
