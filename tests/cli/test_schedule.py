"""`reconciler schedule`: words, the next runs, what clock changes do, and what is rarely meant."""

import json
import re
import shutil
from datetime import datetime
from pathlib import Path

import pytest

from reconciler.cli.main import run
from reconciler.settings import Settings

ROOT = Path(__file__).parents[2]
STAGED = Settings(clock_start=datetime.fromisoformat("2026-03-27T08:00:00+01:00"))


def explain(capsys, *arguments: str, code: int = 0) -> str:
    capsys.readouterr()
    assert run(["schedule", "explain", *arguments], STAGED) == code
    return capsys.readouterr().out


def test_a_schedule_is_said_in_words_with_its_next_five_runs(capsys):
    out = explain(capsys, "30 3 * * 1-5")
    assert out.splitlines()[0] == "on weekdays at 03:30 (Europe/Oslo)"
    runs = [line.split() for line in out.splitlines() if "03:30   " in line]
    assert [line[1] for line in runs] == ["2026-03-30", "2026-03-31", "2026-04-01", "2026-04-02", "2026-04-03"]
    assert runs[0][:7] == ["Mon", "2026-03-30", "03:30", "CEST", "+02:00", "2026-03-30", "01:30"]


def test_a_run_in_the_hour_that_the_clocks_skip_has_a_note_and_a_warning(capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "160")
    out = explain(capsys, "30 2 * * *")
    assert "Sun 2026-03-29 03:00   CEST +02:00   2026-03-29 01:00   in 4" in out
    assert "02:30 does not exist on 2026-03-29" in out
    assert "warning: on 2026-03-29 the clock skips 02:00-02:59" in out
    assert "03:30 is always plain" in out


def test_norwegian_words_for_norwegian_readers(capsys):
    assert explain(capsys, "30 3 * * 1-5", "--language", "nb").splitlines()[0] == "på hverdager kl. 03.30 (Europe/Oslo)"


def test_the_whole_table_is_norwegian_for_norwegian_readers(capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "160")
    out = explain(capsys, "30 2 * * *", "--language", "nb")
    assert "Neste kjøringer" in out
    assert re.search(r"søn 2026-03-29 03:00   CEST \+02:00   2026-03-29 01:00   om 4\d t +kl. 02.30 finnes ikke", out)
    assert "advarsel: 29.03.2026 hopper klokka over 02.00–02.59" in out


def written(folder: Path, lines: str) -> None:
    """The worked example in `folder`, with another schedule."""
    shutil.copytree(ROOT / "orgs", folder / "orgs")
    head = "apiVersion: reconciler/v1\nkind: SyncSchedule\nmetadata: {name: xledger}\nspec:\n  integration: xledger\n"
    (folder / "orgs/blindeforbundet/schedules/xledger.yaml").write_text(head + lines, encoding="utf-8")


def test_a_schedule_with_a_window_shows_which_minute_is_its_own(capsys, tmp_path):
    written(tmp_path, "  every: daily\n  spread: 30m\n")
    asked = ["--of", "blindeforbundet/xledger", "--root", str(tmp_path)]
    first, second, *_ = explain(capsys, *asked).splitlines()
    found = json.loads(explain(capsys, *asked, "--format", "json"))
    assert found["spread"]["from"] == "30 3 * * *"
    later = found["spread"]["later"]
    assert first == f"every day at 03:{30 + later:02} (Europe/Oslo)"
    assert second.strip().startswith(f"every day at 03:30 (Europe/Oslo), and {later} of 30 minutes later")


def test_days_that_are_frozen_are_marked(capsys, tmp_path, monkeypatch):
    monkeypatch.setenv("COLUMNS", "200")
    written(tmp_path, '  cron: "30 3 11,18 1 *"\n')
    asked = ["--of", "blindeforbundet/xledger", "--root", str(tmp_path)]
    out = explain(capsys, *asked)
    assert "does not run: frozen from 2027-01-11 to 2027-01-15 (Closing of the accounts for 2026)" in out
    assert out.count("does not run") == 1
    assert [each.get("frozen", False) for each in json.loads(explain(capsys, *asked, "--format", "json"))["next"]][
        :2
    ] == [
        True,
        False,
    ]


def test_a_manual_schedule_says_how_it_is_run(capsys, tmp_path):
    written(tmp_path, "  every: manual\n")
    asked = ["--of", "blindeforbundet/xledger", "--root", str(tmp_path)]
    assert explain(capsys, *asked) == "xledger runs by hand only: reconciler sync blindeforbundet xledger\n"
    assert json.loads(explain(capsys, *asked, "--format", "json"))["manual"] is True
    assert "kjøres bare for hånd" in explain(capsys, *asked, "--language", "nb")


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--of", "blindeforbund/xledger"], "did you mean 'blindeforbundet'?"),
        (["--of", "blindeforbundet/xleger"], "did you mean 'xledger'?"),
        (["--of", "blindeforbundet/xledger", "0 6 * * *"], "give an expression, or a schedule with --of"),
        ([], "give an expression, or a schedule with --of"),
    ],
)
def test_a_schedule_that_is_not_there_is_a_usage_error(capsys, arguments, says):
    capsys.readouterr()
    assert run(["schedule", "explain", "--root", str(ROOT), *arguments], STAGED) == 2
    assert says in capsys.readouterr().err


def test_another_zone_is_shown_with_its_own_offset(capsys):
    assert "2026-03-30 03:30   EDT -04:00   2026-03-30 07:30" in explain(
        capsys, "30 3 * * 1-5", "--zone", "America/New_York"
    )


def test_the_json_twin_gives_instants_and_findings(capsys):
    found = json.loads(explain(capsys, "30 2 * * *", "--format", "json"))
    assert set(found) == {"valid", "expression", "zone", "words", "next", "findings"}
    assert found["next"][1]["local"] == "2026-03-29T03:00:00+02:00"
    assert found["next"][1]["utc"] == "2026-03-29T01:00:00+00:00"
    assert [each["id"] for each in found["findings"]] == ["schedule-clock-change"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["61 2 * * *"], "minute 61 is outside 0-59"),
        (["0 0 30 2 *"], "refused: the schedule does not run once in the next 400 days"),
        (["30 3 * * *", "--zone", "Mars/Base"], "'Mars/Base' is not a time zone"),
        (["30 3 * *"], "4 fields: we use 5"),
    ],
)
def test_what_is_no_schedule_exits_with_1_and_says_why(capsys, arguments: list[str], words: str):
    assert words in explain(capsys, *arguments, code=1)
    assert json.loads(explain(capsys, *arguments, "--format", "json", code=1))["valid"] is False


def test_the_applied_schedules_say_when_they_run(applied, capsys):
    assert run(["schedule", "next", "blindeforbundet"], applied) == 0
    first, second, *_ = capsys.readouterr().out.splitlines()
    assert first == "xledger: on weekdays at 03:30 (Europe/Oslo)"
    assert second == "  Tue 2026-03-03 03:30 CET, in 19 h"


def test_the_applied_schedules_have_a_json_twin(applied, capsys):
    assert run(["schedule", "next", "blindeforbundet", "--format", "json"], applied) == 0
    (found,) = json.loads(capsys.readouterr().out)["schedules"]
    assert (found["integration"], found["expression"]) == ("xledger", "30 3 * * 1-5")
    assert len(found["next"]) == 5


def test_schedules_of_an_organisation_that_is_not_applied_are_a_usage_error(applied, capsys):
    assert run(["schedule", "next", "nobody"], applied) == 2
    assert "is not applied" in capsys.readouterr().err
