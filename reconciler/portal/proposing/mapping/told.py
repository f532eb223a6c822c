"""What is said about a mapping, by the row of the form that it is about."""

from collections.abc import Mapping

from pydantic import BaseModel

from reconciler.portal.fields import English
from reconciler.portal.proposing.editing import Finding
from reconciler.portal.proposing.mapping.rules import Mistake
from reconciler.portal.proposing.mapping.sheet import Sheet, rule_forms
from reconciler.specs.origin import Path
from reconciler.specs.yaml import Tree


class Told(BaseModel):
    """What is said about a place: English, unless `said` is a key of the portal's own texts."""

    severity: str
    message: English = ""
    hint: English = ""
    said: str = ""


def of_mistakes(mistakes: list[Mistake]) -> dict[str, list[Told]]:
    found: dict[str, list[Told]] = {}
    for each in mistakes:
        found.setdefault(_row(each.field), []).append(Told(severity="error", message=each.english, said=each.said))
    return found


def _row(field: str) -> str:
    """The row or part that a field of the form is in: whoever reads a name may have been sent anything."""
    steps = field.split(".")
    match steps:
        case ["shared", at, *_]:
            return f"shared.{at}"
        case ["lines", line, "fields", at, *_]:
            return f"lines.{line}.fields.{at}"
        case ["lines", line, *_]:
            return f"lines.{line}"
        case ["lookups" | "tests", at, *_]:
            return f"{steps[0]}.{at}"
    return ""


def of_findings(found: list[Finding], sheet: Sheet) -> dict[str, list[Told]]:
    """Findings by the row that they are about; what is about none stands by itself, under the empty name."""
    told: dict[str, list[Told]] = {}
    there = {name for name, _ in rule_forms(sheet)} | {f"lines.{at}" for at in range(len(sheet["lines"]))}
    there |= {f"{part}.{at}" for part in ("lookups", "tests") for at in range(len(sheet[part]))}
    lookups = {each["name"]: f"lookups.{at}" for at, each in enumerate(sheet["lookups"])}
    for each in found:
        if each.id == "mapping-test-failed":
            continue
        place = _place(each.path, lookups)
        said = Told(severity=each.severity, message=each.message, hint=each.hint)
        told.setdefault(place if place in there else "", []).append(said)
    return told


def _place(path: Path, lookups: Mapping[str, str]) -> str:
    if path[:2] == ("spec", "lookups") and len(path) > len(("spec", "lookups")):
        return lookups.get(str(path[2]), "")
    return _row(".".join(str(each) for each in path[1:]))


def of_tests(found: list[Finding], spec: Mapping[str, Tree]) -> list[list[str]]:
    tests = spec.get("tests")
    said: list[list[str]] = [[] for _ in tests] if isinstance(tests, list) else []
    for each in found:
        match each.path:
            case ("spec", "tests", int(at), *_) if each.id == "mapping-test-failed" and at < len(said):
                said[at].append(each.message)
    return said
