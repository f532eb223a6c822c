"""What every integration type does with documents: each stands there once, whatever is asked again."""

import pytest
from contracts.systems.bench import LATER, Bench, Meanwhile
from contracts.systems.system import System

from reconciler.errors import Busy


def test_one_record_is_booked_once_and_a_second_sync_writes_nothing(system: System, bench: Bench) -> None:
    bench.fill(1)
    assert bench.sync().exit_code == 0
    assert list(system.booked().values()) == [1]
    assert system.booked() == bench.once()
    writes = system.requests().writes
    assert bench.sync(minutes=1).exit_code == 0
    assert system.requests().writes == writes == 1


@pytest.mark.row("batch")
def test_a_batch_and_a_half_is_booked_in_two_requests(system: System, bench: Bench) -> None:
    most = system.create.batch
    lines = 2 if system.document == "voucher" else 1
    full = min(most.documents, most.nodes // lines)
    bench.fill(full + full // 2)
    assert bench.sync().exit_code == 0
    assert system.booked() == bench.once()
    assert len(system.booked()) == full + full // 2
    assert system.requests().writes == 2


@pytest.mark.row("refusal at once")
@pytest.mark.row("batch")
@pytest.mark.parametrize("position", [1, 250, 500])
def test_one_poison_record_among_five_hundred_is_refused_alone_in_few_requests(
    system: System, bench: Bench, position: int
) -> None:
    refused_alone(system, bench, position)


@pytest.mark.row("refusal at once", lacking="batch")
def test_poison_records_of_which_each_has_its_own_request_are_refused_alone(system: System, bench: Bench) -> None:
    """First, in the middle, and last at once: no request carries two records, and none can spoil another."""
    refused_alone(system, bench, 1, 250, 500)


def refused_alone(system: System, bench: Bench, *positions: int) -> None:
    bench.fill(500)
    system.spoil(bench.installation.sql, *positions)
    report = bench.sync()
    assert report.exit_code == 6
    assert len(system.booked()) == 500 - len(positions)
    assert system.booked() == bench.once()
    assert system.requests().writes + system.requests().refused <= system.poison_requests
    assert sorted(int(each.record_id[-12:]) for each in report.failures) == list(positions)
    for failure in report.failures:
        assert (failure.message, failure.field) == (system.poison.message, system.poison.field)
        path, line = failure.origin.split(":")[:2]
        assert path == system.mapping
        assert system.poison.line in (bench.installation.repository / path).read_text().splitlines()[int(line) - 1]


@pytest.mark.row("late rejection")
def test_records_among_five_hundred_that_are_refused_later_are_refused_alone(system: System, bench: Bench) -> None:
    """The first, one in the middle, and the last."""
    bench.fill(500)
    assert bench.sync().exit_code == 0
    rows = bench.installation.sql(
        "select reference from reconciler.exports where right(record_id, 12)::int in (1, 250, 500)"
    )
    words = system.refuse_late(*(reference for (reference,) in rows))
    report = bench.sync(minutes=LATER)
    refused = sorted((int(each.record_id[-12:]), each.message) for each in report.failures)
    assert refused == [(position, words) for position in (1, 250, 500)]
    assert bench.states() == {"posted": 497, "rejected_late": 3}


@pytest.mark.row("refusal at once")
def test_a_refused_record_is_not_asked_again_until_it_changes_and_then_it_goes(system: System, bench: Bench) -> None:
    bench.fill(3)
    system.spoil(bench.installation.sql, 2)
    assert bench.sync().exit_code == 6
    refused = system.requests().refused
    assert bench.sync(minutes=1).exit_code == 0
    assert system.requests().refused == refused
    assert system.booked() == bench.once()
    system.mend(bench.installation.sql)
    assert bench.sync(minutes=1).exit_code == 0
    assert len(system.booked()) == 3
    assert system.booked() == bench.once()


def test_two_syncs_at_once_book_each_document_once(system: System, bench: Bench) -> None:
    bench.fill(5)

    def another() -> None:
        with pytest.raises(Busy):
            bench.sync()

    report = bench.sync(meanwhile=Meanwhile("send", another))
    assert report.exit_code == 0
    assert len(bench.once()) == 5
    assert system.booked() == bench.once()
