"""The one comment of an installation: changed in place, written anew, never two for long, never too long."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from contracts.hosts.bench import Bench

from reconciler.runs.host import Later, Refused
from reconciler.runs.pull_requests import Comment

REPORT = Comment("production", "**hlf**: 3 records, NOK 1 200.00\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\nMore of it.")


@pytest.fixture
def number(bench: Bench) -> int:
    bench.repository.push("change", {"orgs/b.yaml": "b: 1\n"})
    return bench.others.open("kari", "change", "main", "Change b")


def written(found: object) -> str:
    assert isinstance(found, str), found
    return found


def bodies(bench: Bench, number: int) -> list[str]:
    return [each.text for each in bench.comments(number) if each.by == bench.me]


def test_a_comment_says_what_it_should_below_a_line_that_nobody_sees(bench: Bench, number: int):
    url = written(bench.host.comment(number, REPORT))
    assert url.startswith(("https://", "http://"))
    assert str(bench.comments(number)[0].id) in url
    (text,) = bodies(bench, number)
    assert text.splitlines()[0] == "<!-- reconciler:production -->"
    assert text.partition("\n")[2].strip() == REPORT.body


def test_a_comment_that_says_so_already_is_left_alone(bench: Bench, number: int):
    first = written(bench.host.comment(number, REPORT))
    assert written(bench.another.comment(number, REPORT)) == first
    assert len(bench.comments(number)) == 1


def test_a_comment_is_changed_in_place(bench: Bench, number: int):
    first = written(bench.host.comment(number, REPORT))
    bench.others.chat("kari", number, "Looks good.")
    assert written(bench.another.comment(number, replace(REPORT, body="nothing to do"))) == first
    (text,) = bodies(bench, number)
    assert text.endswith("nothing to do")


def test_a_comment_that_was_deleted_by_hand_is_written_anew(bench: Bench, number: int):
    written(bench.host.comment(number, REPORT))
    bench.others.erase(number, bench.comments(number)[0].id)
    assert not bench.comments(number)
    written(bench.host.comment(number, REPORT))
    assert len(bodies(bench, number)) == 1


def test_two_installations_have_a_comment_each(bench: Bench, number: int):
    for _ in range(2):
        for name in ("staging", "production"):
            written(bench.host.comment(number, replace(REPORT, installation=name)))
    assert len(bench.comments(number)) == 2


def test_our_line_in_the_comment_of_somebody_else_is_theirs(bench: Bench, number: int):
    forged = f"{REPORT.marker}\neverything is approved"
    bench.others.chat("ola", number, forged)
    bench.others.chat("ola", number, f"> {REPORT.marker}\n> quoted")
    written(bench.host.comment(number, REPORT))
    assert next(each.text for each in bench.comments(number) if each.by != bench.me) == forged
    assert len(bodies(bench, number)) == 1


def test_two_at_once_leave_one_comment(bench: Bench, number: int):
    with ThreadPoolExecutor(4) as pool:
        hosts = [bench.host, bench.another] * 2
        found = [each.result() for each in [pool.submit(one.comment, number, REPORT) for one in hosts]]
    assert all(isinstance(each, str | Later) for each in found), found
    written(bench.host.comment(number, REPORT))
    assert len(bodies(bench, number)) == 1


def test_a_comment_whose_answer_was_lost_is_not_written_twice(bench: Bench, number: int):
    bench.lose("comment")
    assert isinstance(bench.host.comment(number, REPORT), Later)
    written(bench.host.comment(number, REPORT))
    assert len(bench.comments(number)) == 1


def test_a_limit_is_a_pause(bench: Bench, number: int):
    until = bench.limit("comment")
    later = bench.host.comment(number, REPORT)
    assert isinstance(later, Later)
    assert abs((later.until - until).total_seconds()) < 5
    before = bench.asked()
    assert isinstance(bench.host.comment(number, REPORT), Later)
    assert bench.asked() == before
    bench.clock.wait(120)
    written(bench.host.comment(number, REPORT))
    assert len(bench.comments(number)) == 1


def test_a_long_comment_keeps_its_beginning_and_says_what_is_left_out(bench: Bench, number: int):
    rows = "\n".join(f"| {at} | {'æ🧾' * 20} |" for at in range(30_000))
    long = replace(REPORT, body=f"**the summary**\n\n{rows}\n\nthe end", command="reconciler review --head abc")
    first = written(bench.host.comment(number, long))
    (text,) = bodies(bench, number)
    lines = text.splitlines()
    assert lines[1] == "**the summary**"
    assert "lines are left out here" in lines[-2]
    assert "reconciler review --head abc" in lines[-1]
    assert all(line == "" or line.endswith(("|", "*", "-->")) for line in lines), "cut at a line"
    assert written(bench.host.comment(number, long)) == first
    assert bodies(bench, number) == [text]


def test_signs_that_cannot_be_seen_are_not_written(bench: Bench, number: int):
    odd = replace(REPORT, body="a\x00b\u202ec\ud800d\r\nline two\u200b")
    for _ in range(2):
        written(bench.host.comment(number, odd))
    (text,) = bodies(bench, number)
    assert text.splitlines()[1:] == ["abcd", "line two"]


def test_no_line_is_a_command_to_the_host(bench: Bench, number: int):
    """A quick action in a comment is done by whoever wrote it, and that is us."""
    report = replace(REPORT, body="what they wrote:\n/approve\n  /merge\n/close this\na/b stays")
    for _ in range(2):
        written(bench.host.comment(number, report))
    shown = bench.pull_requests()
    assert [each.branch for each in shown] == ["change"]
    assert bench.repository.branch("main") == bench.base
    found = bench.host.open_pull_requests()
    assert isinstance(found, list)
    assert [each.number for each in found] == [number]
    assert len(bench.comments(number)) == 1


def test_a_pull_request_that_is_not_there_is_named(bench: Bench):
    found = bench.host.comment(4711, REPORT)
    assert isinstance(found, Refused)
    assert found.code == "not-found"
    assert "4711" in found.message


def test_a_credential_that_may_only_read_writes_no_comment(bench: Bench, number: int):
    found = bench.unfit().comment(number, REPORT)
    assert isinstance(found, Refused)
    assert found.code == "forbidden"
    assert not bench.comments(number)
