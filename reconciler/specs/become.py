"""A document that people wrote becomes another: the least of its text is changed, and the comments survive.

Two trees are compared, and each difference is spliced into the text where it stands (`specs.edit`): a value replaced, a
key or an entry added or taken out. What cannot be spliced is left to ruamel.yaml's round trip, which keeps comments and
writes the rest in its own manner. Either way the result is read again and has to be what was wanted.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from reconciler.specs.edit import FLAT, EditRefused, Splice, Text, last_of, tree_of
from reconciler.specs.origin import Path
from reconciler.specs.roundtrip import round_trip
from reconciler.specs.write import flow, item
from reconciler.specs.yaml import Tree, read

MOST = 2_000
"""Differences of one change: a document that has more is another document."""
IDENTITIES = ("name", "to", "category", "account", "channel", "field")
"""Keys by which entries of a list are known: one that keeps it was changed, and not taken out and put in."""
BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class Replace:
    """Another value at a place."""

    path: Path
    value: Tree


@dataclass(frozen=True, slots=True)
class Add:
    """A key that is not there yet, or an entry at this position of a list."""

    path: Path
    value: Tree


@dataclass(frozen=True, slots=True)
class Remove:
    """A key, or an entry of a list, that goes."""

    path: Path


Difference = Replace | Add | Remove


def become(content: bytes, wanted: Tree) -> bytes:
    """The document that says `wanted`. Raises EditRefused where it cannot be read, or cannot be written so."""
    tree = tree_of(content)
    if tree == wanted:
        return content
    try:
        after = _spliced(content, tree, wanted)
    except EditRefused:
        after = round_trip(content, wanted)
    if tree_of(after) != wanted:
        raise EditRefused("the document cannot be written so; edit it by hand")
    return after


def differences(tree: Tree, wanted: Tree, path: Path = ()) -> Iterator[Difference]:
    """What makes one tree the other. Only the first counts once it was carried out: positions move."""
    if isinstance(tree, dict) and isinstance(wanted, dict):
        yield from (Remove((*path, key)) for key in tree if key not in wanted)
        for key, value in wanted.items():
            if key in tree:
                yield from differences(tree[key], value, (*path, key))
            else:
                yield Add((*path, key), value)
    elif isinstance(tree, list) and isinstance(wanted, list):
        yield from _of_lists(tree, wanted, path)
    elif tree != wanted:
        yield Replace(path, wanted)


def _of_lists(tree: list[Any], wanted: list[Any], path: Path) -> Iterator[Difference]:
    before, after = [_told(each) for each in tree], [_told(each) for each in wanted]
    for what, start, end, first, last in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if what == "delete":
            yield Remove((*path, start))
        elif what == "insert":
            yield Add((*path, start), wanted[first])
        elif what == "replace":
            yield from _changed(tree, wanted, (*path, start), (first, end - start == last - first))


def _changed(tree: list[Any], wanted: list[Any], place: Path, where: tuple[int, bool]) -> Iterator[Difference]:
    """Of entries that stand for each other the first pair: changed where it is the same thing, else taken out."""
    start, (first, paired) = int(place[-1]), where
    if paired or _same(tree[start], wanted[first]):
        yield from differences(tree[start], wanted[first], place)
    elif any(_same(tree[start], each) for each in wanted[first:]):
        yield Add(place, wanted[first])
    else:
        yield Remove(place)


def _same(one: Tree, other: Tree) -> bool:
    if not isinstance(one, dict) or not isinstance(other, dict):
        return False
    key = next((each for each in IDENTITIES if each in one and each in other), None)
    return key is not None and one[key] == other[key]


def _told(value: Tree) -> str:
    return json.dumps(value, sort_keys=True, ensure_ascii=False)


def _spliced(content: bytes, tree: Tree, wanted: Tree) -> bytes:
    """Difference after difference. Raises EditRefused where one has another effect than the one that is meant."""
    bom, content = (BOM, content[len(BOM) :]) if content.startswith(BOM) else (b"", content)
    for _ in range(MOST):
        found = next(differences(tree, wanted), None)
        if found is None:
            return bom + content
        content = _carried_out(content, found)
        tree = _effect(tree, found)
        if (now := read("", content)).diagnostics or now.tree != tree:
            raise EditRefused("the change would touch something else")
    raise EditRefused("the documents have too little in common")


def _effect(tree: Any, found: Difference) -> Any:
    """The tree once a difference was carried out."""

    def at(here: Any, path: Path) -> Any:
        step, rest = path[0], path[1:]
        if rest:
            changed = at(here[step], rest)
            return (
                {**here, step: changed} if isinstance(here, dict) else [*here[:step], changed, *here[int(step) + 1 :]]
            )
        if isinstance(here, dict):
            others = {key: value for key, value in here.items() if key != step or not isinstance(found, Remove)}
            return others if isinstance(found, Remove) else {**others, step: found.value}
        place = int(step)
        after = here[place:] if isinstance(found, Add) else here[place + 1 :]
        return [*here[:place], *([] if isinstance(found, Remove) else [found.value]), *after]

    return at(tree, found.path) if found.path else getattr(found, "value", None)


def _carried_out(content: bytes, found: Difference) -> bytes:
    text = content.decode("utf-8")
    where = _Place(text, found.path)
    match found:
        case Replace(_, value):
            splice = where.replaced(value)
        case Add(_, value):
            splice = where.added(value)
        case Remove():
            splice = where.removed()
    return (text[: splice.start] + splice.text + text[splice.end :]).encode()


class _Place:
    """A place in a text: the collection that it is in, and what stands there."""

    def __init__(self, text: str, path: Path) -> None:
        if not path:
            raise EditRefused("the document would be another as a whole")
        self.path = path
        self.text = text
        self.newline = "\r\n" if "\r\n" in text else "\n"
        self.whole = Text(text, self.newline)
        self.parent = self.whole.node(path[:-1])

    def added(self, value: Tree) -> Splice:
        """A key after the others; an entry of a list where it belongs."""
        key, parent = self.path[-1], self.parent
        if not isinstance(parent.value, list):
            raise EditRefused("nothing can be added to a single value")
        if not isinstance(key, int) or key >= len(parent.value):
            return self.whole.splice(self.path[:-1] if isinstance(key, int) else self.path, value, adding=True)
        if parent.flow_style:
            at = parent.value[key].start_mark.index
            return Splice(at, at, f"{flow(value)}, ")
        at = self._line(parent.start_mark.index) if key == 0 else self._after(parent.value[key - 1])
        lines = [" " * parent.start_mark.column + line for line in self._entry(parent, value)]
        return Splice(at, at, "".join(line + self.newline for line in lines))

    def replaced(self, value: Tree) -> Splice:
        """A value by another of another shape, or a single one."""
        node = self._here()
        start, end = node.start_mark.index, node.end_mark.index
        if getattr(node, "style", None) in ("|", ">"):
            return Splice(start, last_of(node), flow(value) + self.newline)
        if not isinstance(node.value, list) or node.flow_style:
            return Splice(start, end, (" " if start == end else "") + flow(value))
        if isinstance(self.path[-1], int):
            return Splice(start, last_of(node), flow(value))
        colon = self._colon()
        return Splice(colon, last_of(node), f" {flow(value)}")

    def removed(self) -> Splice:
        """A key or an entry, with what stands behind it on its line."""
        entries, position = self.parent.value, self._position()
        if len(entries) == 1:
            return self._emptied()
        start, end = self._span(entries[position])
        if self.parent.flow_style:
            if position:
                return Splice(self._span(entries[position - 1])[1], end, "")
            return Splice(start, self._span(entries[1])[0], "")
        line = self._line(start)
        if self.text[line:start].strip(" -") or "-" in self.text[line:start].rstrip()[:-1]:
            raise EditRefused("it shares its line with something else")
        if isinstance(self.path[-1], str) and self.text[line:start].strip():
            return Splice(start, self._span(entries[1])[0], "")  # the first key of an entry stands behind its dash
        return Splice(line, self._after(self._value(entries[position])), "")

    def _emptied(self) -> Splice:
        """The last one goes: brackets stay."""
        empty: Tree = {} if isinstance(self.path[-1], str) else []
        if self.parent.flow_style:
            return Splice(self.parent.start_mark.index + 1, self.parent.end_mark.index - 1, "")
        return _Place(self.text, self.path[:-1]).replaced(empty)

    def _here(self) -> Any:
        node = self.whole.node(self.path)
        if node is None:
            raise EditRefused("there is nothing there")
        return node

    def _position(self) -> int:
        step = self.path[-1]
        if isinstance(step, int):
            return step
        return next(at for at, (key, _) in enumerate(self.parent.value) if key.value == step)

    def _entry(self, parent: Any, value: Tree) -> list[str]:
        alike = isinstance(value, dict) and getattr(parent.value[-1], "flow_style", False)
        return [f"- {flow(value)}"] if alike else item(value, FLAT)

    def _span(self, entry: Any) -> tuple[int, int]:
        first, value = entry if isinstance(entry, tuple) else (entry, entry)
        return first.start_mark.index, value.end_mark.index if self.parent.flow_style else last_of(value)

    @staticmethod
    def _value(entry: Any) -> Any:
        return entry[1] if isinstance(entry, tuple) else entry

    def _line(self, at: int) -> int:
        """Where the line begins that `at` is on."""
        return self.text.rfind("\n", 0, at) + 1

    def _after(self, node: Any) -> int:
        """Where the line after the last one of a node begins."""
        end = last_of(node)
        if end and self.text[end - 1] == "\n":
            return end
        found = self.text.find("\n", end)
        if found < 0:
            raise EditRefused("the last line does not end")
        return found + 1

    def _colon(self) -> int:
        key = next(key for key, _ in self.parent.value if key.value == self.path[-1])
        return self.text.index(":", key.end_mark.index) + 1
