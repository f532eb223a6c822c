"""The condition of a line: one comparison as three fields, everything else as YAML."""

from reconciler.portal.proposing.mapping.parts import Form, plain
from reconciler.portal.proposing.mapping.rules import REST, Unreadable, tree_of, yaml_of
from reconciler.specs.models.terms import ORDERED
from reconciler.specs.yaml import Tree

COMPARISONS = ("equals", "not_equals", *ORDERED, "present", "greater_than_line")
"""Those with one value; others are written as YAML."""


def when_sheet(when: Tree) -> dict[str, str]:
    """The fields that say this condition; `when_of` gives it back."""
    match when:
        case {"field": str(name), **others} if plain(name) and len(others) == 1:
            ((comparison, value),) = others.items()
            if comparison in COMPARISONS and plain(value):
                return {"field": name, "is": str(comparison), "value": str(value), REST: ""}
    return {"field": "", "is": "", "value": "", REST: yaml_of(when)}


def when_of(form: Form) -> Tree:
    """The condition that the fields say; None for none. Raises Unreadable where only half of one is given."""
    if form.get(REST, "").strip():
        return tree_of(form[REST], REST)
    if not form.get("field"):
        return None
    if form.get("is") not in COMPARISONS or not form.get("value"):
        raise Unreadable("value", "mapping.half-condition")
    return {"field": form["field"], form["is"]: form["value"]}
