"""What the environment says of itself: who asks, its tables, their columns and keys (research 2.2)."""

from typing import Any

from reconciler.simulators.dataverse.addresses import Address, filter_of
from reconciler.simulators.dataverse.multipart import Result
from reconciler.simulators.dataverse.refusals import Refusal, wrong_address
from reconciler.simulators.dataverse.state import State
from reconciler.simulators.dataverse.tables import TEXTS, Table

STRINGS = "Microsoft.Dynamics.CRM.StringAttributeMetadata"
ORGANIZATION, UNIT, USER = (
    "6d6a1c90-0f5e-4b1e-9f1e-1b8f0a5d2c31",
    "0e4a2f7c-51f3-4c0a-8a39-3f1f3b0d9a52",
    "3c2f9d11-7a8b-4f65-b2c4-9d0e8f7a6b53",
)


def who_am_i(base: str) -> Result:
    """Who asks; needs no privilege."""
    context = f"{base}/api/data/v9.2/$metadata#Microsoft.Dynamics.CRM.WhoAmIResponse"
    ids = {"BusinessUnitId": UNIT, "UserId": USER, "OrganizationId": ORGANIZATION}
    return Result(200, {}, {"@odata.context": context, **ids})


def definitions(state: State, method: str, address: Address) -> Result:
    """`EntityDefinitions`, one of them, its `Keys`, its `Attributes`. Raises Refusal."""
    if method != "GET":
        raise wrong_address("Operation not supported on EntityMetadata", 405)
    first, *rest = address.segments
    way = tuple(each.name for each in rest)
    if not first.key:
        return _select(address, [_defined(each) for each in state.tables.values()])
    table = next((each for each in state.tables.values() if {"LogicalName": each.logical} == first.key), None)
    if table is None:
        said = f"Could not find an entity with name {first.key.get('LogicalName')}."
        raise Refusal(404, "0x80060888", said)
    match way:
        case ():
            return Result(200, {}, _defined(table))
        case ("Keys",):
            return _select(address, _keys(table))
        case ("Attributes",):
            return _select(address, _attributes(table))
        case ("Attributes", name) if name == STRINGS:
            return _select(address, [each for each in _attributes(table) if each["AttributeType"] == "String"])
    raise wrong_address(f"Resource not found for the segment '{way[-1]}'.", 404)


def _select(address: Address, rows: list[dict[str, Any]]) -> Result:
    query = address.query
    if rows and "$filter" in query:
        fits = filter_of(query["$filter"], set(rows[0]))
        rows = [each for each in rows if fits(each)]
    if names := [each.strip() for each in query.get("$select", "").split(",") if each]:
        kept = {*names, "MetadataId"}
        rows = [{name: value for name, value in row.items() if name in kept} for row in rows]
    return Result(200, {}, {"value": rows})


def _defined(table: Table) -> dict[str, Any]:
    return {
        "MetadataId": f"{table.logical}-0",
        "LogicalName": table.logical,
        "EntitySetName": table.plural,
        "PrimaryIdAttribute": table.id,
    }


def _keys(table: Table) -> list[dict[str, Any]]:
    return [
        {
            "MetadataId": f"{table.logical}-{key.name}",
            "LogicalName": key.name,
            "KeyAttributes": list(key.columns),
            "EntityKeyIndexStatus": key.state,
        }
        for key in table.keys
    ]


def _attributes(table: Table) -> list[dict[str, Any]]:
    """Only texts say how long they may be, and only where they are asked for as texts; a day is a DateTime of another
    format.
    """
    return [
        {
            "MetadataId": f"{table.logical}-{column.name}",
            "LogicalName": column.name,
            "AttributeType": "DateTime" if column.kind == "DateOnly" else column.kind,
            "RequiredLevel": {"Value": column.level, "CanBeChanged": True},
            **({"MaxLength": column.max_length} if column.kind in TEXTS else {}),
        }
        for column in table.columns.values()
    ]
