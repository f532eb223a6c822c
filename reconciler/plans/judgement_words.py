"""A judgement in words: for the terminal, and for the comment at a pull request. Pure."""

from collections.abc import Iterator, Sequence

from reconciler.plans.judgement import THE_PLATFORM, Judgement, Missing

MOST = 12
"""Fields that are named one by one."""
STATES = {"approved": "approved", "waiting": "waits for approval", "held": "held"}


def headline(found: Judgement) -> str:
    """`hlf: waits for approval`, as one line."""
    return f"{found.intent.organization}: {STATES[found.state]}"


def lines(found: Judgement) -> Iterator[str]:
    """Who proposes it, what is missing, who holds it, and who merges it: a sentence each."""
    yield f"Proposed by {_people(found.authors)}." if found.authors else "Nobody knows who proposes it."
    if found.intent.new:
        yield "The organisation is new: the platform lets it in."
    if found.yes:
        yield f"Approved by {_people(found.yes)}."
    for each in found.verdict.held:
        yield f"Held by {_people([each.account])}, who may take it back or approve: {plain(each.reason)}."
    yield from (_missing(each) for each in found.missing)
    if found.verdict.own:
        yield f"{_people(found.verdict.own)} wrote it: the own yes does not count."
    yield from (f"Kept apart, nothing is looked up for it: {plain(each)}." for each in found.outsiders)
    yield _merge(found)


def _missing(each: Missing) -> str:
    need = each.need
    able = _people(each.able) or f"somebody who is {' or '.join(need.roles)}, and nobody is"
    people = "a yes from" if each.left == 1 else f"a yes each from {each.left} of"
    one = " one of" if each.left == 1 and len(each.able) > 1 else ""
    why = f": {plain(need.reason)}" if need.reason else ""
    return f"Still needed: {people}{one} {able} (rule {need.rule}{why})."


def _people(accounts: Sequence[str]) -> str:
    """Accounts in marks of code: so nobody is called by a comment, and no account is markup."""
    return ", ".join(each if each == THE_PLATFORM else f"`{plain(each)}`" for each in accounts)


def table(found: Judgement) -> list[Sequence[str]]:
    """Rows of what changes, and of the rules that are about it."""
    rows: list[Sequence[str]] = [
        (each.object, each.field or "all of it", ", ".join(each.rules)) for each in found.covered[:MOST]
    ]
    left = len(found.covered) - MOST
    return [*rows, (f"and {left} more", "", "")] if left > 0 else rows


def markdown(found: Judgement) -> str:
    """A section of the comment at a pull request."""
    rows = [f"| {_cell(one)} | {_cell(two)} | {_cell(three)} |" for one, two, three in table(found)]
    changes = ["", "| object | field | rules |", "|---|---|---|", *rows] if rows else ["", "Nothing of it is applied."]
    return "\n".join([f"### {headline(found)}", "", *(f"- {each}" for each in lines(found)), *changes])


def _merge(found: Judgement) -> str:
    if found.by_hand:
        return f"A person merges it: {'; '.join(plain(each) for each in found.by_hand)}."
    return "It is merged by itself as soon as nothing is missing, and all checks are green."


def _cell(text: str) -> str:
    return plain(text).replace("|", "\\|")


def plain(text: str) -> str:
    """Words of strangers as one line: no markup, and nobody is called by an @."""
    shown = "".join(each if each.isprintable() else "?" for each in text)
    return shown.replace("`", "'").replace("<", "(").replace(">", ")").replace("@", "(at)").rstrip(".")
