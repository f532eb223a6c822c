"""What an operator types in the night: configuration stops, is only looked at or stays at a commit, and says so."""

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from git import Repo
from parts.installation import committed

from reconciler.cli.main import run
from reconciler.settings import Settings

NAME = "blindeforbundet"
REASON = ("--reason", "the ledger is looked into")
STOP = ("suspend", NAME, "--configuration", *REASON)


def later(settings: Settings, hours: float) -> Settings:
    return replace(settings, clock_start=settings.clock_start + timedelta(hours=hours))


def applied_title(settings: Settings, repository: Path, capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
    """What `apply` says."""
    capsys.readouterr()
    code = run(["apply", "--root", str(repository), "--organization", NAME], settings)
    return code, capsys.readouterr().out


def test_a_stopped_organisation_stays_as_it_is_until_it_is_resumed(applied, repository: Path, change, capsys) -> None:
    change()
    assert run(STOP, applied) == 0
    out = capsys.readouterr().out
    assert "is STOPPED: it stays as it is, whatever is merged" in out
    assert f"next: reconciler resume {NAME} --configuration" in out
    code, said = applied_title(applied, repository, capsys)
    assert code == 5
    assert "blocked: blindeforbundet: the configuration of blindeforbundet is STOPPED" in said
    assert run(["resume", NAME, "--configuration"], applied) == 0
    assert applied_title(applied, repository, capsys)[0] == 0


def test_a_stop_for_all_is_not_lifted_by_resuming_one(applied, repository: Path, change, capsys) -> None:
    change()
    assert run(["suspend", "--all", "--configuration", *REASON], applied) == 0
    assert run(STOP, applied) == 0
    capsys.readouterr()
    assert run(["resume", NAME, "--configuration"], applied) == 0
    out = capsys.readouterr().out
    assert "over: the configuration of blindeforbundet is STOPPED" in out
    assert "still standing:\n!! the configuration of every organisation is STOPPED" in out
    assert applied_title(applied, repository, capsys)[0] == 5
    assert run(["resume", "--all", "--configuration"], applied) == 0
    assert applied_title(applied, repository, capsys)[0] == 0


def test_it_is_set_from_a_machine_that_holds_no_key(applied, tmp_path: Path, capsys) -> None:
    bare = replace(applied, home=tmp_path / "elsewhere")
    assert run(["suspend", "--all", "--configuration", *REASON], bare) == 0
    assert run(["status"], bare) == 0
    assert "STOPPED" in capsys.readouterr().out
    assert run(["resume", "--all", "--configuration"], bare) == 0
    assert not (tmp_path / "elsewhere").exists(), "and leaves none there"


def test_it_is_over_by_itself(applied, repository: Path, change, capsys) -> None:
    change()
    assert run([*STOP, "--until", "4h"], applied) == 0
    assert "until 2026-03-02 12:00 CET" in capsys.readouterr().out
    assert applied_title(later(applied, 3.9), repository, capsys)[0] == 5
    assert applied_title(later(applied, 4), repository, capsys)[0] == 0


def test_what_is_only_looked_at_is_planned_and_not_applied(applied, repository: Path, change, capsys) -> None:
    change()
    assert run([*STOP, "--detect-only"], applied) == 0
    capsys.readouterr()
    assert run(["plan", "--root", str(repository), "--exit-code"], applied) == 3
    assert "  held off: the configuration of blindeforbundet is ONLY LOOKED AT" in capsys.readouterr().out
    run(["plan", "--root", str(repository), "--format", "json"], applied)
    assert "ONLY LOOKED AT" in json.loads(capsys.readouterr().out)["plans"][0]["held_off"]
    code, said = applied_title(applied, repository, capsys)
    assert (code, "ONLY LOOKED AT" in said) == (5, True)


def test_an_installation_that_only_looks_writes_nothing_and_nobody_resumes_that(
    applied, repository, change, capsys
) -> None:
    change()
    looking = replace(applied, detect_only=True)
    code, said = applied_title(looking, repository, capsys)
    assert code == 5
    assert "next: take RECONCILER_DETECT_ONLY out of the settings" in said
    assert run(["resume", "--all", "--configuration"], looking) == 0
    assert "!! the configuration of every organisation is ONLY LOOKED AT" in capsys.readouterr().out
    assert applied_title(looking, repository, capsys)[0] == 5


def test_a_pinned_organisation_takes_its_commit_and_no_other(applied, repository: Path, change, capsys) -> None:
    with Repo(repository) as found:
        first = found.head.commit.hexsha
    second = change()
    assert applied_title(applied, repository, capsys)[0] == 0
    third = change("Enda et navn")
    assert run(["pin", NAME, second, *REASON, "--until", "2d", "--root", str(repository)], applied) == 0
    assert f"is PINNED to {second[:10]}" in capsys.readouterr().out
    root = ["--root", str(repository)]
    assert run(["apply", *root, "--revision", third], applied) == 5
    assert run(["apply", *root, "--revision", first], applied) == 5
    assert run(["apply", *root, "--revision", second], applied) == 0
    assert run(["apply", *root, "--revision", third], later(applied, 48)) == 0


def test_whoever_sets_a_weaker_one_is_told_that_it_does_not_count_yet(applied, repository: Path, capsys) -> None:
    assert run(STOP, applied) == 0
    capsys.readouterr()
    pin = ("pin", NAME, "HEAD", *REASON, "--until", "2d", "--root", str(repository))
    assert run(pin, applied) == 0
    assert "it does not count yet, because this is stronger:\n!! the configuration of blindeforbundet is STOPPED" in (
        capsys.readouterr().out
    )
    assert run([*pin, "--format", "json"], applied) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["counts_before_it"]["what"], found["instead_of"]["what"]) == ("stop", "pin")


def test_status_shouts_what_stands_and_its_twin_tells_it(applied, capsys) -> None:
    assert run(STOP, applied) == 0
    assert run(["suspend", "--all", "--configuration", "--detect-only", "--until", "2026-03-05", *REASON], applied) == 0
    capsys.readouterr()
    assert run(["status"], applied) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "!! the configuration of blindeforbundet is STOPPED: it stays as it is, whatever is merged"
    assert lines[1].startswith("   by kari since 2026-03-02 08:00 CET, until somebody resumes it: the ledger is")
    assert lines[3].startswith("!! the configuration of every organisation is ONLY LOOKED AT")
    assert "until 2026-03-06 00:00 CET" in lines[4]
    assert run(["status", NAME, "--format", "json"], applied) == 0
    found = json.loads(capsys.readouterr().out)["switches"]
    assert [(each["organization"], each["what"], each["by"]) for each in found] == [
        (NAME, "stop", "kari"),
        (None, "detect", "kari"),
    ]


UNCLEAR = [
    (("suspend", NAME, *REASON), f"what of '{NAME}'?"),
    (("suspend", *REASON), "nobody is named"),
    (("suspend", NAME, "--configuration"), "nobody will know why"),
    (("suspend", NAME, "xledger"), "nobody will know why"),
    (("suspend", "--all", *REASON), "--all goes with --configuration"),
    (("suspend", "--all", NAME, "--configuration", *REASON), "--all goes with --configuration"),
    (("suspend", NAME, "xledger", "--configuration", *REASON), "--configuration is an organisation's"),
    (("suspend", NAME, "xledger", "--detect-only", *REASON), "--detect-only says how configuration is treated"),
    (("suspend", "blindeforbundt", "--configuration", *REASON), "'blindeforbundt' is not applied here"),
    (("suspend", NAME, "--configuration", "--reason", "  short  "), "fewer than 10 characters"),
    ((*STOP, "--until", "2026-03-01"), "the end has passed already"),
    ((*STOP, "--until", "soon"), "--until soon is not a day"),
    ((*STOP, "--until", "2026-03-01T25:00"), "is not a day"),
    ((*STOP, "--until", "9999-12-31"), "is not a day"),
    (("resume", NAME), f"what of '{NAME}'?"),
    (("resume", "--all"), "--all goes with --configuration"),
    (("pin", NAME, "HEAD", *REASON, "--until", "1h", "--root", "/"), "is not a git repository"),
]


def test_what_is_not_clear_sets_nothing_and_says_what_to_type(applied, capsys) -> None:
    for typed, said in UNCLEAR:
        assert run(typed, applied) == 2, typed
        assert said in capsys.readouterr().err
    run(["status", "--format", "json"], applied)
    assert json.loads(capsys.readouterr().out)["switches"] == []


def test_a_day_without_changes_holds_against_the_commit_that_lifts_it(applied, repository: Path, capsys) -> None:
    file = repository / f"orgs/{NAME}/organization.yaml"
    open_now = file.read_text()
    closed = "- {from: 2026-03-02, to: 2026-03-03, reason: the auditor is here, stops: [changes]}"
    file.write_text(open_now.replace("  freeze:\n", f"  freeze:\n    {closed}\n"))
    committed(repository, "closed days")
    assert applied_title(applied, repository, capsys)[0] == 0
    file.write_text(open_now)
    committed(repository, "open again")
    code, said = applied_title(applied, repository, capsys)
    assert code == 5
    assert "no changes from 2026-03-02 to 2026-03-03, both included: the auditor is here" in said
    assert applied_title(later(applied, 40), repository, capsys)[0] == 0


def test_where_commits_have_to_be_signed_an_unsigned_one_is_not_applied_by_hand_either(
    applied, repository: Path, tmp_path: Path, change, capsys
) -> None:
    change()
    signing = replace(applied, signers=tmp_path / "signers", signed="each")
    (tmp_path / "signers").write_text("")
    assert run(["apply", "--root", str(repository)], signing) == 5
    told = capsys.readouterr().err
    assert "is not applied: it is not signed" in told
    assert "next: sign it" in told
