"""A planted credential is in nothing that any verb prints, logs, writes down or dies with."""

import signal
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import click
import pytest
from parts.canary import typing
from parts.installation import WHERE, Installation, ended
from parts.quoting import ANSWERS
from parts.watch import Watch

from reconciler.cli.main import VERBS, cli
from reconciler.settings import Sealed, Settings

REASON = ("--reason", "the canary has sung")
FRESH = ("--root", "{fresh}")
NEW_ID = "0b8f3c52-1d0e-4d5c-9a51-31b4f1d0a0ff"
CLAIMS = ("--category", "expense_claims", "--since", "2026-01-01")
VALUES = ("--value", "debit.account.code=7140", "--value", "credit.account.code=2910")
ARGUMENTS: dict[str, tuple[str, ...]] = {
    "validate": ("--root", "{config}"),
    "plan": ("--root", "{config}"),
    "apply": ("--root", "{config}"),
    "review": ("--root", "{config}", "--base", "HEAD", "--database"),
    "approvals": ("--root", "{config}"),
    "approve": (WHERE[0], "--root", "{config}", "--yes", *REASON),
    "preview": (*WHERE, "--root", "{config}"),
    "controller": ("--let-go",),
    "portal": (),
    "reconcile": ("--wait", "0"),
    "sync": WHERE,
    "requests list": WHERE[:1],
    "requests run": (),
    "scheduler": ("--once",),
    "chores list": (),
    "chores run": (),
    "suspend": (*WHERE, *REASON),
    "resume": WHERE,
    "pin": (WHERE[0], "HEAD", *REASON, "--until", "2d", "--root", "{config}"),
    "rollback": (WHERE[0], "--to", "HEAD", "--pin", *REASON, "--until", "2d", "--root", "{config}"),
    "status": (),
    "notify": WHERE[:1],
    "why": (WHERE[0], "{record}"),
    "erase": (WHERE[0], "--expired"),
    "exports reconcile": WHERE,
    "exports adopt": WHERE,
    "statement": (*WHERE, "--month", "2026-03"),
    "exports list": WHERE[:1],
    "exports show": (WHERE[0], "{refused}"),
    "exports retry": (WHERE[0], "{refused}"),
    "exports give-up": (WHERE[0], "{refused}", *REASON),
    "exports answer": (WHERE[0], "{refused}", "--received"),
    "exports hold": (WHERE[0], "{unsent}", *REASON),
    "exports holds": WHERE[:1],
    "exports release": (WHERE[0], "{unsent}"),
    "exports resend": (WHERE[0], "{refused}", *REASON),
    "exports approve": WHERE[:1],
    "report check": (WHERE[0], "bufdir"),
    "report build": (WHERE[0], "bufdir", "--into", "{package}"),
    "report freeze": (WHERE[0], "bufdir"),
    "report handed-over": (WHERE[0], "bufdir", "--receipt", "KV-1", "--by", "kari", "--on", "2026-03-01"),
    "report compare": (WHERE[0], "bufdir"),
    "credentials set": WHERE,
    "credentials rotate": WHERE,
    "credentials test": WHERE,
    "credentials restore": WHERE,
    "credentials status": WHERE[:1],
    "credentials audit": WHERE[:1],
    "credentials rewrap": ("--new-key",),
    "credentials revoke": (*WHERE, "2", *REASON),
    "schedule explain": ("30 3 * * 1-5",),
    "schedule next": WHERE[:1],
    "schema": ("Integration",),
    "schema write": ("{folder}",),
    "migrate": (),
    "simulators list": (),
    "simulators start": ("nothing",),
    "demo": ("--fill",),
    "init": ("{fresh}",),
    "new organization": ("laget", "--id", NEW_ID, "--title", "Laget", "--number", "974760673", *FRESH),
    "new integration": ("laget", "--type", WHERE[1], "--set", "entity=31008", *CLAIMS, *FRESH),
    "new export": ("laget", WHERE[1], "--category", "mileage_claims", "--since", "2026-01-01", *FRESH),
    "new mapping": ("laget", WHERE[1], "expense_claims", *VALUES, *FRESH),
    "new schedule": ("laget", WHERE[1], "--every", "daily", *FRESH),
    "new exclusion": ("laget", "signup", "--feature", "course_signup", *REASON, *FRESH),
    "import": (WHERE[0], *FRESH),
    "explain": ("orgs/laget/organization.yaml:7", *FRESH),
}
"""Every verb, in an order that makes sense, and something to say to it."""
FORMS = ("text", "json")
TYPED = ("credentials set", "credentials rotate")
SECRETIVE = [
    "sync",
    "status",
    "exports reconcile",
    "exports adopt",
    *(name for name in ARGUMENTS if name.startswith("credentials ")),
]
"""Those that have to do with a credential's value, or with what came of it."""

Run = Callable[..., int]


def leaves(group: click.Group, prefix: str = "") -> Iterator[tuple[str, click.Command]]:
    """Every command that does something, by its words."""
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        if isinstance(command, click.Group):
            yield from leaves(command, f"{prefix}{name} ")
        if not isinstance(command, click.Group) or command.invoke_without_command:
            yield f"{prefix}{name}", command


LEAVES = dict(leaves(cli))


@pytest.fixture
def say(here: Installation, watch: Watch, give: Callable[..., int], tmp_path: Path) -> Run:
    """Says a verb in both forms; gives the exit code of each."""

    def said(name: str, form: str = "text", settings: Settings | None = None, text: str = "") -> int:
        here.at += 60 if name == "sync" else 1  # time goes on: what was sent is looked for, and a pace is kept
        record = here.sql("select id from app.expense_claims order by id limit 1")[0][0]
        refused = "select reference from reconciler.exports where state <> 'sent' order by id limit 1"
        unsent = (
            "select id from app.expense_claims where receipt is null and status = 'approved' and organization_id ="
            " (select id from reconciler.organizations limit 1) order by id limit 1"
        )
        one = {"refused": here.sql(refused), "unsent": here.sql(unsent)}
        known = {key: found[0][0] if found else "" for key, found in one.items()}
        known |= {"config": here.repository, "record": record, "folder": tmp_path / "schemas", "fresh": tmp_path / form}
        known |= {"package": tmp_path / f"package-{form}"}
        arguments = [*name.split(), *(each.format_map(known) for each in ARGUMENTS[name])]
        if any("--format" in each.opts for each in LEAVES[name].params):
            arguments += ["--format", form]
        if name in TYPED:
            return give(*arguments, text=text, installation=replace(here, settings=settings or here.settings))
        return watch.verb(tuple(arguments), replace(here, settings=settings or here.settings)._now())

    return said


def test_every_verb_is_listened_to():
    assert {name.split()[0] for name in ARGUMENTS} == set(VERBS)
    assert set(ARGUMENTS) == set(LEAVES)


def test_no_verb_lets_it_out_when_all_goes_well(planted, say, watch, leaked):
    codes = {f"{name} {form}": say(name, form) for form in FORMS for name in ARGUMENTS}
    expected = {"simulators start text": 2, "simulators start json": 2, "sync text": 6}
    expected |= {f"exports {verb} {form}": code for verb, code in (("answer", 4), ("resend", 5)) for form in FORMS}
    expected |= {f"reconcile {form}": 75 for form in FORMS}  # no controller runs here
    expected |= {f"portal {form}": 2 for form in FORMS}  # nobody says how people log in
    # What was frozen and handed over in the first form stays so in the second; by then the data are others.
    expected |= {"report freeze json": 4, "report handed-over json": 2, "report compare json": 3}
    assert {name: code for name, code in codes.items() if code} == expected
    assert "is saved as version" in watch.of("credentials set")
    assert len(watch.of("log ")) > 10_000
    assert leaked() == []


def test_a_simulator_does_not_say_what_it_takes(here, canary):
    process = here.process("simulators", "start", "xledger", "--token", canary.first)
    line = process.stdout.readline()
    process.send_signal(signal.SIGTERM)
    code, output = ended(process)
    assert line.startswith("ready http://127.0.0.1:")
    assert code == 0
    assert canary.found_in(line + output) == set()


def test_what_an_outside_system_quotes_goes_no_further(planted, server, say, watch, leaked):
    codes = {}
    for name, answer in ANSWERS.items():
        server.says = answer
        planted.sql("update reconciler.exports set state = 'not_applied' where state = 'rejected'")  # some to send
        codes[name] = [say("credentials test", "json"), say("credentials rotate"), say("sync")]
    server.says = None
    say("status")
    say("why")
    assert {name: code for name, code in codes.items() if code[:2] != [5, 5] or code[2] == 0} == {}
    assert "••••••••" in watch.of("credentials test")
    assert leaked() == []


def broken_value(here: Installation) -> Settings:
    here.sql("update reconciler.secret_values set ciphertext = set_byte(ciphertext, 0, 255 - get_byte(ciphertext, 0))")
    return here.settings


def lost_value(here: Installation) -> Settings:
    here.sql("delete from reconciler.secret_values")
    return here.settings


def half_database(here: Installation) -> Settings:
    here.sql("alter table reconciler.secret_values rename to elsewhere")
    return here.settings


def narrow_database(here: Installation) -> Settings:
    here.sql("alter table reconciler.credentials add constraint no check (version < 3)")
    here.sql("alter table reconciler.secret_values add constraint no check (version < 3)")
    return here.settings


DAMAGED: dict[str, Callable[[Installation], Settings]] = {
    "the value was changed": broken_value,
    "the value is lost": lost_value,
    "the store's table is lost": half_database,
    "the database refuses what is written": narrow_database,
}
MISLED: dict[str, dict[str, object]] = {
    "the database is down": {"database_url": "postgresql://x@127.0.0.1:1/x"},
    "the key is another": {"key": Sealed("ab" * 32), "home": Path("/nonexistent")},
    "the key is no key": {"key": Sealed("zz" * 32)},
    "the store is one that is not there": {"store": "nowhere"},
    "the place is another": {"simulators": {"xledger": "http://127.0.0.1:1/graphql"}},
    "the environment is not allowed": {"environments": ("sandbox",)},
    "there is no such crash point": {"crash_at": "nonsense"},
}


@pytest.mark.parametrize("damages", DAMAGED.values(), ids=DAMAGED)
def test_no_verb_lets_it_out_when_something_is_damaged(damages, planted, say, leaked):
    settings = damages(planted)
    codes = {name: say(name, "json", settings) for name in SECRETIVE}  # errors speak in both forms then
    assert any(code in (2, 5, 70, 75) for code in codes.values())
    assert leaked() == []


def test_no_verb_lets_it_out_when_the_settings_mislead_it(planted, say, leaked):
    codes = {}
    for name, wrong in MISLED.items():
        settings = replace(planted.settings, **wrong)
        codes[name] = {say(verb, "json", settings) for verb in ("sync", *TYPED, "credentials test", "status")}
        planted.at += 15
    assert {name: found for name, found in codes.items() if not found & {2, 5, 70, 75}} == {}
    assert leaked() == []


BAD = {
    "two lines": lambda canary: f"{canary.value}\n{canary.value}",
    "letters that no header carries": lambda canary: f"{canary.value}æøå",
    "far too long": lambda canary: canary.value * 1200,
    "an unknown one": lambda canary: canary.value[::-1],
}


@pytest.mark.parametrize("bad", BAD.values(), ids=BAD)
def test_a_value_that_is_refused_is_not_repeated(bad, canary, say, leaked):
    assert say("credentials set", "json", text=bad(canary)) in (2, 5)
    assert leaked() == []


def test_a_value_that_is_not_utf8_is_not_repeated(here, canary, watch, leaked):
    with typing(canary.value.encode() + b"\xff") as descriptor:
        assert watch.verb(("credentials", "set", *WHERE, "--fd", str(descriptor)), here._now()) == 2
    assert watch.of("error UsageError")
    assert leaked() == []


IN_A_SYNC = [
    "reconciler.database.ledger.LedgerTable.record",
    "reconciler.adapters.graphql.GraphqlAdapter.send",
    "reconciler.database.credentials.CredentialTable.used",
]
INSIDE = [
    *IN_A_SYNC,
    "reconciler.adapters.edge.Edge.ask",
    "reconciler.adapters.edge.httpx.Client.send",
    "reconciler.adapters.edge.httpx.Client.build_request",
    "reconciler.adapters.edge.Edge.__init__",
    "reconciler.adapters.edge.cleaned",
    "reconciler.adapters.graphql.GraphqlAdapter.__init__",
    "reconciler.adapters.graphql.proven",
    "reconciler.database.credentials.CredentialTable.stored",
    "reconciler.database.credentials.CredentialTable.promote",
    "reconciler.vaults.envelope.Envelopes.new_key",
    "reconciler.vaults.envelope.LocalKey.wrap",
    "reconciler.vaults.envelope.LocalKey.unwrap",
    "reconciler.vaults.keyring.Keyring.fingerprint",
    "reconciler.vaults.local._bound",
    "reconciler.vaults.local._key",
]
"""Places below which, or beside which, the value is at some moment."""


def test_an_error_of_ours_shows_its_trace_and_no_value(planted, say, watch, leaked, monkeypatch):
    def fails(*given: object, **more: object) -> None:
        del given, more  # a frame of the test's own shows nothing
        raise LookupError("an error inside")

    codes: dict[str, int] = {}
    for place in INSIDE:
        with monkeypatch.context() as patch:
            patch.setattr(place, fails)
            codes[place] = say("sync" if place in IN_A_SYNC else "credentials rotate")
        planted.at += 15  # what was left pending is given up
    assert {place: code for place, code in codes.items() if code != 70} == {}
    assert (watch.of("credentials") + watch.of("sync")).count("Traceback") >= len(INSIDE)
    assert watch.of("error inside").count("an error inside") >= len(INSIDE)
    assert leaked() == []
