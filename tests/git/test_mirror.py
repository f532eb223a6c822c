"""A mirror follows one branch of a real remote, whatever is done to it, and reads one tree whole or not at all."""

import subprocess
from pathlib import Path

import pytest
from parts.remote import HOME, Remote

from reconciler.errors import Blocked, UsageError
from reconciler.git.mirror import Fetched, Mirror
from reconciler.git.snapshot import LARGEST

NAME = "orgs/a/organization.yaml"


@pytest.fixture
def remote(tmp_path: Path) -> Remote:
    return Remote(tmp_path / "remote")


@pytest.fixture
def mirror(remote: Remote, tmp_path: Path) -> Mirror:
    return Mirror(tmp_path / "mirror", str(remote.folder), "main")


def test_a_fetch_says_what_the_branch_is_and_was(remote: Remote, mirror: Mirror) -> None:
    first = remote.commit(orgs__a__organization_yaml="a: 1\n")
    assert mirror.fetch() == Fetched(first)
    second = remote.commit(orgs__a__organization_yaml="a: 2\n")
    assert mirror.fetch() == Fetched(second, first)
    assert mirror.fetch() == Fetched(second, second)
    assert (mirror.parent(second), mirror.parent(first)) == (first, "")


def test_a_branch_that_was_pushed_over_is_followed_and_told(remote: Remote, mirror: Mirror) -> None:
    remote.commit(orgs__a__organization_yaml="a: 1\n")
    old = remote.commit(orgs__a__organization_yaml="a: 2\n")
    mirror.fetch()
    remote.git("reset", "--quiet", "--hard", "HEAD~1")
    new = remote.commit(orgs__a__organization_yaml="a: 3\n")
    assert mirror.fetch() == Fetched(new, old, rewritten=True)
    assert mirror.snapshot(new).files() == {NAME: b"a: 3\n"}


def test_a_copy_that_grew_by_many_fetches_is_packed_and_keeps_what_a_rewritten_history_left(
    remote: Remote, mirror: Mirror
) -> None:
    remote.commit(orgs__a__organization_yaml="a: 1\n")
    left = remote.commit(orgs__a__organization_yaml="a: 2\n")
    mirror.fetch()
    remote.git("reset", "--quiet", "--hard", "HEAD~1")
    head = remote.commit(**{f"orgs__a__x{each}_yaml": f"a: {each}\n" for each in range(22)})
    mirror.fetch()
    packs = mirror.folder / "objects" / "pack"
    for each in mirror.snapshot(head).listed:  # as many fetches of much would leave them
        subprocess.run(
            ["git", "-C", str(mirror.folder), "pack-objects", "-q", str(packs / "pack")],
            input=each.id.encode(), check=True, capture_output=True,
        )  # fmt: skip
    assert len(list(packs.glob("*.pack"))) > 20
    remote.commit(orgs__a__organization_yaml="a: 3\n")
    mirror.fetch()
    assert len(list(packs.glob("*.pack"))) == 1
    assert mirror.holds(left)
    assert len(mirror.snapshot(head).files()) == 23


def test_a_remote_that_is_gone_leaves_the_copy_as_it_was(remote: Remote, mirror: Mirror) -> None:
    head = remote.commit(orgs__a__organization_yaml="a: 1\n")
    mirror.fetch()
    remote.folder.rename(remote.folder.with_name("elsewhere"))
    with pytest.raises(Blocked, match="git fetch: "):
        mirror.fetch()
    assert mirror.snapshot(mirror.head()).files() == {NAME: b"a: 1\n"}
    remote.folder.with_name("elsewhere").rename(remote.folder)
    assert mirror.fetch() == Fetched(head, head)


def test_a_branch_that_is_not_there_is_said(remote: Remote, tmp_path: Path) -> None:
    remote.commit(orgs__a__organization_yaml="a: 1\n")
    with pytest.raises(Blocked):
        Mirror(tmp_path / "mirror", str(remote.folder), "production").fetch()


def test_merges_are_one_step(remote: Remote, mirror: Mirror) -> None:
    first = remote.commit(orgs__a__organization_yaml="a: 1\n")
    remote.git("checkout", "--quiet", "-b", "proposal")
    remote.commit(orgs__b__organization_yaml="b: 1\n")
    remote.commit(orgs__b__organization_yaml="b: 2\n")
    remote.git("checkout", "--quiet", "main")
    remote.git("merge", "--quiet", "--no-ff", "--message", "merge", "proposal")
    merged = mirror.fetch().head
    assert mirror.commits(first, merged) == [merged]
    assert mirror.commits("", merged) == [first, merged]
    assert mirror.parent(merged) == first


def test_only_commits_that_touch_a_folder_are_named_and_no_name_is_a_pattern(remote: Remote, mirror: Mirror) -> None:
    first = remote.commit(orgs__a__organization_yaml="a: 1\n")
    second = remote.commit(orgs__b__organization_yaml="b: 1\n")
    third = remote.commit(**{"orgs__*__organization_yaml": "c: 1\n", "orgs__:(top)__x_yaml": "d: 1\n"})
    fourth = remote.commit(specs__x_yaml="x: 1\n")
    mirror.fetch()
    assert mirror.touching("", fourth, ["orgs/a", "specs"], 9) == [first, fourth]
    assert mirror.touching(first, fourth, ["orgs/*"], 9) == [third]
    assert mirror.touching(first, fourth, ["orgs/:(top)", "orgs/b"], 9) == [second, third]
    assert mirror.touching("", fourth, ["orgs", "specs"], 2) == [third, fourth]
    assert mirror.snapshot(fourth, ["orgs/*"]).files() == {"orgs/*/organization.yaml": b"c: 1\n"}


def test_a_copy_says_which_commits_it_holds_and_where_they_part(remote: Remote, mirror: Mirror) -> None:
    first = remote.commit(orgs__a__organization_yaml="a: 1\n")
    remote.git("checkout", "--quiet", "-b", "proposal")
    proposal = remote.commit(orgs__a__organization_yaml="a: 2\n")
    remote.git("checkout", "--quiet", "main")
    second = remote.commit(orgs__b__organization_yaml="b: 1\n")
    mirror.fetch()
    held = [mirror.holds(each) for each in (first, second, proposal, "0" * 40, "", "working tree", "--help")]
    assert held == [True, True, False, False, False, False, False]
    assert (mirror.fork(first, second), mirror.fork(second, second)) == (first, second)
    assert mirror.fork(second, proposal) == ""


def test_an_organization_that_nobody_touched_has_the_same_tree(remote: Remote, mirror: Mirror) -> None:
    before = remote.commit(
        orgs__a__organization_yaml="a: 1\n", orgs__b__organization_yaml="b: 1\n", specs__x_yaml="x: 1\n"
    )
    after = remote.commit(orgs__b__organization_yaml="b: 2\n")
    mirror.fetch()
    old, new = mirror.snapshot(before).folders, mirror.snapshot(after).folders
    assert old.keys() == new.keys() == {"orgs/a", "orgs/b", "specs"}
    assert [path for path in old if old[path] != new[path]] == ["orgs/b"]


def test_what_bears_a_specs_name_and_is_none_is_refused_by_path(remote: Remote, mirror: Mirror) -> None:
    remote.commit(orgs__a__organization_yaml="a: 1\n")
    remote.put("orgs/b/link.yaml", b"/etc/passwd", "120000")
    remote.put("orgs/c/large.yaml", b"#" * (LARGEST + 1))
    remote.put("orgs/d/\x1b[31m\u202e.yaml", b"d: 1\n")
    remote.put("orgs/notes.txt", b"#" * (LARGEST + 1))
    commit = remote.commit_index()
    mirror.fetch()
    found = mirror.snapshot(commit)
    assert found.refused == {
        "orgs/b/link.yaml": "it is a link: put the file itself here",
        "orgs/c/large.yaml": "it is larger than 1000000 bytes",
        "orgs/d/\x1b[31m\u202e.yaml": "its name holds signs that cannot be shown",
    }
    assert found.files() == {NAME: b"a: 1\n"}


def test_a_name_that_is_no_text_and_another_repository_are_refused(remote: Remote, mirror: Mirror) -> None:
    commit = remote.commit(orgs__a__organization_yaml="a: 1\n")
    remote.git("update-index", "--add", "--cacheinfo", f"160000,{commit},orgs/b/other.yaml")
    blob = remote.git("hash-object", "-w", "--stdin", given=b"c: 1\n")
    command = ["git", "-C", str(remote.folder), "update-index", "--index-info"]
    subprocess.run(command, env=HOME, check=True, input=b"100644 %s\torgs/c/\xff.yaml\n" % blob.encode())
    commit = remote.commit_index()
    mirror.fetch()
    found = mirror.snapshot(commit)
    assert found.refused == {
        "orgs/b/other.yaml": "it is another repository",
        "orgs/c/\udcff.yaml": "its name holds signs that cannot be shown",
    }
    assert found.files() == {NAME: b"a: 1\n"}


def test_a_commit_without_specs_reads_as_empty_and_one_that_is_not_there_as_nothing(
    remote: Remote, mirror: Mirror
) -> None:
    commit = remote.commit(readme="nothing here\n")
    mirror.fetch()
    assert mirror.snapshot(commit).files() == {}
    assert mirror.snapshot(commit).folders == {}
    with pytest.raises(Blocked):
        mirror.snapshot("0" * 40)


@pytest.mark.parametrize("branch", ["--upload-pack=x", "", "a..b", "a b", "refs/../x", "main.lock", "x/", "a@{1}"])
def test_a_name_that_git_could_misread_is_no_branch(tmp_path: Path, branch: str) -> None:
    with pytest.raises(UsageError):
        Mirror(tmp_path, "https://example.org/x.git", branch)


@pytest.mark.parametrize("remote", ["--upload-pack=touch x", "ext::sh -c touch% x"])
def test_an_address_that_runs_a_command_is_refused(tmp_path: Path, remote: str) -> None:
    with pytest.raises(UsageError):
        Mirror(tmp_path, remote, "main")


@pytest.mark.parametrize("commit", ["HEAD", "--all", "main", "abc123", "0" * 41])
def test_only_full_ids_are_read(remote: Remote, mirror: Mirror, commit: str) -> None:
    remote.commit(orgs__a__organization_yaml="a: 1\n")
    mirror.fetch()
    with pytest.raises(UsageError):
        mirror.snapshot(commit)


def test_another_protocol_is_not_spoken(tmp_path: Path) -> None:
    with pytest.raises(Blocked, match="git fetch"):
        Mirror(tmp_path / "mirror", "git://127.0.0.1:1/x.git", "main").fetch()


def test_the_credential_of_the_remote_stands_in_no_command_line_and_no_message(tmp_path: Path) -> None:
    header = "Authorization: Bearer s3cret-of-the-host"
    mirror = Mirror(tmp_path / "mirror", "https://127.0.0.1:1/x.git", "main", header)
    with pytest.raises(Blocked) as refused:
        mirror.fetch()
    assert "s3cret" not in f"{refused.value} {mirror!r}"
    assert "s3cret" not in (tmp_path / "mirror" / "config").read_text()


def test_the_log_of_files_says_who_and_in_what_words_whatever_these_are(remote: Remote, mirror: Mirror) -> None:
    first = remote.commit(orgs__a__organization_yaml="a: 1\n")
    remote.commit(orgs__b__organization_yaml="b: 1\n")
    hostile = f"{first}\x1e\x1f{NAME}"
    remote.folder.joinpath(NAME).write_text("a: 2\n")
    remote.git("commit", "--quiet", "--all", f"--message={hostile}")
    head = mirror.fetch().head
    found = mirror.log(head, [NAME, "orgs/*"], 10)
    assert [(each.commit, each.paths) for each in found] == [(head, (NAME,)), (first, (NAME,))]
    assert found[0].title == hostile
    assert [each.commit for each in mirror.log(head, [NAME], 1)] == [head]
