"""Organisations that come, go, and change their names: nothing is deleted because a folder is missing."""

import shutil
from pathlib import Path

import pytest
from parts.installation import Installation, committed

FOLDER = "orgs/blindeforbundet"


@pytest.fixture
def repository(config_repository: Path, tmp_path: Path) -> Path:
    """A copy of the config repository that the test may change."""
    return Path(shutil.copytree(config_repository, tmp_path / "config"))


def test_a_folder_that_is_gone_deletes_nothing_and_is_said(
    installation: Installation, repository: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copytree(repository / FOLDER, repository / "orgs/other")
    path = repository / "orgs/other/organization.yaml"
    text = path.read_text().replace("blindeforbundet}", "other}").replace("5f0c7b52", "5f0c7b53")
    path.write_text(text)
    shutil.rmtree(repository / FOLDER)
    committed(repository)
    assert installation.run("plan", "--root", str(repository)) == 1
    assert "orgs/blindeforbundet is gone" in capsys.readouterr().out
    assert installation.run("apply", "--root", str(repository)) == 1
    assert installation.sql("select name from reconciler.organizations order by name") == [
        ("blindeforbundet",),
        ("other",),
    ]
    assert installation.sql("select count(*) from public.organization_integrations") == [(2,)]


def test_a_renamed_folder_needs_renamed_from_and_takes_everything_along(
    installation: Installation, repository: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (repository / FOLDER).rename(repository / "orgs/nbf")
    path = repository / "orgs/nbf/organization.yaml"
    renamed = path.read_text().replace("{name: blindeforbundet}", "{name: nbf}")
    path.write_text(renamed)
    committed(repository)
    assert installation.run("apply", "--root", str(repository)) == 4
    assert "add renamedFrom: blindeforbundet" in capsys.readouterr().out
    path.write_text(renamed.replace("{name: nbf}", "{name: nbf, renamedFrom: blindeforbundet}"))
    committed(repository)
    assert installation.run("apply", "--root", str(repository)) == 0
    assert installation.run("plan", "--exit-code", "--root", str(repository)) == 0
    assert installation.sql("select name from reconciler.organizations") == [("nbf",)]
    assert installation.run("sync", "nbf", "xledger") == 6


def test_another_id_under_the_same_name_is_somebody_elses(
    installation: Installation, repository: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = repository / FOLDER / "organization.yaml"
    path.write_text(path.read_text().replace("5f0c7b52", "5f0c7b53"))
    committed(repository)
    assert installation.run("apply", "--root", str(repository)) == 1
    assert "its records would be somebody else's" in capsys.readouterr().out
    assert installation.run("plan", "--root", str(installation.repository), "--exit-code") == 0
