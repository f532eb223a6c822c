"""A folder of this machine: only where the installation allows it, never through a link, never over another file."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from parts.dropbox import Post, codes, opened, visits

from reconciler.adapters.folders import Failed, LocalFolder
from reconciler.errors import EnvironmentRefused
from reconciler.runs.export import batch_of
from reconciler.runs.outcome import Findings, Found, LookupFailed, Sent, Settled, Stop

NAME = f"kk-{batch_of(['RCN-1'])}.csv"


@pytest.fixture
def outgoing(tmp_path: Path) -> Path:
    for name in ("in", "ack", "err"):
        (tmp_path / "outgoing" / "kk" / name).mkdir(parents=True)
    return tmp_path / "outgoing"


@pytest.fixture
def at() -> Iterator[Callable[..., Post]]:
    made: list[Post] = []

    def one(folder: Path, *allowed: Path) -> Post:
        made.append(Post(f"file://{folder}", more={"simulated": False, "folders": allowed}))
        return made[-1]

    yield one
    for each in made:
        each.close()


@pytest.fixture
def post(outgoing: Path, at: Callable[..., Post]) -> Post:
    return at(outgoing / "kk", outgoing)


def names(folder: Path) -> list[str]:
    return sorted(str(each.relative_to(folder)) for each in folder.rglob("*") if each.is_file())


def test_a_file_is_dropped_answered_and_settled_here_too(post: Post, outgoing: Path) -> None:
    sent = Settled({"RCN-1": Sent((NAME,))})
    assert post.adapter().send(visits("RCN-1")) == sent
    assert names(outgoing / "kk") == [f"in/{NAME}", f"in/{NAME}.manifest.json"]
    assert post.adapter().send(visits("RCN-1")) == sent
    assert post.adapter().look_up(opened("RCN-1")) == Findings({"RCN-1": Found("sent", (NAME,))})
    told = {"results": [{"ref": "RCN-1", "status": "error", "field": "date", "message": "too late"}]}
    (outgoing / "kk" / "ack" / NAME.replace("csv", "json")).write_text(json.dumps(told))
    late = Found("rejected_late", (NAME,), "", "date: too late")
    assert post.adapter().look_up(opened("RCN-1", state="sent")) == Findings({"RCN-1": late})


def test_another_content_under_the_name_is_never_overwritten(post: Post, outgoing: Path) -> None:
    (outgoing / "kk" / "in" / NAME).write_bytes(b"theirs")
    assert isinstance(post.adapter().send(visits("RCN-1")), Stop)
    assert (outgoing / "kk" / "in" / NAME).read_bytes() == b"theirs"


def test_a_name_that_appears_between_the_look_and_the_renaming_is_not_overwritten(outgoing: Path) -> None:
    folder = LocalFolder(outgoing, outgoing / "kk")
    folder.write("in/a.part", b"ours")
    (outgoing / "kk" / "in" / "a").write_bytes(b"theirs")
    with pytest.raises(Failed) as caught:
        folder.rename("in/a.part", "in/a")
    assert isinstance(caught.value.answer, Stop)
    assert (outgoing / "kk" / "in" / "a").read_bytes() == b"theirs"


@pytest.mark.parametrize("where", ["elsewhere", "outgoing2", "outgoing/../elsewhere", "."])
def test_a_folder_that_the_installation_does_not_allow_is_refused(
    tmp_path: Path, outgoing: Path, at: Callable[..., Post], where: str
) -> None:
    (tmp_path / "elsewhere").mkdir()
    with pytest.raises(EnvironmentRefused, match="does not let files be dropped"):
        at(tmp_path / where, outgoing).adapter()
    with pytest.raises(EnvironmentRefused) as caught:
        at(outgoing).adapter()
    assert caught.value.hint == "it allows no folder at all (RECONCILER_FOLDERS)"


@pytest.mark.parametrize("place", ["kk", "kk/in", "kk/ack"])
def test_no_link_below_the_allowed_folder_is_followed(
    tmp_path: Path, outgoing: Path, at: Callable[..., Post], place: str
) -> None:
    (outgoing / place).rename(tmp_path / "elsewhere")
    (outgoing / place).symlink_to(tmp_path / "elsewhere")
    post = at(outgoing / "kk", outgoing)
    answer = post.adapter().send(visits("RCN-1"))
    assert isinstance(answer, Stop), answer
    assert "not a file or a link" in answer.message
    assert names(tmp_path / "elsewhere") == []
    assert isinstance(post.adapter().look_up(opened("RCN-1")), LookupFailed)


@pytest.mark.parametrize("name", [NAME, f"{NAME}.part", f"{NAME}.manifest.json.part"])
def test_a_link_in_the_place_of_a_file_leads_nowhere(post: Post, outgoing: Path, tmp_path: Path, name: str) -> None:
    victim = tmp_path / "victim"
    victim.write_bytes(b"precious")
    (outgoing / "kk" / "in" / name).symlink_to(victim)
    answer = post.adapter().send(visits("RCN-1"))
    assert isinstance(answer, Stop) or codes(answer) == {"exists"}
    assert victim.read_bytes() == b"precious"
    LocalFolder(outgoing, outgoing / "kk").write(f"in/{name}", b"ours")
    assert victim.read_bytes() == b"precious"


def test_a_pipe_in_the_place_of_an_answer_does_not_hold_us_up(post: Post, outgoing: Path) -> None:
    import os

    os.mkfifo(outgoing / "kk" / "ack" / NAME.replace("csv", "json"))
    found = post.adapter().look_up(opened("RCN-1"))
    assert isinstance(found, Findings)
    assert "is no plain file" in found.unread["RCN-1"]


def test_a_folder_that_is_gone_stops_in_words(post: Post, outgoing: Path) -> None:
    (outgoing / "kk" / "in").rmdir()
    answer = post.adapter().send(visits("RCN-1"))
    assert isinstance(answer, Stop)
    assert answer.message == f"{outgoing / 'kk' / 'in'}: there is no such folder"
    verdict = post.adapter().test()
    assert (verdict.ok, verdict.fault) == (False, "endpoint")


def test_the_connection_test_writes_a_probe_and_takes_it_away(post: Post, outgoing: Path) -> None:
    verdict = post.adapter().test()
    assert (verdict.ok, verdict.found) == (True, {"Folder": (str(outgoing / "kk" / "in"),)})
    assert names(outgoing) == []
