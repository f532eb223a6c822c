"""The object types that queries show, as tables of fields."""

from collections.abc import Mapping

from graphql import (
    GraphQLBoolean,
    GraphQLField,
    GraphQLFloat,
    GraphQLInt,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLScalarType,
    GraphQLString,
)

from reconciler.simulators.xledger.fields import (
    AMOUNTS,
    DATES,
    DECIMALS,
    FLAGS,
    FLOATS,
    POSTED_REFERENCES,
    POSTED_TEXTS,
    REFERENCES,
    TEXTS,
    WHOLE_NUMBERS,
)
from reconciler.simulators.xledger.scalars import DATE, DATE_TIME, DECIMAL, INT64

SCALARS_OF_A_LINE: Mapping[str, GraphQLScalarType] = {
    "trRegNumber": INT64,
    **dict.fromkeys(TEXTS, GraphQLString),
    **dict.fromkeys(DATES, DATE),
    **dict.fromkeys(WHOLE_NUMBERS, GraphQLInt),
    **dict.fromkeys((*AMOUNTS, *DECIMALS), DECIMAL),
    **dict.fromkeys(FLOATS, GraphQLFloat),
    **dict.fromkeys(FLAGS, GraphQLBoolean),
}
_STAMPS: Mapping[str, GraphQLScalarType] = {
    "dbId": INT64,
    "ownerDbId": INT64,
    "createdAt": DATE_TIME,
    "modifiedAt": DATE_TIME,
}


def _object(name: str, fields: Mapping[str, GraphQLOutputType]) -> GraphQLObjectType:
    return GraphQLObjectType(name, {field: GraphQLField(type_) for field, type_ in fields.items()})


REFERENCE = _object(
    "Reference",
    {
        "dbId": INT64,
        "dbSubId": INT64,
        "code": GraphQLString,
        "description": GraphQLString,
        "name": GraphQLString,
    },
)
_PAGE_INFO = _object(
    "PageInfo", {"hasNextPage": GraphQLNonNull(GraphQLBoolean), "hasPreviousPage": GraphQLNonNull(GraphQLBoolean)}
)

_REFERENCE_DATA: Mapping[str, GraphQLOutputType] = {
    **_STAMPS,
    "code": GraphQLString,
    "description": GraphQLString,
    "extIdentifier": GraphQLString,
    "objectStatus": GraphQLString,
}
ACCOUNT = _object("Account", _REFERENCE_DATA)
DIMENSION_VALUE = _object("ObjectValue", {**_REFERENCE_DATA, "glObject": GraphQLInt})
PROJECT = _object("Project", _REFERENCE_DATA)
SUBLEDGER = _object("Subledger", _REFERENCE_DATA)
TAX_RULE = _object("TaxRule", _REFERENCE_DATA)
ENTITY = _object("Entity", {**_REFERENCE_DATA, "name": GraphQLString})

IMPORT_ITEM = _object(
    "GLImportItem",
    {
        **_STAMPS,
        **SCALARS_OF_A_LINE,
        **dict.fromkeys(REFERENCES, REFERENCE),
        "jobLevelDbId": INT64,
    },
)
IMPORT_ERROR = _object(
    "GLImportItemError",
    {
        **_STAMPS,
        "message": GraphQLString,
        "transactionDbId": INT64,
        "errorLevel": _object("ErrorLevel", {"code": GraphQLString, "name": GraphQLString}),
        "owner": REFERENCE,
    },
)
_HEADER = _object(
    "TransactionHeader",
    {
        "transactionNumber": GraphQLInt,
        "postedDate": DATE,
        "importedAt": DATE_TIME,
        "registeredAt": DATE_TIME,
        "transactionSource": REFERENCE,
        "jobLevel": REFERENCE,
    },
)
# Without trRegNumber: nobody has shown that a posted line keeps it (research 1.4), so clients need extIdentifier.
JOURNAL_ENTRY = _object(
    "JournalEntry",
    {
        **_STAMPS,
        "transactionNumber": GraphQLInt,
        "transactionHeader": _HEADER,
        "postedDate": DATE,
        "amount": DECIMAL,
        "invoiceAmount": DECIMAL,
        "fiscalYear": GraphQLInt,
        "fiscalPeriod": GraphQLInt,
        **dict.fromkeys(POSTED_TEXTS, GraphQLString),
        **dict.fromkeys(POSTED_REFERENCES, REFERENCE),
        "owner": REFERENCE,
    },
)


def connection(node: GraphQLObjectType) -> GraphQLObjectType:
    """The connection type around a node type; `edges` may be null, and `pageInfo` has no `endCursor` (research 1.2)."""
    edge = _object(f"{node.name}Edge", {"cursor": GraphQLString, "node": node})
    return _object(f"{node.name}Connection", {"edges": GraphQLList(edge), "pageInfo": _PAGE_INFO})


def scalar_fields(node: GraphQLObjectType) -> dict[str, GraphQLScalarType]:
    """The fields of a type that hold one value: those that a filter can name."""
    return {name: field.type for name, field in node.fields.items() if isinstance(field.type, GraphQLScalarType)}
