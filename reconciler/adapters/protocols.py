"""The protocols and the authentication schemes by name: a new one is a module and a line here."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from urllib.parse import unquote, urlsplit

from reconciler.adapters.answers import fill
from reconciler.adapters.credential import BasicHeaders, CredentialHeaders, NoHeaders, cleaned
from reconciler.adapters.edge import Edge, Terms, Turns, at_once, nothing
from reconciler.adapters.edges import Edges
from reconciler.adapters.files import FilesAdapter
from reconciler.adapters.folders import Folder, LocalFolder
from reconciler.adapters.graphql import GraphqlAdapter
from reconciler.adapters.odata import OdataAdapter
from reconciler.adapters.rest import RestAdapter
from reconciler.adapters.tokens import ClientTokens, TokenParts, TokenPlace
from reconciler.adapters.transport import Resolve, Way, resolve
from reconciler.clock import Clock
from reconciler.errors import Blocked, CredentialRefused, EnvironmentRefused
from reconciler.ports import Adapter
from reconciler.runs.keeping import Secret
from reconciler.specs.models.access import BasicAuth, ClientCredentials, HeaderAuth, SshLogin
from reconciler.specs.models.integration_type import IntegrationType

SSH_PORT = 22
LOOPBACK = ("127.0.0.1", "localhost", "::1")
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
    turn: Turns
    clock: Clock
    conceal: Callable[[Mapping[str, str]], Secret]
    quick: bool = False
    simulated: bool = False
    find: Resolve = resolve
    way: Way = field(default_factory=Way)
    edges: Edges | None = field(default=None, compare=False)
    done: Callable[[], None] = nothing

    @property
    def terms(self) -> Terms:
        """How its edges ask."""
        way = self.way.at_home() if self.simulated else self.way
        return Terms(self.quick, self.turn, self.done, self.find, way, shared=self.edges is not None)

    folders: Sequence[Path] = ()
    """The folders of this machine that files may be dropped into, and into those below them."""


def adapter(
    kind: IntegrationType, document: str, settings: Mapping[str, str], secret: Secret, opening: Opening
) -> Adapter:
    """The adapter for one document kind of a type.

    Raises CredentialRefused for a credential that cannot be sent, Blocked for a protocol that this version lacks.
    """
    if isinstance(kind.auth, SshLogin):
        return _files(kind, document, settings, secret, opening)
    if kind.protocol not in PROTOCOLS:
        message = f"this version does not speak the protocol '{kind.protocol}' of {kind.label.en} yet"
        raise Blocked(message, f"it speaks files, {', '.join(PROTOCOLS)}; the records stay where they are")
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
    assert not isinstance(kind.auth, SshLogin), "a protocol over HTTP has no login by SSH: the model says so"
    return Edge(opening.url, headers(kind.auth, secret), opening.terms)


def _files(
    kind: IntegrationType, document: str, settings: Mapping[str, str], secret: Secret, opening: Opening
) -> FilesAdapter:
    """Files go to a folder on this machine, or to one at the other end of SFTP."""
    _check(secret)
    hidden = NoHeaders(secret)

    def clean(words: str) -> str:
        return str(cleaned(words, hidden))

    folder = _folder(kind, settings, secret, opening)
    return FilesAdapter(kind, document, folder, dict(settings), clean, opening.turn)


def _folder(kind: IntegrationType, settings: Mapping[str, str], secret: Secret, opening: Opening) -> Folder:
    assert isinstance(kind.auth, SshLogin)
    url = urlsplit(opening.url)
    if url.scheme == "file":
        folder = Path(unquote(url.path))
        return LocalFolder(folder if opening.simulated else allowed_folder(folder, opening.folders), folder)
    from reconciler.adapters.sftp import SftpFolder
    from reconciler.adapters.ssh import Server

    fingerprint = settings.get(kind.auth.host_key, "")
    if not fingerprint and not (opening.simulated and url.hostname in LOOPBACK):
        hint = f"ask its operator for the fingerprint, and set {kind.auth.host_key}: SHA256:..."
        raise Blocked("nobody says which key the SFTP server has: any server could pose as it", hint)
    user = settings.get(kind.auth.user, "")
    place, way = (url.hostname or "", url.port or SSH_PORT, unquote(url.path)), opening.terms.way
    server = Server(*place, user, fingerprint, opening.find, way)
    return SftpFolder(server, kind.auth, secret)


def allowed_folder(folder: Path, allowed: Sequence[Path]) -> Path:
    """The one of `allowed` that holds `folder`. Raises EnvironmentRefused where none does."""
    plain = not {"..", "."} & set(folder.parts)
    if (found := next((each for each in allowed if plain and folder.is_relative_to(each)), None)) is None:
        message = f"this installation does not let files be dropped into {folder}"
        named = ", ".join(map(str, allowed)) or "no folder at all"
        raise EnvironmentRefused(message, f"it allows {named} (RECONCILER_FOLDERS)")
    return found


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
        return Edge(address, headers, replace(opening.terms, turn=at_once, done=nothing, shared=False))

    return ClientTokens(auth, place, secret, TokenParts(opened, opening.clock, opening.conceal))
