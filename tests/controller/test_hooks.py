"""Hooks over real HTTP: what wakes, and everything that must not."""

import hashlib
import hmac
import json
import socket
import time
from urllib.parse import urlsplit
from uuid import uuid4

import httpx
import pytest
from parts.controlling import SECRET, Controller, serving

from reconciler.controller.deliveries import BURST, EVERY_S, WINDOW_S, Deliveries
from reconciler.controller.hooking import LARGEST
from reconciler.controller.hooks import HOSTS, is_theirs

OLD = "the-secret-that-was-here-before-this"


def told(ref: str = "refs/heads/main", **more: object) -> bytes:
    """A push, as every host tells it in JSON; no two are alike."""
    return json.dumps({"ref": ref, "before": uuid4().hex, "after": uuid4().hex, **more}).encode()


def signed(host: str, body: bytes, secret: str = SECRET, event: str = "", delivery: str = "") -> dict[str, str]:
    """The headers with which a host sends a body."""
    digest = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    given = delivery or str(uuid4())
    own = {
        "github": ("sha256=" + digest, "x-hub-signature-256", "x-github-event", "push", "x-github-delivery"),
        "gitea": (digest, "x-gitea-signature", "x-gitea-event", "push", "x-gitea-delivery"),
        "gitlab": (secret, "x-gitlab-token", "x-gitlab-event", "Push Hook", "x-gitlab-event-uuid"),
    }
    proof, proof_header, event_header, push, delivery_header = own[host]
    more = {proof_header: proof, event_header: event or push, delivery_header: given}
    return {"content-type": "application/json", **more}


def send(controller: Controller, host: str, body: bytes, **more: str) -> int:
    answer = controller.post(f"/hooks/{host}", content=body, headers=signed(host, body, **more))
    assert answer.content == b""
    return answer.status_code


@pytest.mark.parametrize("host", HOSTS)
def test_a_push_to_the_followed_branch_wakes_whoever_hosts_it(controller, host):
    assert send(controller, host, told()) == 202
    assert controller.woken()
    assert controller.value("reconciler_hooks_total", host=host, outcome="woken") == 1


@pytest.mark.parametrize("host", HOSTS)
def test_other_branches_tags_and_events_are_taken_and_wake_nobody(controller, host):
    assert send(controller, host, told("refs/heads/mainly")) == 202
    assert send(controller, host, told("refs/tags/main")) == 202
    assert send(controller, host, told(), event="ping") == 202
    assert send(controller, host, json.dumps(["refs/heads/main"]).encode()) == 202
    assert send(controller, host, json.dumps({"ref": ["refs/heads/main"]}).encode()) == 202
    assert not controller.woken()


@pytest.mark.parametrize(("host", "event"), [
    ("github", "pull_request"), ("github", "pull_request_review"), ("github", "check_suite"), ("github", "status"),
    ("gitea", "pull_request_review_approved"), ("gitea", "pull_request_sync"), ("gitlab", "Merge Request Hook"),
])  # fmt: skip
def test_a_pull_request_wakes_whoever_looks_at_them_and_fetches_nothing(controller, host, event):
    assert send(controller, host, told(), event=event) == 202
    assert controller.wake.wait(0) == {"proposed"}


@pytest.mark.parametrize("host", HOSTS)
def test_a_forged_hook_is_told_nothing_and_wakes_nobody(controller, host):
    assert send(controller, host, told(), secret="a-secret-that-nobody-gave-to-us") == 401
    proof = HOSTS[host].proof
    body = told()
    for given in ("", "sha256=", "sha256=" + "0" * 64, "0" * 64, "ø" * 64, "sha256=" + "٣" * 64, SECRET[:-1]):
        headers = {**signed(host, body), proof: given.encode()}
        assert controller.post(f"/hooks/{host}", content=body, headers=headers).status_code == 401
    unsigned = {name: value for name, value in signed(host, body).items() if name != proof}
    assert controller.post(f"/hooks/{host}", content=body, headers=unsigned).status_code == 401
    assert not controller.woken()


@pytest.mark.parametrize("host", ["github", "gitea"])
def test_a_body_that_was_changed_on_the_way_is_forged(controller, host):
    body = told()
    headers = signed(host, body)
    assert controller.post(f"/hooks/{host}", content=body + b" ", headers=headers).status_code == 401
    assert not controller.woken()


def test_a_proof_that_is_given_twice_proves_nothing(controller):
    body = told()
    headers = [*signed("github", body).items(), ("x-hub-signature-256", "sha256=" + "0" * 64)]
    assert controller.post("/hooks/github", content=body, headers=headers).status_code == 401


def test_a_signature_of_githubs_own_example_is_right():
    """docs.github.com, "Validating webhook deliveries", "Testing the webhook payload validation"."""
    headers = {"x-hub-signature-256": "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17"}
    assert is_theirs(HOSTS["github"], headers, b"Hello, World!", [b"It's a Secret to Everybody"])


@pytest.mark.parametrize("host", HOSTS)
def test_secrets_are_changed_without_a_restart_and_an_old_one_counts_until_it_is_taken_out(controller, host):
    controller.secret_file.write_text(f"{OLD}\n\n  {SECRET}  \n")
    assert send(controller, host, told(), secret=OLD) == 202
    assert send(controller, host, told()) == 202
    controller.secret_file.write_text(f"{SECRET}\n")
    assert send(controller, host, told(), secret=OLD) == 401


def test_without_a_secret_that_can_be_read_nothing_is_let_in(controller):
    controller.secret_file.write_text("short\n")
    assert send(controller, "github", told()) == 503
    controller.secret_file.unlink()
    assert send(controller, "github", told()) == 503
    assert not controller.woken()


@pytest.mark.parametrize("host", HOSTS)
def test_a_delivery_that_comes_again_wakes_once(controller, host):
    body = told()
    headers = signed(host, body)
    for expected in (True, False, False):
        assert controller.post(f"/hooks/{host}", content=body, headers=headers).status_code == 202
        assert controller.woken() is expected
    assert controller.value("reconciler_hooks_total", host=host, outcome="repeat") == 2


@pytest.mark.parametrize("host", ["github", "gitea"])
def test_an_old_delivery_under_a_new_id_is_still_old(controller, host):
    body = told()
    assert send(controller, host, body, delivery="one") == 202
    assert controller.woken()
    assert send(controller, host, body, delivery="another") == 202
    assert not controller.woken()


def test_a_flood_is_slowed_down_and_its_last_push_is_not_lost(tmp_path, monkeypatch):
    monkeypatch.setattr("reconciler.controller.hooking.EVERY_S", 0.1)
    with serving(tmp_path) as controller:
        statuses = [send(controller, "github", told()) for _ in range(BURST + 5)]
        assert statuses[:BURST] == [202] * BURST
        assert 429 in statuses
        assert controller.wake.wait(0) == {"push"}
        assert controller.wake.wait(20) == {"push"}, "the flood is paid back as one wake"
        body = told()
        answer = controller.post("/hooks/github", content=body, headers=signed("github", body))
        assert (answer.status_code, answer.headers["retry-after"]) == (429, "60")


def test_the_allowance_grows_again_and_what_was_seen_is_forgotten_in_the_end():
    now = [0.0]
    deliveries = Deliveries(lambda: now[0])
    assert [deliveries.admit([str(each)]) for each in range(BURST + 1)] == ["new"] * BURST + ["flood"]
    now[0] += EVERY_S
    assert deliveries.admit(["0"]) == "repeat"
    assert deliveries.admit(["one more"]) == "new"
    assert deliveries.admit(["too many"]) == "flood"
    now[0] += WINDOW_S
    assert deliveries.admit(["0"]) == "new"


@pytest.mark.parametrize("told_size", [True, False], ids=["as it says", "as it turns out"])
def test_a_body_that_is_too_large_is_refused_before_it_is_held(controller, told_size):
    """Nobody reads on: what was sent stays far below what was announced."""
    host, port = urlsplit(controller.server.url("hooks")).netloc.split(":")
    size = f"content-length: {64 * LARGEST}" if told_size else "transfer-encoding: chunked"
    head = f"POST /hooks/github HTTP/1.1\r\nhost: x\r\nx-hub-signature-256: sha256={'0' * 64}\r\n{size}\r\n\r\n"
    part = b"x" * 65536
    with socket.create_connection((host, int(port)), timeout=20) as connection:
        connection.sendall(head.encode())
        sent = 0
        try:
            while sent < 64 * LARGEST:
                connection.sendall(part if told_size else b"10000\r\n" + part + b"\r\n")
                sent += len(part)
        except OSError:
            pass
        assert sent < 16 * LARGEST
    assert controller.value("reconciler_hooks_total", host="github", outcome="too_large")


def test_lengths_that_lie_and_bodies_that_are_no_json_are_refused(controller):
    assert send(controller, "github", b"{") == 400
    assert send(controller, "github", b"[" * 200_000) == 400
    assert send(controller, "github", b"\xff\xfe") == 400
    body = told()
    headers = {**signed("github", body), "content-type": "application/x-www-form-urlencoded"}
    assert controller.post("/hooks/github", content=body, headers=headers).status_code == 415
    assert not controller.woken()


def test_what_is_not_there_says_nothing_about_what_is(controller):
    for path, method in (("/", "GET"), ("/hooks/github", "GET"), ("/metrics", "GET"), ("/hooks/x", "POST")):
        answer = controller.client.request(method, controller.server.url("hooks") + path)
        assert answer.status_code in (404, 405)
        assert answer.content == b""
        assert "server" not in answer.headers


def test_peers_that_never_finish_are_cut_off_and_keep_nobody_out(tmp_path):
    """Slow heads, slow bodies, and connections that say nothing: as many as are let in at once."""
    with serving(tmp_path, life_s=0.5) as controller:
        host, port = urlsplit(controller.server.url("hooks")).netloc.split(":")
        slow = [socket.create_connection((host, int(port)), timeout=20) for _ in range(40)]
        for number, each in enumerate(slow):
            head = f"POST /hooks/github HTTP/1.1\r\nhost: x\r\nx-hub-signature-256: sha256={'0' * 64}\r\n"
            each.sendall((b"", b"POST /hooks", f"{head}content-length: 100\r\n\r\nx".encode())[number % 3])
        for each in slow:
            try:
                while each.recv(4096):
                    pass
            except ConnectionResetError:
                pass
            each.close()
        assert _eventually(lambda: send(controller, "github", told()) == 202)
        assert controller.woken()


def _eventually(answer, seconds: float = 20) -> bool:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        try:
            if answer():
                return True
        except (AssertionError, httpx.HTTPError):
            pass
        time.sleep(0.05)
    return False
