"""What runs that only observe have kept of people goes as what the ledger holds does, and is never counted with it."""

import pytest
from parts.claims import only_claims
from parts.installation import WHERE, Installation

from reconciler.engine import erasure

ORG = WHERE[0]
KARI = "0a0a0a0a-1111-4222-8333-444444444444"
HELD = (
    "select right(record_id, 1) from reconciler.shadow_payloads where payload is not null or message <> '' order by 1"
)


@pytest.fixture
def observed(installation: Installation) -> Installation:
    """Two claims of which only a run that observes has made something; the first is Kari's."""
    only_claims(installation, 2)
    installation.sql("update app.expense_claims set volunteer_id = %s where right(id::text, 1) = '1'", KARI)
    installation.sql("update public.organization_integrations set mode = 'observe'")
    assert installation.sync() == 0
    assert installation.sql(HELD) == [("1",), ("2",)]
    return installation


def test_an_erasure_takes_what_was_only_observed_of_one_person_and_of_nobody_else(
    observed: Installation, capsys: pytest.CaptureFixture[str]
) -> None:
    observed.sql("update reconciler.shadow_payloads set message = 'Kari has no account' where payload is not null")
    capsys.readouterr()
    assert observed.run("erase", ORG, "--subject", KARI) == 0
    assert "goes with --confirm 0" in capsys.readouterr().out
    assert observed.sql(HELD) == [("1",), ("2",)]  # a list changes nothing
    assert observed.run("erase", ORG, "--subject", KARI, "--confirm", "0") == 0
    assert "was taken out" in capsys.readouterr().out
    assert observed.sql(HELD) == [("2",)]
    assert observed.sql("select count(*) from reconciler.shadow_documents") == [(2,)]


def test_what_was_only_observed_goes_by_its_age(observed: Installation) -> None:
    world = observed.world()
    observed.sql("update reconciler.shadow_payloads set created_at = created_at - interval '399 days'")
    assert erasure.purge(world, ORG, world.clock.now()) == {}
    assert observed.sql(HELD) == [("1",), ("2",)]
    observed.sql("update reconciler.shadow_payloads set created_at = created_at - interval '2 days'")
    assert erasure.purge(world, ORG, world.clock.now()) == {}
    assert observed.sql(HELD) == []


def test_what_a_request_was_answered_goes_with_its_run(observed: Installation) -> None:
    observed.sql("update public.organization_integrations set mode = 'send'")
    assert observed.sync(minutes=60) == 0
    observed.sql(
        "insert into reconciler.run_requests (id, organization_id, integration, requested_by, requested_at, state,"
        " run_id, answer, ended_at) select gen_random_uuid(), organization_id, integration, 'kari', now(), 'done', id,"
        " 'Kari is not known', now() from reconciler.runs where sends"
    )
    assert observed.run("erase", ORG, "--subject", KARI, "--confirm", "1") == 0
    assert observed.sql("select answer from reconciler.run_requests") == [("[taken out]",)]
