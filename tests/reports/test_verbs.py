"""The verbs of a report, one after the other, as an accountant uses them."""


def test_a_report_is_checked_built_frozen_handed_over_and_compared(verb, tmp_path):
    code, said = verb("check")
    assert code == 0, said
    assert "Antall medlemmer" in said
    assert "it can be frozen" in said
    code, said = verb("build", "blindeforbundet", "--into", str(tmp_path / "out"))
    assert code == 0, said
    assert (tmp_path / "out" / "MANIFEST").exists()
    assert verb("freeze")[0] == 0
    assert verb("handed-over", "blindeforbundet", "--receipt", "R-2026-117")[0] == 0
    code, said = verb("compare")
    assert (code, "as it was frozen: version 1 of 2025" in said) == (0, True), said


def test_look(verb, applied, capsys):
    from dataclasses import replace
    from datetime import timedelta

    from reconciler.cli.main import run

    for days in (0, 150, 300):
        then = replace(applied, clock_start=applied.clock_start + timedelta(days=days))
        run(["status", "blindeforbundet"], then)
        run(["schedule", "next", "blindeforbundet"], then)
    verb("freeze")
    run(["status", "blindeforbundet"], applied)
    print(*verb("handed-over", "blindeforbundet", "--receipt", "R-2026-117"))
    run(["status", "blindeforbundet"], applied)
    run(["schedule", "next", "blindeforbundet"], applied)
    run(["status", "blindeforbundet", "--format", "json"], applied)
    print(capsys.readouterr().out)
    assert 0
