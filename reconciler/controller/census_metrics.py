"""What the database knows, as families of metrics."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, get_args

from reconciler.runs.condition import Ready, Reason, Reconciling, Stalled, word

if TYPE_CHECKING:
    from prometheus_client.core import Metric

    from reconciler.database.census import Census

REASONS: tuple[Reason, ...] = (*get_args(Ready), *get_args(Reconciling), *get_args(Stalled))
RUNS = ("running", "succeeded", "partial", "failed", "skipped", "lost")
OPEN = ("unknown", "held", "rejected", "not_applied")
Family = Callable[[str, str, Sequence[str], "Iterable[tuple[Sequence[str], float]]"], "Metric"]


def census_metrics(census: "Census", family: Family) -> "Iterable[Metric]":
    """Every state and reason is there, be it 0: an alert on what never was must not be an alert on nothing."""
    told = [((each.organization, _word(each.reason), each.reason), 1.0) for each in census.standings]
    yield family(
        "condition", "1 for the condition that an organisation has.", ("organization", "condition", "reason"), told
    )
    counts = [((_word(reason), reason), number) for (reason,), number in _each(REASONS, census.reasons)]
    yield family("conditions", "Organisations, by condition and reason.", ("condition", "reason"), counts)
    yield _age(
        family,
        "oldest_verified_age_seconds",
        "Of the Ready organisation not seen for longest.",
        census.oldest_verified_s,
    )
    runs, outcomes = _each(RUNS, census.runs), _each(("sent", "rejected"), census.documents)
    yield family("runs_last_day", "Runs that began within a day, by state.", ("state",), runs)
    yield family("exports_last_day", "Documents in those runs, by what became of them.", ("outcome",), outcomes)
    yield family("exports_open", "Documents that wait for something, by state.", ("state",), _each(OPEN, census.open))
    yield _age(family, "exports_open_oldest_age_seconds", "Of the one that has waited longest.", census.oldest_open_s)
    yield _age(family, "schedule_lateness_last_hour_seconds", "The latest start of a scheduled run.", census.latest_s)
    yield family("run_requests_open", "Syncs that were asked for and are not over.", (), [((), float(census.requests))])
    yield _age(family, "run_requests_oldest_age_seconds", "Of the one asked for first.", census.oldest_request_s)


def _age(family: Family, name: str, text: str, value: float | None) -> "Metric":
    return family(name, text, (), [((), max(0.0, value or 0.0))])


def _each(names: Iterable[str], counts: Mapping[str, int]) -> "list[tuple[tuple[str], float]]":
    """Those that were counted, and 0 for the names that were not."""
    return [((name,), float(counts.get(name, 0))) for name in dict.fromkeys((*names, *counts))]


def _word(reason: str) -> str:
    """Of a reason that a newer program wrote, too: then it waits for a person to bring this one up to date."""
    return word(reason) if reason in REASONS else "Stalled"
