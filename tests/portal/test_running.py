"""docs/operations/portal-running.md leads who keeps an installation: its login is enough, its values make a portal."""

import re
import secrets
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest
from parts.chart import CHART, ROOT, helm
from parts.installation import Installation
from parts.portal import ADMIN, HOME, STRANGER, TWIN, opened
from ruamel.yaml import YAML

from reconciler.database.scoped import Scope
from reconciler.engine.pause import suspend
from reconciler.engine.pinned import pin
from reconciler.errors import Blocked
from reconciler.portal.house import Parts
from reconciler.portal.serving import Server
from reconciler.runs.credential import SecretPath
from reconciler.runs.suspension import Suspension
from reconciler.vaults.secret import Secret

PAGE = (ROOT / "docs/operations/portal-running.md").read_text("utf-8")
CLUSTER = (ROOT / "docs/operations/cluster.md").read_text("utf-8")
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```", re.MULTILINE | re.DOTALL)


def block(page: str, language: str) -> str:
    (found,) = [text for word, text in BLOCK.findall(page) if word == language]
    return found


@pytest.fixture
def login(installation: Installation) -> Iterator[str]:
    """The address of the installation's database, for a login as the page has it made."""
    name = f"web_{secrets.token_hex(4)}"
    url = installation.settings.database_url
    with psycopg.connect(url, autocommit=True) as admin:
        admin.execute(re.sub(r"\breconciler_web\b", name, block(PAGE, "sql")))
        try:
            yield psycopg.conninfo.make_conninfo(url, user=name, password="the password of the portal")
        finally:
            admin.execute(
                "select pg_terminate_backend(pid) from pg_stat_activity where usename = %s and pid <> pg_backend_pid()",
                [name],
            )
            admin.execute(f"drop owned by {name}")
            admin.execute(f"drop role {name}")


def test_the_login_of_the_page_is_enough_for_a_portal(installation: Installation, login: str):
    installation.settings = replace(installation.settings, database_url=login)
    with opened(installation) as portal:
        assert portal.client().get("/readyz").status_code == 200
        visitor = portal.enter(ADMIN)
        assert visitor.get(HOME).status_code == 200
        assert [each["name"] for each in visitor.get(TWIN).json()["integrations"]] == ["xledger"]
        assert portal.enter(STRANGER).get(TWIN).status_code == 404


def test_whoever_takes_the_login_sees_no_organisation_unnamed_and_configures_nothing(login: str):
    with psycopg.connect(login, autocommit=True) as taken:
        for table in ("organizations", "credentials", "exports", "audit"):
            assert taken.execute(f"select count(*) from reconciler.{table}").fetchone() == (0,), table
        for refused in (
            "update reconciler.organizations set name = name",
            "delete from reconciler.exports",
            "delete from reconciler.audit",
            "update reconciler.portal_logins set account = ''",
            "create table reconciler.x (n int)",
            "set role reconciler_runner",
            "update app.expense_claims set amount = 1",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                taken.execute(refused)


def test_a_login_that_is_no_member_is_told_so_at_the_start(installation: Installation, login: str):
    user = psycopg.conninfo.conninfo_to_dict(login)["user"]
    with psycopg.connect(installation.settings.database_url, autocommit=True) as admin:
        admin.execute(f"revoke reconciler_portal from {user}")
    portal = {"RECONCILER_PORTAL_LISTEN": "127.0.0.1:0", "RECONCILER_PORTAL_LOGIN": "demo"}
    with pytest.raises(Blocked) as told:
        Server(replace(installation.settings, database_url=login, portal=portal))
    assert told.value.message == f"the database login '{user}' is no member of reconciler_portal"
    assert f"grant reconciler_portal to {user}" in told.value.hint


@pytest.mark.parametrize("version", [3, 4])
def test_the_values_of_the_page_make_a_portal_of_the_release_of_the_other_page(version, tmp_path):
    files = []
    for name, page in (("values", CLUSTER), ("portal", PAGE)):
        (tmp_path / f"{name}.yaml").write_text(block(page, "yaml"))
        files += ["--values", str(tmp_path / f"{name}.yaml")]
    done = helm(version, "template", "reconciler", str(CHART), "--namespace", "reconciler", *files)
    assert done.returncode == 0, done.stderr
    found = [each for each in YAML(typ="safe").load_all(done.stdout) if each]
    kinds = {each["kind"] for each in found if each["metadata"]["name"] == "reconciler-portal"}
    assert kinds == {
        *("ConfigMap", "Deployment", "Ingress", "NetworkPolicy", "PodDisruptionBudget"),
        *("Service", "ServiceAccount"),
    }
    (pod,) = [each for each in found if each["kind"] == "Deployment" and "portal" in each["metadata"]["name"]]
    commands = [text for word, text in BLOCK.findall(PAGE) if word == "sh" and "kubectl" in text]
    secret = {each["secret"]["secretName"] for each in pod["spec"]["template"]["spec"]["volumes"] if "secret" in each}
    for name in {*secret, "reconciler-database"}:
        assert re.search(rf"secret (generic )?{name} ", "".join(commands)), name


def test_every_value_that_the_page_names_is_one():
    values = YAML(typ="safe").load((CHART / "values.yaml").read_text("utf-8"))
    named = re.findall(r"`((?:portal|networkPolicy|database|repository)\.[A-Za-z.]+)(?:: \w+)?`", PAGE)
    assert len(named) > 5
    for each in named:
        found = values
        for part in each.split("."):
            found = found[part]


def test_a_portal_in_which_no_credentials_are_set_asks_and_stops_without_a_key_and_opens_nothing(
    installation: Installation, tmp_path: Path
):
    """Its home is empty, as a pod's is: it makes no key of its own either."""
    installation.settings = replace(installation.settings, home=tmp_path / "pod")
    with opened(installation, credentials="0") as portal:
        house = portal.server.house
        nobody = Scope(house.lines)
        (own,) = Parts(house, nobody).people().memberships(ADMIN)
        nobody.close()
        tables = Scope(house.lines, own.id)
        world = Parts(house, tables, ADMIN).world()
        now = world.clock.now()
        pinned = pin(world.applied.applied("blindeforbundet", "xledger"), now)
        suspend(world, pinned, Suspension("person", "closing of the year", ADMIN, now, now + timedelta(days=1)))
        for needs_one in (
            lambda: world.fingerprint(b"x"),
            lambda: world.pseudonym(own.id, "x"),
            lambda: world.store("local").write(SecretPath(own.id, "xledger"), 2, Secret({"token": "x"})),
        ):
            with pytest.raises(Blocked):
                needs_one()
        tables.close()
    assert not (tmp_path / "pod").exists()
