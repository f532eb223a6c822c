"""A connection test of steps: whatever is wrong, the right one is named; and columns that differ are said."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from parts.clubhouse import Clubhouse
from parts.clubhouse import declared as clubhouse
from parts.dataverse import CLIENT, SECRET, TABLE, Dataverse, Minside, declared
from parts.hostile import drips, hears, peer

from reconciler.runs.outcome import Verdict
from reconciler.specs.models.integration_type import IntegrationType
from reconciler.vaults.secret import Secret


@pytest.fixture
def tested() -> Iterator[Callable[..., Verdict]]:
    """The verdict on whoever is at an address, by a type with changes of the test's own."""
    made: list[Minside] = []

    def one(
        url: str, secret: str = SECRET, client: str = CLIENT, change: dict | None = None, **settings: str
    ) -> Verdict:
        made.append(Minside(url, secret=Secret({"client_id": client, "client_secret": secret}), more={"quick": True}))
        made[-1].settings |= settings
        return made[-1].adapter(**(change or {})).test()

    yield one
    for each in made:
        each.close()


def test_user_environment_and_table_are_shown(dataverse: Dataverse, tested: Callable[..., Verdict]) -> None:
    verdict = tested(dataverse.base)
    assert (verdict.ok, verdict.findings) == (True, ())
    assert verdict.found["Table"] == ("hlf_activity",)
    assert set(verdict.found) == {"User", "Environment", "Table"}


def test_each_part_that_can_be_wrong_is_named(dataverse: Dataverse, tested: Callable[..., Verdict]) -> None:
    nobody = "00000000-0000-0000-0000-000000000000"
    verdicts = {
        "tenant": tested(dataverse.base, tenant=nobody),
        "client (application id)": tested(dataverse.base, client="somebody-else"),
        "client secret": tested(dataverse.base, secret="another-secret-of-it"),
        "address": tested(dataverse.base, address="ftp://elsewhere"),
        "table": tested(dataverse.base, table="hlf_nothings"),
        "key": tested(dataverse.base, key="hlf_unit"),
    }
    assert {fault: verdict.fault for fault, verdict in verdicts.items()} == {fault: fault for fault in verdicts}
    assert "AADSTS90002" in verdicts["tenant"].message
    assert verdicts["table"].message == "there is no table hlf_nothings (its plural name is asked for)"
    assert verdicts["key"].message == "hlf_activities has no alternate key of the column hlf_unit alone"
    assert all(not verdict.ok and SECRET not in verdict.message for verdict in verdicts.values())


@pytest.mark.parametrize(
    ("path", "order", "fault", "words"),
    [
        ("/_tokens", {"end": f"{CLIENT}:{SECRET}"}, "client secret", "AADSTS7000222"),
        ("/_privileges", {"member": False}, "application user", "not a member"),
        ("/_privileges", {"withdraw": "read:hlf_activities"}, "privilege", "prvRead"),
        ("/_privileges", {"withdraw": "read:EntityDefinitions"}, "privilege", "prvRead"),
        ("/_tables", {"table": TABLE, "index": "Pending"}, "key", "its index is Pending, not Active"),
        ("/_tables", {"table": TABLE, "index": "Failed"}, "key", "its index is Failed, not Active"),
        ("/_faults", {"fault": "maintenance", "status": 503, "on": "read"}, "endpoint", "503"),
        ("/_faults", {"fault": "throttle", "on": "read"}, "endpoint", "exceeded the limit"),
        ("/_faults", {"fault": "html", "on": "read"}, "endpoint", "no JSON"),
    ],
)
def test_what_is_wrong_over_there_is_named(
    dataverse: Dataverse, tested: Callable[..., Verdict], path: str, order: dict, fault: str, words: str
) -> None:
    dataverse.control(path, order)
    verdict = tested(dataverse.base)
    assert (verdict.ok, verdict.fault) == (False, fault)
    assert words in verdict.message


def test_a_key_of_two_columns_is_not_the_key_of_one(dataverse: Dataverse, tested: Callable[..., Verdict]) -> None:
    dataverse.control("/_tables", {"table": TABLE, "key": ["hlf_unit", "hlf_kind"]})
    assert tested(dataverse.base, key="hlf_unit").fault == "key"
    dataverse.control("/_tables", {"table": TABLE, "key": ["hlf_unit"]})
    assert tested(dataverse.base, key="hlf_unit").ok


def test_another_key_that_is_active_does_not_help_ours(dataverse: Dataverse, tested: Callable[..., Verdict]) -> None:
    dataverse.control("/_tables", {"table": TABLE, "index": "Pending"})
    dataverse.control("/_tables", {"table": TABLE, "key": ["hlf_unit"]})
    verdict = tested(dataverse.base)
    assert (verdict.fault, verdict.message.partition(":")[2]) == ("key", " its index is Pending, not Active")


def test_columns_that_differ_from_the_type_are_findings_and_no_fault(
    dataverse: Dataverse, tested: Callable[..., Verdict]
) -> None:
    for column in (
        {"name": "hlf_kind", "kind": "String", "max_length": 20},
        {"name": "hlf_region", "kind": "String", "level": "ApplicationRequired"},
        {"name": "hlf_unit", "kind": "String", "max_length": 50, "level": "ApplicationRequired"},
        {"name": "hlf_other", "kind": "Integer"},
    ):
        dataverse.control("/_tables", {"table": TABLE, "column": column})
    dataverse.control("/_tables", {"table": TABLE, "drop": "hlf_minutes"})
    verdict = tested(dataverse.base)
    assert verdict.ok
    assert sorted(verdict.findings) == [
        "column hlf_kind takes 20 characters, and the type allows 50",
        "column hlf_region is required, and the type does not know it",
        "column hlf_unit is required, and the type does not require it",
        "there is no column hlf_minutes",
    ]


def test_columns_that_could_not_be_read_are_not_called_missing(
    dataverse: Dataverse, tested: Callable[..., Verdict]
) -> None:
    kind = declared()
    columns = [{**each, "path": "/api/data/v9.2/Nowhere"} for each in kind["documents"]["activity"]["columns"]]
    kind["documents"]["activity"]["columns"] = columns
    verdict = tested(dataverse.base, change={"documents": kind["documents"]})
    assert (verdict.ok, verdict.findings) == (True, ("the columns could not be read, and were not compared",))


@pytest.mark.parametrize("answer", [b'{"value": 7}', b"[]", b"{}", b'{"value": [null, 7, "x"]}', b"null", b"\xff"])
def test_an_answer_of_another_shape_is_no_success(tested: Callable[..., Verdict], answer: bytes) -> None:
    head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\nContent-Length: "
    body = b'{"access_token": "a-token-of-nobody", "value": ' + (answer if answer[:1] in b"[n" else b"{}") + b"}"
    sent = answer if answer[:1] == b"{" else body
    with peer(hears(head + str(len(sent)).encode() + b"\r\n\r\n" + sent)) as url:
        assert not tested(url).ok


@pytest.mark.usefixtures("impatient")
def test_drops_from_the_steps_count_together(tested: Callable[..., Verdict]) -> None:
    with peer(drips(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n" + b" " * 100, 0.05)) as url:
        verdict = tested(url)
    assert (verdict.ok, verdict.fault) == (False, "endpoint")
    assert "in time" in verdict.message


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A verdict comes sooner, for a test that wants to see what is said then."""
    monkeypatch.setattr("reconciler.adapters.rest.TEST_WHOLE_S", 0.6)


def test_steps_serve_any_system_with_a_plain_interface(club: Clubhouse) -> None:
    demand = {"has": {"organization.number": "{club}"}, "who": "club", "otherwise": "this is {was.organization.name}"}
    steps = {"steps": [{"path": "/status", "demands": [demand]}]}
    assert club.adapter(test=steps).test().ok
    club.settings["club"] = "995525828"
    assert club.adapter(test=steps).test() == Verdict(False, "club", "this is Norges Handikapforbund")


def test_steps_are_of_protocols_with_paths() -> None:
    create: dict[str, Any] = {"reference": "reference", "batch": {"documents": "1", "nodes": "1"}}
    create["drop"] = {"format": "csv", "folder": "in", "name": "{batch}.csv"}
    visit = {**clubhouse()["documents"]["visit"], "create": create}
    kind = {**clubhouse(), "protocol": "files", "documents": {"visit": visit}, "test": {"steps": [{"path": "/status"}]}}
    with pytest.raises(ValueError, match="has no `steps`"):
        IntegrationType.model_validate(kind)
