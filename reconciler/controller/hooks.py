"""What hosts of git send when somebody pushed or proposes: whether it is theirs, and what it is about. A hook only ever
wakes.

GitHub: docs.github.com, "Validating webhook deliveries" (X-Hub-Signature-256: `sha256=` and the HMAC-SHA256 of the raw
body in hexadecimal digits), "Webhook events and payloads" (X-GitHub-Event, X-GitHub-Delivery; a push has `ref`; pull
requests and their reviews are events that begin with `pull_request`).
Gitea and Forgejo: docs.gitea.com, "Webhooks" (X-Gitea-Event, X-Gitea-Delivery; X-Gitea-Signature is the same HMAC
without a prefix; pull requests as at GitHub). GitLab: docs.gitlab.com, "Webhooks" (X-Gitlab-Token is the secret itself;
X-Gitlab-Event is `Push Hook`, `Merge Request Hook` or `Pipeline Hook`; Idempotency-Key, before 17.4
X-Gitlab-Event-UUID). Its newer signing tokens are not read.
"""

import hashlib
import hmac
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

_HEX = re.compile(r"[0-9a-f]{64}", re.ASCII)


@dataclass(frozen=True, slots=True)
class HookHost:
    """A host's headers, in small letters, and how it proves itself: by a signature over the body, or by the secret.

    `proposals` is how the names of events begin that tell of a pull request, or of what is said of its commit.
    """

    proof: str
    event: str
    push: str
    deliveries: tuple[str, ...]
    proposals: tuple[str, ...]
    prefix: str = ""
    signs: bool = True


HOSTS: Mapping[str, HookHost] = {
    "github": HookHost(
        "x-hub-signature-256", "x-github-event", "push", ("x-github-delivery",),
        ("pull_request", "check_suite", "status"), prefix="sha256=",
    ),
    "gitlab": HookHost(
        "x-gitlab-token", "x-gitlab-event", "Push Hook", ("idempotency-key", "x-gitlab-event-uuid"),
        ("Merge Request Hook", "Pipeline Hook"), signs=False,
    ),
    "gitea": HookHost(
        "x-gitea-signature", "x-gitea-event", "push", ("x-gitea-delivery",), ("pull_request", "status")
    ),
}  # fmt: skip


def may_be(host: HookHost, headers: Mapping[str, str], secrets: Sequence[bytes]) -> bool:
    """Whether it is worth reading the body: a signature has the shape of one, a plain secret is right."""
    given = headers.get(host.proof, "")
    if host.signs:
        return given.startswith(host.prefix) and bool(_HEX.fullmatch(given[len(host.prefix) :]))
    # Digests are compared, of one length: so not even the length of a secret shows in the time that it takes.
    presented = hashlib.sha256(given.encode("latin-1", "replace")).digest()
    return _any(hmac.compare_digest(presented, hashlib.sha256(secret).digest()) for secret in secrets)


def is_theirs(host: HookHost, headers: Mapping[str, str], body: bytes, secrets: Sequence[bytes]) -> bool:
    """Whether somebody who knows one of the secrets sent exactly this. Takes the same time whichever it is."""
    if not may_be(host, headers, secrets):
        return False
    if not host.signs:
        return True
    given = headers[host.proof][len(host.prefix) :]
    return _any(hmac.compare_digest(given, hmac.new(secret, body, hashlib.sha256).hexdigest()) for secret in secrets)


def identity(host: HookHost, headers: Mapping[str, str], body: bytes) -> tuple[str, ...]:
    """What a delivery is known again by: the host's own id, and the body where a signature covers it.

    An id is covered by none: with another one an old delivery is still old. Without a signature the body proves
    nothing, and a push may come twice in truth (there and back again): then it counts only where no id was given.
    """
    given = next((headers[name] for name in host.deliveries if headers.get(name)), "").encode("utf-8", "replace")
    found = [given] if given else []
    if host.signs or not given:
        found.append(body)
    return tuple(hashlib.sha256(host.proof.encode() + b"\0" + each).hexdigest() for each in found)


def pushed(host: HookHost, headers: Mapping[str, str], body: bytes) -> str | None:
    """The ref that a push moved, such as `refs/heads/main`; None for any other event. Raises ValueError for no JSON."""
    if headers.get(host.event, "") != host.push:
        return None
    try:
        found = json.loads(body)
    except RecursionError as error:
        raise ValueError("nested too deeply") from error
    ref = found.get("ref") if isinstance(found, dict) else None
    return ref if isinstance(ref, str) else None


def proposes(host: HookHost, headers: Mapping[str, str]) -> bool:
    """Whether it tells of a pull request: opened, pushed to, reviewed, or of what somebody says of its commit. What is
    so is asked of the host itself.
    """
    return headers.get(host.event, "").startswith(host.proposals)


def _any(answers: Iterable[bool]) -> bool:
    """Like `any`, but every one is asked for: the time tells nothing about which it was."""
    return sum(answers) > 0
