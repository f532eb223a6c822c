"""A validation that remembers says exactly what one says that reads everything, whatever changed in between."""

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reconciler.engine.validation import NoMemory, Rules, Validated, validate
from reconciler.plans.compile import check
from reconciler.specs.collection import collect

ROOT = Path(__file__).parents[2]
GOLDEN = sorted(path for path in (ROOT / "tests/golden/diagnostics").iterdir() if path.is_dir())
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
OTHER_ID = b"5f0c7b52-8d0e-4d5c-9a51-31b4f1d0a099"


def files(folder: Path, prefix: str = "") -> dict[str, bytes]:
    found = (path for path in folder.rglob("*") if path.is_file() and path.name != "expected.txt")
    return {prefix + path.relative_to(folder).as_posix(): path.read_bytes() for path in found}


BUILTIN = files(ROOT / "specs", "specs/")
EXAMPLE = files(ROOT / "orgs", "orgs/")


class Folder:
    """A tree in memory that counts what is read."""

    def __init__(self, found: Mapping[str, bytes], *, sure: bool = True) -> None:
        self.found, self.sure = found, sure
        self.reads: list[str] = []

    def stamps(self) -> dict[str, str]:
        return {path: sha256(content).hexdigest() if self.sure else "" for path, content in self.found.items()}

    def read(self, paths: Iterable[str]) -> dict[str, bytes]:
        self.reads += paths
        return {path: self.found[path] for path in paths}


class Kept:
    """A memory that is JSON, as the real one."""

    def __init__(self, program: str = "1") -> None:
        self.program, self.text, self.saves = program, "null", 0

    def load(self) -> object:
        return json.loads(self.text)

    def save(self, kept: object) -> None:
        self.text, self.saves = json.dumps(kept), self.saves + 1


def cold(found: Mapping[str, bytes], builtin: Mapping[str, bytes] = BUILTIN) -> Validated:
    return validate(Folder(found), Rules(builtin, NOW), NoMemory())


def twins(count: int) -> dict[str, bytes]:
    """Organisations that differ in name and id."""
    found: dict[str, bytes] = {}
    for index in range(count):
        for path, content in EXAMPLE.items():
            if path.startswith("orgs/blindeforbundet/"):
                own = content.replace(b"4f1d0a007", b"4f1d0a00%d" % index)
                own = own.replace(b"name: blindeforbundet", b"name: twin%d" % index)
                found[path.replace("blindeforbundet", f"twin{index}")] = own
    return found


@pytest.mark.parametrize("folder", GOLDEN, ids=lambda folder: folder.name)
def test_one_organization_at_a_time_finds_what_all_at_once_find(folder):
    specs = collect(files(folder), BUILTIN)
    check(specs, NOW.replace(hour=0))
    kept = Kept()
    first, again = (validate(Folder(files(folder)), Rules(BUILTIN, NOW), kept) for _ in range(2))
    assert sorted(map(str, first.diagnostics)) == sorted(map(str, specs.diagnostics))
    assert [each.origin for each in first.diagnostics] == [each.origin for each in specs.diagnostics]
    assert again == first
    documents = sum(len(each.documents) for each in specs.organizations.values())
    assert (first.documents, first.organizations) == (documents, len(specs.organizations))


def test_what_has_not_changed_is_not_read():
    found, kept = twins(3), Kept()
    validate(Folder(found), Rules(BUILTIN, NOW), kept)
    again = Folder(found)
    validate(again, Rules(BUILTIN, NOW), kept)
    assert (again.reads, kept.saves) == ([], 1)
    changed = Folder(found | {"orgs/twin1/schedules/xledger.yaml": b"["})
    outcome = validate(changed, Rules(BUILTIN, NOW), kept)
    assert {path.split("/")[1] for path in changed.reads} == {"twin1"}
    assert outcome == cold(changed.found)


def test_where_stamps_are_not_sure_the_content_decides():
    found, kept = twins(2), Kept()
    validate(Folder(found, sure=False), Rules(BUILTIN, NOW), kept)
    broken = found | {"orgs/twin1/schedules/xledger.yaml": b"["}
    assert validate(Folder(broken, sure=False), Rules(BUILTIN, NOW), kept) == cold(broken)


def test_another_catalogue_another_program_and_another_day_are_another_matter():
    found, kept = twins(1), Kept()
    validate(Folder(found), Rules(BUILTIN, NOW), kept)
    without = {path: content for path, content in BUILTIN.items() if "mileage_claims" not in path}
    outcome = validate(Folder(found), Rules(without, NOW), kept)
    assert outcome == cold(found, without)
    assert outcome.diagnostics
    for memory, day in ((kept, NOW + timedelta(days=1)), (Kept("2"), NOW)):
        memory.text = kept.text
        folder = Folder(found)
        validate(folder, Rules(without, day), memory)
        assert set(folder.reads) == set(found)


def test_what_all_share_is_another_matter_too():
    found, kept = twins(1), Kept()
    validate(Folder(found), Rules(BUILTIN, NOW), kept)
    changed = found | {"specs/reference/mileage.yaml": b"["}
    assert validate(Folder(changed), Rules(BUILTIN, NOW), kept) == cold(changed)


def test_a_second_claimant_of_an_id_spoils_the_first_and_gives_it_back():
    found, kept = twins(2), Kept()
    path = "orgs/twin1/organization.yaml"
    taken = found | {path: found["orgs/twin0/organization.yaml"].replace(b"twin0", b"twin1")}
    for state in (found, taken, found, taken):
        assert validate(Folder(state), Rules(BUILTIN, NOW), kept) == cold(state)
    assert {each.organization for each in cold(taken).diagnostics} == {"twin0", "twin1"}


DAMAGE = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=6) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=10,
)


@given(st.data())
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_a_damaged_memory_is_as_good_as_none(data):
    found, kept = {"orgs/a/organization.yaml": b"[", "orgs/b/x.yaml": b"kind: Q\n"}, Kept()
    validate(Folder(found), Rules(BUILTIN, NOW), kept)
    value = json.loads(kept.text)
    places = [(value, "format"), (value, "entries"), (value["entries"], "orgs"), (value["entries"], "a")]
    places += [(value["entries"]["b"], position) for position in range(3, 6)]
    holder, key = data.draw(st.sampled_from(places))
    holder[key] = data.draw(DAMAGE)
    # A whole number of documents, and no findings, are not damage but another verdict: nothing tells them apart.
    plausible = key in (4, 5) and (isinstance(holder[key], int) or holder[key] == [])
    kept.text = json.dumps(value)
    outcome = validate(Folder(found), Rules(BUILTIN, NOW), kept)
    assert plausible or outcome == cold(found)


PATHS = sorted(twins(2))
EDITS = st.tuples(
    st.sampled_from(PATHS),
    st.sampled_from([b"", b"[", b"kind: Integration\n", b"xledger", b"accounts: ", b"4f1d0a001"]),
    st.sampled_from([b"", b"xledgr", b"accountz: ", b"4f1d0a000"]),
)


@given(st.lists(EDITS, min_size=1, max_size=4))
@settings(max_examples=25, deadline=None)
def test_after_any_edits_the_memory_says_what_a_fresh_reading_says(edits):
    found, kept = twins(2), Kept()
    validate(Folder(found), Rules(BUILTIN, NOW), kept)
    for path, old, new in edits:
        content = found.get(path, b"")
        found = found | {path: content.replace(old, new, 1) if old else new}
        if not found[path]:
            del found[path]
        assert validate(Folder(found), Rules(BUILTIN, NOW), kept) == cold(found)
