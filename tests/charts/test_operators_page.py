"""docs/operations/cluster.md leads an operator through: what it tells to type is carried out, as far as no cluster of
machines is needed. The database is real, and so are Helm and kubectl.
"""

import os
import re
import secrets
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import click
import psycopg
import pytest
from parts.chart import CHART, ROOT, helm
from parts.databases import database, url_of
from ruamel.yaml import YAML

from reconciler.cli.main import cli
from reconciler.database.migrate import migrate

PAGE = (ROOT / "docs/operations/cluster.md").read_text("utf-8")
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```", re.MULTILINE | re.DOTALL)

KUBECTL = """#!/bin/sh
# The real one, without a cluster: what it would make is kept.
[ "$1" = label ] && exit 0
"$KUBECTL" "$@" --dry-run=client --output=yaml >>"$MADE"
echo --- >>"$MADE"
"""


def blocks(language: str) -> list[str]:
    return [text for word, text in BLOCK.findall(PAGE) if word == language]


def commands(program: str) -> list[list[str]]:
    """Every command of the page that begins with a program, in its blocks and in its tables."""
    shown = [line for text in blocks("sh") for line in text.splitlines()]
    shown += re.findall(r"`((?:kubectl|helm|reconciler) [^`]+)`", PAGE)
    parts = [part.strip() for line in shown for part in re.split(r"\|| && ", line)]
    words = [shlex.split(part) for part in parts if part.startswith(f"{program} ")]
    return [each for each in words if len(each) > 2 or program == "reconciler"]


@pytest.fixture(scope="module")
def values(tmp_path_factory) -> Path:
    """The page's own values.yaml."""
    (text,) = blocks("yaml")
    file = tmp_path_factory.mktemp("operator") / "values.yaml"
    file.write_text(text)
    return file


def test_every_command_of_helm_is_one_and_makes_the_release(values):
    found = commands("helm")
    assert {each[1] for each in found} == {"template", "upgrade", "test", "uninstall"}
    for words in (each for each in found if each[1] in ("template", "upgrade")):
        asked = ["template", *(each for each in words[2:] if each != "--install")]
        replaced = {"values.yaml": str(values), "charts/reconciler": str(CHART), "image.tag=VERSION": "image.tag=0.2.0"}
        for version in (3, 4):
            done = helm(version, *(replaced.get(each, each) for each in asked))
            assert done.returncode == 0, done.stderr
            assert "name: reconciler-controller" in done.stdout
            assert "name: reconciler-migrations" in done.stdout
    for words in (each for each in found if each[1] in ("test", "uninstall")):
        assert set(re.findall(r"--[a-z-]+", " ".join(words))) <= set(
            re.findall(r"--[a-z-]+", helm(4, words[1], "-h").stdout)
        )


def test_the_secrets_that_the_page_makes_are_those_that_its_values_name(values, tmp_path):
    """The third step as it stands there, by a real shell and a real kubectl."""
    (script,) = [text for text in blocks("sh") if "create secret" in text]
    (tmp_path / "kubectl").write_text(KUBECTL)
    (tmp_path / "kubectl").chmod(0o755)
    real = shutil.which("kubectl", path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
    assert real is not None
    tools = {
        "PATH": f"{tmp_path}:/usr/bin:/bin",
        "KUBECTL": real,
        "MADE": str(tmp_path / "made"),
        "HOME": str(tmp_path),
    }
    done = subprocess.run(
        ["sh", "-euc", script], cwd=tmp_path, env=tools, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
    objects = [each for each in YAML(typ="safe").load_all((tmp_path / "made").read_text()) if each]
    assert {each["metadata"].get("namespace") for each in objects} == {"reconciler", None}
    made = {each["metadata"]["name"]: set(each["data"]) for each in objects if each["kind"] == "Secret"}
    rendered = helm(4, "template", "reconciler", str(CHART), "--values", str(values)).stdout
    named = re.findall(r"secretKeyRef:\s+name: (\S+)\s+key: (\S+)", rendered)
    named += re.findall(r"secretKeyRef: \{name: (\S+), key: (\S+)\}", rendered)
    named += re.findall(r"secretName: ([^,}\s]+), .*?items: \[\{key: ([^,]+),", rendered)
    assert {name for name, _ in named} == set(made)
    assert {(name, key) for name, key in named} == {(name, key) for name, keys in made.items() for key in keys}
    assert re.fullmatch(r"[0-9a-f]{64}", (tmp_path / "key").read_text())
    assert all(file.stat().st_mode & 0o077 == 0 for file in (tmp_path / "key", tmp_path / "runner-url"))


def test_the_database_of_the_page_lets_the_controller_migrate_and_runs_change_nothing_that_is_configured(
    server_url, administration
):
    mine = f"op_{secrets.token_hex(4)}"
    existing = {name for (name,) in administration.execute("select rolname from pg_roles").fetchall()}
    text = "\n".join(blocks("sql"))
    text = re.sub(r"\breconciler_run\b", f"{mine}_run", re.sub(r"\breconciler\b", mine, text))
    lines = [line for line in text.splitlines() if not _makes(line) or _makes(line) not in existing]
    with database(administration, "operator", "template0") as name:
        url = url_of(server_url, name)
        with psycopg.connect(url, autocommit=True) as admin:
            admin.execute("create schema app")
            admin.execute("\n".join(lines))
        try:
            owner = _as(url, mine, "the password of the controller")
            assert migrate(owner)
            assert migrate(owner) == []
            with psycopg.connect(_as(url, f"{mine}_run", "the password of runs"), autocommit=True) as runs:
                assert runs.execute("select count(*) from reconciler.schedules").fetchone() == (0,)
                for refused in ("delete from reconciler.schedules", "create table reconciler.x (n int)"):
                    with pytest.raises(psycopg.errors.InsufficientPrivilege):
                        runs.execute(refused)
        finally:
            with psycopg.connect(url, autocommit=True) as admin:
                admin.execute(f"drop owned by {mine}_run, {mine} cascade")
                admin.execute(f"drop role {mine}_run, {mine}")


def _makes(line: str) -> str:
    found = re.match(r"create role (\w+) nologin", line)
    return found[1] if found else ""


def _as(url: str, user: str, password: str) -> str:
    return psycopg.conninfo.make_conninfo(url, user=user, password=password)


@pytest.mark.parametrize("words", commands("reconciler"), ids=" ".join)
def test_every_command_of_ours_is_one_with_all_that_it_asks_for(words):
    """Read as the program reads it, and not carried out."""
    command: click.Command | None = cli
    names = words[1:]
    while isinstance(command, click.Group):
        command = command.get_command(click.Context(command), names.pop(0))
    assert command is not None, words
    command.make_context(words[1], names)


def test_kubectl_is_told_the_release_s_own_names(values):
    rendered = helm(
        4, "template", "reconciler", str(CHART), "--namespace", "reconciler", "--values", str(values)
    ).stdout
    names = {each["metadata"]["name"] for each in YAML(typ="safe").load_all(rendered) if each}
    told = {
        each for words in commands("kubectl") for each in words if re.fullmatch(r"(deployment|job)/reconciler\S*", each)
    }
    assert told
    assert {each.partition("/")[2] for each in told} <= names


def test_the_question_of_the_page_s_last_table_is_the_chart_s():
    assert "image.repository: where is the image" in PAGE
    assert "image.repository: where is the image" in helm(4, "template", "x", str(CHART)).stderr
