"""What a plan must not do without a yes. Each rule reads the plan and returns refusals with the recipe to allow them.

Rules are those of design.md 4.4 and 4.6. Percentages count from ten objects of a kind; below that, absolute limits
protect small organisations too. An approval names a rule and an object, and switches off nothing else.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from reconciler.plans.change import Delete, Retarget, Update, resource_of
from reconciler.plans.plan import Plan
from reconciler.plans.resource import Sent
from reconciler.specs.sentences import joined, say

MANY = 10
SHARE = 0.30
MOST_DELETES = 2
MOST_UPDATES = 20
NOTHING_SENT = "nothing was sent so far"


@dataclass(frozen=True, slots=True)
class Refused:
    """One reason why a plan is not carried out. `approvable` is False where a fact, not a yes, is missing."""

    rule: str
    object: str
    message: str
    approvable: bool = True


Rule = Callable[[Plan], Iterator[Refused]]


def guard(plan: Plan, today: date, approve: str = "") -> list[Refused]:
    """The refusals that stand. `approve` is a plan digest (or its first eight characters or more) given by a person."""
    found = [refused for rule in RULES for refused in rule(plan)]
    digest_given = len(approve) >= 8 and plan.digest.startswith(approve)
    return [each for each in found if not (each.approvable and (digest_given or _approved(plan, each, today)))]


def recipe(plan: Plan, refused: Sequence[Refused]) -> str:
    """What to do about refusals, in words."""
    if any(not each.approvable for each in refused):
        return "resolve what is named above first; no approval switches this off"
    return (
        f"if this is meant: reconciler apply --approve {plan.digest[:12]}, or add an Approval document with"
        f" rule: {refused[0].rule}, object: {refused[0].object}"
    )


def _approved(plan: Plan, refused: Refused, today: date) -> bool:
    return any(
        (each.rule, each.object) == (refused.rule, refused.object) and each.expires >= today.isoformat()
        for each in plan.desired.approvals
    )


def _empty_source(plan: Plan) -> Iterator[Refused]:
    integrations = [resource for resource in plan.actual.resources.values() if resource.kind == "Integration"]
    wanted = any(resource.kind == "Integration" for resource in plan.desired.resources.values())
    if integrations and not wanted:
        message = say(
            "every integration of {organization} would go ({count})",
            organization=plan.organization,
            count=len(integrations),
        )
        yield Refused("empty-source", f"Organization/{plan.organization}", message)


def _deletes(plan: Plan) -> Iterator[Refused]:
    deleted = Counter(change.before.kind for change in plan.changes if isinstance(change, Delete))
    existing = Counter(resource.kind for resource in plan.actual.resources.values())
    for kind, count in sorted(deleted.items()):
        share = count / existing[kind]
        if existing[kind] >= MANY and share > SHARE:
            message = say(
                "{count} of {existing} {kind} objects would go ({share:.0%}; the limit is {share2:.0%})",
                count=count,
                existing=existing[kind],
                kind=kind,
                share=share,
                share2=SHARE,
            )
            yield Refused("deletes", kind, message)
        elif existing[kind] < MANY and count > MOST_DELETES:
            message = say(
                "{count} of {existing} {kind} objects would go (the limit is {most_deletes})",
                count=count,
                existing=existing[kind],
                kind=kind,
                most_deletes=MOST_DELETES,
            )
            yield Refused("deletes", kind, message)


def _updates(plan: Plan) -> Iterator[Refused]:
    if plan.actual.version == 0:
        return
    updated = Counter(change.after.kind for change in plan.changes if isinstance(change, Update))
    existing = Counter(resource.kind for resource in plan.actual.resources.values())
    for kind, count in sorted(updated.items()):
        share = count / existing[kind]
        if existing[kind] >= MANY and share > SHARE:
            message = say(
                "{count} of {existing} {kind} objects would change ({share:.0%}; the limit is {share2:.0%})",
                count=count,
                existing=existing[kind],
                kind=kind,
                share=share,
                share2=SHARE,
            )
            yield Refused("updates", kind, message)
    if sum(updated.values()) > MOST_UPDATES:
        message = say(
            "{count} objects would change (the limit is {most_updates})",
            count=sum(updated.values()),
            most_updates=MOST_UPDATES,
        )
        yield Refused("updates", plan.organization, message)


def _sent_integration(plan: Plan) -> Iterator[Refused]:
    for change in plan.changes:
        if isinstance(change, Delete) and change.before.kind == "Integration":
            for sent in _sent(plan, change.before.name):
                if sent.documents:
                    message = say(
                        "{title} has sent {documents} documents to {target}",
                        title=change.before.title,
                        documents=sent.documents,
                        target=sent.target,
                    )
                    yield Refused("delete-integration", change.before.title, message)


def _retargets(plan: Plan) -> Iterator[Refused]:
    for change in plan.changes:
        if isinstance(change, Retarget):
            moved = ", ".join(
                f"{each.path} {_shown(each.before)} -> {_shown(each.after)}"
                for each in change.differences
                if each.path.startswith(("environment", "type", "settings", "identity"))
            )
            sent = joined(
                (
                    say(
                        "{documents} documents, NOK {amount}, already sent to {target}",
                        documents=each.documents,
                        amount=each.amount,
                        target=each.target,
                    )
                    for each in _sent(plan, change.before.name)
                ),
                " and ",
            )
            message = say(
                "{title} would send elsewhere ({moved}); {sent}",
                title=change.after.title,
                moved=moved,
                sent=sent or NOTHING_SENT,
            )
            yield Refused("retarget", change.after.title, message)


def _shown(value: object) -> str:
    return "(not set)" if value is None else str(value)


def _credentials(plan: Plan) -> Iterator[Refused]:
    for change in plan.changes:
        if isinstance(change, Update | Retarget) and change.after.kind == "Integration":
            before, after = change.before.body["credentials"]["name"], change.after.body["credentials"]["name"]
            if before != after:
                message = say(
                    "{title} would use the credential '{after}' instead of '{before}'",
                    title=change.after.title,
                    after=after,
                    before=before,
                )
                yield Refused("credential", change.after.title, message)


def _definitions(plan: Plan) -> Iterator[Refused]:
    """A shared document is not what the integration was applied with: an unchanged file would mean something else."""
    for change in plan.changes:
        if isinstance(change, Update | Retarget) and change.after.kind == "Integration" and not change.drift:
            before, after = (each.body.get("definitions", {}) for each in (change.before, change.after))
            moved = sorted(name for name in before.keys() & after.keys() if before[name] != after[name])
            if moved:
                message = say(
                    "{title} would run with another {names} than it was applied with",
                    title=change.after.title,
                    names=joined(moved, " and "),
                )
                yield Refused("definitions", change.after.title, message)


def _unresolved(plan: Plan) -> Iterator[Refused]:
    for change in plan.changes:
        resource = resource_of(change)
        if isinstance(change, Delete | Retarget) and resource.kind == "Integration":
            count = sum(each.unresolved for each in _sent(plan, change.before.name))
            if count:
                message = say(
                    "{count} documents of {title} are sending, unknown or held", count=count, title=resource.title
                )
                yield Refused("unresolved", resource.title, message, approvable=False)


def _organization(plan: Plan) -> Iterator[Refused]:
    for change in plan.changes:
        if isinstance(change, Delete) and change.before.kind == "Organization":
            old = change.before.name
            message = say(
                "the folder orgs/{old} was renamed to {organization}; add renamedFrom: {old} to its metadata",
                old=old,
                organization=plan.organization,
            )
            yield Refused("organization-renamed", change.before.title, message, approvable=False)
        if isinstance(change, Update) and change.after.kind == "Organization":
            if change.before.body["id"] != change.after.body["id"]:
                message = say("the organisation's id in the app would change: its records would be somebody else's")
                yield Refused("organization-id", change.after.title, message, approvable=False)
            elif change.after.body["state"] == "retired" and change.before.body["state"] == "active":
                yield Refused("retire", change.after.title, say("{title} would be retired", title=change.after.title))


def _conflicts(plan: Plan) -> Iterator[Refused]:
    for change in plan.changes:
        resource = resource_of(change)
        if (owner := plan.actual.conflicts.get(resource.key)) is not None:
            form = (
                "{title} exists and is managed by '{owner}', not by us; it stays as it is until '{owner}' removes its"
                " row in public.feature_flags, or gives it to managed_by 'reconciler'"
            )
            message = say(form, title=resource.title, owner=owner)
            yield Refused("conflict", resource.title, message, approvable=False)


def _sent(plan: Plan, integration: str) -> list[Sent]:
    return [each for each in plan.actual.sent if each.integration == integration]


RULES: tuple[Rule, ...] = (
    _empty_source,
    _deletes,
    _updates,
    _sent_integration,
    _retargets,
    _credentials,
    _definitions,
    _unresolved,
    _organization,
    _conflicts,
)
