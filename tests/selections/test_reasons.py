"""Why a record does not go, in English to the letter (it is kept in tables), and in Norwegian."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from parts.things import FIELDS, THINGS

from reconciler.runs.operations import RecordHold
from reconciler.selections.criteria import Selection, between, closed, select
from reconciler.selections.reasons import Why, say, why_of
from reconciler.selections.single import held_back
from reconciler.specs.models.category import DataCategory
from reconciler.specs.models.exclusion import Exclusion
from reconciler.specs.models.integration import Export

OSLO = ZoneInfo("Europe/Oslo")
ID = "5f0c7b52-8d0e-4d5c-9a51-31b4f1d0a007"
NORWEGIAN = {"approved_at": "Godkjent", "held_on": "Dato", "amount": "Beløp", "word": "Ord", "owner": "Eier"}
LABELS = {name: {"en": f"The {name}", "nb": NORWEGIAN.get(name, name)} for name in FIELDS}
WRITTEN = THINGS.model_dump(mode="json", by_alias=True, exclude_unset=True)
CATEGORY = DataCategory.model_validate(
    WRITTEN | {"fields": {name: each | {"label": LABELS[name]} for name, each in WRITTEN["fields"].items()}}
)
WHERE = {
    "status": ["approved", "rejected"],
    "word": {"not": ["a", "b"]},
    "held_on": {"from": "2026-01-01", "to": "2026-03-31"},
    "amount": {"min": "1.50", "max": "900"},
    "present": ["owner"],
    "absent": ["digital"],
}
SCOPE = [
    ("status is not approved or rejected", "status er ikke approved eller rejected"),
    ("word is a or b", "ord er a eller b"),
    ("held_on is before 2026-01-01, or there is none", "dato er før 1. januar 2026, eller mangler"),
    ("held_on is after 2026-03-31, or there is none", "dato er etter 31. mars 2026, eller mangler"),
    ("amount is below 1.50, or there is none", "beløp er under 1,50, eller mangler"),
    ("amount is above 900, or there is none", "beløp er over 900, eller mangler"),
    ("digital is not empty", "feltet digital er ikke tomt"),
    (
        "the approved_at is before the cut-over day 2026-02-01, or there is none",
        "godkjent er før den første dagen som eksporteres (1. februar 2026), eller mangler",
    ),
    ("the approved_at is before 2026-02-02, or there is none", "godkjent er før 2. februar 2026, eller mangler"),
    ("the approved_at is after 2026-02-03, or there is none", "godkjent er etter 3. februar 2026, eller mangler"),
]
READINESS = [
    (
        "held by kari because asked her (until 2026-04-30)",
        "holdt tilbake av kari til og med 30. april 2026 (begrunnelse: asked her)",
    ),
    ("owner is missing", "eier mangler"),
    ("excluded: as {the} board said (until 2026-05-01)", "unntatt til og med 1. mai 2026: as {the} board said"),
    ("excluded: for good and all", "unntatt: for good and all"),
    (
        "the held_on lies in accounts that are closed through 2026-01-31",
        "dato ligger i et regnskap som er avsluttet til og med 31. januar 2026",
    ),
]


@pytest.fixture
def selection() -> Selection:
    """One with every reason that there is."""
    export = Export.model_validate({"category": "things", "since": "2026-02-01", "where": WHERE})
    written = [{"reason": "as {the} board said", "until": "2026-05-01"}, {"reason": "for good and all"}]
    exclusions = [Exclusion.model_validate(each | {"category": "things", "ids": [ID]}) for each in written]
    found = select(export, CATEGORY, exclusions, OSLO, date(2026, 3, 1))
    found = between(found, CATEGORY, date(2026, 2, 2), date(2026, 2, 3), OSLO)
    since, ends = datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 4, 30, 22, tzinfo=UTC)
    hold = RecordHold("target", "things", ID, "asked her", "kari", since, ends)
    found = held_back(found, CATEGORY, {ID: hold.why(OSLO)})
    return closed(found, CATEGORY, ["held_on"], date(2026, 1, 31), OSLO)


def test_every_reason_is_said_in_both_languages(selection: Selection):
    for criteria, texts in ((selection.scope, SCOPE), (selection.readiness, READINESS)):
        whys = [each.why for each in criteria if each.why is not None]
        assert [(each.reason, say(why, "nb")) for each, why in zip(criteria, whys, strict=True)] == texts
        assert [say(why) for why in whys] == [each.reason for each in criteria]


def test_a_stored_reason_is_known_again_by_its_text(selection: Selection):
    known = selection.reasons()
    assert say(why_of("owner is missing", known), "nb") == "eier mangler"
    assert why_of("as an older version said", known) == Why("text", {"text": "as an older version said"})
    assert say(why_of("{as} {0} it stands", {}), "nb") == "{as} {0} it stands"


def test_two_criteria_are_alike_whatever_language_knows_them(selection: Selection):
    assert all(type(each)(each.test, each.reason) == each for each in (*selection.scope, *selection.readiness))
    assert {hash(each) for each in selection.scope}
