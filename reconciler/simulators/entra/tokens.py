"""Where tokens come from: Entra's endpoint for client credentials, and its errors (research 2.1)."""

import uuid
from collections.abc import Collection
from datetime import UTC, datetime
from urllib.parse import parse_qs

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from reconciler.simulators.entra.clients import Clients


def token(clients: Clients, tenants: Collection[str], request: Request, body: bytes) -> Response:
    """A token for id and secret in the form; the scope is a resource and `/.default`. No `tenants` means any."""
    form = {name: values[0] for name, values in parse_qs(body.decode("utf-8", "replace")).items()}
    client, secret = form.get("client_id", ""), form.get("client_secret", "")
    tenant = request.path_params["tenant"]
    if tenants and tenant not in tenants:
        return _refused(400, "invalid_request", 90002, f"Tenant '{tenant}' not found.")
    if form.get("grant_type") != "client_credentials":
        return _refused(400, "unsupported_grant_type", 70003, "The app requested an unsupported grant type.")
    if not clients.known(client):
        return _refused(400, "unauthorized_client", 700016, f"Application '{client}' was not found in the directory.")
    if not secret:
        return _refused(401, "invalid_client", 7000218, "The request body must contain: 'client_secret'.")
    if (client, secret) in clients.expired:
        return _refused(401, "invalid_client", 7000222, "The provided client secret keys are expired.")
    if (client, secret) not in clients.alive:
        return _refused(401, "invalid_client", 7000215, "Invalid client secret provided.")
    scope = form.get("scope", "")
    if not (scope.startswith("https://") and scope.endswith("/.default")):
        return _refused(400, "invalid_scope", 1002012, f"The provided value for scope {scope} is not valid.")
    life = {"expires_in": int(clients.life_s), "ext_expires_in": int(clients.life_s)}
    return JSONResponse({"token_type": "Bearer", **life, "access_token": clients.issue(client, secret)})


def _refused(status: int, error: str, number: int, words: str) -> Response:
    trace, correlation = str(uuid.uuid4()), str(uuid.uuid4())
    at = f"{datetime.now(UTC):%Y-%m-%d %H:%M:%SZ}"
    said = f"AADSTS{number}: {words} Trace ID: {trace} Correlation ID: {correlation} Timestamp: {at}"
    ids = {"error_codes": [number], "timestamp": at, "trace_id": trace, "correlation_id": correlation}
    return JSONResponse({"error": error, "error_description": said, **ids}, status)
