"""What is told to hosts: what is no proposal, what makes two of them one, and what words become on the way."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from reconciler.runs.host import Person, Proposal, context_of, lines, one_line

AT = datetime(2026, 3, 2, 7, 30, tzinfo=UTC)
KARI = Person("Kari Nordmann", "kari@hlf.example")
PROPOSAL = Proposal("reconciler/x", "a" * 40, "main", {"orgs/hlf/x.yaml": "x: 1\n"}, KARI, AT, "Change x", "Because.")


def test_a_proposal_as_people_make_them_is_taken():
    assert PROPOSAL.objection() is None
    assert replace(PROPOSAL, files={"specs/reference/rates.yaml": None}, base="b" * 64).objection() is None


@pytest.mark.parametrize(
    "path",
    [
        "../x.yaml", "/etc/passwd", "orgs/../../x", "orgs//x", "", "orgs/", ".git/config", "orgs/.GIT/hooks/x",
        ".github/workflows/x.yml", "orgs/x\n.yaml", "orgs\\x.yaml", "orgs/\ud800.yaml", ".gitmodules",
        "README.md", "orgs/.git /x", "o" * 600,
    ],
)  # fmt: skip
def test_a_path_that_is_no_specs_is_refused(path: str):
    assert replace(PROPOSAL, files={path: "x"}).objection()


@pytest.mark.parametrize(
    "change",
    [
        {"branch": "main"},
        {"branch": "a..b"},
        {"branch": "-x"},
        {"branch": "a b"},
        {"branch": "a/.b"},
        {"branch": "x.lock"},
        {"branch": "a?b=1"},
        {"base": "main"},
        {"files": {}},
        {"author": Person("A\nB", "a@example.org")},
        {"author": Person("A <x@y>", "a@example.org")},
        {"author": Person("", "a@example.org")},
        {"author": Person("A\u202eB", "a@example.org")},
        {"author": Person("A", "nobody")},
        {"files": {"orgs/x.yaml": "\ud800"}},
        {"files": {"orgs/x.yaml": "x" * 6_000_000}},
        {"files": {f"orgs/{at}.yaml": "x" for at in range(600)}},
    ],
)
def test_what_no_host_should_get_is_refused(change: dict):
    assert replace(PROPOSAL, **change).objection()


def test_a_refusal_shows_a_hostile_path_in_one_short_line():
    said = replace(PROPOSAL, files={"x\n\x1b[2J" + "y" * 500: "x"}).objection()
    assert said is not None
    assert said.message.isprintable()
    assert len(said.message) < 120


@pytest.mark.parametrize(
    "change",
    [{"title": "Other"}, {"body": ""}, {"base": "b" * 40}, {"branch": "reconciler/y"}, {"at": AT.replace(hour=9)}],
)
def test_words_base_and_moment_make_no_other_proposal(change: dict):
    assert replace(PROPOSAL, **change).digest == PROPOSAL.digest


@pytest.mark.parametrize(
    "change",
    [
        {"into": "trunk"},
        {"files": {"orgs/hlf/x.yaml": "x: 2\n"}},
        {"files": {"orgs/hlf/x.yaml": None}},
        {"files": {"orgs/hlf/y.yaml": "x: 1\n"}},
        {"author": Person("Ola", "kari@hlf.example")},
        {"author": Person("Kari Nordmann", "ola@hlf.example")},
    ],
)
def test_other_files_or_another_person_make_another_proposal(change: dict):
    assert replace(PROPOSAL, **change).digest != PROPOSAL.digest


def test_its_commit_says_whose_it_is_whatever_the_title():
    assert PROPOSAL.is_in(PROPOSAL.message)
    assert PROPOSAL.is_in(f"{PROPOSAL.message}\n\n")
    for title in ("", "x\n\nProposal: " + "0" * 64, "\x00", "x" * 10_000):
        odd = replace(PROPOSAL, title=title)
        assert PROPOSAL.is_in(odd.message)
        assert len(odd.message.splitlines()) == 3
        assert len(odd.message.splitlines()[0]) <= 72
    assert not PROPOSAL.is_in(f"{PROPOSAL.message}Signed-off-by: Kari")
    assert not PROPOSAL.is_in("")


def test_a_context_names_the_installation_and_the_organisation():
    assert context_of("production") == "reconciler/production"
    assert context_of("production", "hlf") == "reconciler/production/hlf"


def test_a_line_is_cut_to_the_sign():
    assert one_line("a" * 140, 140) == "a" * 140
    assert one_line("a" * 141, 140) == "a" * 139 + "…"
    assert one_line(" \t\n\x00", 140) == ""


def test_several_lines_stay_several_lines():
    assert lines("a\n\tb\x07\u202ec", 100) == "a\n\tbc"
    assert lines("a" * 11, 10).startswith("a" * 10 + "\n")
