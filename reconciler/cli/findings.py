"""The forms in which findings leave: text for people, JSON, annotations for GitHub, SARIF for code scanning."""

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from urllib.parse import quote

from reconciler.specs.diagnostic import CATALOG, Diagnostic

LEVELS = {"error": "error", "warning": "warning", "info": "note"}
"""Severities as SARIF names them."""


def annotation(found: Diagnostic) -> str:
    """A workflow command of GitHub Actions: one line, whatever the message holds.

    Source: docs.github.com, "Workflow commands for GitHub Actions"; what is escaped, and how, is in
    actions/toolkit, packages/core/src/command.ts (escapeData and escapeProperty).
    """
    place = {"file": found.origin.file}
    if found.origin.line:
        place |= {"line": str(found.origin.line), "col": str(found.origin.column)}
    properties = ",".join(f"{key}={_property(value)}" for key, value in (place | {"title": found.id}).items())
    level = "notice" if found.severity == "info" else found.severity  # GitHub's word for it
    return f"::{level} {properties}::{_data(sentence(found))}"


def sentence(found: Diagnostic) -> str:
    """What is wrong, and what to do."""
    return f"{found.message} ({found.hint})" if found.hint else found.message


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def plain(found: Diagnostic) -> dict[str, object]:
    """The JSON twin of a finding."""
    return {
        "id": found.id,
        "severity": found.severity,
        "organization": found.organization,
        "file": found.origin.file,
        "line": found.origin.line,
        "column": found.origin.column,
        "message": found.message,
        "hint": found.hint,
    }


def sarif(found: Sequence[Diagnostic]) -> dict[str, Any]:
    """A log of SARIF 2.1.0 (OASIS standard) with one run; only the rules that were broken are described."""
    from importlib.metadata import version

    ids = sorted({each.id for each in found})
    driver = {"name": "reconciler", "version": version("reconciler"), "rules": [_rule(name) for name in ids]}
    return {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [
            {
                "tool": {"driver": driver},
                "columnKind": "unicodeCodePoints",
                "results": [_result(each, ids.index(each.id)) for each in found],
            }
        ],
    }


def _rule(name: str) -> dict[str, Any]:
    """What GitHub's code scanning asks of a rule (docs.github.com, "SARIF support for code scanning")."""
    meaning = {"text": CATALOG[name]}
    help_ = {"text": f"{CATALOG[name]} See docs/reference/diagnostics.md, {name}."}
    return {"id": name, "shortDescription": meaning, "fullDescription": meaning, "help": help_}


def _result(found: Diagnostic, rule: int) -> dict[str, Any]:
    # Code scanning takes no place without a line; a finding about a whole file stands on its first.
    region = {"startLine": found.origin.line or 1} | ({"startColumn": found.origin.column} if found.origin.line else {})
    file = {"uri": quote(found.origin.file), "uriBaseId": "%SRCROOT%"}
    place = {"artifactLocation": file, "region": region}
    return {
        "ruleId": found.id,
        "ruleIndex": rule,
        "level": LEVELS[found.severity],
        # `[words](address)` would be a link (SARIF 2.1.0, 3.11.6), and part of a message may be somebody else's text.
        "message": {"text": sentence(found).replace("](", "] (")},
        "locations": [{"physicalLocation": place}],
    }


LINES: Mapping[str, Callable[[Diagnostic], str]] = {"text": str, "github": annotation}
"""The forms that are a line per finding."""


def dumped(value: Any) -> str:
    """JSON on one line: what `--watch` prints per change."""
    return json.dumps(value, ensure_ascii=False)
