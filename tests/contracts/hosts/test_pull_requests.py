"""What a host tells of pull requests: which are open, what they touch, who said what, how their checks stand."""

import pytest
from contracts.hosts.bench import Bench

from reconciler.runs.host import Refused, Status
from reconciler.runs.pull_requests import ChangedFiles, Check, Review


@pytest.fixture
def number(bench: Bench) -> int:
    bench.repository.push("change", {"orgs/b.yaml": "b: 1\n"})
    return bench.others.open("kari", "change", "main", "Change b")


def several(found: object) -> list:
    assert isinstance(found, list | tuple), found
    return list(found)


def test_there_are_no_open_pull_requests_at_first(bench: Bench):
    assert several(bench.host.open_pull_requests()) == []


def test_an_open_pull_request_says_whose_it_is_and_what_goes_where(bench: Bench, number: int):
    (found,) = several(bench.host.open_pull_requests())
    assert (found.number, found.title) == (number, "Change b")
    assert (found.branch, found.into) == ("change", "main")
    assert found.head == bench.repository.branch("change")
    assert found.author == bench.others.account("kari")
    assert (found.draft, found.fork) == (False, False)
    assert found.url.startswith(("https://", "http://"))


def test_the_head_is_the_one_of_now(bench: Bench, number: int):
    moved = bench.repository.push("change", {"orgs/c.yaml": "c: 1\n"})
    (found,) = several(bench.host.open_pull_requests())
    assert found.head == moved


def test_the_oldest_come_first_and_what_was_closed_or_merged_is_left_out(bench: Bench):
    numbers = []
    for at in range(4):
        bench.repository.push(f"change-{at}", {f"orgs/{at}.yaml": "b: 1\n"})
        numbers.append(bench.others.open("ola", f"change-{at}", "main", f"Change {at}"))
    bench.close_pull_request(numbers[1], False)
    bench.close_pull_request(numbers[2], True)
    assert [each.number for each in several(bench.host.open_pull_requests())] == [numbers[0], numbers[3]]


def test_a_draft_is_one(bench: Bench):
    bench.repository.push("change", {"orgs/b.yaml": "b: 1\n"})
    bench.others.open("kari", "change", "main", "Draft: not ready")
    (found,) = several(bench.host.open_pull_requests())
    assert found.draft


def test_a_fork_is_one(bench: Bench):
    bench.others.open("eva", "theirs", "main", "From outside")
    (found,) = several(bench.host.open_pull_requests())
    assert found.fork
    assert found.author == bench.others.account("eva")


def test_a_title_is_one_line_that_can_be_shown(bench: Bench):
    bench.repository.push("change", {"orgs/b.yaml": "b: 1\n"})
    bench.others.open("kari", "change", "main", "A\u202e title \u200b" + "x" * 150)
    (found,) = several(bench.host.open_pull_requests())
    assert found.title.startswith("A title x")
    assert found.title.isprintable()


def test_more_than_a_page_of_them_is_read(bench: Bench):
    bench.narrow(2)
    bench.repository.push("change", {"orgs/b.yaml": "b: 1\n"})
    for at in range(5):
        assert bench.host.branch(f"into-{at}", bench.base) is None
        bench.others.open("kari", "change", f"into-{at}", f"Change {at}")
    found = several(bench.host.open_pull_requests())
    assert [each.into for each in found] == [f"into-{at}" for at in range(5)]


def test_the_files_that_one_touches_are_told_before_and_after_a_rename(bench: Bench):
    moved = {"orgs/a.yaml": None, "orgs/new/a.yaml": "a: 1\n"}
    bench.repository.push("change", {**moved, "orgs/b.yaml": "b: 1\n"})
    number = bench.others.open("kari", "change", "main", "Move a")
    found = bench.host.changed_files(number)
    assert found == ChangedFiles(frozenset({"orgs/a.yaml", "orgs/new/a.yaml", "orgs/b.yaml"}), whole=True)


def test_many_files_are_told_page_by_page(bench: Bench):
    bench.narrow(5)
    paths = {f"orgs/many/{at}.yaml": f"a: {at}\n" for at in range(13)}
    bench.repository.push("change", paths)
    found = bench.host.changed_files(bench.others.open("kari", "change", "main", "Many"))
    assert found == ChangedFiles(frozenset(paths), whole=True)


def test_nobody_has_said_anything_at_first(bench: Bench, number: int):
    assert several(bench.host.reviews(number)) == []


def test_a_yes_is_one_to_the_head_that_was_there(bench: Bench, number: int):
    head = bench.repository.branch("change")
    bench.others.judge("ola", number, "approved")
    (found,) = several(bench.host.reviews(number))
    assert (found.by, found.verdict, found.commit) == (bench.others.account("ola"), "approved", head)
    assert found.is_for(head)


def test_a_yes_to_an_old_head_is_none_to_the_new_one(bench: Bench, number: int):
    old = bench.repository.branch("change")
    bench.others.judge("ola", number, "approved")
    bench.clock.wait(60)
    new = bench.repository.push("change", {"orgs/b.yaml": "b: 2\n"})
    assert all(each.is_for(old) and not each.is_for(new) for each in several(bench.host.reviews(number)))


def test_the_last_word_of_each_counts(bench: Bench, number: int):
    bench.others.judge("ola", number, "changes-requested")
    bench.clock.wait(60)
    bench.others.judge("robot", number, "approved")
    bench.clock.wait(60)
    bench.others.judge("ola", number, "approved")
    found: list[Review] = several(bench.host.reviews(number))
    assert {each.by.login: each.verdict for each in found} == {
        bench.others.account("ola").login: "approved",
        bench.others.account("robot").login: "approved",
    }


def test_changes_that_are_asked_for_are_told(bench: Bench, number: int):
    bench.others.judge("ola", number, "changes-requested")
    (found,) = several(bench.host.reviews(number))
    assert (found.by, found.verdict) == (bench.others.account("ola"), "changes-requested")
    assert found.is_for(bench.repository.branch("change"))


def test_a_yes_that_was_taken_back_is_none(bench: Bench, number: int):
    bench.others.judge("ola", number, "approved")
    bench.clock.wait(60)
    bench.others.judge("ola", number, "withdrawn")
    assert "approved" not in {each.verdict for each in several(bench.host.reviews(number))}


def test_many_reviews_are_told_page_by_page(bench: Bench, number: int):
    bench.narrow(2)
    for _ in range(3):
        bench.others.judge("ola", number, "changes-requested")
        bench.clock.wait(60)
    bench.others.judge("ola", number, "approved")
    assert [each.verdict for each in several(bench.host.reviews(number))] == ["approved"]


def test_a_comment_is_no_review(bench: Bench, number: int):
    bench.others.chat("ola", number, "approved this merge request")
    bench.others.chat("ola", number, "LGTM, approved")
    assert several(bench.host.reviews(number)) == []


@pytest.mark.parametrize("call", ["changed_files", "reviews"])
def test_a_pull_request_that_is_not_there_is_named(bench: Bench, call: str):
    found = getattr(bench.host, call)(4711)
    assert isinstance(found, Refused)
    assert found.code == "not-found"
    assert "4711" in found.message


def test_checks_are_what_everybody_says_of_a_commit(bench: Bench):
    assert several(bench.host.checks(bench.base)) == []
    assert bench.host.set_status(bench.base, Status("reconciler/production", "pending", "asked for")) is None
    for name, state in (("build", "success"), ("lint", "failure"), ("slow", "pending")):
        bench.others.check(bench.base, name, state)
    assert several(bench.host.checks(bench.base)) == [
        Check("build", "success"),
        Check("lint", "failure"),
        Check("reconciler/production", "pending"),
        Check("slow", "pending"),
    ]


def test_a_commit_of_an_open_pull_request_is_known_by_it(bench: Bench, number: int):
    head = bench.repository.branch("change")
    (found,) = several(bench.host.of_commit(head))
    assert (found.number, found.state, found.head) == (number, "open", head)


def test_a_commit_of_no_pull_request_is_of_none(bench: Bench):
    assert several(bench.host.of_commit(bench.base)) == []


@pytest.mark.parametrize("call", ["checks", "of_commit"])
def test_a_commit_that_the_host_does_not_know_is_refused(bench: Bench, call: str):
    found = getattr(bench.host, call)("0123456789" * 4)
    assert isinstance(found, Refused)
    assert found.code == "no-such-commit"
    assert getattr(bench.host, call)("main").code == "invalid"
