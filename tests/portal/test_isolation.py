"""Nobody reaches another organisation: by no route of the portal, and by no statement of its database role."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from urllib.parse import urlsplit, urlunsplit
from uuid import uuid4

import httpx
import psycopg
import pytest
from parts.installation import TOKEN, WHERE, Installation
from parts.other_organization import (
    HER_NAME,
    HERS,
    THEIR_ADMIN,
    THEIR_NAME,
    THEIRS,
    add_organization,
    fill,
    owned_tables,
)
from parts.portal import (
    ADMIN,
    HOME,
    TWIN,
    Opened,
    Visitor,
    a_draft,
    a_link,
    a_new_report,
    a_proposal,
    draft_in,
    name_in,
    opened,
)

from reconciler.database.scoped import Scope
from reconciler.engine.beforehand import Order
from reconciler.engine.credentials import set_credential
from reconciler.engine.pause import resume, suspend
from reconciler.engine.pinned import pin
from reconciler.engine.requests import ask
from reconciler.portal.house import Parts
from reconciler.runs.suspension import Suspension
from reconciler.vaults.secret import Secret

OPEN = {"/login", "/logged-out", "/healthz", "/readyz", "/api/v1/openapi.json", "/static/{digest}/{name}"}
"""What anybody may ask for."""
OWN = {"/", "/account", "/api/v1/account", "/logins", "/api/v1/logins", "/api/v1/organizations"}
"""What names no organisation, and asks who is logged in."""
GATES = {"/login/begin", "/login/callback", "/login/demo", "/logout", "/language", "/account/leave"}
WHO = "/{organization}"
SHARED = {"installation", "definitions", "leases", "installation_keys", "allowances", "breakers", "alembic_version"}
LOGINS = {"portal_sessions", "portal_attempts", "portal_logins"}
FORBIDDEN = (
    "update public.organization_integrations set mode = 'observe'",
    "insert into public.feature_flags select * from public.feature_flags",
    "delete from reconciler.schedules",
    "update reconciler.schedules set cron = '* * * * *'",
    "update reconciler.organizations set body = '{}'",
    "insert into reconciler.definitions values ('d', 'k', 'n', '{}', now())",
    "insert into reconciler.applied_revisions default values",
    "delete from reconciler.exclusions",
    "update reconciler.voices set account = 'kari'",
    "delete from reconciler.voices",
    "insert into reconciler.switches default values",
    "update reconciler.switches set ended_at = now()",
    "insert into reconciler.runs default values",
    "update reconciler.runs set state = 'succeeded'",
    "update reconciler.run_requests set requested_by = 'kari'",
    "delete from reconciler.exports",
    "truncate reconciler.exports",
    "delete from reconciler.export_payloads",
    "delete from reconciler.export_numbers",
    "update reconciler.export_history set state = 'sent'",
    "delete from reconciler.export_history",
    "update reconciler.audit set actor = 'kari'",
    "delete from reconciler.audit",
    "truncate reconciler.audit",
    "update reconciler.portal_logins set account = 'kari'",
    "delete from reconciler.portal_logins",
    "delete from reconciler.portal_tokens",
    "delete from reconciler.credentials",
    "update reconciler.installation set name = 'mine'",
    "update reconciler.installation_keys set wrapped_key = ''",
    "update reconciler.conditions set reason = 'Applied'",
    "update reconciler.reports_frozen set frozen_by = 'kari'",
    "delete from reconciler.reports_frozen",
    "update reconciler.reports set body = '{}'",
    "update app.expense_claims set status = 'approved'",
    "alter table reconciler.schedules disable row level security",
    "create table reconciler.mine (n int)",
    "create policy mine on reconciler.exports using (true)",
)


@contextmanager
def holder(installation: Installation) -> Iterator[Installation]:
    """The installation as a portal has it: with a login that is a member of the portal's role, and no more."""
    name = f"portal_{uuid4().hex}"
    installation.sql(f"create role {name} login password 'a-password-of-a-test' in role reconciler_portal")
    url = urlsplit(installation.settings.database_url)
    host = url.netloc.rpartition("@")[2]
    mine = urlunsplit(url._replace(netloc=f"{name}:a-password-of-a-test@{host}"))
    yield replace(installation, settings=replace(installation.settings, database_url=mine))
    installation.sql(f"drop role {name}")


def declared(portal: Opened) -> list[tuple[str, str]]:
    """Every (method, path) of the application, of both faces."""
    found, left = [], list(portal.server._server.config.app.app.routes)
    while left:
        each = left.pop()
        if inner := getattr(each, "original_router", None):
            left.extend(inner.routes)
        else:
            found += [(method, each.path) for method in sorted(each.methods - {"HEAD"})]
    return sorted(found, key=lambda each: (each[1], each[0]))


REQUEST = """
    with made as (
        insert into reconciler.run_requests (id, organization_id, integration, requested_by, requested_at)
        select gen_random_uuid(), id, 'xledger', 'somebody', now() from reconciler.organizations
        where name = 'blindeforbundet' returning id)
    select id from made"""


def named(installation: Installation, token: str) -> dict[str, str]:
    """Things of hers that exist, by what paths call them."""

    def one(query: str) -> str:
        [(value,)] = installation.sql(f"{query} limit 1")
        return str(value)

    return {
        "organization": HER_NAME,
        "integration": "xledger",
        "token": token,
        "request": one(REQUEST),
        "draft": a_draft(installation),
        "link": a_link(installation),
        "report": a_new_report(installation),
        "run": one("select id from reconciler.runs"),
        "record": one("select record_id from reconciler.exports"),
        "document": one("select id from reconciler.exports"),
        "export": one("select id from reconciler.exports"),
        "category": one("select category from reconciler.exports"),
        "credential": one("select name from reconciler.credentials"),
        "year": "2025",
        "file": "MANIFEST",
        "number": a_proposal(installation),
        "version": "1",
    }


def filled(path: str, names: dict[str, str]) -> str:
    names = {**names, "name": name_in(path), "draft": names[draft_in(path)]}
    missing = set(re.findall(r"{(\w+)", path)) - names.keys()
    assert not missing, f"say in `named` what of hers stands for {missing} in {path}"
    return re.sub(r"{(\w+)(:\w+)?}", lambda found: names[found[1]], path)


def asked(client: httpx.Client, method: str, path: str, **more: object) -> int:
    with client.stream(method, path, **more) as answer:
        return answer.status_code


def test_no_route_leads_to_another_organisation(installation: Installation) -> None:
    installation.sync()
    with psycopg.connect(installation.settings.database_url) as connection:
        add_organization(connection)
    with opened(installation) as portal:
        hers, theirs, nobody = portal.enter(ADMIN), portal.enter(THEIR_ADMIN), portal.client()
        token = made(hers, TWIN)
        program = portal.client()
        program.headers["authorization"] = f"Bearer {made(theirs, TWIN.replace(HER_NAME, THEIR_NAME))['value']}"
        names = named(installation, token["id"])
        assert installation.run("report", "freeze", HER_NAME, "bufdir") == 0
        routes = declared(portal)
        assert {path for _, path in routes if WHO not in path} - OPEN - OWN - GATES == set()
        inside = [(method, path) for method, path in routes if WHO in path]
        assert len(inside) >= 6
        own = {"headers": {"x-csrf": theirs.csrf, "origin": portal.address}}
        before = counted(installation)
        for method, path in inside:
            here = filled(path, names)
            page = path.startswith("/o/")
            by_session = asked(theirs.client, method, here, **own)
            assert by_session == 404, f"{method} {path}"
            live = path.endswith("/events")
            assert asked(program, method, here) in ({303, 401, 403} if page else {404}), f"{method} {path} by a token"
            without = asked(nobody, method, here, **own)
            closed = {303} if page and method == "GET" and not live else {401, 403}
            assert without in closed, f"{method} {path} by nobody"
            nowhere = here.replace(HER_NAME, "no-such-organisation")
            assert asked(theirs.client, method, nowhere, **own) == 404
            if method == "GET":
                status = asked(hers.client, method, here)
                assert status not in (303, 401, 403, 404), f"{method} {path}: what is asked for is there: {status}"
        for path in {path for _, path in inside}:
            for other in {"GET", "POST", "PUT", "PATCH", "DELETE"} - {each for each, at in inside if at == path}:
                assert asked(theirs.client, other, filled(path, names), **own) == 405, f"{other} {path}"
        assert counted(installation) == before, "nothing was written"
        for path in sorted(OWN & {path for _, path in routes}):
            assert asked(nobody, "GET", path) in (303, 401), path
        assert installation.sql("select revoked_at from reconciler.portal_tokens where id = %s", token["id"]) == [
            (None,)
        ]


def made(visitor: Visitor, twin: str) -> dict:
    answer = visitor.tell(f"{twin}/tokens", {"name": "n", "scopes": ["see", "audit", "decide"], "ends": "2026-04-01"})
    assert answer.status_code == 200, answer.text
    return answer.json()


def counted(installation: Installation) -> dict[str, int]:
    """How many rows of hers there are in each table."""
    with psycopg.connect(installation.settings.database_url) as connection:
        return {
            table: connection.execute(
                f"select count(*) from {table} where {column}::text = any(%s)", [[str(HERS), HER_NAME]]
            ).fetchone()[0]
            for table, column in owned_tables(connection).items()
        }


def test_a_portal_with_the_rights_of_its_role_alone_works(installation: Installation) -> None:
    installation.sync()
    with holder(installation) as pod, opened(pod) as portal:
        visitor = portal.enter(ADMIN)
        page = visitor.get(HOME)
        assert (page.status_code, visitor.get(TWIN).json()["integrations"][0]["name"]) == (200, "xledger")
        token = made(visitor, TWIN)
        program = portal.client()
        program.headers["authorization"] = f"Bearer {token['value']}"
        assert program.get(TWIN).status_code == 200
        assert visitor.post(f"{HOME}/tokens/{token['id']}/revoke", sure="yes").status_code == 303
        deeds(portal, installation)
        assert visitor.post("/logout").status_code == 303
    assert installation.sql("select count(*) from reconciler.audit where action like 'token%%'") == [(2,)]


def deeds(portal: Opened, installation: Installation) -> None:
    """What the engine does for a visit of hers, with a connection that is held to her organisation."""
    house = portal.server.house
    scope = Scope(house.lines, str(HERS))
    try:
        world = Parts(house, scope, ADMIN).world()
        assert set_credential(world, *WHERE, Secret({"token": TOKEN})).verdict.ok
        pinned = pin(world.applied.applied(*WHERE), house.now)
        suspend(world, pinned, Suspension("person", "the auditor looks", ADMIN, house.now))
        assert [each.author for each in resume(world, pinned)] == [ADMIN]
        requested = ask(world, Order(*WHERE, "manual", uuid4()))
    finally:
        scope.close()
    assert installation.sql("select id from reconciler.run_requests") == [(requested,)]


def test_what_is_not_the_portals_to_do_is_refused(installation: Installation) -> None:
    with holder(installation) as pod, psycopg.connect(pod.settings.database_url, autocommit=True) as connection:
        connection.execute("select set_config('reconciler.organization', %s, false)", [str(HERS)])
        for statement in FORBIDDEN:
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(statement)


def test_the_database_shows_each_organisation_its_own_rows_and_without_a_name_none(installation: Installation) -> None:
    with psycopg.connect(installation.settings.database_url) as connection:
        add_organization(connection)
        fill(connection)
        tables = owned_tables(connection)
        seen = connection.execute(
            "select n.nspname || '.' || c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace"
            " where c.relkind in ('r', 'p') and n.nspname in ('reconciler', 'public')"
            " and has_table_privilege('reconciler_portal', c.oid, 'select')"
        ).fetchall()
    rest = {name.partition(".")[2] for (name,) in seen} - {name.partition(".")[2] for name in tables}
    assert rest == SHARED | LOGINS | {"organizations"}, "each table is divided, or named here"
    with holder(installation) as pod, psycopg.connect(pod.settings.database_url, autocommit=True) as connection:
        for whose, name in ((HERS, HER_NAME), (THEIRS, THEIR_NAME)):
            connection.execute("select set_config('reconciler.organization', %s, false)", [str(whose)])
            assert connection.execute("select id, name from reconciler.organizations").fetchall() == [(whose, name)]
            for table, column in tables.items():
                own = whose if column == "organization_id" else name
                found = connection.execute(f"select distinct {column} from {table}").fetchall()
                assert found == [(own,)], table
                _nothing_of_others(connection, table, column, THEIRS if whose == HERS else HERS)
        for nobody in ("", str(uuid4())):
            connection.execute("select set_config('reconciler.organization', %s, false)", [nobody])
            for table in [*tables, "reconciler.organizations", "public.record_exports"]:
                rows = connection.execute(f"select count(*) from {table}").fetchone()
                assert rows == (0,), table


def _nothing_of_others(connection: psycopg.Connection, table: str, column: str, other: object) -> None:
    """Their rows are not changed or deleted, and none is written in their name."""
    whose = other if column == "organization_id" else {HERS: HER_NAME, THEIRS: THEIR_NAME}[other]
    for statement in (
        f"update {table} set {column} = {column} where {column} = %s",
        f"delete from {table} where {column} = %s",
    ):
        try:
            done = connection.execute(statement, [whose]).rowcount
        except psycopg.errors.InsufficientPrivilege:
            continue
        assert done == 0, statement
    for statement in (f"update {table} set {column} = %s", f"insert into {table} ({column}) values (%s)"):
        with pytest.raises((psycopg.errors.InsufficientPrivilege, psycopg.errors.RaiseException)):
            connection.execute(statement, [whose])
