"""A connection test of several steps: each proves one thing, and names who is at fault where it does not.

The steps, the codes and the names stand in the integration type.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from reconciler.adapters.answers import at, fill, items, text
from reconciler.adapters.edge import Reply
from reconciler.adapters.proof import failed
from reconciler.adapters.responses import code_of, complaints, message_of
from reconciler.runs.outcome import Answer, RequestRefused, Settled, Unclear, Verdict
from reconciler.specs.models.access import Blame, ConnectionTest, Demand

Get = Callable[[str, Mapping[str, str]], Reply | Answer]
"""Reads a path, with values for its braces."""
Judge = Callable[[Reply], Reply | Answer]
"""Finds out whether an answer is a success."""


def stepped(
    test: ConnectionTest, settings: Mapping[str, str], get: Get, judge: Judge
) -> tuple[Verdict, dict[str, str]]:
    """The verdict, and what the steps kept. Ends with the first step that fails."""
    kept: dict[str, str] = {}
    found: dict[str, tuple[str, ...]] = {}
    for step in test.steps or ():
        reply = get(step.path, kept)
        answer = judge(reply) if isinstance(reply, Reply) else reply
        if not isinstance(answer, Reply):
            return _blamed([*step.blames, *test.blames], reply, answer), kept
        if answer.body is None:
            return failed(Unclear(f"the answer is no JSON: {text(answer.text)[:200]}")), kept
        listed = items(answer.body, step.items) if step.items else [answer.body]
        if (verdict := _wanting(step.demands, listed, {**settings, **kept})) is not None:
            return verdict, kept
        kept |= {name: text(at(listed[0], path) or "") for name, path in step.keeps.items() if listed}
        found |= {
            each.label.en: tuple(
                fill(each.text, item) for item in (items(answer.body, each.items) if each.items else listed)
            )
            for each in step.finds
        }
    return Verdict(ok=True, fault="", message="", found=found), kept


def _blamed(blames: Sequence[Blame], reply: Reply | Answer, answer: Answer) -> Verdict:
    """Who is at fault, by the first rule that fits; else by the kind of failure."""
    error = complaints(reply.body)[:1] if isinstance(reply, Reply) else []
    told = answer.rejection if isinstance(answer, RequestRefused) else answer
    assert not isinstance(told, Settled), "a question is never settled"
    code = code_of(error[0]) if error else told.code
    message = message_of(error[0]) if error else told.message
    status = reply.status if isinstance(reply, Reply) else None
    for blame in blames:
        if _fits(blame, code, message, status):
            return Verdict(ok=False, fault=blame.who, message=message)
    return failed(answer)


def _fits(blame: Blame, code: str, message: str, status: int | None) -> bool:
    if blame.code is not None:
        return blame.code == code
    if blame.message is not None:
        return re.search(blame.message, message) is not None
    return status in (blame.status or ())


def _wanting(demands: Sequence[Demand], listed: Sequence[Any], known: Mapping[str, str]) -> Verdict | None:
    """What the first demand says that nothing meets. Each is asked of what met those before it."""
    standing = list(listed)
    for demand in demands:
        wanted = {path: fill(form, known) for path, form in demand.has.items()}
        meeting = [each for each in standing if all(_one(at(each, path)) == word for path, word in wanted.items())]
        if not meeting:
            said = fill(demand.otherwise, {**known, "was": standing[0] if standing else {}})
            return Verdict(ok=False, fault=demand.who, message=said)
        standing = meeting
    return None


def _one(value: Any) -> str:
    """A value as text; of a list with one value that one, of any other list nothing."""
    if isinstance(value, list):
        return _one(value[0]) if len(value) == 1 else ""
    return text(value) if isinstance(value, str | int) else ""
