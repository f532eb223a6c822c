"""Where OAuth 2 clients get their tokens (RFC 6749, 4.4 and 5.2), and the document that says where that is."""

from urllib.parse import parse_qs

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from reconciler.simulators.register.clients import basic
from reconciler.simulators.register.state import State


def token(state: State, request: Request, body: bytes) -> Response:
    """A token for id and secret, as header or form. Errors are OAuth's own, whatever shape others have."""
    form = {name: values[0] for name, values in parse_qs(body.decode("utf-8", "replace")).items()}
    if form.get("grant_type") != "client_credentials":
        return _refused(400, "unsupported_grant_type", "only client_credentials is supported")
    scheme, _, value = request.headers.get("authorization", "").partition(" ")
    pair = basic(value) if scheme.lower() == "basic" else (form.get("client_id", ""), form.get("client_secret", ""))
    made = state.clients.issue(*pair) if pair else None
    if made is None:
        return _refused(401, "invalid_client", "the client is not known, or not by this secret")
    life = {"expires_in": state.options.token_life_s, "scope": form.get("scope", "")}
    return JSONResponse({"access_token": made, "token_type": "Bearer", **life}, headers={"Cache-Control": "no-store"})


def discovery(_state: State, request: Request, _body: bytes) -> Response:
    """The part of OpenID Connect Discovery 1.0 that a client without users needs."""
    prefix = request.path_params.get("prefix", "")
    base = str(request.base_url).rstrip("/") + (f"/{prefix}" if prefix else "")
    return JSONResponse(
        {
            "issuer": base,
            "token_endpoint": f"{base}/{'connect' if prefix else 'oauth2'}/token",
            "grant_types_supported": ["client_credentials"],
            "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
        }
    )


def _refused(status: int, error: str, description: str) -> Response:
    headers = {"WWW-Authenticate": "Basic"} if status == 401 else {}
    return JSONResponse({"error": error, "error_description": description}, status, headers)
