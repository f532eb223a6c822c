"""One GraphQL request: read from the body, checked against the schema, carried out; every complaint as a `Refusal`."""

import json
import re
from dataclasses import dataclass
from typing import Any

from graphql import (
    DocumentNode,
    GraphQLError,
    GraphQLSchema,
    execute_sync,
    get_operation_ast,
    parse,
    validate,
)

from reconciler.simulators.xledger.refusals import Refusal, wrong_query
from reconciler.simulators.xledger.session import Session

_UNKNOWN_FIELD = re.compile(r"Cannot query field '(\w+)' on type '(\w+)'")


@dataclass(frozen=True, slots=True)
class Operation:
    """`kind` is `query` or `mutation`; `problem` is why it cannot be carried out, raised after other checks."""

    kind: str = "query"
    document: DocumentNode | None = None
    variables: dict[str, Any] | None = None
    name: str | None = None
    problem: Refusal | None = None


def read_operation(schema: GraphQLSchema, body: bytes) -> Operation:
    """Understand the body of a request, whatever content type it claims; never raises."""
    try:
        asked = json.loads(body)
        document = parse(asked["query"])
        variables, name = asked.get("variables"), asked.get("operationName")
    except (ValueError, TypeError, KeyError, GraphQLError) as error:
        return Operation(problem=wrong_query(f"Cannot read the request: {error}"))
    found = get_operation_ast(document, name)
    if found is None or not isinstance(variables, dict | None):
        return Operation(problem=wrong_query("Cannot tell which operation is meant, or its variables."))
    errors = validate(schema, document)
    problem = wrong_query(_reworded(errors[0].message)) if errors else None
    return Operation(found.operation.value, document, variables, name, problem)


def carry_out(schema: GraphQLSchema, operation: Operation, session: Session) -> dict[str, Any]:
    """The data of a checked operation; raises the refusal of the first error. Commits nothing."""
    if operation.problem is not None:
        raise operation.problem
    assert operation.document is not None
    result = execute_sync(
        schema,
        operation.document,
        context_value=session,
        variable_values=operation.variables,
        operation_name=operation.name,
    )
    if result.errors:
        raise _refusal(result.errors[0])
    return {"data": result.data}


def _refusal(error: GraphQLError) -> Exception:
    """What a resolver raised, as it is (a bug of ours stays one); else a complaint about variables."""
    cause = error.original_error
    return wrong_query(_reworded(error.message)) if cause is None or isinstance(cause, GraphQLError) else cause


def _reworded(message: str) -> str:
    """The one wording that is in evidence, with backticks and no suggestion (research 1.5)."""
    found = _UNKNOWN_FIELD.match(message)
    return f"Cannot query field `{found[1]}` on type `{found[2]}`" if found else message
