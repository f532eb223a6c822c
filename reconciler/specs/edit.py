"""Changing a document that people wrote: one value is put or one entry added, and every other byte stays as it is.

ruamel.yaml's parser says where the parts of the text stand, and its emitter writes the new value. The new text is
spliced in at that place, because writing the whole document again would move comments, join lines and change quotes.
What comes out is read again: a change that has any other effect than the one wanted is refused.
"""

from dataclasses import dataclass
from typing import Any

from reconciler.specs.origin import Path, dotted
from reconciler.specs.write import block, flow, item
from reconciler.specs.yaml import Tree, read

FLAT = 60
"""Characters up to which a value is written on one line."""


class EditRefused(ValueError):
    """The change cannot be made without touching something else; the message says what to do by hand."""


@dataclass(frozen=True, slots=True)
class _Splice:
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
    here = _tree(content)
    for step in path:
        try:
            here = here[step]
        except (KeyError, IndexError, TypeError):
            raise EditRefused(f"there is no {dotted(path)} in the document") from None
    if not isinstance(here, shape):
        raise EditRefused(f"{dotted(path) or 'the document'} is not a {'list' if shape is list else 'mapping'}")
    return here


def _tree(content: bytes) -> Tree:
    reading = read("", content)
    if reading.diagnostics:
        raise EditRefused("the document cannot be read; mend it first: reconciler validate")
    return reading.tree


def _edited(content: bytes, path: Path, wanted: Tree, value: Tree, *, adding: bool) -> bytes:
    text = content.decode("utf-8-sig")
    splice = _Text(text, "\r\n" if "\r\n" in text else "\n").splice(path, value, adding=adding)
    after = (text[: splice.start] + splice.text + text[splice.end :]).encode()
    if content.startswith(b"\xef\xbb\xbf"):
        after = b"\xef\xbb\xbf" + after
    check = read("", after)
    if check.diagnostics or check.tree != _with(_tree(content), path, wanted):
        raise EditRefused(f"{dotted(path)} cannot be changed without touching something else; edit it by hand")
    return after


def _with(tree: Tree, path: Path, value: Tree) -> Tree:
    if not path:
        return value
    step, rest = path[0], path[1:]
    if isinstance(tree, list):
        return [_with(item, rest, value) if position == step else item for position, item in enumerate(tree)]
    return {**tree, step: _with(tree.get(step), rest, value)}


class _Text:
    """A text, and where the nodes of its one document stand in it."""

    def __init__(self, text: str, newline: str) -> None:
        from ruamel.yaml import YAML

        self.text = text
        self.newline = newline
        self.root: Any = YAML(typ="safe", pure=True).compose(text)

    def splice(self, path: Path, value: Tree, *, adding: bool) -> _Splice:
        if not adding:
            return self._replace(self._node(path), value)
        node = self._node(path)
        if node is not None:
            return self._flow(node, flow(value)) if node.flow_style else self._item(node, value)
        mapping, entry = self._node(path[:-1]), {str(path[-1]): value}
        return self._flow(mapping, flow(entry)[1:-1]) if mapping.flow_style else self._key(mapping, entry)

    def _node(self, path: Path) -> Any:
        """The node at `path`, None where there is none."""
        node = self.root
        for step in path:
            if isinstance(step, int):
                node = node.value[step]
            else:
                node = next((value for key, value in node.value if key.value == step), None)
        return node

    def _replace(self, node: Any, value: Tree) -> _Splice:
        start, end = node.start_mark.index, node.end_mark.index
        single = "\n" not in self.text[start:end] and getattr(node, "style", None) not in ("|", ">")
        if not single or (isinstance(node.value, list) and not node.flow_style):
            raise EditRefused("the value there has several lines; edit it by hand")
        return _Splice(start, end, (" " if start == end else "") + flow(value))

    def _flow(self, node: Any, written: str) -> _Splice:
        """After the last entry within the brackets."""
        if not node.value:
            at = node.start_mark.index + 1
            return _Splice(at, at, written)
        last = node.value[-1]
        at = (last[1] if isinstance(last, tuple) else last).end_mark.index
        return _Splice(at, at, f", {written}")

    def _item(self, node: Any, value: Tree) -> _Splice:
        indent = " " * node.start_mark.column
        alike = isinstance(value, dict) and getattr(node.value[-1], "flow_style", False)
        lines = [f"- {flow(value)}"] if alike else item(value, FLAT)
        return self._lines(node, [f"{indent}{line}" for line in lines])

    def _key(self, node: Any, entry: dict[str, Tree]) -> _Splice:
        indent = " " * node.start_mark.column
        return self._lines(node, [f"{indent}{line}" for line in block(entry, FLAT)])

    def _lines(self, node: Any, lines: list[str]) -> _Splice:
        """Whole lines after the last line of the node, its comment included."""
        written = self.newline.join(lines)
        end = self.text.find("\n", _last(node))
        if _last(node) and self.text[_last(node) - 1] == "\n":
            end = _last(node) - 1  # a block scalar ends with its own line
        if end < 0:
            return _Splice(len(self.text), len(self.text), self.newline + written)
        return _Splice(end + 1, end + 1, written + self.newline)


def _last(node: Any) -> int:
    """Where the last scalar or bracket of a node ends; the end of a block itself lies after the comments below it."""
    while isinstance(node.value, list) and not node.flow_style:
        node = node.value[-1][1] if isinstance(node.value[-1], tuple) else node.value[-1]
    return int(node.end_mark.index)
