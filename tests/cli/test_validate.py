"""`reconciler validate`: its forms for people, programs, pull requests and code scanning; and watching people write."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Timer

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from reconciler.cli.findings import annotation, sarif, sentence
from reconciler.cli.main import run
from reconciler.settings import Settings
from reconciler.specs.diagnostic import CATALOG, Diagnostic
from reconciler.specs.origin import Origin

ROOT = Path(__file__).parents[2]
NONE = Settings()
PLACES, LINES = {"type": "integer", "minimum": 1}, re.compile(r"[\r\n]")


def part(required: list[str], **properties: object) -> dict:
    return {"type": "object", "required": required, "properties": properties, "additionalProperties": False}


TEXT = part(["text"], text={"type": "string"})
PHYSICAL = part(
    ["artifactLocation"],
    artifactLocation=part(["uri"], uri={"type": "string", "pattern": "^[!-~]*$"}, uriBaseId={"type": "string"}),
    region=part(["startLine"], startLine=PLACES, startColumn=PLACES),
)
RESULT = part(
    ["message"],
    ruleId={"type": "string"},
    ruleIndex={"type": "integer", "minimum": -1},
    level={"enum": ["none", "note", "warning", "error"]},
    message=TEXT,
    locations={"type": "array", "items": part([], physicalLocation=PHYSICAL)},
)
RULE = part(["id"], id={"type": "string"}, shortDescription=TEXT, fullDescription=TEXT, help=TEXT)
RULES = {"type": "array", "uniqueItems": True, "items": RULE}
RUN = part(
    ["tool"],
    tool=part(["driver"], driver=part(["name"], name={"type": "string"}, version={"type": "string"}, rules=RULES)),
    columnKind={"enum": ["utf16CodeUnits", "unicodeCodePoints"]},
    results={"type": "array", "items": RESULT},
)
SARIF = part(
    ["version", "runs"],
    **{"$schema": {"type": "string"}, "version": {"const": "2.1.0"}, "runs": {"type": "array", "items": RUN}},
)
"""The parts that are used of sarif-schema-2.1.0.json (OASIS): what is required, what may stand there, and no more."""

texts = st.text(st.characters(codec="utf-8") | st.sampled_from("%:,\r\n\u2028"), max_size=30)
findings = st.builds(
    Diagnostic,
    st.sampled_from(sorted(CATALOG)),
    st.builds(Origin, st.text("abc/:,%\n æ", min_size=1, max_size=12), st.integers(0, 99), st.integers(1, 99)),
    texts | st.just("x\n::error file=evil::owned") | st.just("[free](https://evil)"),
    texts,
    st.sampled_from(["error", "warning", "info"]),
)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A config repository with one mistake."""
    shutil.copytree(ROOT / "orgs", tmp_path / "orgs")
    integration = tmp_path / "orgs/blindeforbundet/integrations/xledger.yaml"
    integration.write_text(integration.read_text().replace("mode: send ", "mode: sent "))
    return tmp_path


def read_annotation(line: str) -> tuple[str, dict[str, str], str]:
    """A workflow command as the runner reads it: (level, properties, message)."""
    head, _, message = line.removeprefix("::").partition("::")
    level, _, written = head.partition(" ")
    properties = dict(pair.split("=", 1) for pair in written.split(","))
    return level, {key: unescaped(value) for key, value in properties.items()}, unescaped(message)


def unescaped(text: str) -> str:
    for code, letter in (("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%")):
        text = text.replace(code, letter)
    return text


@settings(deadline=None)
@given(findings)
def test_an_annotation_is_one_line_that_reads_back_as_it_was_meant(found: Diagnostic):
    line = annotation(found)
    assert not LINES.search(line)
    level, properties, message = read_annotation(line)
    assert level in ("error", "warning", "notice")
    assert properties["file"] == found.origin.file
    assert properties["title"] == found.id
    assert message == sentence(found)
    assert set(properties) == ({"file", "line", "col", "title"} if found.origin.line else {"file", "title"})


@settings(deadline=None)
@given(st.lists(findings, max_size=4))
def test_sarif_is_as_the_standard_asks_whatever_is_found(found: list[Diagnostic]):
    log = sarif(found)
    Draft202012Validator(SARIF).validate(json.loads(json.dumps(log)))
    run_ = log["runs"][0]
    assert not any("](" in each["message"]["text"] for each in run_["results"])
    assert [run_["tool"]["driver"]["rules"][each["ruleIndex"]]["id"] for each in run_["results"]] == [
        each.id for each in found
    ]


def test_the_four_forms_say_the_same(root: Path, capsys):
    said = {}
    for form in ("text", "json", "github", "sarif"):
        assert run(["validate", "--root", str(root), "--format", form], NONE) == 1
        said[form] = capsys.readouterr().out
    place = "orgs/blindeforbundet/integrations/xledger.yaml"
    assert said["text"].startswith(f"{place}:10:9: error: mode: 'sent' is not one of the words that may stand here")
    assert said["github"].startswith(f"::error file={place},line=10,col=9,title=invalid-value::mode: 'sent' is not")
    assert json.loads(said["json"])["diagnostics"][0]["line"] == 10
    result = json.loads(said["sarif"])["runs"][0]["results"][0]
    assert result["locations"][0]["physicalLocation"]["region"] == {"startLine": 10, "startColumn": 9}
    assert result["level"] == "error"


@contextmanager
def watching(root: Path, *more: str) -> Iterator[subprocess.Popen[str]]:
    """The verb as a process of its own, which ends with the test."""
    # A shell that runs the tests in its background has interrupts ignored, and whoever it starts inherits that.
    heard = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)"
    program = f"{heard}; from reconciler.cli.main import main; main()"
    command = [sys.executable, "-c", program, "validate", "--watch"]
    environment = {key: value for key, value in os.environ.items() if not key.startswith("RECONCILER_")}
    with subprocess.Popen(
        [*command, "--root", str(root), *more], stdout=subprocess.PIPE, text=True, env=environment, cwd=ROOT
    ) as process:
        guard = Timer(60, process.kill)  # a word that never comes is a failure, not a wait
        guard.start()
        try:
            yield process
        finally:
            guard.cancel()
            process.kill()


def until(process: subprocess.Popen[str], words: str) -> list[str]:
    """The lines that are printed, up to the one that holds `words`."""
    assert process.stdout is not None
    lines = []
    for line in process.stdout:
        lines.append(line.rstrip("\n"))
        if words in line:
            return lines
    raise AssertionError(f"{words!r} was not said:\n{lines}")


def test_watching_prints_only_what_changed_and_ends_on_an_interrupt(root: Path):
    integration = root / "orgs/blindeforbundet/integrations/xledger.yaml"
    with watching(root) as process:
        first = until(process, "1 error and")
        assert "mode: 'sent'" in first[0]
        schedule = root / "orgs/blindeforbundet/schedules/xledger.yaml"
        schedule.write_text(schedule.read_text().replace("integration: xledger", "integration: xledgr"))
        second = until(process, "2 errors and")
        assert len(second) == 2
        assert "there is no integration 'xledgr'" in second[0]
        integration.write_text("# one line more\n" + integration.read_text())
        assert until(process, "2 errors and") == second[-1:]  # findings that only moved are not said again
        integration.write_text(integration.read_text().replace("mode: sent", "mode: send"))
        third = until(process, "1 error and")
        assert third[0].startswith("mended: orgs/blindeforbundet/integrations/xledger.yaml:11:9: error: mode: 'sent'")
        assert len(third) == 2
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=60) == 1


def test_watching_tells_programs_what_is_new_and_what_was_mended(root: Path):
    integration = root / "orgs/blindeforbundet/integrations/xledger.yaml"
    with watching(root, "--format", "json") as process:
        until(process, "]")
        integration.write_text(integration.read_text().replace("mode: sent", "mode: send"))
        said = json.loads(until(process, "mended")[-1])
        assert (said["valid"], said["new"], len(said["mended"])) == (True, [], 1)
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=60) == 0


def test_only_the_working_tree_can_be_watched(root: Path, capsys):
    assert run(["validate", "--root", str(root), "--watch", "--revision", "HEAD"], NONE) == 2
    assert run(["validate", "--root", str(root), "--watch", "--format", "sarif"], NONE) == 2
    assert "--watch looks at the working tree" in capsys.readouterr().err
