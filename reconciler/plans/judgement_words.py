"""A judgement in words: for the terminal, and for the comment at a pull request. Pure."""

from collections.abc import Iterator, Sequence

from reconciler.plans.judgement import THE_PLATFORM, Judgement, Missing
from reconciler.specs.sentences import both, joined, norwegian, say

MOST = 12
"""Fields that are named one by one."""
STATES = {"approved": "approved", "waiting": "waits for approval", "held": "held"}


def headline(found: Judgement) -> str:
    """`hlf: waits for approval`, as one line."""
    return say("{organization}: {state}", organization=found.intent.organization, state=STATES[found.state])


def lines(found: Judgement) -> Iterator[str]:
    """Who proposes it, what is missing, who holds it, and who merges it: a sentence each."""
    yield (
        say("Proposed by {people}.", people=_people(found.authors))
        if found.authors
        else "Nobody knows who proposes it."
    )
    if found.intent.new:
        yield "The organisation is new: the platform lets it in."
    if found.yes:
        yield say("Approved by {people}.", people=_people(found.yes))
    for each in found.verdict.held:
        yield say(
            "Held by {people}, who may take it back or approve: {reason}.",
            people=_people([each.account]),
            reason=plain(each.reason),
        )
    yield from (_missing(each) for each in found.missing)
    if found.verdict.own:
        yield say("{people} wrote it: the own yes does not count.", people=_people(found.verdict.own))
    yield from (say("Kept apart, nothing is looked up for it: {why}.", why=plain(each)) for each in found.outsiders)
    yield _merge(found)


def _missing(each: Missing) -> str:
    need = each.need
    able = _people(each.able) or say("somebody who is {roles}, and nobody is", roles=joined(need.roles, " or "))
    people = "a yes from" if each.left == 1 else say("a yes each from {left} of", left=each.left)
    one = " one of" if each.left == 1 and len(each.able) > 1 else ""
    why = say(": {reason}", reason=plain(need.reason)) if need.reason else ""
    return say(
        "Still needed: {people}{one} {able} (rule {rule}{why}).",
        people=people,
        one=one,
        able=able,
        rule=need.rule,
        why=why,
    )


def _people(accounts: Sequence[str]) -> str:
    """Accounts in marks of code: so nobody is called by a comment, and no account is markup."""
    return joined((each if each == THE_PLATFORM else f"`{plain(each)}`" for each in accounts), ", ")


def table(found: Judgement) -> list[Sequence[str]]:
    """Rows of what changes, and of the rules that are about it."""
    rows: list[Sequence[str]] = [
        (each.object, each.field or "all of it", ", ".join(each.rules)) for each in found.covered[:MOST]
    ]
    left = len(found.covered) - MOST
    return [*rows, (say("and {left} more", left=left), "", "")] if left > 0 else rows


def markdown(found: Judgement) -> str:
    """A section of the comment at a pull request."""
    rows = [f"| {_cell(one)} | {_cell(two)} | {_cell(three)} |" for one, two, three in table(found)]
    changes = ["", "| object | field | rules |", "|---|---|---|", *rows] if rows else ["", "Nothing of it is applied."]
    return "\n".join([f"### {headline(found)}", "", *(f"- {each}" for each in lines(found)), *changes])


def _merge(found: Judgement) -> str:
    if found.by_hand:
        return say("A person merges it: {why}.", why=joined(map(plain, found.by_hand), "; "))
    return "It is merged by itself as soon as nothing is missing, and all checks are green."


def _cell(text: str) -> str:
    return plain(text).replace("|", "\\|")


def plain(text: str) -> str:
    """Words of strangers as one line: no markup, and nobody is called by an @."""
    own = norwegian(text)
    return both(_plain(text), own and _plain(own))


def _plain(text: str) -> str:
    shown = "".join(each if each.isprintable() else "?" for each in text)
    return shown.replace("`", "'").replace("<", "(").replace(">", ")").replace("@", "(at)").rstrip(".")
