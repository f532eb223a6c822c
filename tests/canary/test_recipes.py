"""The recipes of docs/operations/secrets.md are real: its commands exist, and the last resort brings work back."""

import re
from dataclasses import replace

import click
from parts.installation import ROOT, TOKEN, WHERE, Installation
from parts.watch import Watch

from reconciler.cli.main import cli, run

PAGE = (ROOT / "docs" / "operations" / "secrets.md").read_text(encoding="utf-8")


def test_every_command_on_the_page_exists(here: Installation, capfd):
    named = set(re.findall(r"reconciler ((?:credentials )?[a-z]+)\b(?! validate)", PAGE))
    assert {
        f"credentials {verb}" for verb in ("set", "rotate", "restore", "revoke", "status", "audit", "rewrap")
    } <= named
    context = click.Context(cli)
    for words in named:
        if words.split()[0] in cli.list_commands(context):
            assert run([*words.split(), "--help"], here.settings) == 0, words
    for option in ("--fd", "--expires", "--reason", "--new-key"):
        assert option in PAGE


def test_a_lost_key_stops_everything_and_the_recipe_brings_it_back(here: Installation, watch: Watch, give, books):
    here = replace(here, settings=replace(here.settings, simulators={"xledger": books.url}))
    key = here.settings.key_file
    (line,) = key.read_text().splitlines()
    key.unlink()
    for verb in (("credentials", "status", WHERE[0]), ("sync", *WHERE), ("credentials", "test", *WHERE)):
        assert watch.verb(verb, here._now()) == 5
    assert "which is not here" in watch.of("sync")
    (statement,) = re.findall(r"```sql\n\s*(.+?)\n\s*```", PAGE)
    here.sql(statement)
    assert give("credentials", "set", *WHERE, text=TOKEN, installation=here) == 0
    assert here.sync() in (0, 6)
    assert line not in key.read_text()


def test_a_backup_of_the_key_file_brings_it_back(here: Installation, books):
    here = replace(here, settings=replace(here.settings, simulators={"xledger": books.url}))
    key = here.settings.key_file
    kept = key.read_text()
    key.write_text("ab" * 32)
    assert here.sync() == 5
    key.write_text(kept)
    assert here.sync() in (0, 6)
