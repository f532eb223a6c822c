"""Which screens of the app a plan turns off or on, and for the users of which organisations."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from reconciler.cli.context import counted

if TYPE_CHECKING:
    from reconciler.plans.change import Change
    from reconciler.plans.plan import Plan, Unusable
    from reconciler.specs.collection import Specs


@dataclass(frozen=True, slots=True)
class Screens:
    """The features that go the same way for the users of these organisations."""

    on: bool
    features: tuple[str, ...]
    labels: tuple[str, ...]
    organizations: tuple[str, ...]

    @property
    def text(self) -> str:
        """`feature flags: 2 screens go off in the app for the users of 1 organisation (hlf): Chat, News`"""
        count, many = len(self.features), len(self.organizations)
        verb = "goes" if count == 1 else "go"
        whose = f"the users of {counted(many, 'organisation')} ({', '.join(self.organizations)})"
        way = "on" if self.on else "off"
        return (
            f"feature flags: {counted(count, 'screen')} {verb} {way} in the app for {whose}: {', '.join(self.labels)}"
        )

    def data(self) -> dict[str, Any]:
        """The JSON twin."""
        return {"enabled": self.on, "features": list(self.features), "organizations": list(self.organizations)}


def screens(specs: "Specs", plans: "Sequence[Plan | Unusable]") -> list[Screens]:
    """What users will notice; organisations for whose users the same happens stand together."""
    from reconciler.plans.plan import Unusable

    found: dict[tuple[bool, tuple[str, ...]], list[str]] = defaultdict(list)
    for plan in plans:
        moved: dict[bool, list[str]] = {False: [], True: []}
        for name, on in () if isinstance(plan, Unusable) else _turned(plan):
            moved[on].append(name)
        for on, names in moved.items():
            if names:
                found[on, tuple(names)].append(plan.organization)
    return [
        Screens(on, names, tuple(_label(specs, name, whose) for name in names), tuple(whose))
        for (on, names), whose in found.items()
    ]


def _turned(plan: "Plan") -> Iterator[tuple[str, bool]]:
    """Each feature that changes for users, with what it will be. A row of somebody else stays as it is."""
    from reconciler.plans.change import resource_of

    for change in plan.changes:
        resource = resource_of(change)
        if resource.kind == "Feature" and resource.key not in plan.actual.conflicts:
            before, after = _shown(change)
            if before != after:
                yield resource.name, after


def _shown(change: "Change") -> tuple[bool, bool]:
    """Whether the app shows a feature before and after. One without a flag is shown: only an exclusion hides it."""
    from reconciler.plans.change import Create, Delete

    before = True if isinstance(change, Create) else bool(change.before.body["enabled"])
    after = True if isinstance(change, Delete) else bool(change.after.body["enabled"])
    return before, after


def _label(specs: "Specs", name: str, organizations: Sequence[str]) -> str:
    """What people call a feature, in the language of all these organisations, else in English; its name where the
    catalogue knows it no more.
    """
    labels = [each.spec.features[name].label for each in specs.catalog.features.values() if name in each.spec.features]
    documents = [specs.organizations[each].organization for each in organizations]
    languages = {each.spec.language for each in documents if each is not None}
    if not labels:
        return name
    return str(labels[0].nb if languages == {"nb"} else labels[0].en)
