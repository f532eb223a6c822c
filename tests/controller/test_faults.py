"""What comes at a controller from git, clocks and its machine: said in words, and nothing is written or lost."""

import subprocess
import sys
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from parts.followed import Followed, followed, id_of, texts

LARGE = 500_000_000
QUICK = ("-c", "core.bigFileThreshold=1m", "-c", "core.looseCompression=1")
READING = """
import resource, sys
from pathlib import Path
from reconciler.git.mirror import Mirror
mirror = Mirror(Path(sys.argv[2]), sys.argv[1], "main")
snapshot = mirror.snapshot(mirror.fetch().head)
assert list(snapshot.refused) == ["orgs/alfa/mappings/large.yaml"]
assert len(snapshot.files()) > 5
print(next(line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM")))
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""
"""Fetches a branch and reads what it declares; prints how large the process and its children were, in kilobytes. Of the
process the memory since it became this program: what `getrusage` says of it counts the one that started it too.
"""
ALFA = "orgs/alfa/organization.yaml"


@pytest.fixture
def one(tmp_path: Path, database_url: str) -> Followed:
    found = followed(tmp_path, database_url, "alfa")
    found.settle()
    return found


def zeros(one: Followed, path: str, size: int) -> None:
    """An entry of so many zeros, which git packs to a thousandth of it."""
    with subprocess.Popen(["head", "-c", str(size), "/dev/zero"], stdout=subprocess.PIPE) as source:
        command = ["git", "-C", str(one.remote.folder), *QUICK, "hash-object", "-w", "--stdin"]
        done = subprocess.run(command, stdin=source.stdout, capture_output=True, check=True, text=True)
    one.remote.git("update-index", "--add", "--cacheinfo", f"100644,{done.stdout.strip()},{path}")


def test_half_a_gigabyte_in_the_tree_is_named_and_never_read_into_memory(one: Followed) -> None:
    one.remote.git("config", "core.compression", "1")
    one.remote.git("config", "core.bigFileThreshold", "1m")  # the other side is not what is measured
    zeros(one, "orgs/alfa/mappings/large.yaml", LARGE)
    head = one.remote.commit_index()
    # In a process of its own: what a large one starts counts as large as itself, until it is git.
    command = [sys.executable, "-c", READING, str(one.remote.folder), str(one.settings.home / "beside.git")]
    read = subprocess.run(command, capture_output=True, check=True, text=True)
    assert [int(each) < 200_000 for each in read.stdout.split()] == [True, True]  # kilobytes
    one.settle()
    alfa = one.condition("alfa")
    assert (alfa.reason, alfa.attempted) == ("SpecsInvalid", head)
    assert alfa.findings == ("orgs/alfa/mappings/large.yaml: it is larger than 1000000 bytes",)
    assert one.rows("select version from reconciler.organizations") == [(1,)]


def test_a_branch_that_is_not_there_is_said_and_followed_as_soon_as_it_is(one: Followed) -> None:
    named = one.settings.repository
    assert named is not None
    one.shards.give_back()
    twin = one.twin("other")
    other = replace(twin, settings=replace(twin.settings, repository=replace(named, branch="production")))
    other.settle()
    said = other.condition("")
    assert said.reason == "Retrying"
    assert "production" in said.message
    assert other.rows("select version from reconciler.organizations") == [(1,)]
    other.remote.git("checkout", "-q", "-b", "production")
    head = other.change(ALFA, "language: nb", "language: en")
    other.settle()
    assert (other.condition("").word, other.condition("alfa").applied) == ("Ready", head)


@pytest.mark.parametrize("what", ["tree", "blob", "commit"])
def test_a_copy_that_git_cannot_read_is_thrown_away_and_fetched_anew(one: Followed, what: str) -> None:
    head = one.change(ALFA, "language: nb", "language: en")
    assert one.source.fetch().head == head
    spoil(one, one.remote.git("rev-parse", {"tree": "HEAD:orgs/alfa", "blob": f"HEAD:{ALFA}", "commit": "HEAD"}[what]))
    one.settle(fetch=False)
    assert one.rows("select version from reconciler.organizations") == [(1,)]
    assert {one.condition("").word, one.condition("alfa").word} <= {"Ready", "Reconciling"}
    one.clock.wait(2)
    one.settle()
    assert (one.condition("").word, one.condition("alfa").reason, one.condition("alfa").applied) == (
        "Ready", "Applied", head,
    )  # fmt: skip
    assert one.rows("select version from reconciler.organizations") == [(2,)]


def spoil(one: Followed, identity: str) -> None:
    """Half of an object of the copy is zeros, as after a power cut."""
    folder = one.settings.mirror
    for pack in sorted((folder / "objects" / "pack").glob("*.pack")):
        held = pack.rename(folder / pack.name)
        command = ["git", "--git-dir", str(folder), "unpack-objects", "-q"]
        subprocess.run(command, input=held.read_bytes(), check=True, capture_output=True)
        pack.with_suffix(".idx").unlink()
        held.unlink()
    file = folder / "objects" / identity[:2] / identity[2:]
    file.chmod(0o600)
    file.write_bytes(file.read_bytes()[:8] + b"\0" * 40)


@pytest.mark.parametrize(
    "name", [b"a lot of space", b"..", b"l\xf8gn", b"x" * 200, b"ALFA", b"-x", b"a\nb", b"con:", "blåbær".encode()]
)
def test_a_hostile_name_of_a_folder_holds_up_nobody_else(one: Followed, name: bytes) -> None:
    graft(one, name)
    one.settle()
    said = one.world.conditions.conditions()
    assert said["alfa"].word == "Ready"
    assert one.rows("select name from reconciler.organizations") == [("alfa",)]
    if name == b"..":
        assert "hasDotdot" in said[""].message
    others = {key: each for key, each in said.items() if key not in ("", "alfa")}
    assert all(each.word == "Stalled" for each in others.values()), others
    assert others or said[""].word != "Ready"
    assert all(
        text.isprintable() for each in said.values() for text in (each.organization, each.message, *each.findings)
    )


def graft(one: Followed, name: bytes) -> None:
    """Commit a folder under another name, which no working tree need be able to hold."""
    one.put(texts("beta"))
    alfa, beta = (one.remote.git("rev-parse", f"HEAD:orgs/{each}").encode() for each in ("alfa", "beta"))
    entries = sorted([(b"alfa", alfa), (name, beta)], key=lambda each: each[0] + b"/")
    orgs = _tree(one, b"".join(b"40000 %s\0" % each + bytes.fromhex(found.decode()) for each, found in entries))
    top = _tree(one, b"40000 orgs\0" + bytes.fromhex(orgs))
    commit = one.remote.git("commit-tree", "-p", "HEAD", "-m", "grafted", top)
    one.remote.git("update-ref", "HEAD", commit)


def _tree(one: Followed, content: bytes) -> str:
    return one.remote.git("hash-object", "-t", "tree", "-w", "--literally", "--stdin", given=content)


def test_who_claims_the_id_of_another_is_held_and_the_other_is_not(one: Followed) -> None:
    stolen = {path: text.replace(id_of("beta"), id_of("alfa")) for path, text in texts("beta").items()}
    one.put(stolen)
    one.settle()
    assert one.words() == {"alfa": "Applied", "beta": "SpecsInvalid"}
    assert "alfa" in one.condition("beta").message
    assert one.rows("select name, version from reconciler.organizations") == [("alfa", 1)]
    one.put(texts("beta"))
    one.settle()
    assert one.words() == {"alfa": "Applied", "beta": "Applied"}


@pytest.mark.parametrize("days", [-1, 1])
def test_a_clock_that_is_set_by_a_day_stops_nothing_for_long(one: Followed, days: int) -> None:
    one.clock._now += timedelta(days=days)
    head = one.change(ALFA, "language: nb", "language: en")
    one.settle()
    assert one.condition("alfa").applied == head
    one.write("delete from reconciler.schedules")
    one.clock.wait(31)
    one.settle()
    assert one.rows("select count(*) > 0 from reconciler.schedules") == [(True,)]
    assert one.condition("alfa").reason == "Applied"


def test_a_replica_that_died_with_its_clock_ahead_keeps_nobody_out_for_a_day(one: Followed) -> None:
    one.shards.give_back()
    ahead = one.twin("ahead")
    one.clock._now += timedelta(days=1)
    ahead.settle()
    assert ahead.shards.mine("alfa")  # and it dies here
    one.clock._now -= timedelta(days=1)
    other = one.twin("other")
    head = one.change(ALFA, "language: nb", "language: en")
    other.settle()
    assert other.condition("alfa").applied == head
    assert len(other.world.shards.live("replica ", other.clock.now())) == 1


def test_repairs_of_a_clock_that_was_ahead_are_no_fight(one: Followed) -> None:
    spoil = "update reconciler.schedules set cron = '1 1 1 1 1'"
    one.clock._now += timedelta(days=1)
    for _ in range(4):
        one.write(spoil)
        one.clock.wait(31)
        one.settle()
    one.shards.give_back()
    one.clock._now -= timedelta(days=1)
    for _ in range(2):
        one.write(spoil)
        one.clock.wait(31)
        one.settle()
        assert one.condition("alfa").reason == "Applied"
    assert len(one.condition("alfa").repairs) == 2
