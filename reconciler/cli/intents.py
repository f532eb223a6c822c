"""The steps of a config repository that are judged, for the verbs about approval: found by a commit or by a digest."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from reconciler.cli.context import Context
from reconciler.cli.plan import make_plans
from reconciler.errors import SpecsInvalid, UsageError

if TYPE_CHECKING:
    from reconciler.controller.history import History
    from reconciler.controller.proposed import Proposed
    from reconciler.engine.approval import Judged, Review
    from reconciler.plans.intent import Intent
    from reconciler.plans.judgement import Judgement
    from reconciler.plans.plan import Plan, Unusable
    from reconciler.plans.resource import Definition
    from reconciler.specs.collection import Specs

SHORTEST = 8
"""Digits of a digest that name it."""


@dataclass(frozen=True, slots=True)
class Repository:
    """A config repository, or a copy of one, at its head."""

    specs: "Specs"
    plans: "list[Plan | Unusable]"
    history: "History"


def opened(context: Context, root: Path, organization: str = "") -> Repository:
    """The repository at `root`. Raises UsageError where there is none, or no such organisation."""
    specs, plans = make_plans(context, root, "HEAD", organization)
    return Repository(specs, plans, history_of(context, root))


def at_commit(context: Context, root: Path, revision: str) -> Repository:
    """The repository at another commit, every organisation of it."""
    return Repository(*make_plans(context, root, revision, ""), history_of(context, root))


def history_of(context: Context, root: Path) -> "History":
    """What git knows there. Raises UsageError where it knows nothing."""
    from reconciler.controller.history import History
    from reconciler.git.mirror import Mirror
    from reconciler.git.sources import git_folder
    from reconciler.wiring import catalog

    mirror = Mirror(git_folder(root), "", "main")
    return History(mirror, catalog(), context.world.clock.now, context.settings.endpoints)


def proposed(context: Context, root: Path, revision: str) -> "tuple[Proposed, list[Judgement]]":
    """A commit that is not merged, as the controller judges it against the branch that is checked out here. Raises
    UsageError where it is merged.
    """
    from reconciler import __version__
    from reconciler.controller.declared import rules_of
    from reconciler.controller.proposed import Reader, judged
    from reconciler.wiring import catalog

    base, head, world = _commit(root, "HEAD"), _commit(root, revision), context.world
    reader = Reader(history_of(context, root), rules_of(catalog(), __version__, context.settings.endpoints, ""))
    found = reader.read(base, head, world.clock.now())
    if found.fork == head:
        hint = "leave --revision out: reconciler approvals lists what is merged and waits"
        raise UsageError(f"{head[:10]} is merged where you are ({base[:10]})", hint)
    return found, judged(found, world.voices, world.config.observe)


def reviews(context: Context, found: Repository) -> "Iterator[Review]":
    """Of every organisation that has something to judge."""
    from reconciler.engine.approval import repairs, review
    from reconciler.plans.plan import Unusable

    for plan in found.plans:
        if not isinstance(plan, Unusable) and not repairs(plan):
            yield review(context.world, plan, found.history.chain(plan))


def chosen(context: Context, root: Path, organization: str, revision: str, digest: str) -> "Judged | None":
    """One step of an organisation: a commit's, a digest's, or all that is not applied yet; None where all is. Raises
    UsageError where none is meant.
    """
    commit = _commit(root, revision)
    if commit and (found := _proposed(context, root, organization, commit)):
        return found
    steps = _steps(context, opened(context, root, organization))
    if not commit and not digest:
        return next(iter(steps), None)
    matching = [each for each in steps if _named(each.intent, commit, digest.lower())]
    # The head names the whole way too: a commit means its own step, where there are several.
    matching = matching[-1:] if commit else matching
    if len({each.intent.digest for each in matching}) != 1:
        raise UsageError(f"no step that waits is '{revision or digest}'", "reconciler approvals lists what waits")
    return matching[0]


def _named(step: "Intent", commit: str, digest: str) -> bool:
    return step.revision == commit if commit else len(digest) >= SHORTEST and step.digest.startswith(digest)


def _commit(root: Path, revision: str) -> str:
    from reconciler.git.sources import CommitTree

    return CommitTree(root, revision).revision if revision else ""


def _steps(context: Context, found: Repository) -> "list[Judged]":
    """The whole, and after it its steps; none where nothing is to judge. Raises SpecsInvalid."""
    from reconciler.plans.plan import Unusable

    (plan,) = found.plans
    if isinstance(plan, Unusable):
        raise SpecsInvalid(f"{plan.organization} cannot be judged: {plan.reasons[0]}", hint="reconciler validate")
    return [each for judged in reviews(context, found) for each in (judged.whole, *judged.steps)]


def _proposed(context: Context, root: Path, organization: str, commit: str) -> "Judged | None":
    """A commit that is not merged: what it changes from where it left the branch, which is what its merge will do. None
    for one that is.
    """
    from reconciler.engine.approval import judged

    history = history_of(context, root)
    fork = history.mirror.fork(_commit(root, "HEAD"), commit)
    if fork == commit:
        return None
    from reconciler.plans.intent import in_force

    made = _intent(history, organization, commit, fork)
    made = in_force(made, context.world.config.observe(made.organization_id))
    rules, said = context.world.voices.rules(), context.world.voices.voices([made.digest])
    return judged(made, rules, said)


def _intent(history: "History", name: str, commit: str, fork: str) -> "Intent":
    from reconciler.plans.intent import ORGANIZATION, base_of, intent
    from reconciler.plans.resource import Actual

    after = history.said(commit, (name,))
    if after is None:
        hint = f"reconciler validate tells why, where {commit[:10]} is checked out"
        raise UsageError(f"'{name}' is not there at {commit[:10]}, or cannot be used", hint)
    old = after.resources[ORGANIZATION, after.organization].renamed_from or name
    before = history.said(fork, (name, old), after.organization_id) if fork else None
    if before is None and history.has(fork, (name, old)):
        hint = "approve it when it is merged: then it is judged against the last commit that can be used"
        raise UsageError(f"'{name}' cannot be used at {fork[:10]}, which the proposal was made on", hint)
    return intent(base_of(before) if before else Actual(), after)


def rules_in_git(found: Repository) -> "Definition":
    """The rules of the head."""
    from reconciler.plans.resource import Definition
    from reconciler.specs.diagnostic import errors
    from reconciler.specs.models.approval_policy import ApprovalPolicy

    if wrong := errors(found.specs.catalog.diagnostics):
        raise SpecsInvalid("what all share cannot be used", tuple(wrong), "reconciler validate")
    document = next(iter(found.specs.catalog.of(ApprovalPolicy).values()))
    return Definition(document.kind, document.name, document.spec.plain())
