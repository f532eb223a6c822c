"""Changes of text, each as a closure, and what is known of the length afterwards."""

import re
from collections.abc import Callable, Mapping, Sequence

from reconciler.mappings.refusal import CannotRenderError
from reconciler.specs.models.terms import Pad, Replacement, Truncate
from reconciler.specs.sentences import say

Change = Callable[[str], str]
_NO_DIGIT = re.compile(r"[^0-9]+")
TEXTS: Mapping[str, Change] = {
    "trim": str.strip,
    "upper": str.upper,
    "lower": str.lower,
    "digits": lambda text: _NO_DIGIT.sub("", text),
    "one_line": lambda text: " ".join(text.split()),
}


def changes(names: Sequence[str]) -> Change:
    """The changes one after the other."""
    if len(names) == 1:
        return TEXTS[names[0]]
    steps = [TEXTS[name] for name in names]

    def change(text: str) -> str:
        for step in steps:
            text = step(text)
        return text

    return change


def replacing(replacements: Sequence[Replacement]) -> Change:
    """Each old text by its new one, in the order of the list."""
    pairs = [(each.old, each.new) for each in replacements]

    def change(text: str) -> str:
        for old, new in pairs:
            text = text.replace(old, new)
        return text

    return change


def longest_replaced(longest: int | None, replacements: Sequence[Replacement]) -> int | None:
    """The greatest length after the replacements."""
    for each in replacements:
        if longest is not None and len(each.new) > len(each.old):
            times, rest = divmod(longest, len(each.old))
            longest = times * len(each.new) + rest
    return longest


def padding(pad: Pad) -> Change:
    """Filled up from the left."""
    length, fill = pad.length, pad.with_
    return lambda text: text.rjust(length, fill)


def truncating(truncate: Truncate) -> Change:
    """Cut, cut with an ellipsis, or refused."""
    length = truncate.length
    if truncate.longer == "cut":
        return lambda text: text[:length]
    if truncate.longer == "ellipsis":
        return lambda text: text if len(text) <= length else text[: length - 1] + "…"

    def change(text: str) -> str:
        if len(text) > length:
            raise CannotRenderError(
                say("the text has {count} characters; {length} fit", count=len(text), length=length)
            )
        return text

    return change
