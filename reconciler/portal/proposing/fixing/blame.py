"""Which line of a mapping is at fault for a refusal: the entry of a lookup, or else the rule that wrote the field.

Pure. Where a refusal stands in the ledger is the line of the file as it was applied then; the file may have moved
since, so a rule has to write the field that was refused, and else it is looked for by that.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from reconciler.specs.origin import Origins, Path
from reconciler.specs.yaml import Tree

_MISSING = re.compile(r"the lookup '(?P<table>.+?)' has no entry for '(?P<key>.*)'", re.DOTALL)
_LINE = re.compile(r":(\d+)(:\d+)?$")
_CODE = re.compile(r"[\w.-]+")


@dataclass(frozen=True, slots=True)
class Refused:
    """What the ledger says of a refusal: words, the document's field, and `file:line:column`, as far as known."""

    message: str
    field: str
    origin: str

    @property
    def line(self) -> int:
        """0 where it is not known."""
        found = _LINE.search(self.origin)
        return int(found[1]) if found else 0


@dataclass(frozen=True, slots=True)
class Blame:
    """`rule` is the path of the rule in the document, empty where none is known. `table` is the lookup that it asks,
    empty where no lookup is at fault; `keys` are the entries that could be meant: the one that is missing, or those
    that gave the refused value.
    """

    rule: Path
    source: str = ""
    table: str = ""
    keys: tuple[str, ...] = ()
    missing: bool = False


def blamed(tree: Tree, origins: Origins, refused: Refused) -> Blame:
    """Of the mapping as it stands now."""
    spec = tree.get("spec") if isinstance(tree, dict) else None
    rules = list(_rules(spec)) if isinstance(spec, dict) else []
    chosen = _chosen(rules, origins, refused)
    if chosen is None or not isinstance(spec, dict):
        return Blame(())
    path, rule = chosen
    table, source = rule.get("lookup"), rule.get("from")
    known = isinstance(source, str)
    said = _MISSING.search(refused.message)
    tables = spec.get("lookups")
    entries = tables.get(table) if isinstance(tables, dict) and isinstance(table, str) else None
    if not isinstance(entries, dict) or not isinstance(table, str):
        return Blame(path, str(source) if known else "")
    if said is not None and said["table"] == table:
        return Blame(path, str(source) if known else "", table, (said["key"],), missing=True)
    words = set(_CODE.findall(refused.message)) | {each.strip(".,:;") for each in refused.message.split()}
    keys = tuple(str(key) for key, value in entries.items() if str(value) in words)
    return Blame(path, str(source) if known else "", table if keys else "", keys)


def _rules(spec: Mapping[str, Tree]) -> Iterator[tuple[Path, Mapping[str, Tree]]]:
    """Every rule with its path."""
    shared, lines = spec.get("shared"), spec.get("lines")
    for at, rule in enumerate(shared if isinstance(shared, list) else []):
        yield ("spec", "shared", at), rule
    for line, each in enumerate(lines if isinstance(lines, list) else []):
        fields = each.get("fields") if isinstance(each, dict) else None
        for at, rule in enumerate(fields if isinstance(fields, list) else []):
            yield ("spec", "lines", line, "fields", at), rule


def _chosen(
    rules: Sequence[tuple[Path, Tree]], origins: Origins, refused: Refused
) -> tuple[Path, Mapping[str, Tree]] | None:
    """The rule that writes the field, by its line where several do; of those the one that asks a lookup comes first."""
    found = [(path, rule) for path, rule in rules if isinstance(rule, dict) and rule.get("to") == refused.field]
    exact = [each for each in found if origins.at(each[0]).line == refused.line]
    for each in (exact, found):
        if each:
            return next((one for one in each if isinstance(one[1].get("lookup"), str)), each[0])
    return None
