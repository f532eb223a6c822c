"""Dashboard and alerts speak of metrics that exist, and every metric, alert and endpoint is on paper."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from prometheus_client.metrics_core import Metric
from ruamel.yaml import YAML

from reconciler.controller.metrics import Metrics
from reconciler.controller.pulse import Pulse
from reconciler.database.census import Census

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/operations/observing.md").read_text("utf-8")
FILES = ROOT / "charts/reconciler/observability"
RULES = YAML(typ="safe").load((FILES / "alerts.yaml").read_text("utf-8"))["groups"][0]["rules"]
PANELS = json.loads((FILES / "dashboard.json").read_text("utf-8"))["panels"]
EXPRESSIONS = [rule["expr"] for rule in RULES] + [each["expr"] for panel in PANELS for each in panel["targets"]]
NAME = re.compile(r"\breconciler_[a-z_]+")
SELECTOR = re.compile(r"\b(reconciler_[a-z_]+)(?:\{([^}]*)\})?")
WORDS = re.compile(r"[a-z_]+(?=\s*(?:=~|!=|!~|=))")


def families() -> dict[str, Metric]:
    metrics = Metrics("tests")
    metrics.watch(Pulse())
    metrics.ask(Census)
    return {each.name: each for each in metrics.registry.collect()}


FAMILIES = families()
SAMPLES = {
    name + ending
    for name, family in FAMILIES.items()
    for ending in {"histogram": ("_bucket", "_count", "_sum"), "counter": ("_total",)}.get(family.type, ("",))
}


def documented(name: str) -> str:
    return f"`{name}_total`" if FAMILIES[name].type == "counter" else f"`{name}`"


@pytest.mark.parametrize("name", FAMILIES)
def test_every_metric_is_on_paper(name):
    assert documented(name) in PAGE


def test_the_paper_speaks_of_no_other_metric():
    real = {documented(each).strip("`") for each in FAMILIES}
    assert set(NAME.findall(PAGE)) <= real


@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_an_expression_names_metrics_that_exist_and_closes_its_brackets(expression):
    """Names and brackets only: no parser of PromQL is among our packages."""
    assert set(NAME.findall(expression)) <= SAMPLES
    kept = re.sub(r'"[^"]*"', "", expression)
    opened: list[str] = []
    for sign in kept:
        if sign in "([{":
            opened.append(sign)
        elif sign in ")]}":
            assert opened
            assert opened.pop() + sign in ("()", "[]", "{}")
    assert not opened
    assert expression.count('"') % 2 == 0


@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_an_expression_names_labels_that_its_metric_has(expression):
    page = {line.split("|")[1].split("`")[1]: line for line in PAGE.splitlines() if line.startswith("| `reconciler_")}
    for name, labels in SELECTOR.findall(expression):
        family = re.sub(r"_(bucket|count|sum)$", "", name)
        told = page[family if family in page else name]
        for label in WORDS.findall(re.sub(r'"[^"]*"', '""', labels)):
            assert label in ("installation", "le") or f"`{label}`" in told, (name, label)


def test_the_bound_of_the_objective_is_a_bucket():
    bounds = {sample.labels.get("le") for sample in FAMILIES["reconciler_commit_to_applied_seconds"].samples}
    assert set(re.findall(r'le="([^"]+)"', "".join(EXPRESSIONS))) == {"60.0"}
    assert "60.0" in bounds


@pytest.mark.parametrize("rule", RULES, ids=[rule["alert"] for rule in RULES])
def test_an_alert_says_what_it_is_what_to_do_and_where_more_is_written(rule: dict[str, Any]):
    assert set(rule["annotations"]) == {"summary", "action", "page"}
    page, _, section = rule["annotations"]["page"].partition("#")
    headings = re.findall(r"^#+ (.+)$", (ROOT / page).read_text("utf-8"), re.MULTILINE)
    assert section in {each.lower().replace(" ", "-") for each in headings}
    assert f"`{rule['alert']}`" in PAGE
    assert rule["labels"]["severity"] in ("page", "ticket")


def test_panels_stand_side_by_side_and_have_names():
    assert len({panel["title"] for panel in PANELS}) == len(PANELS)
    places = {(x, y) for panel in PANELS for x, y in _cells(panel["gridPos"])}
    assert len(places) == sum(panel["gridPos"]["w"] * panel["gridPos"]["h"] for panel in PANELS)
    assert all(panel["gridPos"]["x"] + panel["gridPos"]["w"] <= 24 for panel in PANELS)


def _cells(place: dict[str, int]) -> list[tuple[int, int]]:
    across, down = range(place["x"], place["x"] + place["w"]), range(place["y"], place["y"] + place["h"])
    return [(x, y) for x in across for y in down]


@pytest.mark.parametrize("path", ["/hooks/github", "/hooks/gitlab", "/hooks/gitea", "/healthz", "/readyz", "/metrics"])
def test_every_endpoint_is_on_paper(path):
    assert path in PAGE
