"""No document leaves with a credential that was not proved to reach the target: once per version, and remembered.

A credential that reaches another target is accepted there, and posts to the wrong legal entity (research/exports.md,
trap 18).
"""

from dataclasses import replace

from reconciler.engine.columned import keep_tested
from reconciler.engine.pinned import Pinned
from reconciler.engine.world import Outlet, World
from reconciler.errors import Blocked, CredentialRefused
from reconciler.plans.resource import digest
from reconciler.runs.credential import Version
from reconciler.runs.keeping import Secret
from reconciler.runs.outcome import Verdict
from reconciler.specs.sentences import joined, say


def prove(world: World, pinned: Pinned, version: Version, secret: Secret) -> Version:
    """The version, proved: asked where nobody has yet, at this place and by this test.

    Raises CredentialRefused where it reaches something else or is refused, Blocked where nobody can be asked.
    """
    if not pinned.kind.test.confirms or version.proof == _proof(pinned):
        return version
    verdict = ask(world, pinned, secret)
    if verdict.ok:
        return remember(world, pinned, version, verdict)
    message = say(
        "version {version} of '{name}' is not proved to reach {whereabouts}",
        version=version.version,
        name=version.name,
        whereabouts=pinned.whereabouts,
    )
    if verdict.fault in ("credential", *pinned.kind.settings.identity):
        raise CredentialRefused(
            joined((message, verdict.message), ": "),
            "reconciler credentials set, with one made there",
        )
    raise Blocked(
        joined((message, verdict.message), ": "),
        "nothing was sent; reconciler credentials test, then sync again",
    )


def remember(world: World, pinned: Pinned, version: Version, verdict: Verdict) -> Version:
    """Write down what a test that passed has proved."""
    keep_tested(world, pinned, verdict)
    return proved(world, pinned, version, verdict)


def proved(world: World, pinned: Pinned, version: Version, verdict: Verdict) -> Version:
    """Write down where a version was proved to reach, and by which test."""
    proof = _proof(pinned)
    with world.points.around("proved"):
        world.versions.proved(version, proof, verdict.reaches)
    return replace(version, proof=proof, reaches=verdict.reaches)


def ask(world: World, pinned: Pinned, secret: Secret) -> Verdict:
    """One real read with the credential."""
    return ask_for(world, pinned, pinned.exports[0], secret)


def ask_for(world: World, pinned: Pinned, outlet: Outlet, secret: Secret) -> Verdict:
    """One real read with the credential, for one kind of document."""
    adapter = world.connect(pinned, outlet, secret, quick=True)
    try:
        return adapter.test()
    finally:
        adapter.close()


def _proof(pinned: Pinned) -> str:
    """The target and the test. The endpoint is none of it: no version is used at one where it was not tested."""
    return digest([pinned.place, pinned.kind.test.model_dump(mode="json")])
