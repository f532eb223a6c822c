"""`$batch` as the environment reads and writes it: strict in what it takes, and read by the library's own parser."""

import json
from email import message_from_bytes

import pytest
from parts.dataverse import Dataverse

PATCH = "PATCH /api/data/v9.2/hlf_activities(hlf_reference='{}') HTTP/1.1\r\nContent-Type: application/json\r\n"
HEAD = "Content-Type: application/http\r\nContent-Transfer-Encoding: binary\r\n"


def inner(reference: str, **values: object) -> str:
    body = json.dumps({"hlf_kind": "Samtale", **values})
    return f"{PATCH.format(reference)}If-None-Match: *\r\nContent-Length: {len(body)}\r\n\r\n{body}"


def part(reference: str, content_id: str = "", **values: object) -> str:
    return HEAD + (f"Content-ID: {content_id}\r\n" if content_id else "") + "\r\n" + inner(reference, **values)


def group(*parts: str) -> str:
    return f"Content-Type: multipart/mixed; boundary=s\r\n\r\n{whole('s', *parts)}"


def whole(boundary: str, *parts: str) -> str:
    return "".join(f"--{boundary}\r\n{each}\r\n" for each in parts) + f"--{boundary}--\r\n"


def post(dataverse: Dataverse, content: str, *, go_on: bool = True, boundary: str = "b"):
    headers = {"Content-Type": f"multipart/mixed; boundary={boundary}", "Authorization": ""}
    headers["Authorization"] = dataverse.client.headers["Authorization"]
    headers |= {"Prefer": "odata.continue-on-error"} if go_on else {}
    return dataverse.client.post(f"{dataverse.base}/api/data/v9.2/$batch", content=content.encode(), headers=headers)


def statuses(answer) -> list:
    """By the library's parser for mail; a list for each change set."""
    message = message_from_bytes(f"Content-Type: {answer.headers['content-type']}\r\n\r\n".encode() + answer.content)
    assert not message.defects
    return [_status(each) for each in message.get_payload()]


def _status(message) -> object:
    if message.is_multipart():
        return [(_status(each), each["Content-ID"]) for each in message.get_payload()]
    return int(message.get_payload().split()[1])


def test_each_request_is_answered_for_in_its_place(dataverse: Dataverse) -> None:
    answer = post(dataverse, whole("b", part("R-1"), part("R-1"), part("R-2", hlf_kind="x" * 51), part("R-3")))
    assert (answer.status_code, statuses(answer)) == (200, [204, 412, 400, 204])
    assert list(dataverse.rows()) == ["R-1", "R-3"]


def test_without_going_on_the_first_failure_is_all_that_is_said_and_what_came_before_stands(
    dataverse: Dataverse,
) -> None:
    answer = post(dataverse, whole("b", part("R-1"), part("R-1"), part("R-2")), go_on=False)
    assert (answer.status_code, statuses(answer)) == (412, [412])
    assert list(dataverse.rows()) == ["R-1"]


def test_a_change_set_is_done_whole_or_not_at_all(dataverse: Dataverse) -> None:
    good = group(part("R-1", "1"), part("R-2", "2"))
    bad = group(part("R-3", "3"), part("R-4", "4", hlf_kind="x" * 51))
    answer = post(dataverse, whole("b", good, bad, part("R-5")))
    assert statuses(answer) == [[(204, "1"), (204, "2")], 400, 204]
    assert list(dataverse.rows()) == ["R-1", "R-2", "R-5"]


def test_reads_stand_in_a_batch_and_not_in_a_change_set(dataverse: Dataverse) -> None:
    read = HEAD + "{}\r\nGET /api/data/v9.2/hlf_activities(hlf_reference='R-1') HTTP/1.1\r\nAccept: */*\r\n\r\n"
    assert statuses(post(dataverse, whole("b", part("R-1"), read.format("")))) == [204, 200]
    assert post(dataverse, whole("b", group(read.format("Content-ID: 1\r\n")))).status_code == 400


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (whole("b", group(part("R-1"))), "0x80060888"),
        (whole("b", part("R-1").replace("Content-Length", "Length")), "0x80048d19"),
        (whole("b", part("R-1").replace("binary", "base64")), "0x80048d19"),
        (whole("b", part("R-1").replace("application/http", "text/plain")), "0x80048d19"),
        (whole("b", part("R-1")).replace("\r\n", "\n"), "0x80048d19"),
        (whole("b", part("R-1")).removesuffix("--\r\n"), "0x80048d19"),
        (whole("c", part("R-1")), "0x80048d19"),
        (whole("b", part("R-1").replace("/api/data/v9.2", "/api/data/v1")), "0x80060888"),
        (whole("b", *(part(f"R-{n}") for n in range(1001))), "0x80048d19"),
        (whole("b", group(*(part(f"R-{n}", f"{n}") for n in range(1001)))), "0x80048d19"),
        ("", "0x80048d19"),
    ],
    ids=[
        "no content id", "no length", "not binary", "not http", "other line ends", "no end", "another boundary",
        "another service", "too many", "too many in a set", "nothing",
    ],
)  # fmt: skip
def test_a_batch_that_is_not_as_it_must_be_is_refused_whole(dataverse: Dataverse, content: str, code: str) -> None:
    answer = post(dataverse, content)
    assert (answer.status_code // 100, answer.json()["error"]["code"]) == (4, code)
    assert dataverse.books()["records"] == []


def test_a_thousand_requests_are_taken(dataverse: Dataverse) -> None:
    answer = post(dataverse, whole("b", *(part(f"R-{n}") for n in range(1000))))
    assert statuses(answer) == [204] * 1000
    assert dataverse.books()["requests"]["requests"] == 1000


def test_parts_count_one_by_one_against_the_limit() -> None:
    simulator = Dataverse("--rate", "5/300")
    try:
        simulator.reset()
        answer = post(simulator, whole("b", *(part(f"R-{n}") for n in range(7))))
        assert statuses(answer) == [204] * 5 + [429] * 2
        single = simulator.ask("GET", "WhoAmI")
        assert (single.status_code, single.json()["error"]["code"]) == (429, "0x80072322")
        assert int(single.headers["Retry-After"]) > 290
    finally:
        simulator.stop()
