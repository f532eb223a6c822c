"""Answers of outside systems without what names a person by number or address, before anybody stores or shows them.

Ids and values stay as they are: by them documents are found again, and refused values are blamed.
"""

from collections.abc import Mapping
from dataclasses import replace

from reconciler.runs.outcome import (
    Answer,
    Findings,
    Found,
    Held,
    LookupFailed,
    NotApplied,
    Outcome,
    Rejected,
    RequestRefused,
    Sent,
    Settled,
    Unknown,
    Verdict,
)
from reconciler.specs.personal import impersonal


def answer_without(answer: Answer) -> Answer:
    """The answer, its words cleaned."""
    match answer:
        case Settled(outcomes):
            return replace(answer, outcomes=_each(outcomes))
        case RequestRefused(rejection, guilty):
            return RequestRefused(_rejected(rejection), {name: _rejected(each) for name, each in guilty.items()})
        case _:
            return replace(answer, message=impersonal(answer.message), code=impersonal(answer.code))


def findings_without(findings: Findings | LookupFailed) -> Findings | LookupFailed:
    """What a lookup found, its words cleaned."""
    if isinstance(findings, LookupFailed):
        return LookupFailed(answer_without(findings.answer))
    unread = {name: impersonal(why) for name, why in findings.unread.items()}
    return Findings({name: _found(each) for name, each in findings.found.items()}, unread)


def verdict_without(verdict: Verdict) -> Verdict:
    """What a connection test says, its words cleaned. What it found are lists of codes, which stay."""
    findings = tuple(impersonal(each) for each in verdict.findings)
    return replace(verdict, message=impersonal(verdict.message), findings=findings)


def _each(outcomes: Mapping[str, Outcome]) -> Mapping[str, Outcome]:
    if all(isinstance(each, Sent) for each in outcomes.values()):
        return outcomes  # nobody said anything
    return {name: _outcome(each) for name, each in outcomes.items()}


def _outcome(outcome: Outcome) -> Outcome:
    match outcome:
        case Sent():
            return outcome
        case Rejected():
            return _rejected(outcome)
        case NotApplied() | Unknown() | Held():
            return replace(outcome, message=impersonal(outcome.message), code=impersonal(outcome.code))


def _rejected(found: Rejected) -> Rejected:
    words = {name: impersonal(getattr(found, name)) for name in ("message", "code", "field")}
    return replace(found, **words)


def _found(found: Found) -> Found:
    return replace(found, message=impersonal(found.message)) if found.message else found
