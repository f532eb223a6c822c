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
