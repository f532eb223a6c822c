"""A judgement in words: for the terminal, and for the comment at a pull request. Pure."""

from collections.abc import Iterator, Sequence

from reconciler.plans.judgement import Judgement

MOST = 12
"""Fields that are named one by one."""
STATES = {"approved": "approved", "waiting": "waits for approval", "held": "held"}


def headline(found: Judgement) -> str:
    """`hlf: waits for approval`, as one line."""
    return f"{found.intent.organization}: {STATES[found.state]}"


def lines(found: Judgement) -> Iterator[str]:
    """What covers it, who is missing, who holds it, and who merges it: a sentence each."""
    authors = ", ".join(f"`{each}`" for each in found.authors)
    yield f"Proposed by {authors}." if authors else "Nobody knows who proposes it."
    if found.intent.new:
        yield "The organisation is new: the platform lets it in."
    yield from (f"Held by `{each.account}`: {_plain(each.reason)}." for each in found.verdict.held)
    for each in found.missing:
        need = each.need
        able = ", ".join(f"`{who}`" for who in each.able) or "nobody who has such a role is known"
        why = f" {need.reason}." if need.reason else ""
        people = "one person" if each.left == 1 else f"{each.left} different people"
        yield f"Still needed by the rule {need.rule}: a yes of {people} ({', '.join(need.roles)}): {able}.{why}"
    yield from (f"`{each}` wrote it, and the own yes does not count." for each in found.verdict.own)
    yield from (f"Kept apart, nothing is looked up for it: {each}." for each in found.outsiders)
    yield _merge(found)


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
        return f"A person merges it: {'; '.join(_plain(each) for each in found.by_hand)}."
    return "It is merged by itself as soon as nothing is missing, and all checks are green."


def _cell(text: str) -> str:
    return _plain(text).replace("|", "\\|")


def _plain(text: str) -> str:
    """Words of strangers as one line: no markup, and nobody is called by an @."""
    shown = "".join(each if each.isprintable() else "?" for each in text)
    return shown.replace("`", "'").replace("<", "(").replace(">", ")").replace("@", "(at)").rstrip(".")
