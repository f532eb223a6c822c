"""The query side: one listing per kind of thing, with filter, pages and status."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from graphql import (
    GraphQLArgument,
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLInt,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLResolveInfo,
    GraphQLString,
)

from reconciler.simulators.xledger import types
from reconciler.simulators.xledger.pages import OPERATORS, matches, page
from reconciler.simulators.xledger.reference import Row
from reconciler.simulators.xledger.session import Session

_STATUS = GraphQLEnumType("ObjectStatus", {"OPEN": "OPEN", "CLOSED": "CLOSED"})


@dataclass(frozen=True, slots=True)
class _Listing:
    node: GraphQLObjectType
    rows: Callable[[Session], Iterable[Row]]
    has_status: bool = False


def _reference(node: GraphQLObjectType, *kinds: str) -> _Listing:
    return _Listing(node, lambda session: session.listed(*kinds), has_status=True)


_LISTINGS = {
    "accounts": _reference(types.ACCOUNT, "account"),
    "entities": _reference(types.ENTITY, "entity"),
    "objectValues": _reference(types.DIMENSION_VALUE, *(f"glObject{slot}" for slot in range(1, 6))),
    "projects": _reference(types.PROJECT, "project"),
    "subledgers": _reference(types.SUBLEDGER, "subledger"),
    "taxRules": _reference(types.TAX_RULE, "taxRule"),
    "glImportItems": _Listing(types.IMPORT_ITEM, lambda session: session.own(session.visible.staged)),
    "glImportItemErrors": _Listing(types.IMPORT_ERROR, lambda session: session.own(session.visible.errors)),
    "journalEntries": _Listing(types.JOURNAL_ENTRY, lambda session: session.own(session.visible.journal)),
}


def query_type(*, ext_identifier_filter: bool) -> GraphQLObjectType:
    """The root of all queries. Whether `extIdentifier` can be filtered by is unverified (research 1.6): a switch."""
    hidden = () if ext_identifier_filter else ("extIdentifier",)
    return GraphQLObjectType("Query", {name: _field(listing, hidden) for name, listing in _LISTINGS.items()})


def _field(listing: _Listing, hidden: tuple[str, ...]) -> GraphQLField:
    arguments = {
        "first": GraphQLArgument(GraphQLInt),
        "last": GraphQLArgument(GraphQLInt),
        "before": GraphQLArgument(GraphQLString),
        "after": GraphQLArgument(GraphQLString),
        "filter": GraphQLArgument(_filter(listing.node, hidden)),
    }
    if listing.has_status:
        arguments["objectStatus"] = GraphQLArgument(_STATUS)

    def resolve(_root: Any, info: GraphQLResolveInfo[Session], **given: Any) -> dict[str, Any]:
        wanted = {**(given.get("filter") or {}), "objectStatus": given.get("objectStatus")}
        return page([row for row in listing.rows(info.context) if matches(row, wanted)], given)

    return GraphQLField(types.connection(listing.node), arguments, resolve)


def _filter(node: GraphQLObjectType, hidden: tuple[str, ...]) -> GraphQLInputObjectType:
    fields = {}
    for name, scalar in types.scalar_fields(node).items():
        if name in hidden:
            continue
        for suffix in OPERATORS:
            type_ = GraphQLList(GraphQLNonNull(scalar)) if suffix == "_in" else scalar
            fields[name + suffix] = GraphQLInputField(type_)
    return GraphQLInputObjectType(f"{node.name}_Filter", fields)
