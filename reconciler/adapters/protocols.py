"""The protocols by name: a new one is a module and a line here."""

from collections.abc import Callable, Mapping

from reconciler.adapters.credential import CredentialHeaders
from reconciler.adapters.edge import Edge
from reconciler.adapters.graphql import GraphqlAdapter
from reconciler.errors import CredentialRefused
from reconciler.ports import Adapter, Secret
from reconciler.specs.models.integration_type import IntegrationType

PROTOCOLS: Mapping[str, Callable[[IntegrationType, str, Edge, Mapping[str, str]], Adapter]] = {
    "graphql": GraphqlAdapter,
}


def headers(kind: IntegrationType, secret: Secret) -> CredentialHeaders:
    """The header that carries the credential, as the type declares it.

    Raises CredentialRefused, without the value, for one that no HTTP header can carry.
    """
    found = CredentialHeaders(kind.auth.header, kind.auth.format, secret)
    if not all(value.isascii() and value.isprintable() for value in found.values()):
        hint = "copy it again, without blanks and line ends: letters, digits and signs of ASCII only"
        raise CredentialRefused("the credential holds characters that cannot be sent", hint)
    return found
