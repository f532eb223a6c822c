"""An intent is what changes and nothing else; a yes counts once, for whoever has the role, and never for its author."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.plans.approval import Asked, Voice, judge
from reconciler.plans.approvers import Needed
from reconciler.plans.intent import base_of, intent
from reconciler.plans.resource import Actual

ONE = "1 more of accountant: FieldMapping/a (money)"
AT = datetime(2026, 3, 1, tzinfo=UTC)
LATER = {"schedules/xledger.yaml": ("30 3", "30 4")}
CLOSED = {"organization.yaml": ("closed_through: 2025-12-31", "closed_through: 2026-01-31")}
PEOPLE = {"kari": frozenset({"admin"}), "ola": frozenset({"accountant"}), "per": frozenset({"accountant"})}


def voice(account: str, word: str = "approve", *, platform: bool = False, spent: bool = False) -> Voice:
    return Voice("laget", "id", "i", account, word, "cli", "r", "a reason", AT, platform, spent)


def asks(approvals: int, *roles: str, platform: frozenset[str] = frozenset()) -> Asked:
    return Asked((Needed("money", roles, approvals, ("FieldMapping/a",)),), PEOPLE, platform)


def test_an_intent_is_the_same_wherever_else_the_base_moved(wanted) -> None:
    base, moved = base_of(wanted({})), base_of(wanted(CLOSED))
    assert intent(base, wanted(LATER)).digest == intent(moved, wanted(LATER | CLOSED)).digest
    assert intent(base, wanted(LATER)).digest != intent(base, wanted(LATER | CLOSED)).digest
    assert list(intent(base, wanted(LATER)).moved) == [("SyncSchedule", "xledger")]


def test_an_intent_has_the_people_of_its_base(wanted) -> None:
    people = "    - {account: ola-blindeforbundet, roles: [accountant]}"
    more = wanted({"organization.yaml": (people, f"{people}\n    - {{account: Eve, roles: [admin]}}")})
    assert sorted(intent(base_of(wanted({})), more).people) == ["kari-blindeforbundet", "ola-blindeforbundet"]
    assert sorted(intent(base_of(more), wanted({})).people) == ["eve", "kari-blindeforbundet", "ola-blindeforbundet"]
    found = intent(Actual(), more)
    assert (found.new, found.people) == (True, {})


def test_rows_in_the_place_of_a_commit_ask_for_their_drift_too(wanted, applied) -> None:
    rows = applied(wanted({}))
    drifted = Actual(resources=wanted(LATER).resources, applied=rows.applied)
    found = intent(drifted, wanted({}))
    assert [change.drift for change in found.changes] == [False]
    assert found.digest == intent(rows, wanted({})).digest


@pytest.mark.parametrize(("asked", "voices", "missing"), [
    (asks(2, "accountant"), [voice("ola")], ONE),
    (asks(2, "accountant"), [voice("ola"), voice("OLA "), voice("kari")], ONE),
    (asks(2, "accountant"), [voice("ola"), voice("per")], ""),
    (asks(1, "accountant"), [voice("ola", spent=True)], ONE),
    (asks(1, "accountant"), [voice("ola"), voice("ola", "author")], ONE),
    (asks(1, "accountant"), [voice("ola"), voice("ola", "refuse")], ONE),
    (asks(1, "platform"), [voice("eve", platform=True)], ""),
    (asks(1, "platform", platform=frozenset({"team"})), [voice("eve", platform=True)],
     "1 more of platform: FieldMapping/a (money)"),
    (asks(1, "platform", platform=frozenset({"team"})), [voice("Team")], ""),
    (asks(0, "accountant"), [], ONE),
    (asks(0, "accountant"), [voice("ola", "author")], ""),
    (asks(0, "accountant"), [voice("ola", "author", spent=True)], ONE),
    (asks(0, "accountant"), [voice("ola", "author"), voice("kari", "author")], ONE),
    (asks(0, "accountant"), [voice("kari", "author"), voice("ola")], ""),
])  # fmt: skip
def test_what_is_missing_is_said(asked: Asked, voices: list[Voice], missing: str) -> None:
    assert " ".join(judge(asked, voices).missing) == missing


def test_a_long_list_of_objects_is_cut() -> None:
    need = Needed("money", ("admin",), 1, tuple(f"FieldMapping/{each}" for each in range(9)))
    (text,) = judge(Asked((need,), {}, frozenset()), []).missing
    assert text.endswith("FieldMapping/3 and 5 more (money)")


ACCOUNTS = st.sampled_from(["kari", "ola", "per", "eve"])
SPOKEN = st.lists(st.builds(voice, ACCOUNTS, st.sampled_from(["author", "approve", "refuse"])), max_size=8)


@given(SPOKEN, ACCOUNTS, st.integers(1, 3))
def test_one_more_yes_never_asks_for_more_and_an_authors_changes_nothing(said, account: str, count: int) -> None:
    asked = asks(count, "accountant")
    before, after = judge(asked, said), judge(asked, [*said, voice(account)])
    assert len(after.missing) <= len(before.missing)
    assert len(after.held) <= len(before.held)
    if any((each.who, each.word) == (account, "author") for each in said):
        assert after.missing == before.missing


@given(SPOKEN)
def test_what_is_approved_has_enough_people_who_did_not_write_it(said) -> None:
    if judge(asks(2, "accountant"), said).approved:
        authors = {each.who for each in said if each.word == "author"}
        assert len({each.who for each in said if each.word == "approve"} - authors - {"kari", "eve"}) >= 2
