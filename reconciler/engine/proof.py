"""No document leaves with a credential that was not proved to reach the target: once per version, and remembered.

A credential that reaches another target is accepted there, and posts to the wrong legal entity (research/exports.md,
trap 18).
"""

from dataclasses import replace

from reconciler.engine.columned import keep_tested
from reconciler.engine.pinned import Pinned
from reconciler.engine.world import World
from reconciler.errors import Blocked, CredentialRefused
from reconciler.plans.resource import digest
from reconciler.runs.credential import Version
from reconciler.runs.keeping import Secret
from reconciler.runs.outcome import Verdict


def prove(world: World, pinned: Pinned, version: Version, secret: Secret) -> Version:
    """The version, proved: asked where nobody has yet, at this place and by this test.

    Raises CredentialRefused where it reaches something else or is refused, Blocked where nobody can be asked.
    """
    if not pinned.kind.test.confirms or version.proof == _proof(pinned):
        return version
    verdict = ask(world, pinned, secret)
    if verdict.ok:
        return remember(world, pinned, version, verdict)
    message = f"version {version.version} of '{version.name}' is not proved to reach {pinned.whereabouts}"
    if verdict.fault in ("credential", *pinned.kind.settings.identity):
        raise CredentialRefused(f"{message}: {verdict.message}", "reconciler credentials set, with one made there")
    raise Blocked(f"{message}: {verdict.message}", "nothing was sent; reconciler credentials test, then sync again")


def remember(world: World, pinned: Pinned, version: Version, verdict: Verdict) -> Version:
    """Write down what a test that passed has proved."""
    proof = _proof(pinned)
    keep_tested(world, pinned, verdict)
    with world.points.around("proved"):
        world.versions.proved(version, proof, verdict.reaches)
    return replace(version, proof=proof, reaches=verdict.reaches)


def ask(world: World, pinned: Pinned, secret: Secret) -> Verdict:
    """One real read with the credential."""
    adapter = world.connect(pinned, pinned.exports[0], secret, quick=True)
    try:
        return adapter.test()
    finally:
        adapter.close()


def _proof(pinned: Pinned) -> str:
    """The target and the test. The endpoint is none of it: no version is used at one where it was not tested."""
    return digest([pinned.place, pinned.kind.test.model_dump(mode="json")])
