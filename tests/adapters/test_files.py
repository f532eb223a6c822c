"""The protocol files on a real SFTP server: a batch is one file, and what is answered settles it."""

import json
from collections.abc import Callable, Iterator

import pytest
from parts.dropbox import USER, Dropbox, Post, codes, opened, visits

from reconciler.runs.export import batch_of
from reconciler.runs.outcome import (
    CredentialRefused,
    Findings,
    Found,
    LookupFailed,
    NotApplied,
    Rejected,
    Sent,
    Settled,
    Stop,
    Unclear,
    Unreachable,
)

NAME = f"kk-{batch_of(['RCN-1', 'RCN-2'])}.csv"
SENT = Settled({"RCN-1": Sent((NAME,)), "RCN-2": Sent((NAME,))})
LIES = [f"in/{NAME}", f"in/{NAME}.manifest.json"]


@pytest.fixture(scope="module")
def _dropbox() -> Iterator[Dropbox]:
    simulator = Dropbox()
    yield simulator
    assert simulator.stop() == (0, "")


@pytest.fixture
def dropbox(_dropbox: Dropbox) -> Dropbox:
    """Empty folders, no faults."""
    _dropbox.control("/_reset")
    return _dropbox


@pytest.fixture
def post(dropbox: Dropbox) -> Iterator[Post]:
    made = Post(dropbox.url)
    yield made
    made.close()


def two() -> list:
    return visits("RCN-1", "RCN-2")


def look(post: Post, *references: str, **more: str) -> Findings | LookupFailed:
    return post.adapter().look_up(opened(*(references or ("RCN-1", "RCN-2")), **more))


def test_a_batch_is_one_file_and_its_manifest_and_nothing_else_is_left(post: Post, dropbox: Dropbox) -> None:
    assert post.adapter().send(two()) == SENT
    assert dropbox.files() == LIES
    content = (dropbox.folder / LIES[0]).read_bytes()
    assert content == (
        b"reference;text;date;amount\r\nRCN-1;Bes\xc3\xb8k;2026-03-01;12,50\r\nRCN-2;Bes\xc3\xb8k;2026-03-01;12,50\r\n"
    )
    told = json.loads((dropbox.folder / LIES[1]).read_bytes())
    assert told.pop("sha256")
    assert told == {
        "file": NAME,
        "rows": 2,
        "sumAmount": "25.00",
        "batchReference": batch_of(["RCN-1", "RCN-2"]),
        "createdAt": "2026-03-02T08:00:00+00:00",
    }


def test_the_same_batch_again_is_the_same_file(post: Post, dropbox: Dropbox) -> None:
    before = [post.adapter().send(two()), [(dropbox.folder / each).read_bytes() for each in LIES]]
    assert [post.adapter().send(two()), [(dropbox.folder / each).read_bytes() for each in LIES]] == before
    assert dropbox.files() == LIES


def test_another_content_under_the_name_is_never_overwritten(post: Post, dropbox: Dropbox) -> None:
    (dropbox.folder / LIES[0]).write_bytes(b"somebody else's")
    answer = post.adapter().send(two())
    assert isinstance(answer, Stop)
    assert answer.message == f"in/{NAME} is there already with another content, and is not overwritten"
    assert (dropbox.folder / LIES[0]).read_bytes() == b"somebody else's"


@pytest.mark.parametrize(
    ("fault", "kind", "words"),
    [
        ("drop_on_write", Unreachable, "ConnectionLost"),
        ("disk_full", Stop, "No space left"),
        ("forbidden", Stop, "it is not permitted there"),
        ("refuse_rename", Stop, "Failure"),
        ("reject_credential", CredentialRefused, "the server refuses the login"),
    ],
)
def test_what_fails_before_the_file_has_its_name_did_not_happen(
    post: Post, dropbox: Dropbox, fault: str, kind: type, words: str
) -> None:
    dropbox.arm(fault)
    answer = post.adapter().send(two())
    assert isinstance(answer, kind), answer
    assert words in answer.message
    assert LIES[0] not in dropbox.files()
    assert look(post) == Findings({}) or fault == "reject_credential"
    dropbox.control("/_faults", {"clear": True})
    assert look(post) == Findings({})
    assert post.adapter().send(two()) == SENT
    assert dropbox.files() == LIES


@pytest.mark.parametrize(("fault", "arrived"), [("drop_before_rename", False), ("drop_after_rename", True)])
def test_a_lost_answer_to_the_renaming_is_unclear_and_the_folder_knows(
    post: Post, dropbox: Dropbox, fault: str, arrived: bool
) -> None:
    dropbox.arm(fault)
    assert isinstance(post.adapter().send(two()), Unclear)
    assert (LIES[0] in dropbox.files()) is arrived
    found = {each: Found("sent", (NAME,)) for each in ("RCN-1", "RCN-2")} if arrived else {}
    assert look(post) == Findings(found)
    assert (LIES[1] in dropbox.files()) is arrived, "a drop that was cut short is brought to its end"
    assert post.adapter().send(two()) == SENT
    assert dropbox.files() == LIES


def test_a_manifest_whose_name_was_lost_gets_it_by_the_next_question(post: Post, dropbox: Dropbox) -> None:
    dropbox.arm("drop_after_rename")
    post.adapter().send(two())
    assert dropbox.take() == []
    assert isinstance(look(post), Findings)
    assert dropbox.take() == [batch_of(["RCN-1", "RCN-2"])]
    assert dropbox.booked() == {"RCN-1": 1, "RCN-2": 1}


def test_what_is_accepted_is_posted_and_what_is_refused_says_why(post: Post, dropbox: Dropbox) -> None:
    post.adapter().send(two())
    assert look(post, state="sent") == Findings({each: Found("sent", (NAME,)) for each in ("RCN-1", "RCN-2")})
    dropbox.take(refuse=["RCN-2"], field="text", message="this is \x1b[31mnot\u202e known")
    found = look(post, state="sent")
    assert found == Findings(
        {
            "RCN-1": Found("posted", (NAME,)),
            "RCN-2": Found("rejected_late", (NAME,), "", "text: this is  [31mnot  known"),
        }
    )


def test_a_file_of_refusals_names_what_was_refused_and_leaves_the_rest_open(post: Post, dropbox: Dropbox) -> None:
    post.adapter().send(two())
    dropbox.take(refuse=["RCN-2"], field="text", message="not known", answer="csv")
    refusal = Found("rejected_late", (NAME,), "", "text: not known")
    assert look(post) == Findings({"RCN-1": Found("sent", (NAME,)), "RCN-2": refusal})
    rest = {"file": "err/{club}-{batch}.csv", "reference": "reference", "message": "message", "rest": "posted"}
    found = post.adapter(refusals=rest).look_up(opened("RCN-1", "RCN-2"))
    assert found == Findings(
        {"RCN-1": Found("posted", (NAME,)), "RCN-2": Found("rejected_late", (NAME,), "", "not known")}
    )


def test_what_was_taken_away_without_an_answer_is_sent_and_not_absent(post: Post, dropbox: Dropbox) -> None:
    post.adapter().send(two())
    dropbox.take(answer="none")
    assert dropbox.files() == []
    assert look(post, state="sent") == Findings({each: Found("sent", (NAME,)) for each in ("RCN-1", "RCN-2")})


def test_a_file_that_is_taken_before_its_manifest_has_its_name_has_arrived(post: Post, dropbox: Dropbox) -> None:
    dropbox.arm("drop_after_rename")
    post.adapter().send(two())
    (dropbox.folder / LIES[0]).unlink()
    assert look(post) == Findings({each: Found("sent", (NAME,)) for each in ("RCN-1", "RCN-2")})
    answer = post.adapter().send(two())
    assert codes(answer) == {"exists"}
    assert LIES[0] not in dropbox.files()


def test_an_answered_batch_is_not_dropped_again(post: Post, dropbox: Dropbox) -> None:
    post.adapter().send(two())
    dropbox.take()
    answer = post.adapter().send(two())
    assert codes(answer) == {"exists"}
    assert dropbox.files() == []


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "it is no JSON"),
        (b"\xff\xfe", "it is no JSON"),
        (b"[" * 100_000, "it is no JSON"),
        (b'{"results": 7}', "it has no list `results`"),
        (b'{"batchReference": "B-OTHER", "results": []}', "it answers the batch B-OTHER"),
        (b'{"results": [{"ref": "RCN-1", "status": "created"}, {"ref": "RCN-1", "status": "error"}]}', "twice"),
        (b" " * 5_000_001, "larger than 5000000 bytes"),
    ],
    ids=["empty", "bytes", "deep", "no-list", "another-batch", "twice", "large"],
)
def test_an_answer_that_cannot_be_understood_settles_nothing(
    post: Post, dropbox: Dropbox, content: bytes, words: str
) -> None:
    post.adapter().send(two())
    (dropbox.folder / "ack" / NAME.replace(".csv", ".json")).write_bytes(content)
    found = look(post)
    assert isinstance(found, Findings)
    assert found.found == {}
    assert found.unread.keys() == {"RCN-1", "RCN-2"}
    assert words in found.unread["RCN-1"]


@pytest.mark.parametrize("content", [b"", b"a;b\r\n1;2\r\n", b'reference;message;field\r\n"x', b"\xff"])
def test_a_file_of_refusals_that_cannot_be_understood_settles_nothing(
    post: Post, dropbox: Dropbox, content: bytes
) -> None:
    post.adapter().send(two())
    (dropbox.folder / "err" / NAME).write_bytes(content)
    found = look(post)
    assert isinstance(found, Findings)
    assert found.found == {}
    assert f"err/{NAME} cannot be understood" in found.unread["RCN-2"]


def test_an_answer_is_heard_about_documents_of_its_own_batch_only(post: Post, dropbox: Dropbox) -> None:
    post.adapter().send(two())
    lies = [{"ref": "RCN-9", "status": "created"}, {"ref": ["RCN-1"], "status": "created"}, 7, {"status": "error"}]
    (dropbox.folder / "ack" / NAME.replace(".csv", ".json")).write_text(json.dumps({"results": lies}))
    asked = [*opened("RCN-1", "RCN-2"), *opened("RCN-9")]
    assert post.adapter().look_up(asked) == Findings({each: Found("sent", (NAME,)) for each in ("RCN-1", "RCN-2")})


def test_a_word_that_the_type_does_not_know_leaves_the_document_open(post: Post, dropbox: Dropbox) -> None:
    post.adapter().send(two())
    told = {"results": [{"ref": "RCN-1", "status": "posted perhaps"}, {"ref": "RCN-2", "status": "later"}]}
    (dropbox.folder / "ack" / NAME.replace(".csv", ".json")).write_text(json.dumps(told))
    assert look(post) == Findings({each: Found("sent", (NAME,)) for each in ("RCN-1", "RCN-2")})


def test_an_answer_that_is_a_link_is_not_read(post: Post, dropbox: Dropbox) -> None:
    post.adapter().send(two())
    (dropbox.folder / "secret.json").write_text('{"results": []}')
    (dropbox.folder / "ack" / NAME.replace(".csv", ".json")).symlink_to("../secret.json")
    found = look(post)
    assert isinstance(found, Findings)
    assert "is no plain file" in found.unread["RCN-1"]


def test_a_file_that_somebody_changed_is_told_and_proves_nothing(post: Post, dropbox: Dropbox) -> None:
    post.adapter().send(two())
    (dropbox.folder / LIES[0]).write_bytes(b"changed")
    found = look(post)
    assert isinstance(found, LookupFailed)
    assert "is not what its manifest says" in found.answer.message


def test_a_folder_that_is_not_there_makes_nothing_absent(post: Post, dropbox: Dropbox) -> None:
    (dropbox.folder / "ack").rmdir()
    found = look(post)
    assert isinstance(found, LookupFailed)
    assert "there is no such folder" in found.answer.message
    assert isinstance(post.adapter().send(two()), Stop)
    assert dropbox.files() == []


@pytest.mark.parametrize("club", ["../../etc", "a/b", "/etc", ".hidden", "a\\b", "a\n/b", "x" * 300])
def test_a_setting_that_leads_elsewhere_stops_everything(dropbox: Dropbox, club: str) -> None:
    post = Post(dropbox.url, settings={"club": club, "user": USER})
    answer = post.adapter().send(two())
    post.close()
    assert isinstance(answer, Stop), answer
    assert "is no name of a file below the folder" in answer.message
    assert dropbox.files() == []


@pytest.mark.parametrize("name", [NAME, f"{NAME}.part", f"{NAME}.manifest.json.part"])
def test_a_link_in_the_place_of_a_file_leads_nowhere(post: Post, dropbox: Dropbox, name: str) -> None:
    victim = dropbox.folder / "victim"
    victim.write_bytes(b"precious")
    (dropbox.folder / "in" / name).symlink_to("../victim")
    answer = post.adapter().send(two())
    assert isinstance(answer, Stop) or codes(answer) == {"exists"}
    assert victim.read_bytes() == b"precious"


def test_a_folder_that_is_a_link_is_not_used(post: Post, dropbox: Dropbox) -> None:
    (dropbox.folder / "in").rename(dropbox.folder / "elsewhere")
    (dropbox.folder / "in").symlink_to("elsewhere")
    answer = post.adapter().send(two())
    assert isinstance(answer, Stop)
    assert "is a link, and links are not followed" in answer.message
    assert list((dropbox.folder / "elsewhere").iterdir()) == []


def test_the_marker_comes_last_of_all(post: Post, dropbox: Dropbox) -> None:
    dropbox.arm("drop_after_rename")
    post.adapter(done="true").send(two())
    assert f"in/{NAME}.done" not in dropbox.files()
    assert isinstance(post.adapter(done="true").look_up(opened("RCN-1", "RCN-2")), Findings)
    assert dropbox.files() == [LIES[0], f"in/{NAME}.done", LIES[1]]


def test_a_value_that_a_workbook_has_no_room_for_is_refused_before_anything_leaves(
    post: Post, dropbox: Dropbox
) -> None:
    answer = post.adapter(format="xlsx").send([*visits("RCN-1"), *visits("RCN-2", text="x" * 40_000)])
    assert isinstance(answer, Settled)
    kept, refused = answer.outcomes["RCN-1"], answer.outcomes["RCN-2"]
    assert isinstance(kept, NotApplied), "it goes in a file of its own, and the ledger knows under which name"
    assert isinstance(refused, Rejected)
    assert (refused.field, refused.value) == ("text", "x" * 1000)
    assert dropbox.files() == []


def test_a_content_that_waits_for_its_name_is_not_written_anew(post: Post, dropbox: Dropbox) -> None:
    dropbox.arm("drop_before_rename")
    assert isinstance(post.adapter().send(two()), Unclear)
    waits = dropbox.folder / "in" / f"{NAME}.part"
    before = waits.stat().st_mtime_ns
    dropbox.arm("refuse_rename")
    assert isinstance(post.adapter().send(two()), Stop)
    assert waits.stat().st_mtime_ns == before
    waits.write_bytes(b"half of")
    assert post.adapter().send(two()) == SENT
    assert dropbox.files() == LIES


def test_one_connection_serves_a_whole_run_and_a_lost_one_is_made_anew(
    post: Post, dropbox: Dropbox, at_work: Callable[[], int]
) -> None:
    adapter = post.adapter()
    for number in range(4):
        assert isinstance(adapter.send(visits(f"RCN-{number}")), Settled)
    assert at_work() == 1
    dropbox.arm("drop_on_write")
    assert isinstance(adapter.send(visits("RCN-8")), Unreachable)
    assert isinstance(adapter.send(visits("RCN-8")), Settled)
    assert at_work() == 2


@pytest.fixture
def at_work(dropbox: Dropbox) -> Callable[[], int]:
    return lambda: dropbox.books()["logins"]
