"""What the rows say stands in the cluster within seconds, whatever happens to the controller or by hand."""

import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from parts.cluster.fixtures import standin
from parts.cluster.standing import StandIn
from parts.followed import Followed, followed, id_of
from parts.in_cluster import InCluster, in_cluster

from reconciler.cluster.keeping import Keeper, Kept
from reconciler.controller.starting import Logged
from reconciler.database.ledger import NUMBERS_A_YEAR
from reconciler.runs.timetable import Ended, Job

__all__ = ["standin"]
ALFA = "orgs/alfa/schedules/members.yaml"
TARGET = "sandbox ledger"


@pytest.fixture
def one(tmp_path: Path, database_url: str) -> Followed:
    """Two organisations in git, nothing applied yet."""
    return followed(tmp_path, database_url, "alfa", "beta")


@pytest.fixture
def kept(one: Followed, standin: StandIn, tmp_path: Path) -> Iterator[InCluster]:
    """Both applied, and in the cluster."""
    with in_cluster(one, standin, tmp_path / "cluster") as found:
        one.settle()
        found.until_kept(found.name("alfa", "members"), found.name("beta", "members"))
        standin.until("configmaps", lambda found: len(found) == 2)
        yield found


def until(condition: Callable[[], bool], seconds: float = 20) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not come"
        time.sleep(0.05)


def numbers(kept: InCluster, organization: str) -> dict[str, int]:
    found = kept.standin.hand.get("configmaps", kept.marks(organization))
    assert found is not None
    return json.loads(found["data"]["marks.json"])


def reserve(one: Followed, organization: str, last: int) -> None:
    one.write("delete from reconciler.export_numbers where organization_id = %s", id_of(organization))
    one.write("insert into reconciler.export_numbers values (%s, %s, 2026, %s)", id_of(organization), TARGET, last)


def test_what_was_merged_stands_in_the_cluster(kept: InCluster) -> None:
    kept.one.change(ALFA, "15 5 * * 1,4", "45 4 * * *")
    kept.one.settle()
    name = kept.name("alfa", "members")
    kept.standin.until("cronjobs", lambda found: any(
        each["metadata"]["name"] == name and each["spec"]["schedule"] == "45 4 * * *" for each in found
    ))  # fmt: skip
    until(lambda: not kept.pulse.waiting())


def test_a_schedule_that_was_taken_out_of_git_goes(kept: InCluster) -> None:
    kept.one.put({ALFA: None})
    kept.one.settle()
    kept.until_kept(kept.name("beta", "members"))
    assert kept.standin.hand.get("configmaps", kept.marks("alfa")) is not None, "its marks stay"


def test_what_is_deleted_or_changed_by_hand_is_back_within_seconds(kept: InCluster) -> None:
    alfa, beta = kept.name("alfa", "members"), kept.name("beta", "members")
    kept.standin.hand.delete("cronjobs", alfa)
    kept.standin.hand.merge("cronjobs", beta, {"spec": {"suspend": True}})
    kept.standin.until("cronjobs", lambda found: len(found) == 2 and not any(each["spec"]["suspend"] for each in found))
    drifted = kept.standin.until("events", lambda found: sum(each["reason"] == "Drifted" for each in found) == 2)
    assert {each["involvedObject"]["name"] for each in drifted} >= {kept.marks("alfa"), kept.marks("beta")}


def test_marks_follow_the_ledger_and_are_never_lowered(kept: InCluster) -> None:
    one = kept.one
    reserve(one, "alfa", 7)
    one.change(ALFA, "15 5 * * 1,4", "45 4 * * *")
    one.settle()  # what the loop does is news for the thread
    key = f"{id_of('alfa')} {TARGET}"
    high = 2026 * NUMBERS_A_YEAR + 7
    until(lambda: numbers(kept, "alfa") == {key: high})
    reserve(one, "alfa", 3)  # as an old backup would
    one.change(ALFA, "45 4 * * *", "30 4 * * *")
    one.settle()
    kept.standin.until("cronjobs", lambda found: any(each["spec"]["schedule"] == "30 4 * * *" for each in found))
    assert numbers(kept, "alfa")[key] == high
    assert numbers(kept, "beta") == {}


def test_a_lowered_mark_is_raised_to_what_the_ledger_holds(kept: InCluster) -> None:
    reserve(kept.one, "alfa", 7)
    kept.one.change(ALFA, "15 5 * * 1,4", "45 4 * * *")
    kept.one.settle()
    key = f"{id_of('alfa')} {TARGET}"
    until(lambda: key in numbers(kept, "alfa"))
    high = numbers(kept, "alfa")[key]
    kept.standin.hand.merge("configmaps", kept.marks("alfa"), {"data": {"marks.json": json.dumps({key: 1})}})
    until(lambda: numbers(kept, "alfa")[key] == high)


def test_marks_that_cannot_be_read_are_left_and_told(kept: InCluster) -> None:
    kept.standin.hand.merge("configmaps", kept.marks("alfa"), {"data": {"marks.json": "[]"}})
    reserve(kept.one, "beta", 7)
    kept.one.change(ALFA, "15 5 * * 1,4", "45 4 * * *")
    kept.one.settle()
    until(lambda: bool(numbers(kept, "beta")))
    assert numbers(kept, "alfa") == []
    kept.standin.until("events", lambda found: any("cannot be read" in each["message"] for each in found))


def test_a_bad_template_leaves_the_last_good_one(kept: InCluster) -> None:
    good = kept.template.read_text()
    kept.template.write_text("spec: {containers: []}\n")
    kept.one.put({ALFA: None})
    kept.one.settle()
    kept.until_kept(kept.name("beta", "members"))
    kept.template.write_text(good.replace("1.2.3", "1.2.4"))
    kept.one.change("orgs/beta/schedules/members.yaml", "15 5 * * 1,4", "45 4 * * *")
    kept.one.settle()
    [found] = kept.standin.until("cronjobs", lambda found: found[0]["spec"]["schedule"] == "45 4 * * *")
    pod = found["spec"]["jobTemplate"]["spec"]["template"]["spec"]
    assert pod["containers"][0]["image"].endswith("1.2.4")


def test_events_tell_of_commits_and_hold_no_word_twice(kept: InCluster) -> None:
    one = kept.one
    one.change("orgs/alfa/organization.yaml", "language: nb", "language: xx")
    one.settle()
    told = kept.standin.until("events", lambda found: any(each["reason"] == "Refused" for each in found))
    [refused] = [each for each in told if each["reason"] == "Refused"]
    assert refused["involvedObject"]["name"] == kept.marks("alfa")
    assert refused["message"].startswith("SpecsInvalid: ")
    assert sorted(each["reason"] for each in told if each["reason"] != "Refused") == ["Applied", "Applied"]
    assert len({(each["message"], each["involvedObject"]["name"]) for each in told}) == len(told)


def test_a_run_that_failed_is_an_event_of_its_organisation_and_one_that_did_not_is_none(kept: InCluster) -> None:
    told = Logged(lambda _late_s: None, kept.one.reported[-1].failed)
    job = Job("sync", (), "alfa", "members")
    told.ended(Ended(job, 0), "done", "succeeded: 3 sent")
    told.ended(Ended(job, 137), "failed", "it needed more memory than it may have")
    told.ended(Ended(job, 0), "done", "failed: the outside system is closed for 15076500565")
    told.missed("alfa", "members", 2)
    found = kept.standin.until("events", lambda found: sum(each["reason"] == "Failed" for each in found) == 3)
    failed = {each["message"]: each["involvedObject"]["name"] for each in found if each["reason"] == "Failed"}
    assert set(failed.values()) == {kept.marks("alfa")}
    assert not any("15076500565" in each for each in failed), "nobody's number stands in the cluster"
    assert sorted(each.partition(": ")[2][:18] for each in failed) == [
        "2 scheduled times ",
        "failed: the outsid",
        "it needed more mem",
    ]


def test_a_schedule_that_was_spoiled_in_the_database_stops_nobody_else(kept: InCluster) -> None:
    kept.one.write("update reconciler.schedules set cron = '61 * * * *' where organization_id = %s", id_of("alfa"))
    kept.standin.hand.delete("cronjobs", kept.name("beta", "members"))
    kept.standin.until("cronjobs", lambda found: len(found) == 2)
    kept.standin.until("events", lambda found: any("cannot be read" in each["message"] for each in found))
    alfa = kept.standin.hand.get("cronjobs", kept.name("alfa", "members"))
    assert alfa is not None
    assert alfa["spec"]["schedule"] == "15 5 * * 1,4"


def test_another_replica_goes_on_where_one_was_killed_between_commit_and_cronjob(
    one: Followed, standin: StandIn, tmp_path: Path
) -> None:
    one.settle()  # committed; the process is gone before it came to the cluster
    assert standin.hand.list("cronjobs") == []
    one.shards.give_back()
    two = one.twin("two")
    two.loop.round()
    with in_cluster(two, standin, tmp_path / "cluster") as found:
        found.until_kept(found.name("alfa", "members"), found.name("beta", "members"))


def test_a_look_at_many_objects_of_a_slow_api_server_is_no_silence(
    kept: InCluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    beats, spans, look = list[str](), list[int](), Keeper.look

    def counted(keeper: Keeper, *given: Any) -> Kept:
        before = len(beats)
        found = look(keeper, *given)
        spans.append(len(beats) - before)
        return found

    monkeypatch.setattr(kept.pulse, "beat", beats.append)
    monkeypatch.setattr(Keeper, "look", counted)
    kept.one.change(ALFA, "15 5 * * 1,4", "45 4 * * *")
    kept.one.settle()
    until(lambda: bool(spans))
    assert spans[0] >= 2, "one for each CronJob"


def test_what_becomes_ours_in_the_middle_of_a_look_is_kept_and_not_deleted(
    kept: InCluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    two, ours, look = kept.one.twin("two"), Event(), Keeper.look

    def takes_over(keeper: Keeper, *given: Any) -> Kept:
        if keeper._mine.__name__ == "mine_of_two":
            ours.set()
        return look(keeper, *given)

    def mine_of_two(_organization: str) -> bool:
        return ours.is_set()

    monkeypatch.setattr(Keeper, "look", takes_over)
    monkeypatch.setattr(two.shards, "mine", mine_of_two)
    before = {each["metadata"]["uid"] for each in kept.standin.hand.list("cronjobs")}
    with in_cluster(two, kept.standin, tmp_path / "cluster") as found:
        until(lambda: any(each.kept.wanted == 2 for each in found.looks))
        assert {each["metadata"]["uid"] for each in kept.standin.hand.list("cronjobs")} == before


def test_a_replica_without_the_shard_touches_nothing(one: Followed, standin: StandIn, tmp_path: Path) -> None:
    one.settle()
    two = one.twin("two")
    with in_cluster(two, standin, tmp_path / "cluster") as found:
        until(lambda: bool(found.looks) and not found.pulse.waiting())
        assert standin.hand.list("cronjobs") == []
        assert standin.hand.list("configmaps") == []
        assert found.looks[-1].kept.wanted == 0


def test_a_database_made_anew_prunes_nothing_before_it_knows_the_organisation(
    kept: InCluster, administration: str
) -> None:
    kept.one.write("delete from reconciler.schedules")
    kept.one.write("set session_replication_role = replica; delete from reconciler.organizations")
    before = len(kept.looks)
    kept.standin.hand.merge("cronjobs", kept.name("alfa", "members"), {"metadata": {"labels": {"team": "finance"}}})
    until(lambda: any(each.kept.count("conflict") == 2 for each in kept.looks[before:]))
    assert len(kept.standin.hand.list("cronjobs")) == 2


def test_readiness_says_what_is_waited_for(one: Followed, standin: StandIn, tmp_path: Path) -> None:
    standin.user("controller", RULES)
    folder = tmp_path / "cluster"
    folder.mkdir()
    with in_cluster(one, standin, folder, kubeconfig=standin.kubeconfig(folder, user="controller")) as found:
        one.settle()
        found.until_kept(found.name("alfa", "members"), found.name("beta", "members"))
        until(lambda: not found.pulse.waiting())
        standin.take("controller", "patch", "cronjobs")
        standin.hand.delete("cronjobs", found.name("alfa", "members"))
        until(lambda: found.pulse.waiting() == {"cluster": "rights in the cluster"})
        standin.give("controller", "patch", "cronjobs")
        until(lambda: not found.pulse.waiting())
        with standin.faults.away():
            one.change(ALFA, "15 5 * * 1,4", "45 4 * * *")
            one.settle()
            until(lambda: found.pulse.waiting() == {"cluster": "the API server"})
        until(lambda: not found.pulse.waiting())
        standin.until("cronjobs", lambda each: sorted(one["spec"]["schedule"] for one in each) == SCHEDULES)


RULES = [
    {"apiGroups": ["batch"], "resources": ["cronjobs"], "verbs": ["list", "watch", "create", "patch", "delete"]},
    {"apiGroups": [""], "resources": ["configmaps"], "verbs": ["list", "watch", "create", "patch"]},
    {"apiGroups": ["events.k8s.io"], "resources": ["events"], "verbs": ["create"]},
]
"""All that the thread asks for."""
SCHEDULES = ["15 5 * * 1,4", "45 4 * * *"]


def test_a_controller_may_do_its_work_with_these_rights_and_asks_for_no_other(
    one: Followed, standin: StandIn, tmp_path: Path
) -> None:
    standin.user("controller", RULES)
    folder = tmp_path / "cluster"
    folder.mkdir()
    with in_cluster(one, standin, folder, kubeconfig=standin.kubeconfig(folder, user="controller")) as found:
        one.settle()
        found.until_kept(found.name("alfa", "members"), found.name("beta", "members"))
        standin.hand.merge("cronjobs", found.name("alfa", "members"), {"spec": {"suspend": True}})
        standin.until("events", lambda each: any(one["reason"] == "Drifted" for one in each))
        one.put({ALFA: None})
        one.settle()
        found.until_kept(found.name("beta", "members"))
    granted = {(verb, name) for rule in RULES for name in rule["resources"] for verb in rule["verbs"]}
    assert {(verb, name) for verb, name in standin.counts if name} <= granted
