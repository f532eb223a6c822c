"""A whole mapping as the tree of a form, and back: its rules by line, lines, lookups and tests.

`spec_of(sheet_of(spec), spec) == spec` for every spec: what is not known as fields stands as YAML in some `rest`.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from reconciler.portal.proposing.mapping.parts import Form, plain
from reconciler.portal.proposing.mapping.posted import rows, texts
from reconciler.portal.proposing.mapping.rules import (
    REST,
    Mistake,
    Unreadable,
    form_of,
    keys_of,
    rule_of,
    tree_of,
    unused,
    yaml_of,
)
from reconciler.portal.proposing.mapping.whens import when_of, when_sheet
from reconciler.specs.yaml import Tree

HEAD = ("integration", "category", "document")
"""What a mapping is about: it is chosen when the mapping is made, and the form does not say it."""
Sheet = dict[str, Any]


def sheet_of(spec: Mapping[str, Tree]) -> Sheet:
    """The form that says this spec."""
    left = {key: value for key, value in spec.items() if key not in HEAD}
    found: Sheet = {"shared": [], "lines": [], "lookups": [], "tests": []}
    shows: tuple[tuple[str, Callable[[Tree], list[Any] | None]], ...] = (
        ("shared", _shared),
        ("lines", _lines),
        ("lookups", _lookups),
        ("tests", _tests),
    )
    for key, show in shows:
        if left.get(key) and (shown := show(left[key])) is not None:
            found[key] = shown
            del left[key]
    return {**found, REST: yaml_of(left) if left else ""}


def _shared(value: Tree) -> list[Any] | None:
    return [form_of(each) for each in value] if isinstance(value, list) else None


def _lines(value: Tree) -> list[Any] | None:
    if not isinstance(value, list) or not all(_line_known(each) for each in value):
        return None
    return [_line(each) for each in value]


def _line_known(line: Tree) -> bool:
    return isinstance(line, dict) and plain(line.get("name")) and isinstance(line.get("fields"), list)


def _line(line: Mapping[str, Tree]) -> Sheet:
    left = {key: value for key, value in line.items() if key not in ("name", "fields")}
    when = left.pop("when") if left.get("when") is not None else None
    return {
        "name": line["name"],
        "when": when_sheet(when) if when is not None else {},
        "fields": [form_of(each) for each in line["fields"]],
        REST: yaml_of(left) if left else "",
    }


def _lookups(value: Tree) -> list[Any] | None:
    if not isinstance(value, dict) or not all(plain(name) for name in value):
        return None
    return [_lookup(name, table) for name, table in value.items()]


def _lookup(name: str, table: Tree) -> Sheet:
    if isinstance(table, dict) and all(plain(key) and plain(value) for key, value in table.items()):
        return {"name": name, "rows": [{"key": key, "value": value} for key, value in table.items()], REST: ""}
    return {"name": name, "rows": [], REST: yaml_of(table)}


def _tests(value: Tree) -> list[Any] | None:
    return [{"yaml": yaml_of(each)} for each in value] if isinstance(value, list) else None


@dataclass(slots=True)
class Posted:
    """What a form says: a spec, or the mistakes that keep it from being one."""

    spec: dict[str, Tree]
    mistakes: list[Mistake] = field(default_factory=list)


def spec_of(sheet: Sheet, before: Mapping[str, Tree]) -> Posted:
    """The spec that a form says, of the mapping that `before` is about."""
    found = _Reading([])
    given = {
        "shared": found.rules(sheet.get("shared"), sheet.get("new"), "shared"),
        "lines": found.lines(sheet),
        "lookups": found.lookups(sheet),
        "tests": found.tests(rows(sheet.get("tests"))),
    }
    head = {key: before[key] for key in HEAD if key in before}
    rest = found.attempt("", lambda: keys_of(texts(sheet).get(REST, ""), REST)) or {}
    return Posted({**head, **rest, **{key: value for key, value in given.items() if value}}, found.mistakes)


@dataclass(slots=True)
class _Reading:
    """Reads a form; what cannot be read is kept with the name of its field."""

    mistakes: list[Mistake]

    def attempt(self, where: str, read: Callable[[], Tree]) -> Tree:
        try:
            return read()
        except Unreadable as error:
            name = f"{where}.{error.field}" if where else error.field
            self.mistakes.append(Mistake(name, error.said, error.english))
            return None

    def rules(self, posted: Any, new: Any, where: str) -> list[Tree]:
        found = []
        for at, row in enumerate(rows(posted)):
            form = texts(row)
            if not unused(form):
                found.append(self.attempt(f"{where}.{at}", partial(rule_of, form)))
        form = texts(new)
        if form.get("to") and form.get("source"):
            found.append(self.attempt(f"{where}.new", partial(rule_of, form)))
        return found

    def lines(self, sheet: Sheet) -> list[Tree]:
        found = []
        for at, line in enumerate(rows(sheet.get("lines"))):
            if not line.get("remove"):
                found.append(self._line(line, f"lines.{at}"))
        new = texts(sheet.get("newline"))
        if new.get("name"):
            like = next((each for each in found if each["name"] == new.get("like")), None)
            found.append({"name": new["name"], "fields": list(like["fields"]) if like else []})
        return found

    def _line(self, line: Sheet, where: str) -> dict[str, Tree]:
        when = self.attempt(f"{where}.when", lambda: when_of(texts(line.get("when"))))
        fields = self.rules(line.get("fields"), line.get("new"), f"{where}.fields")
        rest = self.attempt(where, lambda: keys_of(texts(line).get(REST, ""), REST)) or {}
        name = texts(line).get("name", "")
        return {"name": name, **({} if when is None else {"when": when}), "fields": fields, **rest}

    def lookups(self, sheet: Sheet) -> dict[str, Tree]:
        found: dict[str, Tree] = {}
        for at, each in enumerate(rows(sheet.get("lookups"))):
            if not each.get("remove"):
                where = f"lookups.{at}"
                self._named(found, texts(each).get("name", ""), where, partial(self._table, each, where))
        if name := texts(sheet).get("newlookup", ""):
            self._named(found, name, "newlookup", dict)
        return found

    def _named(self, found: dict[str, Tree], name: str, where: str, read: Callable[[], Tree]) -> None:
        if name in found:
            self.mistakes.append(Mistake(where, "mapping.twice"))
        else:
            found[name] = read()

    def _table(self, posted: Sheet, where: str) -> Tree:
        if rest := texts(posted).get(REST, ""):
            return self.attempt(where, lambda: tree_of(rest, REST))
        table: dict[str, Tree] = {}
        for at, row in enumerate(rows(posted.get("rows"))):
            key, value = texts(row).get("key", ""), texts(row).get("value", "")
            if key in table or (value and not key):
                self.mistakes.append(Mistake(f"{where}.rows.{at}", "mapping.twice" if key else "mapping.no-key"))
            elif key:
                table[key] = value
        return table

    def tests(self, posted: list[dict[str, Any]]) -> list[Tree]:
        given = [(f"tests.{at}", texts(each).get("yaml", "")) for at, each in enumerate(posted)]
        return [self.attempt(where, partial(tree_of, text, "yaml")) for where, text in given if text.strip()]


def whole(posted: Sheet) -> Sheet:
    """A form as it was posted, in the shape that `sheet_of` gives, whatever was sent."""
    return {
        "shared": [texts(each) for each in rows(posted.get("shared"))],
        "lines": [_whole_line(each) for each in rows(posted.get("lines"))],
        "lookups": [
            {"name": "", REST: "", **texts(each), "rows": [texts(row) for row in rows(each.get("rows"))]}
            for each in rows(posted.get("lookups"))
        ],
        "tests": [{"yaml": texts(each).get("yaml", "")} for each in rows(posted.get("tests"))],
        REST: texts(posted).get(REST, ""),
    }


def _whole_line(posted: Sheet) -> Sheet:
    fields = [texts(each) for each in rows(posted.get("fields"))]
    return {"name": "", REST: "", **texts(posted), "when": texts(posted.get("when")), "fields": fields}


def rule_forms(sheet: Sheet) -> Iterator[tuple[str, Form]]:
    """Every rule of a form by its name."""
    yield from ((f"shared.{at}", texts(each)) for at, each in enumerate(rows(sheet.get("shared"))))
    for place, line in enumerate(rows(sheet.get("lines"))):
        for at, each in enumerate(rows(line.get("fields"))):
            yield f"lines.{place}.fields.{at}", texts(each)
