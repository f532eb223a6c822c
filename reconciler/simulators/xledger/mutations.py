"""The mutation side: adding, changing and removing staged GL lines. A 200 means staged, not posted (research 1.4)."""

from collections.abc import Mapping
from typing import Any

from graphql import (
    GraphQLArgument,
    GraphQLEnumType,
    GraphQLField,
    GraphQLID,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLInt,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLResolveInfo,
    GraphQLString,
)

from reconciler.simulators.xledger.fields import REFERENCES
from reconciler.simulators.xledger.lines import read_line
from reconciler.simulators.xledger.reference import Row
from reconciler.simulators.xledger.refusals import Refusal, invalid_value
from reconciler.simulators.xledger.scalars import INT64
from reconciler.simulators.xledger.session import Session
from reconciler.simulators.xledger.types import IMPORT_ITEM, SCALARS_OF_A_LINE

NODE_CAP = 500

_SELECTOR = GraphQLInputObjectType(
    "ReferenceInput",
    {
        "dbId": GraphQLInputField(INT64),
        "dbSubId": GraphQLInputField(INT64),
        "code": GraphQLInputField(GraphQLString),
        "description": GraphQLInputField(GraphQLString),
        "showAlternatives": GraphQLInputField(GraphQLEnumType("YesNo", {"YES": "YES", "NO": "NO"})),
    },
)
_LINE: Mapping[str, GraphQLInputType] = {**SCALARS_OF_A_LINE, **dict.fromkeys(REFERENCES, _SELECTOR)}


def mutation_type() -> GraphQLObjectType:
    """The root of all mutations."""
    added = _input("AddGLImportItemsInput", "GLImportItemInput", _LINE)
    updated = _input("UpdateGLImportItemsInput", "GLImportItemUpdate", {"dbId": GraphQLNonNull(INT64), **_LINE})
    removed = GraphQLObjectType(
        "RemoveResult",
        {"numAffected": GraphQLField(GraphQLInt), "skippedDbIds": GraphQLField(GraphQLList(INT64))},
    )
    edge = GraphQLObjectType("MutationEdge", {"clientId": GraphQLField(GraphQLID), "node": GraphQLField(IMPORT_ITEM)})
    result = GraphQLObjectType("MutationResult", {"edges": GraphQLField(GraphQLList(edge))})
    return GraphQLObjectType(
        "Mutation",
        {
            "addGLImportItems": GraphQLField(result, {"inputs": _many(added)}, _add),
            "updateGLImportItems": GraphQLField(result, {"inputs": _many(updated)}, _update),
            "removeGLImportItems": GraphQLField(removed, {"dbIds": _many(INT64)}, _remove),
        },
    )


def _input(name: str, node_name: str, fields: Mapping[str, GraphQLInputType]) -> GraphQLInputObjectType:
    node = GraphQLInputObjectType(node_name, {field: GraphQLInputField(type_) for field, type_ in fields.items()})
    return GraphQLInputObjectType(
        name, {"clientId": GraphQLInputField(GraphQLID), "node": GraphQLInputField(GraphQLNonNull(node))}
    )


def _many(type_: GraphQLInputType) -> GraphQLArgument:
    return GraphQLArgument(GraphQLNonNull(GraphQLList(GraphQLNonNull(type_))))


def _add(_root: Any, info: GraphQLResolveInfo[Session], inputs: list[dict[str, Any]]) -> dict[str, Any]:
    session = info.context
    _check_size(inputs)
    lines = [_line(one["node"], session, index) for index, one in enumerate(inputs)]
    staged = [session.draft.stage(owner, values) for owner, values in lines]
    return _edges(inputs, staged)


def _line(node: Mapping[str, Any], session: Session, index: int) -> tuple[int, dict[str, Any]]:
    try:
        return read_line(node, session)
    except Refusal as refusal:
        if session.state.array_paths:
            refusal.message = f"inputs[{index}].node.{refusal.message}"
        raise


def _update(_root: Any, info: GraphQLResolveInfo[Session], inputs: list[dict[str, Any]]) -> dict[str, Any]:
    session = info.context
    _check_size(inputs)
    changed = []
    for one in inputs:
        db_id = one["node"]["dbId"]
        row = session.draft.staged.get(db_id)
        if row is None or row.owner not in session.reach:
            raise invalid_value(f"dbId: No value matching owner {session.grant.entity}, dbId '{db_id}'.")
        changed.append(session.draft.amend(row, read_line(one["node"], session, row.owner)[1]))
    return _edges(inputs, changed)


def _remove(_root: Any, info: GraphQLResolveInfo[Session], **given: list[int]) -> dict[str, Any]:
    draft = info.context.draft
    _check_size(given["dbIds"])
    affected = 0
    skipped = []
    for db_id in given["dbIds"]:
        row = draft.staged.get(db_id)
        if row is None or row.owner not in info.context.reach:
            skipped.append(db_id)
        else:
            draft.unstage(db_id)
            affected += 1
    return {"numAffected": affected, "skippedDbIds": skipped}


def _check_size(nodes: list[Any]) -> None:
    # The cap is documented, its wording is not (research 1.1, 1.11).
    if len(nodes) > NODE_CAP:
        raise invalid_value(f"Too many nodes: {len(nodes)}, at most {NODE_CAP}.")


def _edges(inputs: list[dict[str, Any]], rows: list[Row]) -> dict[str, Any]:
    pairs = zip(inputs, rows, strict=True)
    return {"edges": [{"clientId": one.get("clientId"), "node": row.values} for one, row in pairs] or None}
