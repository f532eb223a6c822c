"""The verbs about approval: what they show, what they ask, what they write down, and for whom."""

import json
import os
import signal
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest
from parts.merging import Merging, exclusion, freeze

from reconciler.cli.main import run
from reconciler.errors import UsageError
from reconciler.settings import read_settings

REASON = ("--reason", "It was looked at together")
Said = Callable[..., tuple[int, str]]


@pytest.fixture
def said(here: Merging, capsys: pytest.CaptureFixture[str]) -> Said:
    """`said(account, words...)`: exit code and output of a verb."""

    def verb(account: str, *words: str) -> tuple[int, str]:
        here.minutes += 1
        now = here.world.clock.now()
        settings = replace(here.settings, actor=account, clock_start=now)
        code = run([*words, "--root", str(here.repository.folder)], settings)
        found = capsys.readouterr()
        return code, found.out + found.err

    return verb


def rows(here: Merging, query: str) -> list[tuple]:
    with psycopg.connect(here.settings.database_url) as connection:
        return connection.execute(query).fetchall()


def test_what_waits_is_listed_with_who_may_approve_it(here: Merging, said: Said) -> None:
    assert "nothing waits for approval." in said("kari", "approvals")[1]
    here.commit(organization=freeze("2026-05-01"))
    code, text = said("kari", "approvals", "laget")
    assert code == 0
    assert "1 more of admin, reviewer: Organization/laget (default)" in " ".join(text.split())
    assert "kari, ola" in text
    found = json.loads(said("kari", "approvals", "--format", "json")[1])
    (waiting,) = found["waiting"]
    assert found["approval"] == "required"
    assert waiting["objections"] == ["1 more of admin, reviewer: Organization/laget (default)"]
    assert [each["account"] for each in found["said"]] == ["the-operator"]


def test_a_yes_shows_the_changes_and_wants_to_be_asked(here: Merging, said: Said) -> None:
    here.commit(organization=freeze("2026-05-01"))
    code, text = said("kari", "approve", "laget", *REASON)
    assert code == 2
    assert "~ Organization/laget" in text
    assert "needs 1 of admin, reviewer: Organization/laget (default)" in text
    assert "say --yes to approve it" in text
    assert here.objections() != []
    code, text = said("kari", "approve", "laget", "--yes", *REASON)
    assert (code, text.splitlines()[-1]) == (0, "approved: it is applied as soon as it is merged and seen")
    assert here.objections() == []
    query = "select actor, action, detail->>'reason' from reconciler.audit order by id desc limit 1"
    assert rows(here, query) == [("kari", "intent-approve", "It was looked at together")]


def test_a_proposal_is_approved_before_it_is_merged_though_the_branch_moved(here: Merging, said: Said) -> None:
    git = here.repository.git
    git("checkout", "--quiet", "-b", "proposal")
    here.commit(organization=freeze("2026-05-01"))
    git("checkout", "--quiet", "main")
    here.commit(first=exclusion("first", "chat"))
    assert said("ola", "approve", "laget", "--revision", "HEAD", "--yes", *REASON)[0] == 0
    code, text = said("kari", "approve", "laget", "--revision", "proposal", "--yes", *REASON)
    assert (code, "Exclusion" in text) == (0, False)
    git("merge", "--quiet", "--no-ff", "--message", "merge", "proposal")
    assert here.apply() == []


def test_a_new_organization_in_a_proposal_is_approved_by_the_platform(here: Merging, said: Said) -> None:
    text = (here.repository.folder / "orgs/laget/organization.yaml").read_text()
    text = text.replace("laget", "nye").replace("a0ff", "a0fe").replace("974760673", "971272643")
    here.repository.git("checkout", "--quiet", "-b", "proposal")
    here.repository.commit({"orgs/nye/organization.yaml": text})
    here.repository.git("checkout", "--quiet", "main")
    where = ("approve", "nye", "--revision", "proposal", "--yes", *REASON)
    assert said("kari", *where)[0] == 4
    code, told = said("operator", *where, "--as-platform")
    assert (code, "approved: " in told) == (0, True)
    here.repository.git("merge", "--quiet", "--no-ff", "--message", "merge", "proposal")
    assert here.objections("nye") == []


def test_who_has_no_role_is_told_so_and_nothing_is_written(here: Merging, said: Said) -> None:
    assert said("eve", "approve", "laget", "--yes", *REASON) == (
        0, "nothing of laget waits for approval; --revision names the commit of a proposal\n",
    )  # fmt: skip
    here.commit(organization=freeze("2026-05-01"))
    for word in ((), ("--refuse",)):
        code, text = said("eve", "approve", "laget", "--yes", *word, *REASON)
        assert (code, "eve has no role in laget as it is applied" in text) == (4, True)
    assert len(rows(here, "select from reconciler.voices")) == 1


def test_what_names_no_step_is_refused_with_what_to_do(here: Merging, said: Said) -> None:
    here.commit(organization=freeze("2026-05-01"))
    wrong = ["laget --intent 0123456789ab", "laget --intent 0", "nobody", "", "laget --revision x"]
    wrong += ["laget --revision HEAD --intent 0123456789ab", "laget --revision HEAD~1"]
    for words in wrong:
        code, text = said("kari", "approve", *words.split(), "--yes", *REASON)
        assert (code, "next: " in text) == (2, True), words
    assert len(rows(here, "select from reconciler.voices")) == 1


def test_a_voice_names_an_account_and_a_reason_and_no_person(here: Merging, said: Said) -> None:
    here.commit(organization=freeze("2026-05-01"))
    accounts = [(name, "It was looked at") for name in ("kari@example.org", "unknown", "ka\nri", "k" * 101)]
    for account, reason in [*accounts, ("kari", "short"), ("kari", "as 01017012345 wished"), ("kari", "a\nb" * 9)]:
        assert said(account, "approve", "laget", "--yes", "--reason", reason)[0] == 2, (account, reason)
    assert len(rows(here, "select from reconciler.voices")) == 1


def test_rules_are_put_in_force_by_the_platform_and_are_told_to_wait(here: Merging, said: Said) -> None:
    own = (Path(__file__).parents[2] / "specs/approvals.yaml").read_text()
    own = own.replace("metadata: {name: platform}", "metadata: {name: platform, annotations: {overrides: builtin}}")
    first = own.replace("  default:", "  platform: [Team]\n  default:")
    here.repository.commit({"specs/approvals.yaml": first})
    assert "reconciler approve --rules" in said("kari", "approvals")[1]
    code, text = said("team", "approve", "--rules", "--yes", *REASON)
    assert (code, "platform[0]" in text or "platform" in text) == (0, True)
    assert "reconciler approve --rules" not in said("kari", "approvals")[1]
    here.repository.commit({"specs/approvals.yaml": first.replace("[Team]", "[eve]")})
    code, text = said("eve", "approve", "--rules", "--as-platform", "--yes", *REASON)
    assert (code, "eve cannot put rules in force" in text) == (4, True)
    assert said("TEAM", "approve", "--rules", "--yes", *REASON)[0] == 0
    assert rows(here, "select count(*) from reconciler.definitions where kind = 'ApprovalPolicy'") == [(2,)]
    here.commit(organization=freeze("2026-05-01"))
    (found,) = json.loads(said("eve", "approvals", "--format", "json")[1])["waiting"]
    assert [each["rule"] for each in found["needs"]] == ["default"]


def test_an_organization_that_cannot_be_used_is_named(here: Merging, said: Said) -> None:
    here.commit(organization=freeze("2026-05-01").replace("to: 2026-05-01", "to: yesterday"))
    assert "cannot be used: laget (reconciler validate)" in said("kari", "approvals")[1]
    assert json.loads(said("kari", "approvals", "--format", "json")[1])["unusable"] == ["laget"]
    code, text = said("kari", "approve", "laget", "--yes", *REASON)
    assert (code, "laget cannot be judged" in text) == (1, True)


def test_a_refusal_is_shown_until_the_same_account_approves(here: Merging, said: Said) -> None:
    here.commit(organization=freeze("2026-05-01"))
    assert "refused: nothing of it" in said("ola", "approve", "laget", "--refuse", "--yes", *REASON)[1]
    assert "held by ola" in said("kari", "approve", "laget", "--yes", *REASON)[1]
    assert "held by ola" in " ".join(said("kari", "approvals")[1].split())
    assert "approved: " in said("ola", "approve", "laget", "--yes", *REASON)[1]


@pytest.mark.parametrize(("environments", "named", "judges"), [
    ("simulator", "", False), ("simulator", "required", True), ("sandbox", "", True), ("production", "off", False),
    ("simulator,production", "", True),
])  # fmt: skip
def test_what_is_real_waits_for_approval_where_nobody_says_otherwise(
    environments: str, named: str, judges: bool
) -> None:
    found = {"RECONCILER_ENVIRONMENTS": environments, "RECONCILER_APPROVALS": named}
    assert read_settings(found).judges is judges


def test_a_setting_that_nobody_knows_is_refused() -> None:
    with pytest.raises(UsageError, match="RECONCILER_APPROVALS is 'on'"):
        read_settings({"RECONCILER_APPROVALS": "on"})


@pytest.mark.parametrize("place", ["before:speak", "after:speak"])
def test_a_process_that_dies_at_a_voice_has_written_all_of_it_or_nothing(here: Merging, place: str) -> None:
    here.commit(organization=freeze("2026-05-01"))
    child = os.fork()
    if not child:
        root = str(here.repository.folder)
        run(["approve", "laget", "--yes", *REASON, "--root", root], replace(here.settings, crash_at=place))
        os._exit(0)
    assert os.WTERMSIG(os.waitpid(child, 0)[1]) == signal.SIGKILL
    written = 1 if place == "after:speak" else 0
    assert len(rows(here, "select from reconciler.voices")) == 1 + written
    assert len(rows(here, "select from reconciler.audit where action = 'intent-approve'")) == 1 + written


def test_a_proposal_tells_what_covers_it_who_is_missing_and_what_was_taken_back(here: Merging, said: Said) -> None:
    git = here.repository.git
    git("checkout", "--quiet", "-b", "proposal")
    here.commit(organization=freeze("2026-05-01"), first=exclusion("first", "chat"))
    git("checkout", "--quiet", "main")
    there = ("approvals", "--revision", "proposal")
    code, text = said("kari", *there)
    assert (code, "laget: waits for approval" in text) == (0, True)
    assert "Nobody knows who proposes it." in text
    found = json.loads(said("kari", *there, "--format", "json")[1])
    (one,) = found["organizations"]
    assert {(each["object"], each["field"]): each["rules"] for each in one["covered"]}[
        "Organization/laget", "freeze.reason"
    ] == ["default"]
    assert said("kari", "approve", "laget", "--revision", "proposal", "--refuse", "--yes", *REASON)[0] == 0
    assert "Held by kari, who may take it back or approve: It was looked at together." in said("kari", *there)[1]
    code, text = said("kari", "approve", "laget", "--revision", "proposal", "--withdraw", "--yes", *REASON)
    assert (code, "taken back: neither a yes nor a no of yours counts" in text) == (0, True)
    assert "Held by" not in said("kari", *there)[1]
    assert said("kari", "approve", "laget", "--revision", "proposal", "--refuse", "--withdraw", *REASON)[0] == 2
    assert "is merged where you are" in said("kari", "approvals", "--revision", "HEAD")[1]
    assert "changes nothing of other" in said("kari", "approvals", "other", "--revision", "proposal")[1]
