"""High-water marks as ConfigMaps, and Events about them: on a stand-in, or on the real cluster that is named."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from parts.cluster.faults import status
from parts.cluster.fixtures import Place
from parts.cluster.standing import StandIn
from parts.keepers import until

from reconciler.cluster import names
from reconciler.cluster.access import Access, Cluster, Request
from reconciler.cluster.events import MOST_AN_HOUR, Events, Said
from reconciler.cluster.keeping import slim
from reconciler.cluster.kinds import CONFIG_MAPS, EVENTS
from reconciler.cluster.manifests import Owner, marks
from reconciler.cluster.marks import MarksKeeper
from reconciler.cluster.objects import Objects
from reconciler.cluster.watching import View, Watched

BERGEN = Owner("bergen", "7d1c")
BOOKS, PEOPLE = "7d1c books", "7d1c people"
NOTHING = View({}, complete=True, listed_at=0.0, version=0)


@dataclass
class Shelf:
    """The marks of an installation of the test's own."""

    installation: str
    objects: Objects
    watched: Watched
    keeper: MarksKeeper

    def held(self, owner: Owner = BERGEN) -> dict[str, int]:
        found = self.objects.get(names.marks_name(self.installation, owner.name))
        return json.loads(found["data"]["marks.json"])

    def look(self, *numbers: tuple[Owner, dict[str, int]]) -> list[str]:
        until(lambda: self.watched.view().complete)
        return [each.what for each in self.keeper.look(dict(numbers), self.watched.view())]


@pytest.fixture
def shelf(anywhere: Place) -> Iterator[Shelf]:
    cluster, installation = Cluster(Access(anywhere.namespace, anywhere.kubeconfig)), f"test-{uuid4().hex[:8]}"
    watched = Watched(cluster, CONFIG_MAPS, names.selector(installation), keep=slim)
    objects = Objects(cluster, CONFIG_MAPS)
    watched.start()
    yield Shelf(installation, objects, watched, MarksKeeper(installation, objects, watched, lambda _name: True))
    watched.stop()
    for each in cluster.ask(Request("list", CONFIG_MAPS, query={"labelSelector": names.selector(installation)}))[
        "items"
    ]:
        cluster.ask(Request("delete", CONFIG_MAPS, names.name_of(each)))
    cluster.close()


def test_marks_are_raised_and_never_lowered(shelf: Shelf) -> None:
    assert shelf.look((BERGEN, {BOOKS: 7})) == []
    assert shelf.held() == {BOOKS: 7}
    assert shelf.look((BERGEN, {BOOKS: 3, PEOPLE: 1})) == []
    assert shelf.held() == {BOOKS: 7, PEOPLE: 1}
    assert shelf.look((BERGEN, {})) == []
    assert shelf.held() == {BOOKS: 7, PEOPLE: 1}


def test_marks_that_are_as_they_should_be_are_not_written(shelf: Shelf) -> None:
    shelf.look((BERGEN, {BOOKS: 7}))
    before = shelf.objects.cluster.pace.counts()
    shelf.look((BERGEN, {BOOKS: 7}))
    assert {verb for verb, count in (shelf.objects.cluster.pace.counts() - before).items() if count} <= {
        "list",
        "watch",
    }


def test_higher_marks_that_are_not_seen_yet_are_not_written_over(shelf: Shelf) -> None:
    shelf.look((BERGEN, {BOOKS: 9}))
    assert [each.what for each in shelf.keeper.look({BERGEN: {BOOKS: 2}}, NOTHING)] == ["conflict"]
    assert shelf.held() == {BOOKS: 9}


def test_marks_that_somebody_raised_meanwhile_are_not_written_over(shelf: Shelf) -> None:
    shelf.look((BERGEN, {BOOKS: 1}))
    before = shelf.watched.view()
    shelf.objects.enforce(
        marks(shelf.installation, shelf.objects.cluster.namespace, BERGEN, {BOOKS: 9}),
        shelf.objects.get(names.marks_name(shelf.installation, "bergen")),
    )
    assert shelf.keeper.look({BERGEN: {BOOKS: 2}}, before) == []
    assert shelf.held() == {BOOKS: 9}


def test_an_organisation_keeps_its_marks_under_another_name(shelf: Shelf) -> None:
    shelf.look((BERGEN, {BOOKS: 9}))
    renamed = replace(BERGEN, name="bergen-og-omegn")
    shelf.look((renamed, {BOOKS: 2}))
    assert shelf.held(renamed) == {BOOKS: 9}


def test_a_config_map_of_our_name_that_is_not_ours_is_left(shelf: Shelf) -> None:
    name = names.marks_name(shelf.installation, "bergen")
    shelf.objects.create({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name}, "data": {"a": "b"}})
    try:
        assert shelf.look((BERGEN, {BOOKS: 1})) == ["conflict"]
        assert shelf.objects.get(name)["data"] == {"a": "b"}
    finally:
        shelf.objects.cluster.ask(Request("delete", CONFIG_MAPS, name))


class Now:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.at = datetime.now(UTC)

    def __call__(self) -> datetime:
        return self.at


def test_an_event_is_what_an_api_server_takes(shelf: Shelf) -> None:
    objects = Objects(shelf.objects.cluster, EVENTS)
    said = Events(shelf.installation, objects, Now())
    said.say(Said("Applied", "bergen", "applied"))
    said.say(Said("Refused", "bergen", "æ" * 5000 + "\n\x00"))
    said.tell()
    query = {"labelSelector": names.selector(shelf.installation)}
    found = shelf.objects.cluster.ask(Request("list", EVENTS, query=query))["items"]
    assert sorted((each["reason"], each["type"]) for each in found) == [("Applied", "Normal"), ("Refused", "Warning")]
    assert {each["regarding"]["name"] for each in found} == {names.marks_name(shelf.installation, "bergen")}


@pytest.fixture
def telling(standin: StandIn, tmp_path: Path) -> Iterator[tuple[Events, Now]]:
    cluster, now = Cluster(Access(standin.namespace, standin.kubeconfig(tmp_path))), Now()
    yield Events("tests", Objects(cluster, EVENTS), now), now
    cluster.close()


def notes(standin: StandIn) -> list[str]:
    return [each["message"] for each in standin.hand.list("events")]


def test_the_same_is_said_again_only_after_a_while(standin: StandIn, telling: tuple[Events, Now]) -> None:
    events, now = telling
    for minutes in (0, 1, 8, 11):
        now.at += timedelta(minutes=minutes)
        events.say(Said("Drifted", "bergen", "suspend"))
        events.tell()
    assert notes(standin) == ["suspend", "suspend"]


def test_one_organisation_does_not_say_everything(standin: StandIn, telling: tuple[Events, Now]) -> None:
    events, _ = telling
    for number in range(MOST_AN_HOUR + 20):
        events.say(Said("Drifted", "bergen", f"place {number}"))
    events.say(Said("Drifted", "oslo", "place"))
    events.tell()
    assert len(notes(standin)) == MOST_AN_HOUR + 1
    assert "place" in notes(standin)


def test_what_names_a_person_is_taken_out(standin: StandIn, telling: tuple[Events, Now]) -> None:
    telling[0].say(Said("Failed", "bergen", "kari@example.org, tlf 22 33 44 55"))
    telling[0].tell()
    [note] = notes(standin)
    assert "kari" not in note
    assert "22 33" not in note


def test_what_could_not_be_told_is_told_later(standin: StandIn, telling: tuple[Events, Now]) -> None:
    telling[0].say(Said("Applied", "bergen", "applied"))
    with standin.faults.always(status(503), "create"):
        telling[0].tell()
    assert notes(standin) == []
    telling[0].tell()
    assert notes(standin) == ["applied"]


def test_what_may_not_be_told_stops_nothing(
    standin: StandIn, telling: tuple[Events, Now], caplog: pytest.LogCaptureFixture
) -> None:
    with standin.faults.always(status(403), "create"):
        telling[0].say(Said("Applied", "bergen", "applied"))
        telling[0].say(Said("Applied", "oslo", "applied"))
        telling[0].tell()
    assert notes(standin) == []
    assert [each.message for each in caplog.records if each.name == "reconciler.cluster.events"] == [
        "an event could not be told: an admission policy of the cluster refuses the object"
    ]
