"""`reconciler schema`: the same text on the screen and in the files."""

import json
from pathlib import Path

from reconciler.cli.main import run
from reconciler.settings import Settings
from reconciler.specs.documents import KINDS

NONE = Settings()


def test_a_kind_is_printed_as_json_schema(capsys):
    assert run(["schema", "SyncSchedule"], NONE) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["title"] == "SyncSchedule"
    assert found["properties"]["kind"]["const"] == "SyncSchedule"


def test_every_kind_is_written_under_its_own_name(tmp_path: Path, capsys):
    folder = tmp_path / "made" / "schemas"
    assert run(["schema", "write", str(folder)], NONE) == 0
    written = sorted(path.name for path in folder.iterdir())
    assert len(written) == len(KINDS)
    assert "field-mapping.schema.json" in written
    capsys.readouterr()
    run(["schema", "FieldMapping"], NONE)
    assert (folder / "field-mapping.schema.json").read_text(encoding="utf-8") == capsys.readouterr().out


def test_a_misspelt_kind_is_a_usage_error_with_the_right_one(capsys):
    assert run(["schema", "SyncSchedul"], NONE) == 2
    assert "did you mean 'SyncSchedule'?" in capsys.readouterr().err


def test_without_a_kind_the_kinds_are_listed(capsys):
    assert run(["schema"], NONE) == 0
    out = capsys.readouterr().out
    assert all(kind in out for kind in KINDS)


def test_a_folder_that_cannot_be_made_is_a_usage_error(tmp_path: Path, capsys):
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    assert run(["schema", "write", str(tmp_path / "file" / "schemas")], NONE) == 2
    assert "cannot be written" in capsys.readouterr().err
