"""The front door: what starts fast, what is promised on paper, and what must not be said."""

import re
import subprocess
import sys
from pathlib import Path
from typing import get_args

import pytest

from reconciler import errors
from reconciler.cli.main import VERBS
from reconciler.settings import read_settings

ROOT = Path(__file__).parents[2]
HEAVY = {
    "alembic", "cryptography", "git", "graphql", "httpx", "hvac", "kubernetes", "psycopg", "rich", "sqlalchemy",
    "starlette", "uvicorn",
}  # fmt: skip
"""What neither `--help` nor `validate` on the working tree needs."""


def _modules_after(*arguments: str) -> set[str]:
    code = (
        "import sys; from reconciler.cli.main import run; from reconciler.settings import Settings;"
        f"code = run({list(arguments)!r}, Settings()); print('MODULES', code, *sorted(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    words = done.stdout.splitlines()[-1].split()
    assert words[:2] == ["MODULES", "0"], done.stdout + done.stderr
    return {word.split(".")[0] for word in words[2:]}


@pytest.mark.parametrize("arguments", [["--help"], ["validate"]])
def test_it_starts_without_anything_heavy(arguments: list[str]) -> None:
    assert _modules_after(*arguments) & HEAVY == set()


def test_help_needs_not_even_the_models() -> None:
    assert not {"pydantic", "ruamel", "jsonschema", "croniter"} & _modules_after("--help")


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_has_a_help_page(verb: str, capsys: pytest.CaptureFixture[str]) -> None:
    from reconciler.cli.main import run
    from reconciler.settings import Settings

    assert run([verb, "--help"], Settings()) == 0
    assert "Usage:" in capsys.readouterr().out


def test_every_setting_is_documented() -> None:
    source = "".join(each.read_text() for each in (ROOT / "reconciler/settings").glob("*.py"))
    named = set(re.findall(r"RECONCILER_[A-Z_]+", source))
    page = (ROOT / "docs/reference/settings.md").read_text()
    assert named
    assert {name for name in named if f"`{name}`" not in page} == set()


def test_a_setting_that_cannot_be_read_is_a_usage_error() -> None:
    for name, value in [
        ("RECONCILER_ENVIRONMENTS", "simulator,moon"),
        ("RECONCILER_SIMULATORS", "x=http://example.org/"),
        ("RECONCILER_ENDPOINTS", "https://example.org"),
        ("RECONCILER_CLOCK_START", "yesterday"),
        ("RECONCILER_CLOCK_START", "2026-03-02T08:00:00"),
    ]:
        with pytest.raises(errors.UsageError, match=name):
            read_settings({name: value})


def test_every_exit_code_is_documented() -> None:
    page = (ROOT / "docs/reference/exit-codes.md").read_text()
    codes = {error.exit_code for error in vars(errors).values() if isinstance(error, type)}
    assert {code for code in codes | {0, 3, 6} if f"| `{code}` |" not in page} == set()


def test_the_readme_names_the_two_commands_and_they_exist() -> None:
    makefile = (ROOT / "Makefile").read_text()
    for target in ("demo", "test"):
        assert re.search(rf"^make {target}\b", (ROOT / "README.md").read_text(), re.MULTILINE)
        assert re.search(rf"^{target}:", makefile, re.MULTILINE)


def test_every_link_between_documents_is_alive() -> None:
    pages = [ROOT / "README.md", ROOT / "CHANGELOG.md", *(ROOT / "docs").rglob("*.md")]
    links = [(page, link) for page in pages for link in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", page.read_text())]
    inside = [(page, link) for page, link in links if not link.startswith(("http:", "https:"))]
    dead = [f"{page.relative_to(ROOT)}: {link}" for page, link in inside if not (page.parent / link).exists()]
    assert inside
    assert dead == []


def test_every_decision_is_listed() -> None:
    folder = ROOT / "docs/decisions"
    listed = (folder / "README.md").read_text()
    assert [page.name for page in folder.glob("*.md") if page.name != "README.md" and page.name not in listed] == []


def test_every_dependency_has_its_reason() -> None:
    import tomllib

    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    wanted = [
        *project["dependencies"],
        *(name for extra in project["optional-dependencies"].values() for name in extra),
    ]
    names = {re.split(r"[\[>=<;]", text)[0].strip() for text in wanted} - {"reconciler"}
    page = (ROOT / "docs/decisions/dependencies.md").read_text()
    assert {name for name in names if name not in page and not name.startswith("types-")} == set()


def test_the_lock_has_hashes_and_no_address() -> None:
    text = (ROOT / "requirements.lock").read_text()
    assert text.count("--hash=sha256:") > text.count("==")
    assert "://" not in text
    assert "index-url" not in text


def test_no_outside_system_is_named_in_code() -> None:
    """A system is YAML: its name stands in simulators, the demo and specs only (design.md 3).

    The names are those of the catalogue, but for the types that are called as their protocol; and two more.
    """
    from reconciler.specs.models.integration_type import IntegrationType

    protocols = get_args(IntegrationType.model_fields["protocol"].annotation)
    types = {path.stem for path in (ROOT / "specs/integration-types").glob("*.yaml")} - set(protocols)
    assert {"xledger", "cornerstone"} < types
    names = re.compile("|".join(map(re.escape, types | {"dataverse", "bufdir"})), re.IGNORECASE)
    rooms = set((ROOT / "reconciler").rglob("*.py"))
    named = {path.relative_to(ROOT) for path in rooms if names.search(path.read_text())}
    assert named
    found = [str(path) for path in named if path.parts[1] not in {"simulators", "demo"}]
    assert found == []


def test_every_room_says_what_belongs_in_it() -> None:
    for path in (ROOT / "reconciler").rglob("__init__.py"):
        assert path.read_text().lstrip().startswith('"""'), path


def test_no_module_is_a_hall() -> None:
    sizes = {path.relative_to(ROOT): len(path.read_text().splitlines()) for path in (ROOT / "reconciler").rglob("*.py")}
    assert {path: size for path, size in sizes.items() if size > 300} == {}
