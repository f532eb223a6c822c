"""`reconciler plan`: whose approval a change needs."""

import json
from pathlib import Path

from parts.installation import committed

from reconciler.cli.main import run


def test_a_plan_names_the_roles_that_it_needs(applied, repository: Path, capsys):
    file = repository / "orgs/blindeforbundet/integrations/xledger.yaml"
    file.write_text(file.read_text().replace('entity: "31007"', 'entity: "31008"'))
    committed(repository, "another entity")
    run(["plan", "--root", str(repository)], applied)
    out = capsys.readouterr().out
    assert "  needs 2 of admin, accountant, platform: Integration/xledger (where-documents-go)" in out
    run(["plan", "--root", str(repository), "--format", "json"], applied)
    (plan,) = json.loads(capsys.readouterr().out)["plans"]
    assert plan["needs"] == [
        {
            "rule": "where-documents-go",
            "roles": ["admin", "accountant", "platform"],
            "approvals": 2,
            "objects": ["Integration/xledger"],
        }
    ]


def test_another_definition_is_refused_until_somebody_of_the_platform_says_yes(applied, repository: Path, capsys):
    file = repository / "specs/integration-types/xledger.yaml"
    text = file.read_text().replace("burst", "traffic").replace("requests: 20, seconds: 5", "requests: 10, seconds: 5")
    file.write_text(
        text.replace("metadata: {name: xledger}", "metadata: {name: xledger, annotations: {overrides: builtin}}")
    )
    committed(repository, "half the pace")
    assert run(["plan", "--root", str(repository)], applied) == 4
    out = capsys.readouterr().out
    assert "needs 1 of platform: Integration/xledger (what-all-share)" in out
    assert "would run with another IntegrationType/xledger than it was applied with" in out
