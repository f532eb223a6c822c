"""What was frozen stays; what differs later is named; a correction says why."""

import hashlib
import json
import os
import subprocess
import sys

import psycopg
import pytest

from reconciler.cli.main import run
from reconciler.demo.people import BLINDEFORBUNDET

LONGER = """
    update app.peer_support_activities set minutes = minutes + 60
    where id = (select id from app.peer_support_activities where organization_id = %s and activity_type = 'conversation'
        and held_on between '2025-01-01' and '2025-12-31' order by id limit 1) returning id::text"""


def test_two_builds_of_the_same_data_are_the_same_bytes_and_so_is_what_is_frozen(verb, twin, sql, tmp_path):
    for name in ("one", "two"):
        assert verb("build", "blindeforbundet", "--into", str(tmp_path / name), days=5 * (name == "two"))[0] == 0
    names = sorted(each.name for each in (tmp_path / "one").iterdir())
    for name in names:
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes(), name
    frozen = twin("freeze")
    kept = {
        name: (sha, bytes(content))
        for name, sha, content in sql("select name, sha256, content from reconciler.report_files")
    }
    assert sorted(kept) == names == sorted(frozen["files"])
    for name, (checksum, content) in kept.items():
        assert content == (tmp_path / "one" / name).read_bytes()
        assert hashlib.sha256(content).hexdigest() == checksum == frozen["files"][name]


def test_a_build_after_freezing_is_the_frozen_version_until_something_differs(verb, sql, tmp_path):
    assert verb("freeze")[0] == 0
    assert verb("build", "blindeforbundet", "--into", str(tmp_path / "same"))[0] == 0
    ((content,),) = sql("select content from reconciler.report_files where name = 'report.json'")
    assert bytes(content) == (tmp_path / "same" / "report.json").read_bytes()
    sql(LONGER, BLINDEFORBUNDET)
    assert verb("build", "blindeforbundet", "--into", str(tmp_path / "next"))[0] == 0
    assert json.loads((tmp_path / "next" / "report.json").read_text())["version"] == 2


def test_a_year_is_frozen_once_and_a_second_time_only_as_a_correction_that_names_every_difference(verb, twin, sql):
    first = twin("freeze")
    code, said = verb("freeze")
    assert (code, "nothing differs from it" in said) == (2, True)
    ((changed,),) = sql(LONGER, BLINDEFORBUNDET)
    code, said = verb("freeze")
    key = hashlib.sha256(changed.encode()).hexdigest()[:16]
    assert code == 4
    for words in ("Timer: 89.7 became 90.7", f"row {key} differs", "is frozen already", "--correction REASON"):
        assert words in said
    found = twin("compare")
    assert (found["exit"], [each["what"] for each in found["differences"]]) == (3, ["figure", "changed"])
    second = twin("freeze", "blindeforbundet", "--correction", "En samtale varte lenger")
    assert (second["version"], second["digest"] != first["digest"]) == (2, True)
    assert second["corrections"] == [
        "Årsak til rettelsen: En samtale varte lenger",
        "Timer: 89,7 er rettet til 90,7",
        f"Likepersonsaktiviteter: rad {key} er endret",
    ]
    assert twin("compare")["differences"] == []
    assert sql("select version, reason from reconciler.reports_frozen order by version") == [
        (1, ""), (2, "En samtale varte lenger"),
    ]  # fmt: skip


def test_a_frozen_version_comes_back_byte_by_byte_after_the_data_changed(verb, twin, sql, tmp_path):
    frozen = twin("freeze")
    sql(LONGER, BLINDEFORBUNDET)
    assert verb("freeze", "blindeforbundet", "--correction", "En samtale varte lenger")[0] == 0
    folder = tmp_path / "first"
    assert twin("build", "blindeforbundet", "--frozen", "1", "--into", str(folder))["digest"] == frozen["digest"]
    back = {each.name: hashlib.sha256(each.read_bytes()).hexdigest() for each in folder.iterdir()}
    assert back == frozen["files"]
    assert verb("build", "blindeforbundet", "--frozen", "1", "--into", str(folder))[0] == 2
    code, said = verb("build", "blindeforbundet", "--frozen", "3", "--into", str(tmp_path / "third"))
    assert (code, "it has 1, 2" in said) == (2, True)


def test_a_correction_of_nothing_and_one_without_a_reason_are_refused(verb):
    assert verb("freeze", "blindeforbundet", "--correction", "En samtale varte lenger")[0] == 2
    assert verb("freeze")[0] == 0
    assert verb("freeze", "blindeforbundet", "--correction", "En samtale varte lenger")[0] == 2
    assert verb("freeze", "blindeforbundet", "--correction", "kort")[0] == 2
    code, said = verb("freeze", "blindeforbundet", "--correction", "Meldt av kari.nordmann@example.org")
    assert (code, "example.org" in said) == (2, False)


def test_rows_that_are_new_and_gone_are_told_apart(verb, twin, sql):
    assert verb("freeze")[0] == 0
    sql(
        "update app.peer_support_activities set held_on = '2025-04-01'"
        " where held_on = '2024-12-31' and organization_id = %s",
        BLINDEFORBUNDET,
    )
    sql(
        "update app.peer_support_activities set held_on = '2026-04-01' where id = (select id from"
        " app.peer_support_activities where activity_type = 'social' and organization_id = %s order by id limit 1)",
        BLINDEFORBUNDET,
    )
    what = {each["what"] for each in twin("compare")["differences"]}
    assert {"added", "removed", "figure"} <= what


def test_what_somebody_else_does_elsewhere_is_no_difference(verb, twin, sql):
    assert verb("freeze")[0] == 0
    sql("update app.peer_support_activities set minutes = 1 where organization_id <> %s", BLINDEFORBUNDET)
    sql("delete from app.members where organization_id <> %s", BLINDEFORBUNDET)
    assert twin("compare")["differences"] == []


def test_people_that_another_organization_puts_on_our_activity_are_not_counted(twin, sql):
    before = twin("check")["figures"]
    sql(
        "insert into app.peer_support_participants select gen_random_uuid(), gen_random_uuid(), id, gen_random_uuid(),"
        " '2025-01-01' from app.peer_support_activities where organization_id = %s",
        BLINDEFORBUNDET,
    )
    assert twin("check")["figures"] == before


def test_a_finding_that_is_an_error_keeps_a_report_from_being_frozen(verb, twin, sql):
    sql("update app.peer_support_activities set activity_type = 'yoga' where activity_type = 'social'")
    code, said = verb("freeze")
    assert code == 5
    assert "Aktivitetstypen «yoga» er ikke knyttet til reglene: 3 aktiviteter [unmapped-type]" in said
    assert twin("check")["exit"] == 5
    assert sql("select count(*) from reconciler.reports_frozen") == [(0,)]


def test_a_year_that_is_not_over_is_checked_and_not_frozen(verb, twin):
    found = twin("check", "blindeforbundet", "--year", "2026")
    assert "year-unfinished" in [each["code"] for each in found["findings"]]
    code, said = verb("freeze", "blindeforbundet", "--year", "2026")
    assert (code, "2026 er ikke over" in said) == (5, True)
    assert verb("check", "blindeforbundet", "--year", "2024")[0] == 2


def test_a_hand_over_is_recorded_with_its_receipt_and_audited(verb, twin, sql):
    assert verb("handed-over", "blindeforbundet", "--receipt", "R-1")[0] == 2
    assert verb("freeze")[0] == 0
    given = twin(
        "handed-over", "blindeforbundet", "--receipt", "R-1", "--by", "ola-blindeforbundet", "--on", "2026-03-01"
    )
    assert (given["version"], given["on"], given["by"]) == (1, "2026-03-01", "ola-blindeforbundet")
    assert verb("handed-over", "blindeforbundet", "--receipt", "R-1")[0] == 2
    for wrong in (["--receipt", " "], ["--receipt", "x" * 200], ["--receipt", "R-2", "--on", "2027-01-01"],
                  ["--receipt", "R-2", "--on", "i dag"], ["--receipt", "R\n2"],
                  ["--receipt", "kari@example.org"]):  # fmt: skip
        assert verb("handed-over", "blindeforbundet", *wrong)[0] == 2, wrong
    trail = sql("select actor, action, object, detail from reconciler.audit where action like 'report-%%' order by id")
    assert [each[:3] for each in trail] == [
        ("kari", "report-freeze", "bufdir 2025"), ("kari", "report-handed-over", "bufdir 2025"),
    ]  # fmt: skip
    assert set(trail[0][3]) == {"version", "digest", "reason"}
    assert trail[1][3] == {"version": 1, "receipt": "R-1", "on": "2026-03-01", "by": "ola-blindeforbundet"}


TABLES = ("reports_frozen", "report_files", "report_rows", "report_handovers", "report_comparisons")


def test_nobody_changes_what_was_frozen_and_an_organization_sees_only_its_own(verb, applied):
    for organization in ("blindeforbundet", "hlf"):
        assert verb("freeze", organization)[0] == 0
        assert verb("handed-over", organization, "--receipt", "R-1")[0] == 0
        assert verb("compare", organization)[0] == 0
    mine = json.dumps({"app_metadata": {"organization_id": str(BLINDEFORBUNDET)}})
    with psycopg.connect(applied.database_url, autocommit=True) as owner:
        for table in TABLES:
            for statement in (f"delete from reconciler.{table}", f"truncate reconciler.{table} cascade",
                              f"update reconciler.{table} set organization_id = organization_id"):  # fmt: skip
                with pytest.raises(psycopg.errors.InsufficientPrivilege, match="append-only"):
                    owner.execute(statement)
            owner.execute(f"grant select on reconciler.{table} to authenticated")
        owner.execute("set role authenticated")
        owner.execute("select set_config('request.jwt.claims', %s, false)", [mine])
        for table in TABLES:
            seen = owner.execute(f"select distinct organization_id from reconciler.{table}").fetchall()
            assert seen == [(BLINDEFORBUNDET,)], table


def test_of_two_who_freeze_at_once_one_is_refused(applied, monkeypatch, capsys):
    """The other one freezes while this one has counted, and is about to write."""
    from reconciler.engine import reporting

    whole = reporting.freeze

    def late(*arguments):
        monkeypatch.setattr(reporting, "freeze", whole)
        assert run(["report", "freeze", "blindeforbundet", "bufdir"], applied) == 0
        return whole(*arguments)

    monkeypatch.setattr(reporting, "freeze", late)
    assert run(["report", "freeze", "blindeforbundet", "bufdir"], applied) == 4
    assert "was frozen meanwhile" in capsys.readouterr().err


@pytest.mark.parametrize(("side", "kept"), [("before", 0), ("after", 1)])
def test_a_freeze_that_is_killed_is_there_whole_or_not_at_all(applied, verb, sql, side, kept):
    environment = {
        **{key: value for key, value in os.environ.items() if not key.startswith("RECONCILER_")},
        "RECONCILER_DATABASE_URL": applied.database_url, "RECONCILER_HOME": str(applied.home),
        "RECONCILER_CLOCK_START": applied.clock_start.isoformat(), "RECONCILER_CRASH_AT": f"{side}:keep_report",
    }  # fmt: skip
    code = "import sys; from reconciler.cli.main import main; main()"
    command = [sys.executable, "-c", code, "report", "freeze", "blindeforbundet", "bufdir"]
    killed = subprocess.run(command, env=environment, capture_output=True, timeout=60, check=False)
    assert killed.returncode == -9, killed.stderr
    assert sql("select count(*), (select count(*) > 0 from reconciler.report_rows) from reconciler.reports_frozen") == [
        (kept, bool(kept))
    ]
    assert verb("freeze")[0] == (2 if kept else 0)
