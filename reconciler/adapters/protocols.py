"""The protocols by name: a new one is a module and a line here."""

from collections.abc import Callable, Mapping

from reconciler.adapters.edge import Edge
from reconciler.adapters.graphql import GraphqlAdapter
from reconciler.ports import Adapter
from reconciler.specs.models.integration_type import IntegrationType

PROTOCOLS: Mapping[str, Callable[[IntegrationType, str, Edge, Mapping[str, str]], Adapter]] = {
    "graphql": GraphqlAdapter,
}


def headers(kind: IntegrationType, credential: Mapping[str, str]) -> dict[str, str]:
    """The header that carries the credential, as the type declares it."""
    return {kind.auth.header: kind.auth.format.format_map(credential)}
