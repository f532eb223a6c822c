"""What is special to KV v2, on a real OpenBao. What every store promises is in `contracts/test_secret_stores.py`."""

import secrets
import uuid

import pytest
from parts.openbao import OpenBao, server_of, start
from parts.openbao_between import Reply, Seen, between

from reconciler.clock import SystemClock
from reconciler.errors import Bug, SecretGone, StoreConflict, StoreDown, StoreForbidden, UsageError
from reconciler.runs.credential import SecretPath
from reconciler.vaults.hashicorp import VaultStore
from reconciler.vaults.hashicorp_settings import TokenLogin, VaultSettings
from reconciler.vaults.secret import Secret


@pytest.fixture(scope="module")
def bao(pytestconfig) -> OpenBao:
    return server_of(pytestconfig)


@pytest.fixture
def prefix() -> str:
    return f"tests/{secrets.token_hex(6)}"


@pytest.fixture
def path() -> SecretPath:
    return SecretPath(str(uuid.uuid4()), "books")


@pytest.fixture
def open_store(request, bao, prefix):
    def opened(address: str = bao.address, **more) -> VaultStore:
        settings = {"login": TokenLogin(Secret({"token": bao.token})), "prefix": prefix, **more}
        store = VaultStore(VaultSettings(address, settings.pop("login"), "tests", **settings), SystemClock())
        request.addfinalizer(store.close)
        return store

    return opened


def token(value: str) -> Secret:
    return Secret({"token": value})


def values(store: VaultStore, path: SecretPath, locators: list[str]) -> list[str]:
    return [store.read(path, locator).reveal()["token"] for locator in locators]


def test_a_path_shows_our_number_and_nothing_secret_in_its_metadata(bao, open_store, prefix, path):
    locator = open_store().write(path, 7, token("the value"))
    shown = bao.ask("GET", f"secret/metadata/{prefix}/{path}")["data"]
    assert locator == "1"
    assert (shown["max_versions"], shown["custom_metadata"]) == (50, {"version": "7"})
    stored = bao.ask("GET", f"secret/data/{prefix}/{path}")["data"]["data"]
    assert stored == {"version": 7, "fields": {"token": "the value"}}


def test_the_installation_names_the_folder_where_no_prefix_is_given(bao, open_store, path):
    open_store(prefix="").write(path, 1, token("one"))
    assert bao.ask("GET", f"secret/data/reconciler/tests/{path}")["data"]["data"]["version"] == 1


def test_more_versions_than_the_engine_keeps_by_itself_stay_readable(open_store, path):
    store = open_store()
    locators = [store.write(path, number, token(f"v{number}")) for number in range(1, 13)]
    assert values(store, path, locators) == [f"v{number}" for number in range(1, 13)]


def test_no_readable_version_ever_drops_out(bao, open_store, prefix, path):
    store = open_store()
    first = store.write(path, 1, token("in use"))
    for number in range(2, 52):
        bao.ask("POST", f"secret/data/{prefix}/{path}", data={"version": number, "fields": {"token": f"v{number}"}})
        if number == 30:
            bao.ask("POST", f"secret/metadata/{prefix}/{path}", max_versions=60)
    last = store.write(path, 60, token("last"))
    more = [store.write(path, number, token("more")) for number in range(61, 71)]
    assert values(store, path, [first, last, more[-1]]) == ["in use", "last", "more"]


def test_what_people_wrote_into_the_metadata_stays(bao, open_store, prefix, path):
    where = f"secret/metadata/{prefix}/{path}"
    bao.ask("POST", where, max_versions=80, custom_metadata={"owner": "kari"}, delete_version_after="1h")
    open_store().write(path, 1, token("one"))
    shown = bao.ask("GET", where)["data"]
    assert (shown["max_versions"], shown["custom_metadata"]) == (80, {"owner": "kari", "version": "1"})
    assert shown["delete_version_after"] == "0s"


def test_a_write_by_somebody_else_between_look_and_write_is_a_conflict_and_nothing_is_written(
    bao, open_store, prefix, path
):
    first = open_store().write(path, 1, token("one"))

    def overtake(seen: Seen) -> None:
        if seen.method == "POST" and "/data/" in seen.path:
            theirs = {"version": 2, "fields": {"token": "theirs"}}
            bao.ask("POST", f"secret/data/{prefix}/{path}", options={"cas": 1}, data=theirs)

    with between(bao.address, overtake) as server, pytest.raises(StoreConflict):
        open_store(server.address).write(path, 2, token("ours"))
    assert values(open_store(), path, [first, "2"]) == ["one", "theirs"]
    with pytest.raises(SecretGone):
        open_store().read(path, "3")


def test_two_who_write_the_first_version_at_once_do_not_overwrite_each_other(bao, open_store, prefix, path):
    def overtake(seen: Seen) -> None:
        if seen.method == "POST" and "/data/" in seen.path:
            bao.ask("POST", f"secret/data/{prefix}/{path}", data={"version": 1, "fields": {"token": "theirs"}})

    with between(bao.address, overtake) as server, pytest.raises(StoreConflict):
        open_store(server.address).write(path, 1, token("ours"))
    assert values(open_store(), path, ["1"]) == ["theirs"]


def test_a_version_that_somebody_deleted_softly_is_gone_and_the_next_can_be_written(bao, open_store, prefix, path):
    store = open_store()
    first, second = store.write(path, 1, token("one")), store.write(path, 2, token("two"))
    bao.ask("DELETE", f"secret/data/{prefix}/{path}")
    with pytest.raises(SecretGone):
        store.read(path, second)
    with pytest.raises(StoreConflict):
        store.write(path, 1, token("again"))
    third = store.write(path, 3, token("three"))
    assert values(store, path, [first, third]) == ["one", "three"]


def test_a_path_that_was_wiped_is_gone_and_begins_anew(bao, open_store, prefix, path):
    store = open_store()
    locator = store.write(path, 4, token("four"))
    bao.ask("DELETE", f"secret/metadata/{prefix}/{path}")
    with pytest.raises(SecretGone):
        store.read(path, locator)
    assert values(store, path, [store.write(path, 5, token("five"))]) == ["five"]


@pytest.mark.parametrize("theirs", [{"token": "by hand"}, {"version": "1", "fields": {}}, {"version": 1, "fields": 2}])
def test_what_somebody_else_put_there_is_neither_read_nor_overwritten(bao, open_store, prefix, path, theirs):
    bao.ask("POST", f"secret/data/{prefix}/{path}", data=theirs)
    with pytest.raises(SecretGone):
        open_store().read(path, "1")
    with pytest.raises(StoreConflict):
        open_store().write(path, 2, token("ours"))
    assert bao.ask("GET", f"secret/data/{prefix}/{path}")["data"]["data"] == theirs


@pytest.mark.parametrize("what", [{"mount": "nowhere"}, {"namespace": "nobody"}])
def test_a_missing_engine_or_namespace_is_not_taken_for_absence(open_store, path, what):
    store = open_store(**what)
    for ask in (lambda: store.read(path, "1"), lambda: store.write(path, 1, token("x"))):
        with pytest.raises(StoreForbidden):
            ask()


@pytest.mark.parametrize(
    "reply",
    [
        Reply(404, "<h1>no such page</h1>", "text/html"),
        Reply(404, '{"errors": ["no handler for route"]}'),
        Reply(404, '{"message": "not here"}'),
        Reply(404, '{"data": null}'),
    ],
    ids=["a page", "no route", "another API", "no data"],
)
def test_a_404_of_something_else_is_not_taken_for_absence(open_store, path, reply):
    with between(answer=lambda _: reply) as server:
        store = open_store(server.address, login=TokenLogin(Secret({"token": "t"})))
        for ask in (lambda: store.read(path, "1"), lambda: store.write(path, 1, token("x"))):
            with pytest.raises(StoreForbidden):
                ask()


def test_a_redirect_is_not_followed_and_the_token_goes_nowhere_else(bao, open_store, path):
    with between(bao.address) as elsewhere:
        moved = Reply(307, location=f"{elsewhere.address}/v1/here")
        with between(bao.address, lambda seen: None if "/auth/" in seen.path else moved) as server:
            store = open_store(server.address)
            asks = [lambda: store.read(path, "1"), lambda: store.write(path, 1, token("x"))]
            for ask in [*asks, lambda: store.destroy(path, "1")]:
                with pytest.raises(StoreDown):
                    ask()
        assert elsewhere.seen == []


def test_an_answer_with_another_version_than_asked_for_is_not_read(bao, open_store, path):
    open_store().write(path, 1, token("one"))
    shown = '{"data": {"data": {"version": 1, "fields": {"token": "x"}}, "metadata": {"version": 2}}}'
    with between(bao.address, lambda seen: Reply(200, shown) if "/data/" in seen.path else None) as server:
        store = open_store(server.address)
        with pytest.raises(StoreDown):
            store.read(path, "1")


def test_the_environment_changes_nothing(bao, open_store, path, monkeypatch, tmp_path):
    (tmp_path / ".netrc").write_text("machine 127.0.0.1 login somebody password else\n")
    for name, value in [
        ("HTTP_PROXY", "http://127.0.0.1:9"), ("VAULT_TOKEN", "another"), ("VAULT_ADDR", "http://127.0.0.1:9"),
        ("VAULT_NAMESPACE", "another"), ("REQUESTS_CA_BUNDLE", "/nowhere"), ("HOME", str(tmp_path)),
    ]:  # fmt: skip
        monkeypatch.setenv(name, value)
    with between(bao.address) as server:
        store = open_store(server.address)
        assert values(store, path, [store.write(path, 1, token("one"))]) == ["one"]
    assert {seen.headers["x-vault-token"] for seen in server.seen} == {bao.token}
    assert not any({"authorization", "x-vault-namespace"} & set(seen.headers) for seen in server.seen)


@pytest.mark.parametrize("part", ["..", ".", "a/b", "A", "", "å", "a b", "a\n"])
def test_a_path_with_other_letters_is_our_bug_and_is_not_asked_for(bao, open_store, part):
    with between(bao.address) as server:
        store = open_store(server.address)
        for path in (SecretPath(part, "books"), SecretPath(str(uuid.uuid4()), part)):
            for ask in (store.read, store.destroy):
                with pytest.raises(Bug):
                    ask(path, "1")
            with pytest.raises(Bug):
                store.write(path, 1, token("x"))
    assert server.seen == []


@pytest.mark.parametrize(
    "address",
    ["http://vault.example.org:8200", "ftp://127.0.0.1", "127.0.0.1:8200", "", "https://me:secret@vault.example.org"],
)
def test_an_address_that_would_show_a_token_is_refused(address):
    with pytest.raises(UsageError) as raised:
        VaultSettings(address, TokenLogin(Secret({"token": "t"})), "tests")
    assert "secret@" not in str(raised.value)


def test_a_sealed_server_and_then_a_stopped_one_are_down(open_store, path):
    own = start()
    try:
        login = TokenLogin(Secret({"token": own.token}))
        store, fresh = open_store(own.address, login=login), open_store(own.address, login=login)
        locator = store.write(path, 1, token("one"))
        own.ask("POST", "sys/seal")
        for asked in (store, fresh):
            with pytest.raises(StoreDown, match="sealed"):
                asked.read(path, locator)
    finally:
        own.stop()
    with pytest.raises(StoreDown, match="reached"):
        store.read(path, locator)


def test_a_file_of_authorities_that_is_not_there_is_no_reason_to_try_again(open_store, path, tmp_path):
    store = open_store("https://127.0.0.1:9", ca_file=tmp_path / "ca.pem")
    with pytest.raises(StoreForbidden, match="file"):
        store.read(path, "1")
