"""What a host says of limits is obeyed, without asking to find out; and what we write is counted."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from parts.hosts.api import Said
from parts.hosts.github import GitHubApi, refused

from reconciler.clock import StagedClock
from reconciler.hosts import github
from reconciler.hosts.client import Where
from reconciler.hosts.forge import Forge
from reconciler.hosts.limits import Limits
from reconciler.hosts.logins import TokenFile
from reconciler.runs.host import Later, Refused, Status

LIMITED = "You have exceeded a secondary rate limit. Please wait a few minutes before you try again."


@pytest.fixture
def host(api: GitHubApi, tmp_path: Path, clock: StagedClock) -> Forge:
    path = tmp_path / "token"
    path.write_text(next(iter(api.tokens)) + "\n")
    return github.host(Where(api.name, api.url), TokenFile(path), clock)


def seconds(later: object, clock: StagedClock) -> float:
    assert isinstance(later, Later), later
    return (later.until - clock.now()).total_seconds()


def several(count: int, word: str = "") -> list[Status]:
    return [Status(f"reconciler/production/org-{at}", "success", word) for at in range(count)]


def test_an_hour_that_is_used_up_ends_when_the_host_says(api: GitHubApi, host: Forge, clock: StagedClock):
    api.remaining = 0
    assert 3590 < seconds(host.pull_request("x"), clock) <= 3601
    asked = len(api.asked)
    clock.wait(1800)
    assert isinstance(host.pull_request("x"), Later)
    assert len(api.asked) == asked
    clock.wait(1802)
    assert host.pull_request("x") is None


def test_the_last_request_of_an_hour_counts_and_the_next_one_waits(api: GitHubApi, host: Forge):
    api.remaining = 1
    assert host.pull_request("x") is None
    assert isinstance(host.pull_request("x"), Later)
    assert len(api.asked) == 1


def test_the_hosts_clock_is_taken_for_the_hosts_moments(api: GitHubApi, tmp_path: Path, host: Forge):
    ahead = StagedClock(api.clock.now() + timedelta(minutes=30))
    fast = github.host(Where(api.name, api.url), TokenFile(tmp_path / "token"), ahead)
    api.remaining = 0
    assert 3590 < seconds(fast.pull_request("x"), ahead) <= 3601


def test_a_pause_in_seconds_is_kept(api: GitHubApi, host: Forge, clock: StagedClock):
    api.fail("GET", "/pulls", refused(429, LIMITED, **{"Retry-After": "17"}))
    assert 15 < seconds(host.pull_request("x"), clock) <= 17
    clock.wait(18)
    assert host.pull_request("x") is None


def test_a_limit_without_a_pause_is_a_minute_then_two_then_four(api: GitHubApi, host: Forge, clock: StagedClock):
    api.fail("GET", "/pulls", refused(403, LIMITED), times=3)
    pauses = []
    for _ in range(3):
        pauses.append(round(seconds(host.pull_request("x"), clock), -1))
        clock.wait(pauses[-1] + 1)
    assert pauses == [60, 120, 240]
    assert host.pull_request("x") is None
    api.fail("GET", "/pulls", refused(403, LIMITED))
    assert round(seconds(host.pull_request("x"), clock), -1) == 60


@pytest.mark.parametrize("header", ["", "soon", "-5", "1e9", "9" * 30, "0", "999999999", "1.5", "٣"])
def test_a_pause_that_makes_no_sense_is_bounded(api: GitHubApi, host: Forge, clock: StagedClock, header: str):
    api.fail("GET", "/pulls", refused(429, LIMITED, **{"Retry-After": header.encode().decode("latin-1")}))
    assert 0 < seconds(host.pull_request("x"), clock) <= 3900


@given(
    status=st.sampled_from([200, 304, 403, 404, 422, 429, 503]),
    head=st.dictionaries(
        st.sampled_from(["retry-after", "x-ratelimit-remaining", "x-ratelimit-reset", "date"]),
        st.text(max_size=30)
        | st.integers().map(str)
        | st.sampled_from(
            ["0", "Mon, 02 Mar 2026 08:00:00 GMT", "Mon, 02 Mar 0001 08:00:00 -2359", "1 Jan 9999 23:59 -0000"]
        ),
    ),
)
def test_whatever_the_head_says_a_pause_is_between_a_second_and_an_hour(status: int, head: dict[str, str]):
    clock = StagedClock(datetime(2026, 3, 2, 8, tzinfo=UTC))
    limits = Limits(clock)
    for later in (limits.told(status, head, "Not Found"), limits.barred(write=True)):
        assert later is None or timedelta() < later.until - clock.now() <= timedelta(seconds=3900)


def test_content_that_was_submitted_too_quickly_is_a_pause(api: GitHubApi, host: Forge, clock: StagedClock):
    base = api.repository.branch("main")
    error = {"resource": "Status", "code": "unprocessable", "field": "data", "message": "was submitted too quickly"}
    api.fail("POST", "/statuses/", refused(422, "Validation Failed", error))
    assert 50 < seconds(host.set_status(base, *several(1)), clock) <= 60
    clock.wait(61)
    assert host.set_status(base, *several(1)) is None


def test_a_refusal_is_no_limit(api: GitHubApi, host: Forge):
    api.fail("GET", "/pulls", refused(403, "Resource not accessible by personal access token"))
    assert isinstance(host.pull_request("x"), Refused)
    assert host.pull_request("x") is None


def test_a_host_that_is_down_and_says_until_when_is_left_alone(api: GitHubApi, host: Forge, clock: StagedClock):
    api.fail("GET", "/pulls", Said(503, {"message": "maintenance"}, {"Retry-After": "300"}))
    assert 290 < seconds(host.pull_request("x"), clock) <= 300
    assert isinstance(host.pull_request("x"), Later)
    assert len(api.asked) == 1


def test_eighty_writes_go_in_a_minute_and_the_others_in_the_next(api: GitHubApi, host: Forge, clock: StagedClock):
    base = api.repository.branch("main")
    assert 0 < seconds(host.set_status(base, *several(100)), clock) <= 60
    assert len(api.statuses[base]) == 80
    clock.wait(61)
    assert host.set_status(base, *several(100)) is None
    assert len(api.statuses[base]) == 100


def test_five_hundred_writes_go_in_an_hour():
    clock = StagedClock(datetime(2026, 3, 2, 8, tzinfo=UTC))
    limits = Limits(clock)
    for _ in range(10):
        assert [limits.barred(write=True) for _ in range(50)] == [None] * 50
        clock.wait(61)
    later = limits.barred(write=True)
    assert later is not None
    assert later.until - clock.now() > timedelta(minutes=40)
    assert limits.barred(write=False) is None
    clock.wait(3600)
    assert limits.barred(write=True) is None


def test_what_is_shown_already_is_no_request_of_the_hour(api: GitHubApi, host: Forge):
    base = api.repository.branch("main")
    assert host.set_status(base, *several(2)) is None
    assert host.set_status(base, *several(2)) is None
    left = api.remaining
    for _ in range(5):
        assert host.set_status(base, *several(2)) is None
    assert api.remaining == left


def test_a_list_is_read_to_its_last_page(api: GitHubApi, host: Forge):
    base = api.repository.branch("main")
    assert host.set_status(base, *several(12)) is None
    api.page = 5
    before = len(api.asked)
    assert host.set_status(base, *several(12)) is None
    assert sum(map(len, api.statuses.values())) == 12
    assert {method for method, _ in api.asked[before:]} == {"GET"}


@pytest.mark.parametrize(
    "link",
    [
        '<http://127.0.0.1:1/repos/x?page=2>; rel="next"',
        '<https://evil.example/repos/x>; rel="next"',
        '<//evil.example/x>; rel="next"',
        '<{own}.evil.example/x>; rel="next"',
        '<{own}@evil.example/x>; rel="next"',
        '<{own}/repos/forbund/config/pulls?again>; rel="next"',
        '<{own}/repos/forbund/config/pulls?æ>; rel="next"',
        '<{own}/repos/forbund/config/pulls\tx>; rel="next"',
    ],
)
def test_a_list_that_goes_on_elsewhere_or_for_ever_is_not_followed(api: GitHubApi, host: Forge, link: str):
    head = {"Link": link.replace("{own}", api.url)}
    api.fail("GET", "/pulls", Said(200, [], head), times=-1)
    assert isinstance(host.pull_request("x"), Later)
    assert len(api.asked) <= 41


def test_a_page_that_fails_leaves_the_list_unread(api: GitHubApi, host: Forge):
    """Unread is not empty: nothing is posted on half a reading."""
    base = api.repository.branch("main")
    assert host.set_status(base, *several(12)) is None
    api.page = 5
    api.fail("GET", "/status$", Said(200, b"<html>"), times=2)
    assert isinstance(host.set_status(base, *several(12)), Later)
    assert sum(map(len, api.statuses.values())) == 12
