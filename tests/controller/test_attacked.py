"""Attacks on the loop's promises: each was tried against it, and each stays."""

import os
import socket
from dataclasses import replace
from pathlib import Path

import pytest
from parts.followed import Followed, followed, id_of, texts

from reconciler.controller import declared, superseded
from reconciler.controller.loop import Loop
from reconciler.controller.shards import Shards
from reconciler.database.conditions import ConditionTable
from reconciler.engine.switching import turn
from reconciler.errors import Blocked
from reconciler.git import mirror
from reconciler.git.mirror import Mirror
from reconciler.git.signatures import Unverified
from reconciler.runs.switch import Switch

ORGANIZATION = "orgs/alfa/organization.yaml"


@pytest.fixture
def two(tmp_path: Path, database_url: str) -> Followed:
    return followed(tmp_path, database_url, "alfa", "beta")


@pytest.mark.parametrize("sign", ["\\0", "\\ud800", "\\x07"])
def test_signs_that_no_table_holds_stop_nobody_else(two: Followed, sign: str) -> None:
    two.change(ORGANIZATION, "language: nb", f'language: "x{sign}"')
    two.settle()
    assert two.words() == {"alfa": "SpecsInvalid", "beta": "Applied"}


@pytest.mark.parametrize("sign", ["\\0", "\\ud800"])
def test_signs_in_a_commit_that_was_followed_stop_nobody(two: Followed, sign: str) -> None:
    two.settle()
    two.change(ORGANIZATION, "language: nb", f'language: "x{sign}"')
    two.change(ORGANIZATION, f'language: "x{sign}"', "language: en")
    two.settle()
    assert two.words() == {"alfa": "Applied", "beta": "Applied"}


def test_a_folder_whose_name_cannot_be_written_stops_nobody(two: Followed) -> None:
    blob = two.remote.git("hash-object", "-w", "--stdin", given=b"kind: Organization\n")
    tree = two.remote.git("mktree", "-z", given=b"100644 blob " + blob.encode() + b"\torganization.yaml\0")
    orgs = two.remote.git("ls-tree", "HEAD:orgs").encode()
    names = b"".join(line + b"\0" for line in orgs.split(b"\n")) + b"040000 tree " + tree.encode() + b"\tg\xffmma\0"
    folder = two.remote.git("mktree", "-z", given=names)
    root = two.remote.git("mktree", "-z", given=b"040000 tree " + folder.encode() + b"\torgs\0")
    commit = two.remote.git("commit-tree", root, "-p", "HEAD", "-m", "odd")
    two.remote.git("update-ref", "refs/heads/main", commit)
    two.settle()
    assert {name: each for name, each in two.words().items() if name in ("alfa", "beta")} == {
        "alfa": "Applied", "beta": "Applied",
    }  # fmt: skip


def test_an_error_of_ours_while_reading_one_stops_no_other(two: Followed, monkeypatch: pytest.MonkeyPatch) -> None:
    checked = declared.check_organizations

    def failing(specs, now, allowed):
        if "alfa" in specs.organizations:
            raise RecursionError("of one organisation's making")
        checked(specs, now, allowed)

    monkeypatch.setattr(declared, "check_organizations", failing)
    two.settle()
    assert two.words() == {"alfa": "Fault", "beta": "Applied"}


def test_git_that_fails_for_a_moment_is_no_mistake_of_the_specs(two: Followed, monkeypatch: pytest.MonkeyPatch) -> None:
    two.source.fetch()
    contents, away = Mirror._contents, [True]

    def failing(self, ids):
        if away:
            raise Blocked("git cannot be run: Cannot allocate memory", "")
        return contents(self, ids)

    monkeypatch.setattr(Mirror, "_contents", failing)
    two.settle()
    assert two.words()["alfa"] == "Retrying"
    away.clear()
    two.clock.wait(600)
    two.settle()
    assert two.words() == {"alfa": "Applied", "beta": "Applied"}


def test_what_differs_and_is_only_looked_at_is_not_called_verified(two: Followed) -> None:
    two.settle()
    two.change(ORGANIZATION, "language: nb", "language: xx")
    two.settle()
    before = two.condition("alfa").verified_at
    two.write("update reconciler.schedules set cron = '1 1 1 1 1' where organization_id = %s", id_of("alfa"))
    for _ in range(2):
        two.clock.wait(31)
        two.settle()
    assert two.condition("alfa").verified_at == before


def test_who_goes_on_changing_is_left_alone_for_the_hour(two: Followed) -> None:
    two.settle()
    spoil = "update reconciler.schedules set cron = %s where organization_id = %s"
    for minute in range(6):
        two.write(spoil, f"{minute} 1 1 1 1", id_of("alfa"))
        two.clock.wait(31)
        two.settle()
    assert two.condition("alfa").reason == "Fighting"
    for minute in range(6, 9):
        two.write(spoil, f"{minute} 1 1 1 1", id_of("alfa"))
        two.clock.wait(31)
        two.settle()
        assert two.condition("alfa").reason == "Fighting"


def test_who_claims_anothers_id_stops_only_themselves(two: Followed) -> None:
    two.settle()
    two.put({path: text.replace(id_of("gamma"), id_of("alfa")) for path, text in texts("gamma").items()})
    two.change(ORGANIZATION, "language: nb", "language: en")
    two.settle()
    assert two.words() == {"alfa": "Applied", "beta": "Applied", "gamma": "SpecsInvalid"}


def test_a_history_that_was_pushed_over_is_not_judged_anew_from_its_beginning(two: Followed) -> None:
    two.put({"orgs/alfa/organization.yaml": "kind: Nonsense\n"})  # of long ago, before anybody followed
    old = two.remote.git("rev-parse", "HEAD")
    base = two.put(texts("alfa"))
    two.settle()
    two.put({"a.txt": "one"})
    two.settle()
    two.remote.git("reset", "--quiet", "--hard", base)
    two.put({"b.txt": "two"})
    two.put({"b.txt": "three"})
    two.settle()
    assert old not in {each.attempted for each in two.world.conditions.history("alfa", 50)}


def test_a_catalogue_that_was_wrong_for_a_moment_is_told(two: Followed) -> None:
    two.settle()
    bad = two.put({"specs/features.yaml": "apiVersion: reconciler/v1\nkind: FeatureCatalog\nnonsense: 1\n"})
    two.put({"specs/features.yaml": None})
    two.settle()
    told = {each.attempted: each for each in two.world.conditions.history("", 50)}
    assert told[bad].findings[0].startswith("specs/features.yaml:")


def test_a_lock_that_a_killed_git_left_is_taken_away(two: Followed) -> None:
    two.settle()
    lock = two.settings.mirror / "refs" / "heads" / "main.lock"
    lock.touch()

    os.utime(lock, (0, 0))
    head = two.change(ORGANIZATION, "language: nb", "language: en")
    two.settle()
    assert two.condition("alfa").applied == head


def test_replicas_that_count_shards_differently_never_hold_the_same_organisation(tmp_path, database_url) -> None:
    first = followed(tmp_path, database_url, "alfa")
    second = first.twin("other")

    second.shards = Shards(second.world.shards, "other", 4)
    now = first.clock.now()
    for _ in range(3):
        first.shards.hold(now)
        second.shards.hold(now)
    names = ("alfa", "beta", "gamma", "delta", "epsilon")
    assert not [name for name in names if first.shards.mine(name) and second.shards.mine(name)]


def test_a_request_is_not_called_handled_where_the_lease_was_lost(
    two: Followed, monkeypatch: pytest.MonkeyPatch
) -> None:
    two.settle()
    found = two.world.conditions.ask_reconcile("alfa", "kari", two.clock.now())
    two.clock.wait(1)
    two.source.fetch()

    def taken(_name):
        two.write("update reconciler.leases set fence = fence + 1 where name like 'shard %%'")
        return ()

    two.loop = Loop(replace(two.loop._parts, objections=taken))
    two.change(ORGANIZATION, "language: nb", "language: en")
    two.source.fetch()
    two.loop.round()
    assert two.world.conditions.asked([found])[0].handled_at is None


def test_a_head_that_is_not_signed_is_verified_once_for_each_fetch(two: Followed) -> None:
    class Counted:
        asked = 0

        def verify(self, head, now, verified=""):
            self.asked += 1
            return Unverified(head, "it is not signed", "sign it")

    counted = Counted()
    two.loop = Loop(replace(two.loop._parts, signatures=counted))
    two.source.fetch()
    for _ in range(5):
        two.loop.round()
    assert counted.asked == 1
    two.clock.wait(60)
    two.source.fetch()
    two.loop.round()
    assert counted.asked == 2


def test_a_row_that_cannot_be_written_stops_no_other(two: Followed, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = ConditionTable.keep_condition

    def failing(self, condition, lease, now):
        if condition.organization == "alfa":
            raise ValueError("what no table holds")
        kept(self, condition, lease, now)

    monkeypatch.setattr(ConditionTable, "keep_condition", failing)
    two.source.fetch()
    two.loop.round()
    assert two.condition("beta").reason == "Applied"


def test_many_commits_at_once_hold_up_nobody(two: Followed, monkeypatch: pytest.MonkeyPatch) -> None:
    two.settle()
    monkeypatch.setattr(superseded, "MOST_S", -1.0)
    late = two.put({"orgs/alfa/mappings/x.yaml": "kind: Nonsense\n"})
    head = two.put({"orgs/alfa/mappings/x.yaml": None, **texts("gamma")})
    two.settle()
    assert two.condition("gamma").applied == head
    assert late not in {each.attempted for each in two.world.conditions.history("alfa", 50)}


def test_a_git_that_hangs_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mirror, "FETCH_S", 1)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        silent.settimeout(10)
        made = Mirror(tmp_path / "copy", f"ssh://git@127.0.0.1:{silent.getsockname()[1]}/config", "main")
        with pytest.raises(Blocked, match="took longer"):
            made.fetch()
        peer, _ = silent.accept()
        with peer:
            peer.settimeout(10)
            while peer.recv(1000):
                pass


def test_a_switch_that_is_turned_anew_is_said_at_once(two: Followed) -> None:
    two.settle()
    two.change(ORGANIZATION, "language: nb", "language: en")
    turn(two.world, Switch("alfa", "stop", "the year is being closed", "", None))
    two.settle()
    turn(two.world, Switch("alfa", "stop", "the auditors are in the house", "", None))
    two.settle()
    assert "the auditors are in the house" in two.condition("alfa").message


def test_what_is_said_of_a_commit_is_bounded(two: Followed) -> None:
    two.change(ORGANIZATION, "language: nb", f"language: {'x' * 400_000}")
    two.put({f"orgs/alfa/exclusions/{number}.yaml": f"{'y' * 300_000}: 1\n" for number in range(3)})
    two.settle()
    alfa = two.condition("alfa")
    assert alfa.reason == "SpecsInvalid"
    assert len(alfa.message) < 2_000
    assert sum(map(len, alfa.findings)) < 100_000


def test_an_organisation_that_is_too_much_to_read_stops_only_itself(two: Followed) -> None:
    two.settle()
    before = two.condition("alfa").applied
    lines = "# nobody reads this\n" * 45_000
    two.put({f"orgs/alfa/exclusions/{number}.yaml": lines for number in range(12)} | texts("gamma"))
    two.settle()
    assert two.words() == {"alfa": "SpecsInvalid", "beta": "Applied", "gamma": "Applied"}
    assert two.condition("alfa").message == "orgs/alfa: its specs have more than 10000000 bytes together"
    assert two.condition("alfa").applied == before


def test_a_replica_that_fetched_earlier_takes_nothing_back(two: Followed) -> None:
    two.settle()
    later = two.twin("later")
    later.source.fetch()
    head = two.change(ORGANIZATION, "language: nb", "language: en")
    two.clock.wait(5)
    two.settle()
    assert two.condition("alfa").applied == head
    two.shards.give_back()
    two.clock.wait(5)
    later.settle(fetch=False)
    assert later.condition("alfa").applied == head
    assert two.rows("select body ->> 'language' from reconciler.organizations order by name") == [("en",), ("nb",)]
    later.settle()
    assert later.words() == {"alfa": "Applied", "beta": "Applied"}
    assert later.condition("").attempted == head
