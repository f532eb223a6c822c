"""`reconciler plan`: which screens of the app go on or off, and flags that belong to somebody else."""

import json
import shutil
from pathlib import Path

import psycopg
import pytest
from parts.installation import ROOT, committed

from reconciler.cli.main import run
from reconciler.settings import Settings

FLAGS = "select feature, enabled, managed_by from public.feature_flags where not enabled or managed_by <> 'reconciler'"
EXCLUSION = """# yaml-language-server: $schema=../../../schemas/exclusion.schema.json
apiVersion: reconciler/v1
kind: Exclusion
metadata: {{name: owned}}
spec:
  features: [{features}]
  reason: The portal does this, and members are not asked twice
"""


@pytest.fixture
def both(repository: Path, settings: Settings) -> Path:
    """The worked example and HLF, none of them applied."""
    shutil.copytree(ROOT / "orgs" / "hlf", repository / "orgs" / "hlf")
    committed(repository, "another organisation")
    return repository


def exclude(root: Path, organization: str, *features: str) -> None:
    folder = root / "orgs" / organization / "exclusions"
    folder.mkdir(exist_ok=True)
    (folder / "owned.yaml").write_text(EXCLUSION.format(features=", ".join(features)), encoding="utf-8")
    committed(root, "owned elsewhere")


def said(root: Path, settings: Settings, capsys: pytest.CaptureFixture[str], *options: str) -> str:
    capsys.readouterr()
    run(["plan", "--root", str(root), *options], settings)
    return capsys.readouterr().out


def screens(out: str) -> list[str]:
    return [line for line in out.splitlines() if line.startswith("feature flags: ")]


def test_a_plan_says_which_screens_go_off_for_whose_users_and_later_which_come_back(
    both: Path, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    root = both
    out = said(root, settings, capsys, "--organization", "hlf")
    (line,) = screens(out)
    said_of, _, labels = line.rpartition(": ")
    assert said_of == "feature flags: 4 screens go off in the app for the users of 1 organisation (hlf)"
    assert labels == "Påmelding til kurs, Påmelding til arrangementer, Medlemsprofil, Betaling av kontingent"
    assert run(["apply", "--root", str(root)], settings) == 0
    assert screens(said(root, settings, capsys)) == []
    exclude(root, "hlf", "news")
    (line,) = screens(said(root, settings, capsys))
    assert line == "feature flags: 1 screen goes off in the app for the users of 1 organisation (hlf): Nyheter"
    assert run(["apply", "--root", str(root)], settings) == 0
    (root / "orgs/hlf/exclusions/owned.yaml").unlink()
    committed(root, "given back")
    (line,) = screens(said(root, settings, capsys))
    assert line == "feature flags: 1 screen goes on in the app for the users of 1 organisation (hlf): Nyheter"


def test_organisations_for_whose_users_the_same_happens_stand_in_one_line(
    both: Path, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["apply", "--root", str(both)], settings) == 0
    for organization in ("hlf", "blindeforbundet"):
        exclude(both, organization, "news", "chat")
    file = both / "orgs/hlf/organization.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace("language: nb", "language: en"), encoding="utf-8")
    committed(both, "an organisation that reads English")
    out = said(both, settings, capsys)
    assert screens(out) == [
        "feature flags: 2 screens go off in the app for the users of 2 organisations (blindeforbundet, hlf): Chat, News"
    ]
    found = json.loads(said(both, settings, capsys, "--format", "json"))["screens"]
    assert found == [{"enabled": False, "features": ["chat", "news"], "organizations": ["blindeforbundet", "hlf"]}]


def test_a_flag_of_somebody_else_is_shown_with_what_to_do_and_is_never_overwritten_or_pruned(
    both: Path, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["apply", "--root", str(both)], settings) == 0
    with psycopg.connect(settings.database_url, autocommit=True) as connection:
        connection.execute(
            "update public.feature_flags f set managed_by = 'portal' from reconciler.organizations o"
            " where o.id = f.organization_id and o.name = 'hlf' and f.feature = 'news'"
        )
        before = connection.execute(FLAGS).fetchall()
        exclude(both, "hlf", "news", "chat")
        out = said(both, settings, capsys)
        assert "refused: Feature/news exists and is managed by 'portal', not by us; it stays as it is until" in out
        assert "'portal' removes its row in public.feature_flags, or gives it to managed_by 'reconciler'" in out
        (line,) = screens(out)
        assert line.endswith("(hlf): Meldinger"), "the screen of somebody else does not change"
        assert run(["apply", "--root", str(both)], settings) == 4
        assert connection.execute(FLAGS).fetchall() == before
        file = both / "specs" / "features.yaml"
        text = file.read_text(encoding="utf-8").replace(
            "metadata: {name: app}", "metadata: {name: app, annotations: {overrides: builtin}}"
        )
        kept = text[: text.index("    news:")] + text[text.index("    chat:") :]
        file.write_text(kept, encoding="utf-8")
        exclude(both, "hlf", "chat")
        capsys.readouterr()
        assert run(["apply", "--root", str(both)], settings) == 0
        rows = [row for row in connection.execute(FLAGS).fetchall() if row[0] in ("news", "chat")]
        assert sorted(rows) == [("chat", False, "reconciler"), ("news", True, "portal")]


def test_a_flag_that_somebody_makes_between_plan_and_apply_refuses_the_apply(
    both: Path, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    from reconciler.cli.context import Context
    from reconciler.cli.plan import make_plans
    from reconciler.engine.reconcile import apply_plan
    from reconciler.errors import PlanRefused

    context = Context(settings)
    _, (plan,) = make_plans(context, both, "HEAD", "hlf")
    with psycopg.connect(settings.database_url, autocommit=True) as connection:
        connection.execute(
            "insert into public.feature_flags values (%s, 'chat', true, null, 'portal', '{}', 'r', now())",
            [plan.desired.organization_id],
        )
        with pytest.raises(PlanRefused, match="changed since the plan was made"):
            apply_plan(context.world, plan)
        assert connection.execute("select feature, managed_by from public.feature_flags").fetchall() == [
            ("chat", "portal")
        ]
