"""`reconciler init` and `new`: what they write, what they refuse, and that a terminal is asked what no flag says."""

import json
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from reconciler.cli.main import run
from reconciler.settings import Settings
from reconciler.specs.models.mapping import FieldMapping
from reconciler.specs.yaml import read

ROOT = Path(__file__).parents[2]
NONE = Settings()
ID = "5f0c7b52-8d0e-4d5c-9a51-31b4f1d0a007"
WHO = ["--id", ID, "--title", "Demolaget: alle", "--number", "974760673"]
WHAT = ["--type", "xledger", "--set", "entity=31007", "--category", "expense_claims", "--since", "2026-01-01"]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A config repository as `init` makes it."""
    assert run(["init", str(tmp_path / "config")], NONE) == 0
    return tmp_path / "config"


@pytest.fixture
def new(root: Path, capsys):
    """`new` in that repository: (exit code, standard output, standard error)."""

    def call(*arguments: str) -> tuple[int, str, str]:
        capsys.readouterr()
        code = run(["new", *arguments, "--root", str(root)], NONE)
        return code, *capsys.readouterr()

    return call


@pytest.fixture
def begun(new):
    """The same with an organisation and an integration."""
    assert new("organization", "demo", *WHO)[0] == 0
    assert new("integration", "demo", *WHAT)[0] == 0
    return new


def files(root: Path) -> dict[str, bytes]:
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def test_init_leaves_what_is_there_and_can_be_repeated(tmp_path: Path, capsys):
    (tmp_path / "README.md").write_text("mine")
    assert run(["init", str(tmp_path)], NONE) == 0
    assert "kept README.md, which was there" in capsys.readouterr().out
    before = files(tmp_path)
    assert before["README.md"] == b"mine"
    assert {".gitignore", ".pre-commit-config.yaml", "orgs/.gitkeep", "schemas/integration.schema.json"} <= set(before)
    assert run(["init", str(tmp_path), "--format", "json"], NONE) == 0
    assert json.loads(capsys.readouterr().out)["written"] == []
    assert files(tmp_path) == before
    assert run(["validate", "--root", str(tmp_path)], NONE) == 0


def test_the_hook_that_init_writes_is_one_that_pre_commit_reads(root: Path):
    hooks = read("x", (root / ".pre-commit-config.yaml").read_bytes()).tree
    assert hooks["repos"][0]["hooks"][0]["entry"] == "reconciler validate"


def test_init_where_nothing_can_be_written_is_a_usage_error(tmp_path: Path, capsys):
    (tmp_path / "orgs").write_text("in the way")
    assert run(["init", str(tmp_path)], NONE) == 2
    assert "cannot be written" in capsys.readouterr().err


def test_outside_a_config_repository_nothing_is_written(tmp_path: Path, capsys):
    assert run(["new", "organization", "demo", *WHO, "--root", str(tmp_path)], NONE) == 2
    assert "there is no folder orgs/" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["organization", "demo"], "--id is missing: Its id in the app"),
        (["organization", "../evil", *WHO], "NAME: '../evil' is not in the form that is wanted here"),
        (["organization", "demo", *WHO[:-1], "974760674"], "the check digit of the organisation number is wrong"),
        (["organization", "demo", "--id", "7", *WHO[2:]], "--id: an id is wanted here, and this is '7'"),
        (["integration", "nobody", *WHAT], "there is no organisation 'nobody'"),
        (["integration", "demo", "--type", "xledgr", *WHAT[2:]], "did you mean 'xledger'?"),
        (["integration", "demo", *WHAT[:2], *WHAT[4:]], "--set entity= is missing: entity: the number of the legal"),
        (["integration", "demo", *WHAT[:-1], "yesterday"], "--since: write a day as YYYY-MM-DD"),
        (["integration", "demo", *WHAT, "--category", "expens_claims"], "did you mean 'expense_claims'?"),
        (["integration", "demo", *WHAT, "--set", "entity"], "--set entity has no value"),
        (["mapping", "demo", "xledger", "expense_claims"], "--value debit.account.code= is missing"),
        (["mapping", "demo", "xledger", "expense_claims", "--value", "debit.text=x"], "no constant 'debit.text' is"),
        (["mapping", "demo", "xledger", "mileage_claims"], "reconciler new export demo xledger"),
        (["mapping", "demo", "xledgr", "expense_claims"], "did you mean 'xledger'?"),
        (["export", "demo", "xledgr"], "did you mean 'xledger'?"),
        (["export", "demo", "xledger", "--category", "expense_claims"], "there is no 'expense_claims' here"),
        (["schedule", "demo", "xledger", "--every", "dayly"], "did you mean 'daily'?"),
        (["schedule", "demo", "xledger", "--cron", "* * * * *", "--at", "03:00"], "leave out --every, --at and --on"),
        (["schedule", "demo", "xledger", "--every", "weekly"], "--on is missing"),
        (["exclusion", "demo", "x"], "what is withheld is missing"),
        (["exclusion", "demo", "x", "--feature", "chat", "--reason", "short"], "at least 10 are wanted"),
        (["exclusion", "demo", "x", "--feature", "chatt", "--reason", "long enough"], "did you mean 'chat'?"),
        (["exclusion", "demo", "x", "--feature", "chat", "--field", "id"], "one of records, fields and features"),
        (["exclusion", "demo", "x", "--record", "status"], "--record status has no value"),
    ],
)
def test_an_answer_that_is_wrong_or_missing_is_refused_with_what_to_write(begun, root: Path, arguments, said):
    if arguments[0] == "organization" and arguments[1] == "demo":
        arguments = ["organization", "other", *arguments[2:]]
    before = files(root)
    if "--record" in arguments:
        arguments = [*arguments, "--category", "expense_claims"]
    code, _, error = begun(*arguments)
    assert code == 2
    assert said in error
    assert files(root) == before


def test_what_would_be_wrong_is_not_written_and_the_place_is_named(begun, root: Path):
    before = files(root)
    code, _, error = begun("schedule", "demo", "xledger", "--cron", "0 0 30 2 *")
    assert code == 1
    assert error.startswith("orgs/demo/schedules/xledger.yaml:7:")
    assert "nothing is written" in error
    code, _, error = begun("organization", "other", *WHO)
    assert (code, "orgs/demo has the same id" in error) == (1, True)
    rule = ["--category", "expense_claims", "--record", "expense_type=cours", "--reason", "long enough"]
    code, _, error = begun("exclusion", "demo", "x", *rule)
    assert (code, "did you mean 'course'?" in error) == (1, True)
    assert files(root) == before


def test_nothing_is_overwritten(begun, root: Path):
    before = files(root)
    assert "is there already" in begun("organization", "demo", "--id", ID.replace("5", "6"), *WHO[2:])[2]
    assert begun("integration", "demo", *WHAT)[0] in (1, 2)
    assert files(root) == before


def test_an_export_is_added_and_every_comment_stays(begun, root: Path):
    place = root / "orgs/demo/integrations/xledger.yaml"
    place.write_text(place.read_text() + "      # the last word\n  health: {stale_after:   48h} # ours\n")
    before = place.read_text().splitlines()
    assert begun("export", "demo", "xledger", "--category", "mileage_claims", "--since", "2026-03-01")[0] == 0
    after = place.read_text().splitlines()
    added = ["    - category: mileage_claims", "      since: 2026-03-01", "      where: {status: [approved]}"]
    at = after.index(added[0])
    assert after[at : at + 3] == added
    assert after[:at] + after[at + 3 :] == before
    assert list(place.parent.iterdir()) == [place]


def test_a_new_mapping_is_valid_names_all_that_is_required_and_holds_a_test_that_can_fail(begun, root: Path, capsys):
    constants = ["--value", "debit.account.code=7140", "--value", "credit.account.code=2910"]
    assert begun("mapping", "demo", "xledger", "expense_claims", *constants)[0] == 0
    place = root / "orgs/demo/mappings/xledger-expense-claims.yaml"
    spec = FieldMapping.model_validate(read("x", place.read_bytes()).tree["spec"])
    assert [line.name for line in spec.lines] == ["debit", "credit"]
    assert spec.tests[0].expect["credit"] == {"account.code": "2910", "amount": "-348.00"}
    assert "# guess" in place.read_text()
    assert run(["validate", "--root", str(root)], NONE) == 0
    place.write_text(place.read_text().replace('value: "2910"', 'value: "2911"'))
    capsys.readouterr()
    assert run(["validate", "--root", str(root)], NONE) == 1
    assert "credit.account.code is 2911, and 2910 was expected" in capsys.readouterr().out


def test_every_category_with_an_amount_gets_a_mapping_that_is_valid_as_it_is(new, root: Path, capsys):
    shared = [read("x", path.read_bytes()).tree for path in (ROOT / "specs/data-categories").glob("*.yaml")]
    paid = sorted(each["metadata"]["name"] for each in shared if "amount" in each["spec"])
    assert len(paid) >= 3
    assert new("organization", "demo", *WHO)[0] == 0
    more = [word for name in paid if name != "expense_claims" for word in ("--category", name)]
    assert new("integration", "demo", *WHAT, *more)[0] == 0
    for name in paid:
        constants = ["--value", "debit.account.code=7140", "--value", "credit.account.code=2910"]
        code, _, error = new("mapping", "demo", "xledger", name, *constants)
        assert code == 0, error
    assert run(["validate", "--root", str(root)], NONE) == 0, capsys.readouterr().out


def test_the_json_twin_names_the_file_and_the_next_command(new):
    code, out, _ = new("organization", "demo", *WHO, "--format", "json")
    said = json.loads(out)
    assert code == 0
    assert said["written"] == ["orgs/demo/organization.yaml"]
    assert said["next"]["command"].startswith("reconciler new integration demo --type TYPE")
    assert "TYPE" in said["next"]["placeholders"]


def on_a_terminal(arguments: list[str], answers: list[str], root: Path) -> tuple[int, str]:
    """The verb as a process on a terminal of its own, with lines typed into it; exit code and what was seen."""
    outer, inner = pty.openpty()
    command = [sys.executable, "-c", "from reconciler.cli.main import main; main()", *arguments, "--root", str(root)]
    environment = {key: value for key, value in os.environ.items() if not key.startswith("RECONCILER_")}
    with subprocess.Popen(command, stdin=inner, stdout=inner, stderr=inner, env=environment, cwd=ROOT) as process:
        os.close(inner)
        os.write(outer, "".join(f"{answer}\n" for answer in answers).encode())
        seen = b""
        try:
            while part := os.read(outer, 4096):
                seen += part
        except OSError:  # the other side is closed: that is how a terminal ends
            pass
        code = process.wait(timeout=60)
    os.close(outer)
    return code, seen.decode().replace("\r\n", "\n")


def test_on_a_terminal_the_same_answers_give_the_same_file(begun, root: Path):
    by_flags = files(root)
    for path in sorted((root / "orgs/demo").rglob("*"), reverse=True):
        path.unlink() if path.is_file() else path.rmdir()
    code, seen = on_a_terminal(["new", "organization"], ["Demo Org", "demo", ID, WHO[3], "974760673"], root)
    assert code == 0, seen
    assert "is not in the form that is wanted here" in seen  # and asked again
    typed = ["xledger", "", "", "31007", "expense_claims", "1.1.2026", "2026-01-01"]
    code, seen = on_a_terminal(["new", "integration", "demo"], typed, root)
    assert code == 0, seen
    assert "Driver honorariums" in seen
    assert "write a day as YYYY-MM-DD" in seen
    assert files(root) == by_flags
