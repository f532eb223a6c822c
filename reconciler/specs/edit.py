"""Changing a document that people wrote: one value is put or one entry added, and every other byte stays as it is.

ruamel.yaml's parser says where the parts of the text stand, and its emitter writes the new value. The new text is
spliced in at that place, because writing the whole document again would move comments, join lines and change quotes.
What comes out is read again: a change that has any other effect than the one wanted is refused.
"""

from dataclasses import dataclass
from typing import Any

from reconciler.specs.origin import Path, dotted
from reconciler.specs.write import block, flow
from reconciler.specs.write import item as entry
from reconciler.specs.yaml import Tree, read

FLAT = 60
"""Characters up to which a value is written on one line."""


class EditRefused(ValueError):
    """The change cannot be made without touching something else; the message says what to do by hand."""


@dataclass(frozen=True, slots=True)
class Splice:
    """What stands from `start` to `end` is replaced."""

    start: int
    end: int
    text: str


def append(content: bytes, path: Path, value: Tree) -> bytes:
    """The document with `value` as the last entry of the list at `path`. Raises EditRefused."""
    return _edited(content, path, [*_found(content, path, list), value], value, adding=True)


def put(content: bytes, path: Path, value: Tree) -> bytes:
    """The document in which the key at `path`, whose mapping exists, has this value. Raises EditRefused.

    A key that is not there is added as the last one. Only a value on one line can be replaced.
    """
    mapping, key = path[:-1], path[-1]
    there = _found(content, mapping, dict)
    return _edited(content, path, value, value, adding=key not in there)


def _found(content: bytes, path: Path, shape: type) -> Any:
    here = tree_of(content)
    for step in path:
        try:
            here = here[step]
        except (KeyError, IndexError, TypeError):
            raise EditRefused(f"there is no {dotted(path)} in the document") from None
    if not isinstance(here, shape):
        raise EditRefused(f"{dotted(path) or 'the document'} is not a {'list' if shape is list else 'mapping'}")
    return here


def tree_of(content: bytes) -> Tree:
    """What the document says. Raises EditRefused."""
    reading = read("", content)
    if reading.diagnostics:
        raise EditRefused("the document cannot be read; mend it first: reconciler validate")
    return reading.tree


def _edited(content: bytes, path: Path, wanted: Tree, value: Tree, *, adding: bool) -> bytes:
    text = content.decode("utf-8-sig")
    splice = Text(text, "\r\n" if "\r\n" in text else "\n").splice(path, value, adding=adding)
    after = (text[: splice.start] + splice.text + text[splice.end :]).encode()
    if content.startswith(b"\xef\xbb\xbf"):
        after = b"\xef\xbb\xbf" + after
    check = read("", after)
    if check.diagnostics or check.tree != _with(tree_of(content), path, wanted):
        raise EditRefused(f"{dotted(path)} cannot be changed without touching something else; edit it by hand")
    return after


def _with(tree: Tree, path: Path, value: Tree) -> Tree:
    if not path:
        return value
    step, rest = path[0], path[1:]
    if isinstance(tree, list):
        return [_with(item, rest, value) if position == step else item for position, item in enumerate(tree)]
    return {**tree, step: _with(tree.get(step), rest, value)}


class Text:
    """A text, and where the nodes of its one document stand in it."""

    def __init__(self, text: str, newline: str) -> None:
        from ruamel.yaml import YAML

        self.text = text
        self.newline = newline
        self.root: Any = YAML(typ="safe", pure=True).compose(text)

    def splice(self, path: Path, value: Tree, *, adding: bool) -> Splice:
        """How a value is put there, or added: as a key, or as the last entry of a list."""
        if not adding:
            return self.replace(self.node(path), value)
        node = self.node(path)
        if node is not None:
            return self.flow(node, flow(value)) if node.flow_style else self.item(node, value)
        mapping, entry = self.node(path[:-1]), {str(path[-1]): value}
        return self.flow(mapping, flow(entry)[1:-1]) if mapping.flow_style else self.key(mapping, entry)

    def node(self, path: Path) -> Any:
        """The node at `path`, None where there is none."""
        node = self.root
        for step in path:
            if isinstance(step, int):
                node = node.value[step]
            else:
                node = next((value for key, value in node.value if key.value == step), None)
        return node

    def replace(self, node: Any, value: Tree) -> Splice:
        """A value on one line by another."""
        start, end = node.start_mark.index, node.end_mark.index
        single = "\n" not in self.text[start:end] and getattr(node, "style", None) not in ("|", ">")
        if not single or (isinstance(node.value, list) and not node.flow_style):
            raise EditRefused("the value there has several lines; edit it by hand")
        return Splice(start, end, (" " if start == end else "") + flow(value))

    def flow(self, node: Any, written: str) -> Splice:
        """After the last entry within the brackets."""
        if not node.value:
            at = node.start_mark.index + 1
            return Splice(at, at, written)
        last = node.value[-1]
        at = (last[1] if isinstance(last, tuple) else last).end_mark.index
        return Splice(at, at, f", {written}")

    def item(self, node: Any, value: Tree) -> Splice:
        """After the last entry of a list in block style."""
        indent = " " * node.start_mark.column
        alike = isinstance(value, dict) and getattr(node.value[-1], "flow_style", False)
        lines = [f"- {flow(value)}"] if alike else entry(value, FLAT)
        return self.lines(node, [f"{indent}{line}" for line in lines])

    def key(self, node: Any, entry: dict[str, Tree]) -> Splice:
        """After the last key of a mapping in block style."""
        indent = " " * node.start_mark.column
        return self.lines(node, [f"{indent}{line}" for line in block(entry, FLAT)])

    def lines(self, node: Any, lines: list[str]) -> Splice:
        """Whole lines after the last line of the node, its comment included."""
        written = self.newline.join(lines)
        end = self.text.find("\n", last_of(node))
        if last_of(node) and self.text[last_of(node) - 1] == "\n":
            end = last_of(node) - 1  # a block scalar ends with its own line
        if end < 0:
            return Splice(len(self.text), len(self.text), self.newline + written)
        return Splice(end + 1, end + 1, written + self.newline)


def last_of(node: Any) -> int:
    """Where the last scalar or bracket of a node ends; the end of a block itself lies after the comments below it."""
    while isinstance(node.value, list) and not node.flow_style:
        node = node.value[-1][1] if isinstance(node.value[-1], tuple) else node.value[-1]
    return int(node.end_mark.index)
