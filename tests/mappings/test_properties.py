"""Laws: any rules are compiled or found wrong with a place, any record is rendered or refused, order means nothing."""

from datetime import UTC, date
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from parts.mapping import CATEGORY, TARGETS, World
from pydantic import ValidationError

from reconciler.mappings.check import SAMPLE_EXPORT
from reconciler.mappings.compile import Finding
from reconciler.mappings.document import CompiledMapping, Rendered
from reconciler.mappings.refusal import Refusal
from reconciler.specs.models.mapping import Check
from reconciler.specs.models.terms import ORDERED, DateFormat, TextStep

FIELDS = [*CATEGORY.fields, "export.number", "nothing"]
WORDS = st.sampled_from(
    ["1", "0", "-2.50", "Oslo", "trip", "cost", "true", "2026-01-31", "AB1", "86011117947", " ", "é{", "ß"]
)
NAMES = st.sampled_from(FIELDS)
REFERENCES = st.sampled_from(["rates.rate", "vat.code", "vat.rate", "rates.none", "none.rate"])
LINES = ["a", "b", "c"]
TERMS = st.recursive(
    st.one_of(
        NAMES,
        st.fixed_dictionaries({"value": st.sampled_from(["1", "-0.005", "1000000000.5"])}),
        st.fixed_dictionaries({"reference": REFERENCES}, optional={"at": NAMES, "key": NAMES}),
        st.fixed_dictionaries({"line": st.sampled_from([*LINES, "z"])}),
    ),
    lambda inner: st.sampled_from(["product", "sum", "difference", "min", "max"]).flatmap(
        lambda key: st.fixed_dictionaries({key: st.lists(inner, min_size=2, max_size=3)})
    ),
    max_leaves=4,
)
ARITHMETIC = st.sampled_from(["product", "sum", "difference", "min", "max"]).flatmap(
    lambda key: st.fixed_dictionaries({key: st.lists(TERMS, min_size=2, max_size=3)})
)
SOURCES = st.one_of(
    st.fixed_dictionaries({"from": NAMES}),
    st.fixed_dictionaries({"value": WORDS}),
    st.fixed_dictionaries({"template": st.sampled_from(["{name} {day}", "{approved_at}{amount}", "{", "{none}", "x"])}),
    ARITHMETIC,
)
LENGTHS = st.sampled_from(["1", "3", "10", "40"])
ZONES = st.sampled_from(["UTC", "Europe/Oslo", "Pacific/Apia", "Mars/Base", "../etc", ""])
STEPS: dict[str, st.SearchStrategy[Any]] = {
    "default": WORDS,
    "text": st.one_of(
        st.sampled_from(TextStep.__args__), st.lists(st.sampled_from(TextStep.__args__), min_size=1, max_size=3)
    ),
    "replace": st.lists(
        st.fixed_dictionaries({"old": WORDS, "new": st.sampled_from(["", "xyz"])}), min_size=1, max_size=2
    ),
    "lookup": st.one_of(
        st.sampled_from(["cities", "none"]), st.fixed_dictionaries({"reference": REFERENCES, "at": NAMES})
    ),
    "words": st.just({"true": "Ja", "false": " "}),
    "when_closed": st.sampled_from(["first_open_day", "hold", "reject"]),
    "date": st.one_of(
        st.sampled_from(DateFormat.__args__),
        st.fixed_dictionaries({"format": st.sampled_from(DateFormat.__args__), "zone": ZONES}),
    ),
    "negate": st.just("true"),
    "number": st.fixed_dictionaries(
        {"decimals": st.sampled_from(["0", "2", "6"])},
        optional={
            "decimal": st.sampled_from(["point", "comma"]),
            "thousands": st.sampled_from(["none", "space", "point", "comma"]),
            "minor_units": st.sampled_from(["true", "false"]),
        },
    ),
    "pad": st.fixed_dictionaries({"length": LENGTHS, "with": st.sampled_from(["0", " "])}),
    "check": st.sampled_from(Check.__args__),
    "truncate": st.fixed_dictionaries({"length": LENGTHS, "longer": st.sampled_from(["cut", "ellipsis", "refuse"])}),
    "reason": st.just("Because it is asked for"),
}
BOUNDS = st.one_of(WORDS, TERMS.filter(lambda term: isinstance(term, dict)))
COMPARISONS = st.one_of(
    st.sampled_from(["equals", "not_equals"]).flatmap(lambda key: st.fixed_dictionaries({key: WORDS})),
    st.sampled_from(["in", "not_in"]).flatmap(
        lambda key: st.fixed_dictionaries({key: st.lists(WORDS, min_size=1, max_size=3)})
    ),
    st.sampled_from(ORDERED).flatmap(lambda key: st.fixed_dictionaries({key: BOUNDS})),
    st.fixed_dictionaries({"between": st.lists(BOUNDS, min_size=2, max_size=2)}),
    st.fixed_dictionaries({"greater_than_line": st.sampled_from([*LINES, "z"])}),
    st.fixed_dictionaries({"present": st.sampled_from(["true", "false"])}),
)
CONDITIONS = st.recursive(
    st.builds(
        lambda subject, compared: subject | compared,
        st.one_of(st.fixed_dictionaries({"field": NAMES}), ARITHMETIC),
        COMPARISONS,
    ),
    lambda inner: st.one_of(
        st.fixed_dictionaries({"not": inner}),
        st.sampled_from(["all", "any"]).flatmap(
            lambda key: st.fixed_dictionaries({key: st.lists(inner, min_size=1, max_size=3)})
        ),
    ),
    max_leaves=4,
)


@st.composite
def rules(draw: st.DrawFn) -> dict[str, Any]:
    """A target, a source, and up to four steps that may or may not go together."""
    chosen = draw(st.lists(st.sampled_from(sorted(STEPS)), max_size=4, unique=True))
    steps = {key: draw(STEPS[key]) for key in chosen}
    return {"to": draw(st.sampled_from([*TARGETS, "nothing"]))} | draw(SOURCES) | steps


@st.composite
def bodies(draw: st.DrawFn) -> dict[str, Any]:
    """Lines of rules, and what may stand beside them."""
    names = draw(st.lists(st.sampled_from(LINES), min_size=1, max_size=3, unique=True))
    lines = []
    for name in names:
        when = draw(st.one_of(st.none(), CONDITIONS))
        fields = draw(st.lists(rules(), min_size=1, max_size=3))
        lines.append({"name": name, "fields": fields} | ({"when": when} if when else {}))
    more = draw(
        st.fixed_dictionaries(
            {},
            optional={
                "shared": st.lists(rules(), max_size=1),
                "rounding": st.fixed_dictionaries(
                    {"difference_on": st.sampled_from([*LINES, "z"]), "at_most": st.just("0.05")}
                ),
                "running_total": st.fixed_dictionaries({"total": NAMES, "limit": REFERENCES, "at": NAMES}),
            },
        )
    )
    return {"lines": lines, "lookups": {"cities": {"Oslo": "310", "trip": " "}}} | more


VALUES: dict[str, st.SearchStrategy[Any]] = {
    "uuid": st.uuids().map(str),
    "text": st.one_of(st.text(max_size=60), WORDS),
    "integer": st.integers(),
    "decimal": st.one_of(st.decimals(allow_nan=False, allow_infinity=False), st.decimals("-1000", "1000", places=3)),
    "money": st.one_of(st.decimals(allow_nan=False, allow_infinity=False), st.decimals("-1000", "1000", places=2)),
    "boolean": st.booleans(),
    "date": st.dates(),
    "instant": st.datetimes(timezones=st.just(UTC)),
}
RECORDS = st.fixed_dictionaries(
    {name: st.one_of(st.none(), VALUES[field.type]) for name, field in CATEGORY.fields.items()}
)


def compiled(
    body: dict[str, Any], *, balanced: bool, required: tuple[str, ...] = ()
) -> tuple[CompiledMapping | None, list[Finding]]:
    """None and no finding where the models refuse the text: `parse` reports that, with its place."""
    more = {key: value for key, value in body.items() if key != "lines"}
    try:
        return World().compile(
            body["lines"], balanced=balanced, required=required, closed_through=date(2025, 12, 31), **more
        )
    except ValidationError:
        return None, []


def holds(body: Any, path: tuple[Any, ...]) -> bool:
    """Whether the body has something at the path; a rule's own keys need not be written."""
    for key in path:
        try:
            body = body[key]
        except (KeyError, IndexError, TypeError):
            return False
    return True


@settings(max_examples=100)
@given(bodies(), RECORDS, st.booleans(), st.sampled_from([(), ("free",), ("amount",)]))
def test_random_rules_are_compiled_or_found_and_random_records_rendered_or_refused(body, record, balanced, required):
    mapping, findings = compiled(body, balanced=balanced, required=required)
    for finding in findings:
        assert finding.clash.message
        assert holds(body, finding.path), finding
    if mapping is not None:
        outcome = mapping.render({**record, **SAMPLE_EXPORT})
        assert isinstance(outcome, Rendered) or (outcome.message and holds(body, outcome.path))


BY_TYPE: dict[str, tuple[list[str], list[str]]] = {
    "text": (
        ["text", "replace", "lookup", "pad", "check", "truncate", "default"],
        ["free", "whose", "code", "kind", "text"],
    ),
    "number": (["number", "negate", "pad", "check"], ["amount", "price", "weight", "level", "number", "free"]),
    "day": (["date", "when_closed"], ["day", "free", "number", "at"]),
    "boolean": (["words"], ["flag", "free", "kind"]),
}
"""Steps and targets that may suit a type of source."""
KINDS = {"uuid": "text", "decimal": "number", "money": "number", "integer": "number", "date": "day", "instant": "day"}


@st.composite
def fitting(draw: st.DrawFn) -> dict[str, Any]:
    """A rule whose parts suit each other by their types; some still clash."""
    name = draw(st.sampled_from(sorted(CATEGORY.fields)))
    kind = CATEGORY.fields[name].type
    keys, targets = BY_TYPE[KINDS.get(kind, kind)]
    chosen = draw(st.lists(st.sampled_from(keys), max_size=3, unique=True))
    source = draw(ARITHMETIC) if kind == "money" and draw(st.booleans()) else {"from": name}
    steps = {key: draw(STEPS[key]) for key in chosen}
    return {"to": draw(st.sampled_from(targets)), "reason": "Because it is asked for"} | source | steps


def sound(rule: dict[str, Any] | None = None, when: dict[str, Any] | None = None) -> bool:
    """Whether a rule, or a condition, can stand alone."""
    fields = [rule or {"to": "free", "value": "x"}]
    body = {"lines": [{"name": "a", "fields": fields} | ({"when": when} if when else {})]}
    return compiled(body | {"lookups": {"cities": {"Oslo": "310", "trip": " "}}}, balanced=True)[0] is not None


SOUND_RULES = fitting().filter(sound)
SOUND_CONDITIONS = CONDITIONS.filter(lambda when: sound(when=when))


@st.composite
def sound_bodies(draw: st.DrawFn) -> dict[str, Any]:
    """Lines that compile: several rules each, with conditions."""
    lines = []
    for name in draw(st.lists(st.sampled_from(LINES), min_size=1, max_size=3, unique=True)):
        fields = draw(st.lists(SOUND_RULES, min_size=1, max_size=4, unique_by=lambda rule: rule["to"]))
        when = draw(st.one_of(st.none(), SOUND_CONDITIONS))
        lines.append({"name": name, "fields": fields} | ({"when": when} if when else {}))
    return {"lines": lines, "lookups": {"cities": {"Oslo": "310", "trip": " "}}}


@settings(max_examples=40, suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow])
@given(sound_bodies(), st.lists(RECORDS, min_size=2, max_size=2), st.booleans())
def test_random_valid_rules_make_a_document_of_any_record_or_refuse_it_with_the_line(body, records, balanced):
    mapping, findings = compiled(body, balanced=balanced)
    if mapping is None:
        assert {each.clash.diagnostic for each in findings} <= {"mapping-cycle", "mapping-type", "unknown-reference"}
        return
    for record in records:
        outcome = mapping.render({**record, **SAMPLE_EXPORT})
        assert mapping.for_many().render({**record, **SAMPLE_EXPORT}) == outcome
        if isinstance(outcome, Refusal):
            assert outcome.message
            assert holds(body, outcome.path)
        else:
            assert all(isinstance(value, str | int) for line in outcome.lines for value in line.fields.values())


def outcome_of(body: dict[str, Any], record: dict[str, Any]) -> dict[str, Any] | None:
    """Lines and fields of the document; None where it is refused."""
    mapping, findings = compiled(body, balanced=False)
    assert mapping is not None, findings
    made = mapping.render({**record, **SAMPLE_EXPORT})
    return None if isinstance(made, Refusal) else {line.name: dict(line.fields) for line in made.lines}


SOUND = [
    {"to": "amount", "sum": ["amount", "extra"], "number": {"decimals": "2"}},
    {"to": "free", "from": "name", "text": ["trim", "upper"]},
    {"to": "text", "from": "name", "lookup": "cities", "default": "Oslo"},
    {"to": "day", "from": "approved_at", "date": "iso", "when_closed": "reject"},
    {"to": "whose", "from": "note", "truncate": {"length": "8"}},
    {"to": "number", "from": "amount", "number": {"decimals": "2", "minor_units": "true"}},
]
"""Rules that go together and refuse some records."""


@settings(max_examples=60)
@given(st.permutations(SOUND), st.permutations(LINES), RECORDS)
def test_the_order_of_rules_and_lines_changes_nothing_but_the_order_of_lines(rules_, names, record):
    when = {"a": {"field": "amount", "greater_than": "0"}, "b": {"not": {"field": "name", "present": "true"}}}

    def body(order: list[str], fields: list[dict[str, Any]]) -> dict[str, Any]:
        lines = [{"name": name, "fields": fields} | ({"when": when[name]} if name in when else {}) for name in order]
        return {"lines": lines, "lookups": {"cities": {"Oslo": "310"}}}

    one, other = outcome_of(body(LINES, SOUND), record), outcome_of(body(names, rules_), record)
    assert one == other
    if other is not None:
        assert list(other) == [name for name in names if name in other]


@settings(max_examples=20)
@given(RECORDS)
def test_rendering_twice_gives_the_same_and_leaves_the_record_alone(record):
    body = {"lines": [{"name": "a", "fields": SOUND}], "lookups": {"cities": {"Oslo": "310"}}}
    before = dict(record)
    assert outcome_of(body, record) == outcome_of(body, record)
    assert record == before
