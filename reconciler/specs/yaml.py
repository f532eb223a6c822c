"""YAML text becomes a tree of mappings, lists and text. A scalar is text until the schema types it.

So `NO`, `0123` and `12:30` survive (research: exports.md trap 23). Anchors, tags, merge keys and several documents are
refused; a key that stands twice is an error; every value and every key remembers its origin. Events come from libyaml
(twenty times faster than the pure parser, which is why a thousand organisations validate in seconds).
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from reconciler.specs.diagnostic import Diagnostic
from reconciler.specs.origin import Origin, Origins, Path

LARGEST = 1_000_000
"""Bytes of one file. A spec is written by people; what is larger is a mistake or an attack."""
DEEPEST = 40
"""Levels of nesting, for the same reason."""

Tree = Any
"""`dict[str, Tree] | list[Tree] | str | None`; None is a plain scalar left empty, or written `~` or `null`."""


@dataclass(slots=True)
class Reading:
    """The outcome of reading one file: a tree where it could be read, and everything that was wrong."""

    origins: Origins
    tree: Tree = None
    diagnostics: list[Diagnostic] = field(default_factory=list)


class _RefusedError(Exception):
    def __init__(self, diagnostic: Diagnostic) -> None:
        super().__init__(diagnostic)
        self.diagnostic = diagnostic


def read(file: str, content: bytes) -> Reading:
    """Read one document. Never raises for bad input: what is wrong is in `diagnostics`, with its place."""
    reader = _Reader(file)
    if len(content) > LARGEST:
        message = f"the file has {len(content)} bytes; a spec has at most {LARGEST}"
        hint = "split it into several documents"
        return Reading(Origins(file), None, [Diagnostic("yaml-syntax", Origin(file), message, hint)])
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        found = Diagnostic(
            "yaml-not-utf8", Origin(file), f"byte {error.start + 1} is not UTF-8 text", "save it as UTF-8"
        )
        return Reading(Origins(file), None, [found])
    return reader.read(text)


class _Reader:
    """Builds the tree from parser events; one per file."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.values: dict[Path, Origin] = {}
        self.keys: dict[Path, Origin] = {}
        self.diagnostics: list[Diagnostic] = []

    def read(self, text: str) -> Reading:
        from ruamel.yaml import YAML
        from ruamel.yaml.error import MarkedYAMLError, YAMLError

        tree: Tree = None
        try:
            tree = self._document(iter(YAML(typ="safe", pure=False).parse(text)))
        except _RefusedError as refused:
            self.diagnostics.append(refused.diagnostic)
        except MarkedYAMLError as error:
            place = self._place(error.problem_mark) if error.problem_mark else Origin(self.file)
            self._report("yaml-syntax", place, *_problem(str(error.problem)))
        except (YAMLError, RecursionError) as error:
            self._report("yaml-syntax", Origin(self.file), *_problem(str(error)))
        return Reading(Origins(self.file, self.values, self.keys), tree, self.diagnostics)

    def _document(self, events: Iterator[Any]) -> Tree:
        tree: Tree = None
        documents = 0
        for event in events:
            name = type(event).__name__
            if name == "DocumentStartEvent":
                documents += 1
                if documents > 1:
                    hint = "give each document a file of its own"
                    raise self._refused("yaml-documents", event, "a second document begins here", hint)
            elif name not in {"StreamStartEvent", "StreamEndEvent", "DocumentEndEvent"}:
                tree = self._value(event, events, ())
        return tree

    def _value(self, event: Any, events: Iterator[Any], path: Path) -> Tree:
        self._plain(event)
        self.values[path] = self._place(event.start_mark)
        match type(event).__name__:
            case "ScalarEvent":
                return _scalar(event)
            case "MappingStartEvent":
                return self._mapping(events, self._deeper(event, path))
            case "SequenceStartEvent":
                return self._sequence(events, self._deeper(event, path))
        raise self._refused("yaml-syntax", event, "this cannot be read as YAML", "check the brackets")

    def _mapping(self, events: Iterator[Any], path: Path) -> dict[str, Tree]:
        mapping: dict[str, Tree] = {}
        for event in events:
            if type(event).__name__ == "MappingEndEvent":
                break
            self._plain(event)
            if type(event).__name__ != "ScalarEvent":
                raise self._refused("yaml-key", event, "a key is a word, not a list or a mapping", "write key: value")
            key, place = event.value, self._place(event.start_mark)
            if key == "<<":
                raise self._refused("yaml-anchor", event, "merge keys are not part of the language", "write it out")
            value = self._value(next(events), events, (*path, key))
            if key in mapping:
                # A long one is not repeated, not even in part: it may be a credential.
                what = f"'{key}'" if len(key) <= 60 else "this key"
                message = f"{what} stands twice here; it was given at {self.keys[*path, key]}"
                self._report("duplicate-key", place, message, "remove one of the two")
            else:
                self.keys[*path, key] = place
            mapping[key] = value
        return mapping

    def _sequence(self, events: Iterator[Any], path: Path) -> list[Tree]:
        items: list[Tree] = []
        for event in events:
            if type(event).__name__ == "SequenceEndEvent":
                break
            items.append(self._value(event, events, (*path, len(items))))
        return items

    def _plain(self, event: Any) -> None:
        if type(event).__name__ == "AliasEvent" or getattr(event, "anchor", None):
            raise self._refused("yaml-anchor", event, "anchors and aliases are refused", "write the value out")
        if getattr(event, "tag", None):
            raise self._refused(
                "yaml-tag", event, "tags, which begin with !, are refused", "remove it; quote a text that begins with !"
            )

    def _deeper(self, event: Any, path: Path) -> Path:
        if len(path) > DEEPEST:
            raise self._refused("yaml-syntax", event, f"nested deeper than {DEEPEST} levels", "close some brackets")
        return path

    def _place(self, mark: Any) -> Origin:
        return Origin(self.file, mark.line + 1, mark.column + 1)

    def _refused(self, identifier: str, event: Any, message: str, hint: str) -> _RefusedError:
        return _RefusedError(Diagnostic(identifier, self._place(event.start_mark), message, hint))

    def _report(self, identifier: str, origin: Origin, message: str, hint: str = "") -> None:
        self.diagnostics.append(Diagnostic(identifier, origin, message, hint))


def _scalar(event: Any) -> str | None:
    plain = event.implicit[0]
    return None if plain and event.value in {"", "~", "null"} else str(event.value)


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
