"""How the store gets its token and keeps it: on a real OpenBao, seen through a server that stands between."""

import json
import secrets
import threading
import uuid
from datetime import UTC, datetime
from pathlib import Path

import pytest
from parts.openbao import OpenBao, server_of
from parts.openbao_between import Between, Reply, Seen, between

from reconciler.clock import StagedClock
from reconciler.errors import StoreDown, StoreForbidden
from reconciler.runs.credential import SecretPath
from reconciler.vaults.hashicorp import VaultStore
from reconciler.vaults.hashicorp_settings import AppRoleLogin, KubernetesLogin, TokenLogin, VaultSettings
from reconciler.vaults.secret import Secret

ROOT = Path(__file__).parents[2]
OWN = "6d2b1f0e-5b8c-4f0c-9a43-0c8d6c1f2a77"
VALUE = Secret({"token": "the value"})
LEASE_S = 60
ALL = "all-of-login-tests"


@pytest.fixture(scope="module")
def bao(pytestconfig) -> OpenBao:
    """A server that lets AppRoles in, and knows our policy for all organisations of the installation `login-tests`."""
    server = server_of(pytestconfig)
    if "approle/" not in server.ask("GET", "sys/auth")["data"]:
        server.ask("POST", "sys/auth/approle", type="approle")
    server.ask("PUT", f"sys/policies/acl/{ALL}", policy=policy("+"))
    return server


@pytest.fixture
def clock() -> StagedClock:
    return StagedClock(datetime(2026, 3, 2, 8, tzinfo=UTC))


@pytest.fixture
def server(bao):
    with between(bao.address) as standing:
        yield standing


@pytest.fixture
def open_store(request, server, clock):
    def opened(login, **more) -> VaultStore:
        settings = VaultSettings(more.pop("address", server.address), login, "login-tests", **more)
        store = VaultStore(settings, clock)
        request.addfinalizer(store.close)
        return store

    return opened


@pytest.fixture
def path() -> SecretPath:
    return SecretPath(str(uuid.uuid4()), "books")


@pytest.fixture
def approle(bao):
    """Makes a role whose tokens last a minute; `more` goes to the role."""

    def made(**more) -> AppRoleLogin:
        role = f"auth/approle/role/{secrets.token_hex(6)}"
        bao.ask("POST", role, **{"token_policies": ALL, "token_ttl": LEASE_S, **more})
        role_id = bao.ask("GET", f"{role}/role-id")["data"]["role_id"]
        secret_id = bao.ask("POST", f"{role}/secret-id")["data"]["secret_id"]
        return AppRoleLogin(role_id, Secret({"secret_id": secret_id}))

    return made


def policy(organization: str) -> str:
    text = (ROOT / "docs/operations/vault-policy.hcl").read_text()
    rules = "\n".join(line for line in text.splitlines() if not line.startswith("#"))
    return rules.replace("INSTALLATION", "login-tests").replace("ORGANIZATION", organization)


def tokens(server: Between) -> list[str]:
    """The tokens that asked for values, each once, in the order in which they came."""
    return list(dict.fromkeys(seen.headers["x-vault-token"] for seen in server.seen if "/data/" in seen.path))


def counts(server: Between) -> tuple[int, int]:
    """Logins and renewals."""
    return len(server.paths("/login")), len(server.paths("/renew-self"))


def test_an_app_role_logs_in_once_for_many_calls(server, open_store, approle, path):
    store = open_store(approle())
    locator = store.write(path, 1, VALUE)
    for _ in range(3):
        assert store.read(path, locator).reveal() == VALUE.reveal()
    store.destroy(path, locator)
    assert counts(server) == (1, 0)
    assert len(tokens(server)) == 1


def test_nothing_is_asked_before_the_first_call(server, open_store, approle):
    open_store(approle())
    assert server.seen == []


def test_a_secret_id_is_read_from_its_file_for_each_login(server, open_store, approle, path, tmp_path):
    good = approle()
    file = tmp_path / "secret-id"
    file.write_text("not yet")
    store = open_store(AppRoleLogin(good.role_id, file))
    with pytest.raises(StoreForbidden):
        store.write(path, 1, VALUE)
    file.write_text(good.secret_id.reveal()["secret_id"] + "\n")
    assert store.write(path, 1, VALUE) == "1"


@pytest.mark.parametrize(
    "more", [{"role_id": "nobody"}, {"mount": "elsewhere"}, {"secret_id": Path("/nowhere/secret")}]
)
def test_a_login_that_is_refused_is_forbidden(open_store, approle, path, more):
    good = approle()
    login = AppRoleLogin(**{"role_id": good.role_id, "secret_id": good.secret_id, **more})
    with pytest.raises(StoreForbidden):
        open_store(login).read(path, "1")


def test_a_login_that_answers_as_if_nothing_were_there_says_nothing_about_the_value(open_store, approle, path):
    with between(answer=lambda _: Reply(404, '{"errors": []}')) as server:
        for login in (approle(), TokenLogin(Secret({"token": "t"}))):
            store = open_store(login, address=server.address)
            for ask in (lambda store=store: store.read(path, "1"), lambda store=store: store.destroy(path, "1")):
                with pytest.raises(StoreForbidden):
                    ask()


def test_a_token_is_renewed_at_two_thirds_of_its_lease_and_not_before(server, clock, open_store, approle, path):
    store = open_store(approle())
    locator = store.write(path, 1, VALUE)
    for renewals in range(3):
        clock.wait(LEASE_S * 2 / 3 - 10)
        store.read(path, locator)
        assert counts(server) == (1, renewals)
        clock.wait(11)
        store.read(path, locator)
        assert counts(server) == (1, renewals + 1)
    assert len(tokens(server)) == 1


def test_a_token_that_cannot_be_renewed_is_replaced_at_two_thirds(server, clock, open_store, approle, path):
    store = open_store(approle(token_type="batch"))
    locator = store.write(path, 1, VALUE)
    clock.wait(LEASE_S * 2 / 3 + 1)
    store.read(path, locator)
    assert counts(server) == (2, 0)
    assert len(tokens(server)) == 2


def test_a_token_whose_renewal_is_refused_is_replaced(bao, server, clock, open_store, approle, path):
    store = open_store(approle())
    locator = store.write(path, 1, VALUE)
    bao.ask("POST", "auth/token/revoke", token=tokens(server)[0])
    clock.wait(LEASE_S * 2 / 3 + 1)
    assert store.read(path, locator).reveal() == VALUE.reveal()
    assert counts(server) == (2, 1)


def test_a_lease_that_is_over_is_not_renewed_but_replaced(server, clock, open_store, approle, path):
    store = open_store(approle())
    locator = store.write(path, 1, VALUE)
    clock.wait(LEASE_S + 1)
    store.read(path, locator)
    assert counts(server) == (2, 0)


def test_after_its_token_was_revoked_the_store_logs_in_again_once(bao, server, open_store, approle, path):
    store = open_store(approle())
    locator = store.write(path, 1, VALUE)
    bao.ask("POST", "auth/token/revoke", token=tokens(server)[0])
    assert store.read(path, locator).reveal() == VALUE.reveal()
    assert counts(server) == (2, 0)


def test_what_stays_forbidden_after_one_more_login_is_forbidden(server, open_store, approle, path):
    store = open_store(approle(token_policies="default"))
    with pytest.raises(StoreForbidden):
        store.read(path, "1")
    assert counts(server) == (2, 0)


def test_a_renewal_that_meets_a_server_which_is_down_says_so(server, clock, open_store, approle, path):
    store = open_store(approle())
    locator = store.write(path, 1, VALUE)
    clock.wait(LEASE_S * 2 / 3 + 1)
    server.answer = lambda _: Reply(503, '{"errors": ["Vault is sealed"]}')
    with pytest.raises(StoreDown):
        store.read(path, locator)
    server.answer = lambda _: None
    assert store.read(path, locator).reveal() == VALUE.reveal()


def test_a_given_token_is_renewed_too(bao, server, clock, open_store, path):
    store = open_store(TokenLogin(Secret({"token": bao.token_for(ALL, ttl=f"{LEASE_S}s")})))
    locator = store.write(path, 1, VALUE)
    store.read(path, locator)
    assert (len(server.paths("/lookup-self")), counts(server)) == (1, (0, 0))
    clock.wait(LEASE_S * 2 / 3 + 1)
    store.read(path, locator)
    assert (len(server.paths("/lookup-self")), counts(server)) == (1, (0, 1))


def test_a_given_token_that_was_revoked_is_forbidden_and_a_new_one_in_its_file_is_taken(
    bao, open_store, path, tmp_path
):
    file = tmp_path / "token"
    old = bao.token_for(ALL)
    file.write_text(old)
    store = open_store(TokenLogin(file))
    locator = store.write(path, 1, VALUE)
    bao.ask("POST", "auth/token/revoke", token=old)
    with pytest.raises(StoreForbidden):
        store.read(path, locator)
    file.write_text(bao.token_for(ALL) + "\n")
    assert store.read(path, locator).reveal() == VALUE.reveal()


def test_a_given_token_that_may_not_look_itself_up_is_used_as_it_is(bao, open_store, path):
    bao.ask("PUT", "sys/policies/acl/bare", policy='path "secret/*" { capabilities = ["create", "read", "update"] }')
    made = bao.ask("POST", "auth/token/create", policies=["bare"], no_default_policy=True)
    store = open_store(TokenLogin(Secret({"token": made["auth"]["client_token"]})))
    assert store.read(path, store.write(path, 1, VALUE)).reveal() == VALUE.reveal()


def test_the_root_token_has_no_end_and_is_never_renewed(bao, server, clock, open_store, path):
    store = open_store(TokenLogin(Secret({"token": bao.token})))
    locator = store.write(path, 1, VALUE)
    clock.wait(10_000_000)
    store.read(path, locator)
    assert (len(server.paths("/lookup-self")), counts(server)) == (1, (0, 0))


def test_many_threads_share_one_login(server, open_store, approle, path):
    store = open_store(approle())
    together, found = threading.Barrier(6), []

    def work(number: int) -> None:
        together.wait(timeout=20)
        own = SecretPath(str(uuid.uuid4()), "books")
        found.append(store.read(own, store.write(own, 1, Secret({"n": str(number)}))).reveal() == {"n": str(number)})

    threads = [threading.Thread(target=work, args=[number]) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert found == [True] * 6
    assert counts(server) == (1, 0)


def test_after_closing_a_call_logs_in_anew(server, open_store, approle, path):
    store = open_store(approle())
    locator = store.write(path, 1, VALUE)
    store.close()
    assert store.read(path, locator).reveal() == VALUE.reveal()
    assert counts(server) == (2, 0)


def test_kubernetes_sends_role_and_the_files_token_to_its_mount(bao, clock, open_store, path, tmp_path, monkeypatch):
    def as_kubernetes(seen: Seen) -> Reply | None:
        if not seen.path.endswith("/login"):
            return None
        auth = {"client_token": bao.token_for(ALL), "accessor": "a", "policies": [ALL], "lease_duration": LEASE_S}
        return Reply(200, json.dumps({"auth": {**auth, "renewable": False}}))

    monkeypatch.setenv("VAULT_TOKEN", "of-somebody-else")
    jwt = tmp_path / "jwt"
    jwt.write_text("eyJ-first\n")
    with between(bao.address, as_kubernetes) as server:
        store = open_store(KubernetesLogin("reconciler", jwt, "cluster-one"), address=server.address)
        locator = store.write(path, 1, VALUE)
        jwt.write_text("eyJ-second\n")
        clock.wait(LEASE_S)
        assert store.read(path, locator).reveal() == VALUE.reveal()
    logins = [seen for seen in server.seen if seen.path.endswith("/login")]
    assert [(seen.method, seen.path) for seen in logins] == [("POST", "/v1/auth/cluster-one/login")] * 2
    assert [seen.body for seen in logins] == [
        {"role": "reconciler", "jwt": "eyJ-first"},
        {"role": "reconciler", "jwt": "eyJ-second"},
    ]
    assert not any("x-vault-token" in seen.headers for seen in logins)
    assert {seen.headers["x-vault-request"] for seen in server.seen} == {"true"}


def test_the_mount_of_kubernetes_is_the_usual_one_by_default(open_store, path, tmp_path):
    (tmp_path / "jwt").write_text("eyJ")
    login = KubernetesLogin("r", tmp_path / "jwt")
    with between(answer=lambda _: Reply(403, '{"errors": ["no"]}')) as server, pytest.raises(StoreForbidden):
        open_store(login, address=server.address).read(path, "1")
    assert [seen.path for seen in server.seen] == ["/v1/auth/kubernetes/login"]


def test_every_request_carries_the_namespace_and_namespaces_are_apart(bao, server, open_store, path):
    name = f"team-{secrets.token_hex(4)}"
    bao.ask("POST", f"sys/namespaces/{name}")
    bao.ask("POST", "sys/mounts/secret", namespace=name, type="kv", options={"version": "2"})
    login = TokenLogin(Secret({"token": bao.token}))
    inside, outside = open_store(login, namespace=name), open_store(login)
    locator = inside.write(path, 1, VALUE)
    assert {seen.headers.get("x-vault-namespace") for seen in server.seen} == {name}
    outside.write(path, 1, Secret({"token": "outside"}))
    assert inside.read(path, locator).reveal() == VALUE.reveal()
    assert outside.read(path, locator).reveal() == {"token": "outside"}


def test_a_token_for_one_organisation_reaches_that_one_alone(bao, open_store):
    bao.ask("PUT", "sys/policies/acl/own", policy=policy(OWN))
    whole = open_store(TokenLogin(Secret({"token": bao.token_for(ALL)})))
    narrow = open_store(TokenLogin(Secret({"token": bao.token_for("own")})))
    name = f"books-{secrets.token_hex(4)}"
    own, other = SecretPath(OWN, name), SecretPath(str(uuid.uuid4()), name)
    mine, theirs = narrow.write(own, 1, VALUE), whole.write(other, 1, VALUE)
    assert narrow.read(own, mine).reveal() == VALUE.reveal()
    for ask in (
        lambda: narrow.read(other, theirs),
        lambda: narrow.write(other, 2, VALUE),
        lambda: narrow.destroy(other, theirs),
        lambda: narrow.read(other, "77"),
    ):
        with pytest.raises(StoreForbidden):
            ask()
    narrow.destroy(own, mine)
    assert whole.read(other, theirs).reveal() == VALUE.reveal()


def test_the_policy_allows_nothing_outside_the_installation(bao, open_store, path):
    store = open_store(TokenLogin(Secret({"token": bao.token_for(ALL)})), prefix="reconciler/another")
    with pytest.raises(StoreForbidden):
        store.write(path, 1, VALUE)
