"""`reconciler notify` and `credentials set ORG channel/NAME`, as people use them; and what the specs may say."""

import io
import json
import sys
from pathlib import Path

import pytest
from parts.installation import WHERE, committed, example

from reconciler.cli.main import run

HOOKED = "  notifications:\n    - {channel: ops, by: webhook}\n"
KEY = "a-key-that-signs-0123456789"


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch):
    def say(text: str) -> None:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text.encode())))

    return say


def test_from_the_spec_to_a_message_that_arrived(installation, listener, typed, tmp_path: Path, capsys) -> None:
    root = example(tmp_path / "config")
    assert installation.run("notify", WHERE[0]) == 0
    assert "nobody is told when something breaks" in capsys.readouterr().out
    file = root / "orgs" / WHERE[0] / "organization.yaml"
    file.write_text(file.read_text() + HOOKED)
    committed(root)
    assert installation.run("apply", "--root", str(root)) == 0
    capsys.readouterr()

    typed(f"{listener.url}\nshort\n")
    assert installation.run("credentials", "set", WHERE[0], "channel/ops") == 2
    assert "fewer than 16" in capsys.readouterr().err
    listener.answers = [(404, {}, b"no_service")]
    typed(f"{listener.url}\n{KEY}\n")
    assert installation.run("credentials", "set", WHERE[0], "channel/ops") == 5
    assert "it answers 404: no_service" in capsys.readouterr().out
    typed(f"{listener.url}\n{KEY}\n")
    assert installation.run("credentials", "set", WHERE[0], "channel/ops") == 0
    out = capsys.readouterr().out
    assert "a test message arrived" in out
    assert listener.json()["event"] == "test"

    assert installation.run("notify", WHERE[0], "--test", "ops") == 0
    assert capsys.readouterr().out == "ops: told (a test message)\n"
    assert installation.run("notify", WHERE[0], "--list") == 0
    assert "nothing was told yet; it would be told to ops by webhook" in capsys.readouterr().out
    assert installation.run("notify", WHERE[0], "--test", "opps") == 2
    assert "one of ops" in capsys.readouterr().err
    assert installation.run("notify", "nobody") == 2
    assert installation.run("credentials", "test", WHERE[0], "channel/ops") == 2
    assert f"reconciler notify {WHERE[0]} --test ops" in capsys.readouterr().err
    typed(f"{listener.url}2\n{KEY}\n")
    assert installation.run("credentials", "rotate", WHERE[0], "channel/ops") == 0
    assert installation.run("credentials", "revoke", WHERE[0], "channel/ops", "3", "--reason", "it leaked out") == 0
    assert installation.run("notify", WHERE[0], "--test", "ops") == 5
    assert "no address is stored for this channel" in capsys.readouterr().out
    everything = str(installation.sql("select * from reconciler.credentials")) + str(
        installation.sql("select * from reconciler.audit")
    )
    assert "T0P-secret" not in everything
    assert KEY not in everything


def test_the_list_shows_what_was_told_and_what_waits(house, capsys) -> None:
    house.hook.answers = [(200, {}, b""), (500, {}, b"down")]
    house.ran("failed", "HTTP 401")
    assert house.at.run("notify", WHERE[0]) == 0
    assert "ops: told (integration/xledger is red)" in capsys.readouterr().out
    house.ran("succeeded", minutes=1)
    house.at.run("notify", WHERE[0])
    assert house.at.run("notify", WHERE[0], minutes=6) == 5
    out = capsys.readouterr().out
    assert "ops: not told (integration/xledger is fine): it answers 500: down" in out
    assert "it is tried again by itself" in out
    assert house.at.run("notify", WHERE[0]) == 0
    assert "1 message could not be told yet, tried again at 2026-03-02 08:07 CET" in capsys.readouterr().out
    assert house.at.run("notify", WHERE[0], "--list") == 0
    out = capsys.readouterr().out
    assert "to be told" in out
    assert "it answers 500: down" in out
    assert max(len(line) for line in out.splitlines()) <= 120
    assert house.at.run("notify", WHERE[0], "--list", "--format", "json") == 0
    found = json.loads(capsys.readouterr().out)["notifications"]
    assert [each["stage"] for each in found] == ["waiting", "told"]


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("- {channel: kari@forening.example, by: mail}", "organization.yaml"),
        ("- {channel: ops, by: pigeon}", "organization.yaml"),
        ("- {channel: ops, by: mail, integrations: [xledgr]}", "did you mean 'xledger'"),
        ("- {channel: ops, by: mail, on: [recovered]}", "add red to"),
        ("- {channel: ops, by: mail}\n    - {channel: ops, by: slack}", "stands there twice"),
        ("- {channel: ops, by: mail, url: https://hooks.example.org/x}", "organization.yaml"),
    ],
)
def test_what_a_channel_may_not_say_is_refused_with_its_line(
    config_repository: Path, settings_of_nobody, tmp_path: Path, capsys, written: str, said: str
) -> None:
    root = example(tmp_path / "config")
    file = root / "orgs" / WHERE[0] / "organization.yaml"
    file.write_text(file.read_text() + f"  notifications:\n    {written}\n")
    assert run(["validate", "--root", str(root)], settings_of_nobody) == 1
    found = capsys.readouterr()
    assert said in found.out + found.err
