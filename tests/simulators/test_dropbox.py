"""The folder by SFTP, as a client of nobody's making sees it: logins, faults, and whoever takes the files."""

import asyncio
import hashlib
import json
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import asyncssh
import pytest
from parts.dropbox import PASSWORD, USER, Dropbox

ROWS = b"reference;text\r\nR-1;a\r\nR-2;b\r\n"


@pytest.fixture(scope="module")
def _dropbox() -> Iterator[Dropbox]:
    simulator = Dropbox()
    yield simulator
    assert simulator.stop() == (0, "")


@pytest.fixture
def dropbox(_dropbox: Dropbox) -> Dropbox:
    _dropbox.control("/_reset")
    return _dropbox


def asked(dropbox: Dropbox, ask: Callable[[asyncssh.SFTPClient], Awaitable[Any]], password: str = PASSWORD) -> Any:
    """One session of a client that knows nothing of us."""
    port = int(dropbox.url.rpartition(":")[2])

    async def session() -> Any:
        login = {"username": USER, "password": password, "known_hosts": None, "config": None, "client_keys": None}
        async with asyncssh.connect("127.0.0.1", port, **login) as line, line.start_sftp_client() as sftp:
            return await ask(sftp)

    return asyncio.run(asyncio.wait_for(session(), 20))


def dropped(dropbox: Dropbox, name: str = "x-B1.csv", content: bytes = ROWS, **told: Any) -> None:
    """A file and its manifest, straight into the folder."""
    manifest = {"file": name, "sha256": hashlib.sha256(content).hexdigest(), "rows": 2, "batchReference": "B1", **told}
    (dropbox.folder / "in" / name).write_bytes(content)
    (dropbox.folder / "in" / f"{name}.manifest.json").write_text(json.dumps(manifest))


def test_a_client_sees_the_folder_and_nothing_else_of_this_machine(dropbox: Dropbox) -> None:
    async def ask(sftp: asyncssh.SFTPClient) -> tuple[Any, bool]:
        return sorted(await sftp.listdir("/")), await sftp.exists("/../../etc/passwd")

    listed, leaked = asked(dropbox, ask)
    assert ({"in", "ack", "err"} <= set(listed), leaked) == (True, False)


def test_who_is_not_known_does_not_come_in(dropbox: Dropbox) -> None:
    with pytest.raises(asyncssh.PermissionDenied):
        asked(dropbox, lambda sftp: sftp.listdir("/"), "wrong")
    assert dropbox.books()["logins"] == 0
    dropbox.control("/_users", {"revoke": f"{USER}:{PASSWORD}"})
    with pytest.raises(asyncssh.PermissionDenied):
        asked(dropbox, lambda sftp: sftp.listdir("/"))


def test_a_renaming_never_overwrites(dropbox: Dropbox) -> None:
    async def ask(sftp: asyncssh.SFTPClient) -> None:
        for name in ("in/a", "in/b"):
            async with sftp.open(name, "w") as file:
                await file.write(name)
        await sftp.rename("in/a", "in/b")

    with pytest.raises(asyncssh.SFTPFailure):
        asked(dropbox, ask)
    assert (dropbox.folder / "in" / "b").read_text() == "in/b"


@pytest.mark.parametrize(("fault", "there"), [("drop_before_rename", False), ("drop_after_rename", True)])
def test_a_dropped_connection_does_not_say_whether_the_name_was_given(
    dropbox: Dropbox, fault: str, there: bool
) -> None:
    (dropbox.folder / "in" / "a.part").write_bytes(b"")
    dropbox.arm(fault)
    with pytest.raises((asyncssh.ConnectionLost, asyncssh.SFTPConnectionLost)):
        asked(dropbox, lambda sftp: sftp.rename("in/a.part", "in/a"))
    assert (dropbox.folder / "in" / "a").exists() is there


def test_a_file_without_its_manifest_is_left_alone(dropbox: Dropbox) -> None:
    (dropbox.folder / "in" / "x-B1.csv").write_bytes(ROWS)
    assert dropbox.take() == []
    assert dropbox.booked() == {}


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("x-B1.csv", ROWS),
        ("x-B1.csv", b"\xef\xbb\xbfreference,text\r\nR-1,a\r\nR-2,b\r\n"),
        ("x-B1.jsonl", b'{"reference":"R-1"}\n{"reference":"R-2"}\n'),
        ("x-B1.xml", b"<r><v><reference>R-1</reference></v><v><reference>R-2</reference></v></r>"),
    ],
)
def test_records_are_booked_and_answered_for_in_every_format(dropbox: Dropbox, name: str, content: bytes) -> None:
    dropped(dropbox, name, content)
    assert dropbox.take() == ["B1"]
    assert dropbox.booked() == {"R-1": 1, "R-2": 1}
    assert dropbox.files() == []
    told = json.loads((dropbox.folder / "ack" / "x-B1.json").read_bytes())
    assert (told["batchReference"], [each["status"] for each in told["results"]]) == ("B1", ["created", "created"])


def test_a_batch_that_comes_again_books_nothing_and_another_content_is_noticed(dropbox: Dropbox) -> None:
    for content in (ROWS, ROWS, ROWS.replace(b"a", b"z")):
        dropped(dropbox, content=content)
        dropbox.take()
    (batch,) = dropbox.books()["batches"]
    assert (batch["times"], len(batch["digests"])) == (3, 2)
    assert dropbox.booked() == {"R-1": 1, "R-2": 1}
    dropped(dropbox, "x-B2.csv", batchReference="B2")
    dropbox.take()
    assert dropbox.booked() == {"R-1": 2, "R-2": 2}, "a record in two batches is booked twice, and shows it"


def test_a_manifest_that_does_not_fit_its_file_books_nothing(dropbox: Dropbox) -> None:
    dropped(dropbox, sha256="0" * 64)
    dropbox.take()
    assert dropbox.booked() == {}


def test_it_answers_as_it_is_told(dropbox: Dropbox) -> None:
    dropped(dropbox)
    dropbox.take(refuse=["R-2"], field="text", message="no", answer="csv", keep=True)
    assert (dropbox.folder / "err" / "x-B1.csv").read_bytes().splitlines() == [
        b"reference;field;message",
        b"R-2;text;no",
    ]
    dropbox.take(answer="garbage", keep=True)
    with pytest.raises(ValueError, match="codec can't decode"):
        json.loads((dropbox.folder / "ack" / "x-B1.json").read_bytes())
    dropbox.take(refuse="all", answer="none")
    assert dropbox.files() == []
    answer = dropbox.client.post(f"{dropbox.base}/_take", json={"answer": "loudly"})
    assert (answer.status_code, answer.json()) == (400, {"error": "answer must be one of json, csv, garbage, none"})


def test_the_page_shows_what_arrived_and_what_waits(dropbox: Dropbox) -> None:
    dropped(dropbox, content=ROWS.replace(b"a\r", b"<script>\r"))
    assert "in/x-B1.csv" in dropbox.client.get(dropbox.base).text
    dropbox.take()
    page = dropbox.client.get(dropbox.base).text
    assert "R-1" in page
    assert "text: &lt;script&gt;" in page
    assert "waiting: nothing" in page
