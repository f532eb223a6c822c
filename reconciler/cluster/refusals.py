"""Where the API server's failures become ours. Its own words are left out: an admission hook may quote what it refuses.

Source: Kubernetes docs, "API conventions" (Status: reason, details.causes, retryAfterSeconds).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal, get_args

from reconciler.cluster.kinds import Kind
from reconciler.errors import ClusterDown, ClusterRefused, ReconcilerError

Reason = Literal["login", "rights", "quota", "terminating", "namespace", "conflict", "gone", "forgotten", "object"]
"""Why not. `conflict`: another object, or another version of it, stands there; `gone`: it is not there;
`forgotten`: that version of the list is not known any more; `object`: this one object is not accepted.
"""
WHOLE: frozenset[Reason] = frozenset({"login", "rights", "terminating", "namespace"})
"""What stands in the way of everything, and not of one object."""
MOST_WAIT_S = 120.0
"""The longest that we let ourselves be told to wait."""
assert set(get_args(Reason)) >= WHOLE
_QUOTA = re.compile(r"exceeded quota: ([a-z0-9.-]{1,253})")
_CANNOT = re.compile(r'\S+(?: "[^"]*")? is forbidden: User ".*?" cannot (create|patch|get|list|watch|delete) resource')
"""As the API server itself says it, from the first word on: an admission policy says `cannot` too, of one object."""
_UNKNOWN = re.compile(
    r'(?<=unknown field ")[A-Za-z0-9_.\[\]-]{1,200}|[A-Za-z0-9_.]{1,200}(?=: field not declared in schema)'
)
"""A field that no kind has is a 400 with its name where an object is created, and a 500 where one is applied."""
_FIELD = re.compile(r"[A-Za-z0-9_.\[\]\"'-]{1,120}")


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked for, for the sentence that says what is missing."""

    verb: str
    kind: Kind
    namespace: str

    def __str__(self) -> str:
        return f"{self.verb} {self.kind.plural} in {self.namespace}"

    @property
    def rule(self) -> str:
        """The rule that a Role needs."""
        return f"apiGroups: ['{self.kind.group}'], resources: ['{self.kind.plural}'], verbs: ['{self.verb}']"


def unreached(asked: Asked, what: str) -> ClusterDown:
    """No connection, no certificate to trust, or no answer in time."""
    return ClusterDown(f"the API server {what} (to {asked})", "check its address, its certificate and that it is up")


def refusal(asked: Asked, status: int, answer: Any, headers: Mapping[str, str]) -> ReconcilerError:
    """Ours for an HTTP status and what came with it."""
    told: dict[str, Any] = answer if isinstance(answer, dict) and answer.get("kind") == "Status" else {}
    match status:
        case 401:
            return _no("login", "the API server refuses the login", "check the token of the service account")
        case 403:
            return _forbidden(asked, told)
        case 404 if told:
            return _absent(asked, told)
        case 409 if (told.get("details") or {}).get("kind") == "resourcequotas":
            # The quota was counted for somebody else at the same moment: no object stands in the way.
            return ClusterDown(f"the API server was counting a quota (to {asked})", "nothing: it is asked again", 1.0)
        case 409:
            return _no("conflict", f"the API server has another object there ({asked})", "nothing was changed")
        case 410:
            return _no("forgotten", f"the API server has forgotten that version ({asked})")
        case 400 | 405 | 406 | 413 | 415 | 422 | 500 if status != 500 or _fields(told):
            fields = _fields(told)
            said = f"the API server does not accept the object ({status}{f': {fields}' if fields else ''})"
            return _no("object", said, "look at the template of a run, and at the cluster's admission policies")
        case 429:
            return ClusterDown(
                "the API server is asked too often", "nothing: it is asked more slowly", _wait(headers, told)
            )
        case _:
            said = f"the API server cannot answer now ({status}, to {asked})"
            return ClusterDown(said, "check that it is up", _wait(headers, told))


def _forbidden(asked: Asked, told: Mapping[str, Any]) -> ClusterRefused:
    message = str(told.get("message", ""))
    if found := _QUOTA.search(message):
        said = f"the quota {found[1]} of the namespace {asked.namespace} is used up ({asked})"
        return _no("quota", said, f"raise it, or let fewer be there: kubectl describe quota -n {asked.namespace}")
    if "NamespaceTerminating" in _causes(told, "reason") or "because it is being terminated" in message:
        return _no("terminating", f"the namespace {asked.namespace} is being deleted", "make it anew, or let it go")
    if (verb := _CANNOT.match(message)) or not told:
        # An apply asks for `patch`, and where it makes the object for `create` too.
        if verb:
            asked = replace(asked, verb=verb[1])
        hint = f"give its service account a Role with {asked.rule}"
        return _no("rights", f"the controller may not {asked}", hint)
    hint = "look at the cluster's admission policies, and whether it may " + str(asked)
    return _no("object", "an admission policy of the cluster refuses the object", hint)


def _absent(asked: Asked, told: Mapping[str, Any]) -> ClusterRefused:
    if str((told.get("details") or {}).get("kind")) == "namespaces":
        return _no(
            "namespace", f"there is no namespace {asked.namespace}", f"kubectl create namespace {asked.namespace}"
        )
    return _no("gone", f"it is not there ({asked})")


def _no(reason: Reason, message: str, hint: str = "") -> ClusterRefused:
    return ClusterRefused(reason, message, hint)


def _causes(told: Mapping[str, Any], name: str) -> list[str]:
    details = told.get("details")
    causes = details.get("causes") if isinstance(details, dict) else None
    return [str(each.get(name, "")) for each in causes or [] if isinstance(each, dict)]


def _fields(told: Mapping[str, Any]) -> str:
    """The fields that it does not accept: paths, no values."""
    found = [each for each in _causes(told, "field") if _FIELD.fullmatch(each)]
    return ", ".join((found or _UNKNOWN.findall(str(told.get("message", ""))))[:3])


def _wait(headers: Mapping[str, str], told: Mapping[str, Any]) -> float:
    """Seconds, as the header says or else the Status."""
    for text in (headers.get("Retry-After"), (told.get("details") or {}).get("retryAfterSeconds")):
        if text is not None and (said := str(text)).isascii() and said.isdigit():
            return min(float(said), MOST_WAIT_S)
    return 1.0
