"""The provider that tests log in with: a small relying party finds every fault that it can be told to have."""

import base64
import hashlib
import secrets
from collections.abc import Iterator
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx
import pytest
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from parts.apps import serving
from parts.browser import Visits, chromium, visit
from parts.identity import CLIENT, PATHS, SECRET, Fault
from parts.provider import Provider, provider, provider_of
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

__all__ = ["chromium", "provider", "visit"]
METADATA = PATHS[0]


class Refused(Exception):
    """Nobody is logged in."""


class Party:
    """As little of a relying party as there can be that checks what must be checked."""

    def __init__(self, provider: Provider) -> None:
        self.provider = provider
        self.begun: dict[str, tuple[str, str, str]] = {}
        self.app = Starlette(routes=[Route("/", self.home), Route("/login", self.login), Route("/back", self.back)])

    def asked(self, method: str, url: str, **more: object) -> dict:
        try:
            with httpx.stream(method, url, trust_env=False, verify=False, timeout=20, **more) as answer:
                answer.read() if int(answer.headers["Content-Length"]) < 100_000 else None
                return answer.raise_for_status().json()
        except (httpx.HTTPError, httpx.ResponseNotRead, ValueError) as error:
            raise Refused(type(error).__name__) from error

    def home(self, request: Request) -> Response:
        return HTMLResponse('<html lang="nb"><title>Party</title><a href="/login">Logg inn</a>')

    def login(self, request: Request) -> Response:
        state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
        challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
        back = str(request.url_for("back"))
        self.begun[state] = (nonce, verifier, back)
        query = {
            "client_id": CLIENT, "redirect_uri": back, "response_type": "code", "scope": "openid profile",
            "state": state, "nonce": nonce, "code_challenge": challenge, "code_challenge_method": "S256",
        }  # fmt: skip
        found = self.asked("GET", self.provider.issuer + METADATA)["authorization_endpoint"]
        answer = RedirectResponse(f"{found}?{urlencode(query)}", 302)
        answer.set_cookie("login", state, httponly=True, samesite="lax")
        return answer

    def back(self, request: Request) -> Response:
        try:
            return PlainTextResponse(self.person(request))
        except (Refused, JoseError) as error:
            return PlainTextResponse(f"refused: {error}", 403)

    def person(self, request: Request) -> str:
        state = request.query_params.get("state", "")
        if request.cookies.get("login") != state or state not in self.begun:
            raise Refused("state")
        nonce, verifier, back = self.begun.pop(state)
        if "error" in request.query_params:
            raise Refused(request.query_params["error"])
        said = self.asked("GET", self.provider.issuer + METADATA)
        if said["issuer"] != self.provider.issuer:
            raise Refused("issuer of another")
        form = {
            "grant_type": "authorization_code", "code": request.query_params["code"], "redirect_uri": back,
            "code_verifier": verifier,
        }  # fmt: skip
        tokens = self.asked("POST", said["token_endpoint"], data=form, auth=(CLIENT, SECRET))
        keys = KeySet.import_key_set(self.asked("GET", said["jwks_uri"]))
        claims = jwt.decode(tokens["id_token"], keys, algorithms=["RS256"]).claims
        wanted = {"iss": said["issuer"], "nonce": nonce}
        essential = {key: {"essential": True, "value": value} for key, value in wanted.items()}
        audience = {"essential": True, "values": [CLIENT]}
        jwt.JWTClaimsRegistry(**essential, aud=audience, sub={"essential": True}, exp={"essential": True}).validate(
            claims
        )
        bearer = {"Authorization": f"Bearer {tokens['access_token']}"}
        if self.asked("GET", said["userinfo_endpoint"], headers=bearer)["sub"] != claims["sub"]:
            raise Refused("person of another")
        return f"{claims['name']} ({claims['preferred_username']}, {claims['sub']})"


@pytest.fixture(scope="module")
def party(pytestconfig: pytest.Config) -> Iterator[str]:
    provider = provider_of(pytestconfig)
    provider.add("kari", preferred_username="kari@example.org", name="Kari Åsen")
    with serving(Party(provider).app) as origin:
        yield origin


@pytest.fixture
def client() -> Iterator[httpx.Client]:
    with httpx.Client(trust_env=False, verify=False, timeout=20) as client:
        yield client


def test_a_person_logs_in_in_the_browser_from_another_site(visit: Visits, provider: Provider, party: str) -> None:
    page = visit(party)
    page.get_by_role("link", name="Logg inn").click()
    assert page.url.startswith("http://localhost:")
    provider.log_in(page, "kari")
    assert page.get_by_text("Kari Åsen (kari@example.org, kari)").is_visible()
    provider.identity.fault = "signature"
    visit.expects(f"403 .*{party}/back")
    page.goto(f"{party}/login")
    provider.log_in(page, "kari")
    assert page.get_by_text("refused: bad_signature").is_visible()


def test_a_person_who_refuses_is_led_back_with_an_error(visit: Visits, provider: Provider, party: str) -> None:
    visit.expects("403")
    page = visit(f"{party}/login")
    provider.deny(page)
    assert page.get_by_text("refused: access_denied").is_visible()


@pytest.mark.parametrize(
    ("fault", "found"),
    [
        ("nonce", "nonce"),
        ("no nonce", "nonce"),
        ("audience", "aud"),
        ("expired", "expired"),
        ("issuer", "iss"),
        ("subject", "sub"),
        ("signature", "bad_signature"),
        ("unsigned", "algorithm"),
        ("signed by the client", "algorithm"),
        ("issuer of another", "issuer of another"),
        ("person of another", "person of another"),
        ("unreachable", "RemoteProtocolError"),
        ("refused", "HTTPStatusError"),
        ("page", "JSONDecodeError"),
        ("endless", "ResponseNotRead"),
    ],
)
def test_each_fault_is_one_that_a_relying_party_can_find(
    client: httpx.Client, provider: Provider, party: str, fault: Fault, found: str
) -> None:
    back = provider.callback(client, f"{party}/login", "kari")
    provider.identity.fault = fault
    answer = client.get(back)
    assert answer.status_code == 403
    assert found in answer.text


def test_a_key_that_was_changed_is_asked_for_again(client: httpx.Client, provider: Provider, party: str) -> None:
    before = provider.walk(client, f"{party}/login", "kari")
    provider.identity.rotate()
    assert provider.walk(client, f"{party}/login", "kari").text == before.text
    assert before.text == "Kari Åsen (kari@example.org, kari)"
    assert provider.identity.asked.count("/jwks") == 2


def test_tokens_are_made_by_the_clock_of_the_test(client: httpx.Client, provider: Provider, party: str) -> None:
    provider.identity.now = lambda: 1_000_000_000
    assert "expired" in provider.walk(client, f"{party}/login", "kari").text


def test_a_code_works_once_and_for_the_visitor_who_began(client: httpx.Client, provider: Provider, party: str) -> None:
    back = provider.callback(client, f"{party}/login", "kari")
    assert httpx.get(back, trust_env=False, verify=False).text == "refused: state"
    assert client.get(back).status_code == 200
    assert client.get(back).text == "refused: state"


def test_the_provider_itself_refuses_what_a_real_one_does(client: httpx.Client, provider: Provider, party: str) -> None:
    back = provider.callback(client, f"{party}/login", "kari")
    code = parse_qs(urlsplit(back).query)["code"][0]
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": f"{party}/back",
        "code_verifier": "x" * 43,
    }
    url = f"{provider.issuer}/oauth2/token"
    assert client.post(url, data=form, auth=(CLIENT, "wrong")).json() == {"error": "invalid_client"}
    assert client.post(url, data=form, auth=(CLIENT, SECRET)).json()["error"] == "invalid_grant"
    asked = {"client_id": CLIENT, "redirect_uri": f"{party}/back", "response_type": "code"}
    plain = client.get(f"{provider.issuer}/oauth2/authorize", params=asked)
    assert (plain.status_code, plain.text) == (400, "PKCE with S256 is required")
    other = client.get(f"{provider.issuer}/oauth2/authorize", params={**asked, "client_id": "another"})
    assert (other.status_code, other.text) == (400, "unknown client: another")
