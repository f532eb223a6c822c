"""What a refusal means: the type's rules first, then what HTTP itself says (research/exports.md 2.5)."""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from reconciler.adapters.answers import at, text
from reconciler.adapters.edge import Reply
from reconciler.runs.outcome import EXISTS, Answer, CredentialRefused, Rejected, RequestRefused, Stop, Unclear, Wait
from reconciler.specs.models.access import ResponseRule
from reconciler.specs.scalars import seconds

PAUSE_S = 5.0


def judge(rules: Sequence[ResponseRule], errors: Sequence[Any], reply: Reply) -> Answer:
    """What a refusal means by the type's rules. Without one that fits, an error that the body speaks of may have come
    after something was done; where the body speaks of none, the status alone says what became of the request.
    """
    found = ruled(rules, errors, reply)
    if found is None and errors:
        return Unclear(message_of(errors[0]), code_of(errors[0]))
    return found or by_status([], reply)


def ruled(rules: Sequence[ResponseRule], errors: Sequence[Any], reply: Reply) -> Answer | None:
    """What the first rule that fits says; None where none does. Rules for a status come last: errors say more."""
    for error in errors:
        message = message_of(error)
        for rule in rules:
            if rule.path is None and (match := _fits(rule, error, message, reply.status)) is not None:
                return _meaning(rule, error, message, match, reply.pause_s)
    for rule in rules:
        if rule.status and reply.status in rule.status:
            return _meaning(rule, {"code": f"http-{reply.status}"}, f"HTTP {reply.status}", {}, reply.pause_s)
    return None


def told(rules: Sequence[ResponseRule], reply: Reply) -> Answer | None:
    """What a rule says that looks into the body, whatever the status: some answer 200 and mean no."""
    for rule in rules:
        said = at(reply.body, rule.path) if rule.path else None
        if said is not None and (match := _fits(rule, {"code": text(said)}, text(said), reply.status)) is not None:
            return _meaning(rule, {"code": text(said)}, f"{rule.path}: {text(said)}", match, reply.pause_s)
    return None


def by_status(errors: Sequence[Any], reply: Reply) -> Answer:
    """What HTTP itself says of a refusal (research/exports.md 2.5)."""
    first = errors[0] if errors else {}
    message = message_of(first) if errors else f"HTTP {reply.status}: {text(reply.text)[:200]}"
    code = code_of(first) or f"http-{reply.status}"
    match reply.status:
        case 401 | 403:
            return CredentialRefused(message, code)
        case 402:
            return Stop(message, code, spent=True)
        case 404 | 405 | 410 | 415:
            return Stop(message, code)  # the declaration is at fault, and no record
        case 412:
            return Unclear(message, EXISTS)  # somebody asked for "only if it is not there"
        case 429:
            return Wait(message, code, PAUSE_S if reply.pause_s is None else reply.pause_s)
        case 408:
            return Unclear(message, code)
        case status if 400 <= status < 500:
            return RequestRefused(Rejected(message, code, field_of(first), text(at(first, "value") or "")))
        case 307 | 308:
            return Stop(f"the address leads elsewhere: HTTP {reply.status} to {text(reply.location)}", code)
        case status if 300 <= status < 400:
            # Some answer so to what they have carried out; others to whoever should log in.
            return Unclear(f"the address leads elsewhere: HTTP {status} to {text(reply.location)}", code)
        case _:
            return Unclear(message, code)


def moment_of(written: str, zone: ZoneInfo) -> datetime | None:
    """A moment in ISO 8601, in `zone` where it names none; of an hour that comes twice the later one. None else."""
    try:
        found = datetime.fromisoformat(written)
        return found if found.tzinfo else found.replace(tzinfo=zone, fold=1).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def complaints(body: Any) -> list[Any]:
    """The errors of a body, in the shapes that are in use: RFC 9457, `error`, and `errors` as a list or by field; each
    an object.
    """
    if not isinstance(body, dict):
        return []
    match body.get("errors"):
        case list() as listed if listed:
            return [each if isinstance(each, dict) else {"message": each} for each in listed]
        case dict() as named if named:
            return [{"field": field, "message": said} for field, said in named.items()]
    match body.get("error"):
        case dict() as one:
            return [one]
        case str() as word if word:
            return [{"code": word, "message": body.get("message") or body.get("error_description") or word}]
    if isinstance(status := body.get("status"), int) and status >= 400 and "title" in body:
        return [{"code": body.get("type"), "message": body.get("detail") or body["title"], **body}]
    return []


def message_of(error: Any) -> str:
    """What an error says of itself."""
    return text(at(error, "message") or at(error, "detail") or error)


def field_of(error: Any) -> str:
    """The field that an error complains of, dotted: some name it, RFC 9457 points into the body (`#/lines/0/text`)."""
    named = text(at(error, "field") or at(error, "pointer") or "")
    return ".".join(step for step in named.removeprefix("#").split("/") if step)


def code_of(error: Any) -> str:
    """The outside system's own code for an error, empty where it gives none."""
    return text(at(error, "code") or at(error, "extensions.code") or "")


def _fits(rule: ResponseRule, error: Any, message: str, status: int) -> dict[str, str] | None:
    if rule.code is not None:
        return {} if rule.code in (at(error, "code"), at(error, "extensions.code")) else None
    if rule.message is not None:
        match = re.search(rule.message, message)
        return {key: value or "" for key, value in match.groupdict().items()} if match else None
    return None if rule.status is None or status not in rule.status else {}


def _meaning(rule: ResponseRule, error: Any, message: str, groups: Mapping[str, str], pause_s: float | None) -> Answer:
    code = code_of(error)
    match rule.means:
        case "wait":
            declared = float(seconds(rule.pause)) if rule.pause else PAUSE_S
            return Wait(message, code, declared if pause_s is None else pause_s)
        case "stop":
            until = text(at(error, rule.until) or "") if rule.until else ""
            # Where the answer can say until when, what is used up is an allowance; else something is wrong with us.
            return Stop(message, code, until, spent=bool(rule.until), at=moment_of(until, ZoneInfo(rule.zone)))
        case "credential":
            return CredentialRefused(message, code)
        case "rejected":
            field = rule.field or groups.get("field") or field_of(error)
            return RequestRefused(Rejected(message, code, field, groups.get("value", "")))
        case "exists":
            return Unclear(message, EXISTS)
        case _:
            return Unclear(message, code)
