"""The protocols and the authentication schemes by name: a new one is a module and a line here."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from urllib.parse import urlsplit

from reconciler.adapters.answers import fill
from reconciler.adapters.credential import BasicHeaders, CredentialHeaders
from reconciler.adapters.edge import Edge, Terms, at_once
from reconciler.adapters.edges import Edges
from reconciler.adapters.graphql import GraphqlAdapter
from reconciler.adapters.odata import OdataAdapter
from reconciler.adapters.rest import RestAdapter
from reconciler.adapters.tokens import ClientTokens, TokenParts, TokenPlace
from reconciler.adapters.transport import Resolve, Way, resolve
from reconciler.clock import Clock
from reconciler.errors import Blocked, CredentialRefused
from reconciler.ports import Adapter, Secret
from reconciler.runs.outcome import Answer
from reconciler.specs.models.access import BasicAuth, ClientCredentials, HeaderAuth
from reconciler.specs.models.integration_type import IntegrationType

PROTOCOLS: Mapping[str, Callable[[IntegrationType, str, Edge, Mapping[str, str]], Adapter]] = {
    "graphql": GraphqlAdapter,
    "odata": OdataAdapter,
    "rest": RestAdapter,
}


@dataclass(frozen=True, slots=True)
class Opening:
    """What a connection needs besides the credential: the address, the pace, the clock, and what conceals tokens.

    `quick` is for tests of a credential, whose verdict comes within seconds. `simulated` sends the token endpoint's
    questions to the simulator's own origin too, and leaves this machine's networks for none. `edges` are those that
    are open already, where they are to be shared.
    """

    url: str
    turn: Callable[[], Answer | None]
    clock: Clock
    conceal: Callable[[Mapping[str, str]], Secret]
    quick: bool = False
    simulated: bool = False
    find: Resolve = resolve
    way: Way = field(default_factory=Way)
    edges: Edges | None = field(default=None, compare=False)

    @property
    def terms(self) -> Terms:
        """How its edges ask."""
        way = self.way.at_home() if self.simulated else self.way
        return Terms(self.quick, self.turn, self.find, way, shared=self.edges is not None)


def adapter(
    kind: IntegrationType, document: str, settings: Mapping[str, str], secret: Secret, opening: Opening
) -> Adapter:
    """The adapter for one document kind of a type.

    Raises CredentialRefused for a credential that cannot be sent, Blocked for a protocol that this version lacks.
    """
    if kind.protocol not in PROTOCOLS:
        message = f"this version does not speak the protocol '{kind.protocol}' of {kind.label.en} yet"
        raise Blocked(message, f"it speaks {', '.join(PROTOCOLS)}; the records stay where they are")
    if opening.edges is None:
        edge = _edge(kind, settings, secret, opening)
    else:
        place = (kind.auth, dict(settings), opening)
        edge = opening.edges.shared(place, secret, lambda: _edge(kind, settings, secret, opening))
    return PROTOCOLS[kind.protocol](kind, document, edge, settings)


def _edge(kind: IntegrationType, settings: Mapping[str, str], secret: Secret, opening: Opening) -> Edge:
    if isinstance(kind.auth, ClientCredentials):
        tokens = _tokens(kind.auth, settings, secret, opening)
        return Edge(opening.url, tokens.headers, opening.terms, tokens)
    return Edge(opening.url, headers(kind.auth, secret), opening.terms)


def headers(auth: HeaderAuth | BasicAuth, secret: Secret) -> CredentialHeaders:
    """The header that carries the credential. Raises CredentialRefused, without the value, where none can."""
    _check(secret)
    found = (
        BasicHeaders(auth.username, auth.password, secret)
        if isinstance(auth, BasicAuth)
        else CredentialHeaders(auth.header, auth.format, secret)
    )
    if not all(value.isascii() and value.isprintable() for value in found.values()):
        raise _unsendable()
    return found


def _check(secret: Secret) -> None:
    if any("\ud800" <= sign <= "\udfff" for value in secret.reveal().values() for sign in value):
        raise _unsendable()


def _unsendable() -> CredentialRefused:
    hint = "copy it again, without blanks and line ends: letters, digits and signs of ASCII only"
    return CredentialRefused("the credential holds characters that cannot be sent", hint)


def _tokens(auth: ClientCredentials, settings: Mapping[str, str], secret: Secret, opening: Opening) -> ClientTokens:
    _check(secret)

    def placed(address: str | None) -> str:
        if not address:
            return ""
        filled = fill(address, settings)
        here, there = urlsplit(opening.url), urlsplit(filled)
        if there.netloc and not opening.simulated:
            return filled
        return there._replace(scheme=here.scheme, netloc=here.netloc).geturl()

    place = TokenPlace(placed(auth.token_url), placed(auth.discovery), fill(auth.scope or "", settings))

    def opened(address: str, headers: Mapping[str, str]) -> Edge:
        return Edge(address, headers, replace(opening.terms, turn=at_once, shared=False))

    return ClientTokens(auth, place, secret, TokenParts(opened, opening.clock, opening.conceal))
