"""Webhooks on real HTTP: what is posted, what is taken for told, and where nothing goes."""

import json
import logging
import socket
from datetime import timedelta
from ipaddress import ip_network
from pathlib import Path

import pytest
from parts.letters import AT, told
from parts.listeners import Hook

from reconciler.adapters import hook as module
from reconciler.adapters.hook import Hooks
from reconciler.adapters.reach import Reach
from reconciler.adapters.transport import Way
from reconciler.runs.notification import Channel
from reconciler.runs.notification_forms import escaped, sign, verify
from reconciler.vaults.secret import Secret

KEY = "a-key-that-signs-0123456789"
HOME = Hooks(Way(), at_home=True)
AWAY = Hooks(Way())


def channel(by: str = "webhook") -> Channel:
    return Channel("ops", by, frozenset({"red"}), frozenset(), timedelta(0))


def secret(url: str, key: str = KEY) -> Secret:
    return Secret({"url": url, "key": key})


def test_slack_gets_plain_text_blocks_and_the_whole_as_text(listener: Hook) -> None:
    what = told(message="<!channel> [x](http://evil) & @channel")
    assert HOME.tell(channel("slack"), secret(listener.url), what, AT).ok
    body = listener.json()
    assert {each["text"]["type"] for each in body["blocks"]} == {"plain_text"}
    assert "&lt;!channel&gt; [x] (http://evil) &amp; @ channel" in body["text"]
    assert body["text"].startswith("[drift, PRODUKSJON] Foreningen for ørn: books er rød\n")
    assert escaped("a<b>&c") == "a&lt;b&gt;&amp;c"


def test_teams_gets_one_adaptive_card_without_markdown(listener: Hook) -> None:
    listener.answers = [(202, {}, b"")]
    assert HOME.tell(channel("teams"), secret(listener.url), told(message="[x](http://evil)"), AT).ok
    body = listener.json()
    assert body["type"] == "message"
    (attachment,) = body["attachments"]
    assert attachment["contentType"] == "application/vnd.microsoft.card.adaptive"
    card = attachment["content"]
    assert (card["type"], card["version"]) == ("AdaptiveCard", "1.2")
    assert {each["type"] for each in card["body"]} == {"RichTextBlock"}
    assert {run["type"] for each in card["body"] for run in each["inlines"]} == {"TextRun"}


def test_a_signature_holds_for_this_body_this_key_and_five_minutes() -> None:
    header = sign(KEY, AT, b"{}")
    assert verify(KEY, header, b"{}", AT + timedelta(minutes=5))
    assert not verify(KEY, header, b"{}", AT + timedelta(minutes=5, seconds=1))
    assert not verify(KEY, header, b"{}", AT - timedelta(minutes=6))
    assert not verify(KEY, header, b"{ }", AT)
    assert not verify("another-key-0123456789", header, b"{}", AT)
    for forged in ("", "t=,v1=", "t=x,v1=y", f"t={10**30},v1=a", header + "0", header.replace("t=1", "t=2")):
        assert not verify(KEY, forged, b"{}", AT)


def test_the_page_of_the_signature_says_what_is_true(listener: Hook) -> None:
    """The receiver's code that the reference prints, run."""
    page = (Path(__file__).parents[2] / "docs/reference/notifications.md").read_text()
    code = page.split("```python\n")[1].split("```")[0].replace("time.time()", str(AT.timestamp()))
    names: dict = {}
    exec(code, names)
    HOME.tell(channel(), secret(listener.url), told(), AT)
    headers, content = listener.got[0]
    assert names["genuine"](KEY.encode(), headers["X-Reconciler-Signature"], content)
    assert not names["genuine"](b"another-key-0123456789", headers["X-Reconciler-Signature"], content)
    keys = {line.split("`")[1] for line in page.splitlines() if line.startswith("| `")}
    listed = {
        each for line in page.splitlines() if line.startswith("| `") for each in line.split("|")[1].split("`")[1::2]
    }
    assert keys
    assert set(json.loads(content)) <= listed


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ((500, {}, b"down T0P-secret-path"), "it answers 500: down T0P-secret-path"),
        ((404, {}, b"no_service"), "it answers 404: no_service"),
        ((302, {"Location": "http://127.0.0.1:1/"}, b""), "it answers 302 and leads elsewhere, which is not followed"),
        ((204, {}, b""), ""),
    ],
    ids=["500", "404", "302", "204"],
)
def test_only_2xx_takes_a_message(listener: Hook, answer, said: str) -> None:
    listener.answers = [answer]
    done = HOME.tell(channel(), secret(listener.url), told(), AT)
    assert (done.ok, done.problem) == (not said, said)
    assert len(listener.got) == 1


def test_what_comes_back_of_the_address_or_the_key_is_taken_out(listener: Hook) -> None:
    listener.answers = [(400, {}, f"bad {listener.url} {KEY}".encode())]
    done = HOME.tell(channel(), secret(listener.url), told(), AT)
    assert "T0P-secret" not in done.problem
    assert KEY not in done.problem


def test_no_log_holds_an_address_or_a_key(listener: Hook, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    assert HOME.tell(channel(), secret(listener.url), told(), AT).ok
    HOME.tell(channel(), secret("http://127.0.0.1:1/hooks/T0P-secret-path"), told(), AT)
    assert caplog.records
    assert "T0P-secret" not in caplog.text
    assert KEY not in caplog.text


def test_a_pause_that_is_asked_for_is_kept(listener: Hook) -> None:
    listener.answers = [(429, {"Retry-After": "600"}, b"slow down")]
    assert HOME.tell(channel(), secret(listener.url), told(), AT).pause_s == 600


def test_a_hook_that_hangs_is_left_when_the_time_is_over(listener: Hook, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "TEST_WHOLE_S", 0.3)
    listener.silent.set()
    done = HOME.tell(channel(), secret(listener.url), told(), AT)
    assert done.problem.startswith("ReadTimeout")


def test_a_flood_of_an_answer_is_not_read(listener: Hook) -> None:
    listener.answers = [(200, {}, b"x" * 50_000)]
    assert HOME.tell(channel(), secret(listener.url), told(), AT).problem == "the answer is far too long"


def test_nobody_there_is_a_failure_that_says_so() -> None:
    with socket.create_server(("127.0.0.1", 0)) as gone:
        port = gone.getsockname()[1]
    assert HOME.tell(channel(), secret(f"http://127.0.0.1:{port}/"), told(), AT).problem.startswith("ConnectError")


@pytest.mark.parametrize(
    "url",
    ["http://127.0.0.1:{port}/", "http://hooks.example.org/", "ftp://127.0.0.1/", "https://", "https://a:b@c.example/",
     "https://[::1", "https://example.org/#x", "nonsense", "https://example.org:99999/", "https://ex\nample.org/"],
)  # fmt: skip
def test_an_address_that_is_not_https_is_refused_before_anything_is_stored(listener: Hook, url: str) -> None:
    written = url.replace("{port}", str(listener.server_address[1]))
    problem = AWAY.problem(channel(), secret(written))
    assert problem
    assert len(written) < 9 or written not in problem
    assert not AWAY.tell(channel(), secret(written), told(), AT).ok
    assert listener.got == []


@pytest.mark.parametrize(
    "host", ["10.0.0.7", "192.168.1.1", "169.254.169.254", "0x7f.1", "2130706433", "[::1]", "100.64.0.1"]
)
def test_a_private_address_is_not_connected_to(host: str) -> None:
    done = AWAY.tell(channel(), secret(f"https://{host}/hook"), told(), AT)
    assert "NotAllowed" in done.problem or "leads to an address" in done.problem


@pytest.mark.parametrize("host", ["10.0.0.7", "169.254.169.254", "hooks.example.org", "0.0.0.0"])
def test_plain_http_goes_to_this_very_machine_only(host: str) -> None:
    assert HOME.problem(channel(), secret(f"http://{host}/")) == "the address does not begin with https://"


def test_a_name_that_leads_home_is_refused(listener: Hook) -> None:
    trick = Hooks(Way(Reach((ip_network("10.0.0.0/8"),))), find=lambda _name, _port: ["127.0.0.1"])
    done = trick.tell(channel(), secret(f"https://hooks.example.org:{listener.server_address[1]}/"), told(), AT)
    assert "leads to an address" in done.problem
    assert listener.got == []


def test_a_host_that_the_installation_does_not_allow_and_a_short_key_are_refused() -> None:
    narrow = Hooks(Way(), endpoints=("*.example.org",))
    assert narrow.problem(channel(), secret("https://hooks.example.org/")) == ""
    assert "RECONCILER_ENDPOINTS" in narrow.problem(channel(), secret("https://evil.example.net/"))
    assert "fewer than 16" in AWAY.problem(channel(), secret("https://hooks.example.org/", "short"))
