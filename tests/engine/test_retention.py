"""Content goes when its period is over: only of documents that are over, with counts in the trail and nothing else."""

import json

import pytest
from parts.claims import only_claims
from parts.installation import WHERE, Installation

from reconciler.engine import erasure

ORG = WHERE[0]
STATES = [
    "posted",
    "drifted",
    "voided",
    "rejected",
    "sent",
    "unknown",
    "held",
    "not_applied",
    "rejected_late",
    "sending",
]
DAY = 24 * 60


@pytest.fixture
def old(installation: Installation) -> Installation:
    """A document in each state, all of them older than a year and a bit."""
    only_claims(installation, len(STATES))
    assert installation.sync() in {0, 6}
    for number, state in enumerate(STATES, 1):
        installation.sql(
            "update reconciler.exports set state = %s, changed_at = changed_at - interval '401 days',"
            " next_look_at = null where right(record_id, 3)::int = %s",
            state,
            number,
        )
    installation.sql("update reconciler.runs set problem = 'words', ended_at = ended_at - interval '401 days'")
    return installation


def holding(installation: Installation) -> set[str]:
    query = "select state from reconciler.exports e join reconciler.export_payloads p on p.export_id = e.id"
    return {state for (state,) in installation.sql(f"{query} where payload is not null")}


def purged(installation: Installation, minutes: int = 0) -> dict[str, int]:
    installation.at += minutes
    world = installation.world()
    return dict(erasure.purge(world, ORG, world.clock.now()))


def test_only_what_is_over_loses_its_content(old: Installation) -> None:
    kept = (
        "select id, record_id, reference, state, target_ids, payload_digest, amount from reconciler.exports order by id"
    )
    before = old.sql(kept)
    assert purged(old) == {"expense_claims": 5}
    assert holding(old) == set(STATES[5:])
    assert old.sql(kept) == before
    assert old.sql("select object, detail from reconciler.audit where action = 'purge'") == [
        ("expired content", {"expense_claims": 5})
    ]
    assert purged(old) == {}
    assert old.sql("select count(*) from reconciler.audit where action = 'purge'") == [(1,)]
    assert old.sql("select distinct problem from reconciler.runs") == [("[taken out]",)]


def test_what_is_still_looked_for_is_kept(old: Installation) -> None:
    old.sql("update reconciler.exports set next_look_at = now() where state = 'sent'")
    assert purged(old) == {"expense_claims": 4}
    assert "sent" in holding(old)


def test_an_organisation_shortens_and_never_lengthens(old: Installation) -> None:
    old.sql("update reconciler.exports set changed_at = changed_at + interval '301 days'")
    assert purged(old) == {}
    for days, found in (("900d", {}), ("99d", {"expense_claims": 5})):
        old.sql(
            "update reconciler.organizations set body = body || jsonb_build_object('retention',"
            " jsonb_build_object('expense_claims', %s::text))",
            days,
        )
        assert purged(old) == found


def test_the_category_that_is_applied_says_how_long(old: Installation) -> None:
    old.sql("update reconciler.exports set changed_at = changed_at + interval '301 days'")
    old.sql(
        "insert into reconciler.definitions select 'short', kind, name, body || '{\"retention\": \"90d\"}', created_at"
        " from reconciler.definitions where kind = 'DataCategory' and name = 'expense_claims'"
    )
    assert purged(old) == {}  # it is there, and nobody has applied it
    old.sql(
        "update public.organization_integrations set definitions ="
        " jsonb_set(definitions, '{DataCategory/expense_claims}', '\"short\"')"
    )
    assert purged(old) == {"expense_claims": 5}


def test_more_than_one_transaction_takes_all(old: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("reconciler.database.retention.AT_ONCE", 2)
    assert purged(old) == {"expense_claims": 5}
    assert old.sql("select count(*) from reconciler.audit where action = 'purge'") == [(3,)]


def test_what_is_over_is_listed_first_and_confirmed_by_its_number(
    old: Installation, capsys: pytest.CaptureFixture[str]
) -> None:
    capsys.readouterr()
    assert old.run("erase", ORG, "--expired") == 0
    said = capsys.readouterr().out
    assert "reconciler erase blindeforbundet --expired --confirm 5" in said
    assert len(holding(old)) == len(STATES)
    assert old.run("erase", ORG, "--expired", "--confirm", "4") == 2
    assert len(holding(old)) == len(STATES)
    assert old.run("erase", ORG, "--expired", "--confirm", "5", "--format", "json") == 0
    found = json.loads(capsys.readouterr().out)
    assert found["removed"] == {"expense_claims": 5}
    assert old.run("erase", ORG, "--expired") == 0
    assert "nothing is over" in capsys.readouterr().out


def test_why_says_that_the_content_is_gone_and_since_when(
    old: Installation, capsys: pytest.CaptureFixture[str]
) -> None:
    purged(old)
    capsys.readouterr()
    assert old.run("why", ORG, "00000000-0000-4000-8000-000000000001") == 0
    assert "its content was removed when its period of retention was over" in capsys.readouterr().out
    assert old.run("why", ORG, "00000000-0000-4000-8000-000000000001", "--format", "json") == 0
    assert json.loads(capsys.readouterr().out)["answers"][0]["exports"][0]["removed"] == "expired"
    assert old.run("why", ORG, "00000000-0000-4000-8000-000000000006") == 0
    assert "content" not in capsys.readouterr().out


def test_a_sync_after_a_purge_sends_nothing_again(old: Installation) -> None:
    purged(old)
    before = old.sql("select count(*) from reconciler.exports where state in ('posted', 'drifted', 'voided')")
    old.sync(minutes=DAY)
    assert old.sql("select count(*) from reconciler.exports where state in ('posted', 'drifted', 'voided')") >= before
    assert old.sql("select count(*) from reconciler.exports where epoch > 1") == [(0,)]


def test_a_document_is_shown_with_the_word_that_its_content_is_gone(
    old: Installation, capsys: pytest.CaptureFixture[str]
) -> None:
    purged(old)
    capsys.readouterr()
    assert old.run("exports", "show", ORG, "00000000-0000-4000-8000-000000000001") == 0
    assert "its content was removed when its period of retention was over" in capsys.readouterr().out
