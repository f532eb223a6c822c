"""Every line of corpus.yaml: the canonical text, the words, the next runs, and what is refused."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from reconciler.schedules.describe import describe
from reconciler.schedules.expression import ExpressionInvalid, parse
from reconciler.schedules.occurrences import following

CORPUS: dict[str, list[dict[str, Any]]] = YAML(typ="safe").load(Path(__file__).with_name("corpus.yaml"))
STARTS = {
    "ordinary": datetime(2026, 6, 9, 10, 0, tzinfo=UTC),
    "spring": datetime(2026, 3, 28, 23, 30, tzinfo=UTC),
    "autumn": datetime(2026, 10, 24, 22, 30, tzinfo=UTC),
}


def named(case: dict[str, Any]) -> str:
    return case["cron"] or "(empty)"


@pytest.mark.parametrize("case", CORPUS["valid"], ids=named)
def test_an_expression_has_one_canonical_text_and_reads_well_in_both_languages(case):
    expression = parse(case["cron"])
    said = {language: describe(expression, language, "Europe/Oslo") for language in ("en", "nb")}
    assert expression.text == case["text"]
    assert said == {"en": case["en"], "nb": case["nb"]}


@pytest.mark.parametrize("season", STARTS)
@pytest.mark.parametrize("case", CORPUS["valid"], ids=named)
def test_an_expression_runs_when_the_corpus_says(case, season):
    runs = following(parse(case["cron"]), "Europe/Oslo", STARTS[season], len(case[season]))
    assert [run.local.isoformat(timespec="minutes") for run in runs] == case[season]


@pytest.mark.parametrize("case", CORPUS["invalid"], ids=named)
def test_what_is_no_schedule_is_refused_with_what_would_be_right(case):
    with pytest.raises(ExpressionInvalid) as refused:
        parse(case["cron"])
    assert case["says"] in refused.value.message


def test_the_corpus_is_large_enough_to_pin_croniter():
    assert len(CORPUS["valid"]) + len(CORPUS["invalid"]) >= 60
