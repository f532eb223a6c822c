"""YAML text becomes a tree of mappings, lists and text. A scalar is text until the schema types it.

So `NO`, `0123` and `12:30` survive (research: exports.md trap 23). Anchors, tags, merge keys and several documents are
refused; a key that stands twice is an error; every value and every key remembers its place. Events come straight from
libyaml, through ruamel's binding: a thousand organisations are read in seconds.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from reconciler.specs.diagnostic import Diagnostic
from reconciler.specs.origin import Mark, Origin, Origins, Place, origin
from reconciler.specs.sentences import say

LARGEST = 1_000_000
"""Bytes of one file. A spec is written by people; what is larger is a mistake or an attack."""
DEEPEST = 40
"""Levels of nesting, for the same reason: libyaml's work grows with their square."""
MOST = 50_000
"""Keys and items of one file, so that its tree and its findings have a bound."""
_NOTHING = frozenset({"", "~", "null"})
_CONTROL = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]")
"""What YAML 1.1 (5.1) does not let stand in a file; libyaml would say so without a line."""
_BREAK = re.compile("\r\n|[\r\n\x85\u2028\u2029]")

Tree = Any
"""`dict[str, Tree] | list[Tree] | str | None`; None is a plain scalar left empty, or written `~` or `null`."""


@dataclass(slots=True)
class Reading:
    """The outcome of reading one file: a tree where it could be read, and everything that was wrong."""

    origins: Origins
    tree: Tree = None
    diagnostics: list[Diagnostic] = field(default_factory=list)


class _RefusedError(Exception):
    def __init__(self, identifier: str, mark: Any, message: str, hint: str) -> None:
        super().__init__(message)
        self.found = (identifier, mark, message, hint)


def read(file: str, content: bytes) -> Reading:
    """Read one document. Never raises for bad input: what is wrong is in `diagnostics`, with its place."""
    if len(content) > LARGEST:
        message = say("the file has {count} bytes; a spec has at most {largest}", count=len(content), largest=LARGEST)
        return _unread(Origin(file, 1, 1), "yaml-syntax", message, "split it into several documents")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        place = _position(file, error.object[: error.start].decode("utf-8", "replace"))
        return _unread(
            place, "yaml-not-utf8", say("byte {value} is not UTF-8 text", value=error.start + 1), "save it as UTF-8"
        )
    return _parsed(file, text)


def _unread(place: Origin, identifier: str, message: str, hint: str) -> Reading:
    return Reading(Origins(place.file), None, [Diagnostic(identifier, place, message, hint)])


def _position(file: str, before: str) -> Origin:
    """The place of the letter that comes after the text `before`."""
    lines = _BREAK.split(before)
    return Origin(file, len(lines), len(lines[-1]) + 1)


def _parsed(file: str, text: str) -> Reading:
    from ruamel.yaml.cyaml import CParser  # type: ignore[attr-defined]  # compiled, without types
    from ruamel.yaml.error import MarkedYAMLError, YAMLError

    reader = _Reader(file, CParser(text).get_event)
    tree: Tree = None
    place: Place = None
    try:
        tree, place = reader.document()
    except _RefusedError as refused:
        identifier, mark, message, hint = refused.found
        reader.report(identifier, origin(file, mark), message, hint)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        reader.report("yaml-syntax", origin(file, mark) if mark else Origin(file, 1, 1), *_problem(str(error.problem)))
    except YAMLError as error:
        control = _CONTROL.search(text)
        before = text[: control.start()] if control else ""
        reader.report("yaml-syntax", _position(file, before), *_problem(str(error)))
    return Reading(Origins(file, place), tree, reader.diagnostics)


class _Reader:
    """Builds the tree, and beside it the places, from parser events; one per file.

    This is the hottest code of the program: the classes of events are compared by identity, and nothing is made per
    event but the value and its place.
    """

    def __init__(self, file: str, following: Callable[[], Any]) -> None:
        from ruamel.yaml import events

        self.file = file
        self.following = following
        self.left = MOST
        self.diagnostics: list[Diagnostic] = []
        self.scalar: Any = events.ScalarEvent
        self.mapping: Any = events.MappingStartEvent
        self.mapping_end: Any = events.MappingEndEvent
        self.sequence: Any = events.SequenceStartEvent
        self.sequence_end: Any = events.SequenceEndEvent
        self.document_start: Any = events.DocumentStartEvent

    def document(self) -> tuple[Tree, Place]:
        """The one document of the stream; (None, None) where there is none."""
        tree: Tree = None
        place: Place = None
        self.following()  # the stream's start
        if type(self.following()) is self.document_start:
            tree, place = self.value(self.following(), 0)
            self.following()  # the document's end
            if type(again := self.following()) is self.document_start:
                hint = "give each document a file of its own"
                raise _RefusedError("yaml-documents", again.start_mark, "a second document begins here", hint)
        return tree, place

    def value(self, event: Any, depth: int) -> tuple[Tree, Place]:
        """The value that `event` begins, and its place."""
        kind, mark = type(event), event.start_mark
        if kind is self.scalar:
            if event.anchor is not None or event.ctag is not None:
                raise _not_plain(event)
            text = event.value
            return (None if text in _NOTHING and event.implicit[0] else text), mark
        if depth > DEEPEST:
            message = say("nested deeper than {deepest} levels", deepest=DEEPEST)
            raise _RefusedError("yaml-syntax", mark, message, "close some brackets")
        if (
            (kind is not self.mapping and kind is not self.sequence)
            or event.anchor is not None
            or event.ctag is not None
        ):
            raise _not_plain(event)
        tree, places = self.pairs(depth + 1) if kind is self.mapping else self.items(depth + 1)
        return tree, (mark, places)

    def pairs(self, depth: int) -> tuple[dict[str, Tree], dict[str, tuple[Mark, Place]]]:
        """The rest of a mapping whose start was read."""
        tree: dict[str, Tree] = {}
        places: dict[str, tuple[Mark, Place]] = {}
        following, scalar = self.following, self.scalar
        event = following()
        while type(event) is scalar:
            key, mark = event.value, event.start_mark
            self.left -= 1
            if event.anchor is not None or event.ctag is not None or key == "<<" or self.left < 0:
                raise self.refused(event)
            event = following()
            if type(event) is scalar and event.anchor is None and event.ctag is None:  # most are: a call less
                value, place = event.value, event.start_mark
                if value in _NOTHING and event.implicit[0]:
                    value = None
            else:
                value, place = self.value(event, depth)
            if key in tree:
                self.twice(key, mark, places[key][0])
                mark = places[key][0]
            tree[key] = value
            places[key] = (mark, place)
            event = following()
        if type(event) is not self.mapping_end:
            raise _not_plain(event, key=True)
        return tree, places

    def items(self, depth: int) -> tuple[list[Tree], list[Place]]:
        """The rest of a list whose start was read."""
        tree: list[Tree] = []
        places: list[Place] = []
        while type(event := self.following()) is not self.sequence_end:
            self.left -= 1
            if self.left < 0:
                raise self.refused(event)
            value, place = self.value(event, depth)
            tree.append(value)
            places.append(place)
        return tree, places

    def refused(self, event: Any) -> _RefusedError:
        """Why this key or item is refused."""
        if self.left < 0:
            message: str = say("a spec has at most {most} keys and items, and here is one more", most=MOST)
            return _RefusedError("yaml-syntax", event.start_mark, message, "split it into several documents")
        if event.anchor is None and event.ctag is None:
            message = "merge keys are not part of the language"
            return _RefusedError("yaml-anchor", event.start_mark, message, "write it out")
        return _not_plain(event)

    def twice(self, key: str, again: Mark, first: Mark) -> None:
        """Report a key that stands twice. A long one is not repeated, not even in part: it may be a credential."""
        what = f"'{key}'" if len(key) <= 60 else "this key"
        message = say("{what} stands twice here; it was given at {origin}", what=what, origin=origin(self.file, first))
        self.report("duplicate-key", origin(self.file, again), message, "remove one of the two")

    def report(self, identifier: str, place: Origin, message: str, hint: str) -> None:
        """Add a finding."""
        self.diagnostics.append(Diagnostic(identifier, place, message, hint))


def _not_plain(event: Any, *, key: bool = False) -> _RefusedError:
    """Why an event is not part of the language: an alias or anchor, a tag, or a key that is none."""
    from ruamel.yaml.events import AliasEvent

    mark = event.start_mark
    if isinstance(event, AliasEvent) or getattr(event, "anchor", None) is not None:
        return _RefusedError("yaml-anchor", mark, "anchors and aliases are refused", "write the value out")
    if getattr(event, "ctag", None) is not None:
        hint = "remove it; quote a text that begins with !"
        return _RefusedError("yaml-tag", mark, "tags, which begin with !, are refused", hint)
    if key:
        return _RefusedError("yaml-key", mark, "a key is a word, not a list or a mapping", "write key: value")
    return _RefusedError("yaml-syntax", mark, "this cannot be read as YAML", "check the brackets")


_PROBLEMS = (
    ("unexpected ':'", "a colon stands in plain text inside brackets", 'quote the text, such as "12:30"'),
    (
        "cannot start any token",
        "this character cannot begin a value",
        "indent with spaces, not tabs; quote a leading @",
    ),
    (
        "mapping values are not allowed",
        "a colon stands where no key can be",
        "quote the text, or check the indentation",
    ),
    ("found unexpected end of stream", "a quote is opened and never closed", "close the quote"),
    ("could not find expected ':'", "a key without a colon", "write key: value"),
    ("expected ',' or", "a bracket is opened and not closed, or a comma is missing", "check commas and brackets"),
    ("expected key", "this line does not stand in line with the ones above", "check the indentation"),
    ("expected node content", "a bracket is opened and not closed", "check commas and brackets"),
    ("expected <block end>", "this line does not stand in line with the ones above", "check the indentation"),
    ("expected '-' indicator", "this line does not stand in line with the ones above", "check the indentation"),
    ("control characters", "the file holds a control character", "remove it: a spec is plain text"),
    ("special characters", "the file holds a control character", "remove it: a spec is plain text"),
    (
        "escape character",
        "a backslash in double quotes begins no known sign",
        "use single quotes, or double the backslash",
    ),
    ("incompatible YAML document", "another version of YAML is asked for", "remove the line that begins with %"),
    ("directive", "lines that begin with % are not part of the language", "remove the line"),
)


def _problem(problem: str) -> tuple[str, str]:
    """What the parser met, in plain words, and what to do."""
    for part, message, hint in _PROBLEMS:
        if part in problem:
            return message, hint
    return "this cannot be read as YAML", "check indentation, quotes and brackets"
