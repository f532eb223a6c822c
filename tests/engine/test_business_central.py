"""HLF's claims in Business Central: whole vouchers, once each, posted once a run, and never over a correction."""

import json
import signal
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import psycopg
import pytest
from parts.business_central import CLIENT, LINES, SECRET, Company, company, entry
from parts.installation import START, Installation, batches_of, committed, example
from parts.models import Models

from reconciler.demo.filling import fill
from reconciler.demo.people import BLINDEFORBUNDET
from reconciler.engine.credentials import set_credential
from reconciler.settings import Settings
from reconciler.simulators.business_central.company import JOURNAL
from reconciler.vaults.secret import Secret

WHERE = ("hlf", "accounts")
CENTER = '        - {to: costCenter, value: "310"}\n'
HLF = "2b7f9c04-6d1e-4f3a-8c52-90e7a4d1b6c3"
BATCH, KEPT = 10, 12
"""Claims: one batch of ten, and two more."""
TAKE_OVER = """
    update app.expense_claims set organization_id = %s, approved_at = '2026-02-10 10:00+01' where id in (
        select id from app.expense_claims
        where organization_id = %s and status = 'approved' and receipt is not null limit %s)"""
LATER = 40
"""Minutes after which a lost answer is asked about: `request_life` is over."""


@pytest.fixture(scope="session")
def _company() -> Iterator[Company]:
    with company() as found:
        yield found


@pytest.fixture
def books(_company: Company) -> Company:
    """An empty journal, no faults armed."""
    _company.reset()
    return _company


@pytest.fixture
def here(models: Models, url_for: Callable[[str], str], books: Company, tmp_path: Path) -> Iterator[Installation]:
    """HLF's example, applied, with a tested secret and claims that are due; and an empty journal."""
    with models.own("hlf accounts", partial(installed, books.base), tmp_path, url_for) as found:
        books.reset()
        yield found


def installed(address: str, database_url: str, folder: Path) -> Installation:
    config = example(folder / "config", WHERE[0])
    batches_of(BATCH, 2, config, "business_central")
    with psycopg.connect(database_url) as connection:
        fill(connection)
        connection.execute("delete from app.expense_claims where organization_id = %s", [HLF])
        connection.execute(TAKE_OVER, [HLF, BLINDEFORBUNDET, KEPT])
    settings = Settings(database_url=database_url, home=folder / "home", actor="kari", clock_start=START)
    made = Installation(replace(settings, simulators={"business_central": address}), config)
    assert made.run("apply", "--root", str(config)) == 0
    assert set_credential(made.world(), *WHERE, Secret({"client_id": CLIENT, "client_secret": SECRET})).verdict.ok
    return made


def sync(here: Installation) -> int:
    return here.run("sync", *WHERE, minutes=LATER)


def settled(here: Installation) -> None:
    """Later syncs until every fate is known and posted, and one that finds nothing more to do."""
    for _ in range(4):
        sync(here)
        if here.states() == {"posted": KEPT}:
            break
    assert sync(here) == 0
    assert here.states() == {"posted": KEPT}


def test_claims_become_vouchers_once_and_are_posted_in_one_call(here: Installation, books: Company) -> None:
    assert sync(here) == 0
    assert len(books.vouchers()) == KEPT
    assert books.once()
    assert books.books()["lines"] == []
    assert here.states() == {"sent": KEPT}
    assert sync(here) == 0
    assert here.states() == {"posted": KEPT}
    requests = books.books()["requests"]
    assert (requests["batches"], requests["posts"], requests["patches"], requests["deletes"]) == (2, 1, 0, 0)


def test_a_claims_cost_center_arrives_with_its_cost_as_the_mapping_and_the_settings_say(
    here: Installation, books: Company
) -> None:
    config = here.repository
    for file, old, new in (
        ("integrations/accounts.yaml", "  credentials:", "    cost_center_dimension: AVDELING\n  credentials:"),
        ("mappings/accounts-expense-claims.yaml", "    - name: payable", f"{CENTER}    - name: payable"),
    ):
        path = config / "orgs/hlf" / file
        path.write_text(path.read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")
    committed(config, "cost centres")
    assert here.run("apply", "--root", str(config)) == 0
    settled(here)
    posted = books.books()["posted"]
    assert books.once()
    below = {each["accountNumber"]: each.get("dimensionSetLines") for each in posted}
    assert below.pop("2910") is None
    assert list(below.values()) == [[{"code": "AVDELING", "valueCode": "310"}]] * len(below)


def test_the_app_is_told_the_family_and_everybody_else_the_type(
    here: Installation, books: Company, capsys: pytest.CaptureFixture[str]
) -> None:
    query = "select integration_type from public.organization_integrations where name = 'accounts'"
    assert here.sql(query) == [("dynamics",)]
    assert here.run("plan", "--exit-code", "--root", str(here.repository)) == 0
    capsys.readouterr()
    here.run("status", "hlf", "--format", "json")
    shown = json.loads(capsys.readouterr().out)
    assert "business_central" in json.dumps(shown)
    here.sql("update public.organization_integrations set integration_type = 'xledger' where name = 'accounts'")
    assert here.run("plan", "--exit-code", "--root", str(here.repository)) == 3


@pytest.mark.parametrize(
    ("fault", "more"),
    [
        ("lose_response_before_commit", {}),
        ("lose_response_after_commit", {}),
        ("timeout_after_commit", {"status": 504}),
        ("garbage", {}),
        ("other_ids", {}),
        ("throttle", {"times": 3}),
        ("throttle", {"on": "operation", "times": 2}),
        ("refuse", {"status": 503, "on": "operation"}),
        ("lose_response_before_commit", {"on": "post"}),
        ("lose_response_after_commit", {"on": "post"}),
        ("timeout_after_commit", {"on": "post", "status": 408}),
        ("throttle", {"on": "post", "times": 3}),
        ("throttle", {"on": "post", "times": 9}),
        ("reject_credential", {"on": "post", "times": 2}),
    ],
)
def test_whatever_becomes_of_an_answer_each_voucher_is_there_once_in_the_end(
    here: Installation, books: Company, fault: str, more: dict
) -> None:
    books.arm(fault, **more)
    assert sync(here) in {0, 5, 75}
    books.calm()
    settled(here)
    assert len(books.vouchers()) == KEPT
    assert books.once()


@pytest.mark.parametrize("place", ["after:send", "before:post", "after:post", "after:record"])
def test_a_killed_sync_is_finished_by_the_next_ones(
    here: Installation, books: Company, forking: str, place: str
) -> None:
    code, output = here.fork(forking, "sync", *WHERE, crash_at=place)
    assert code == -signal.SIGKILL, output
    settled(here)
    assert len(books.vouchers()) == KEPT
    assert books.once()


def test_one_refused_claim_goes_alone_and_its_mapping_line_is_named(here: Installation, books: Company) -> None:
    books.control("/_company", drop_account="6800")
    count = "select count(*) from app.expense_claims where organization_id = %s and expense_type = 'materials'"
    ((bad,),) = here.sql(count, HLF)
    assert 0 < bad < KEPT
    assert sync(here) == 6
    rejected = here.sql("select code, field, origin from reconciler.exports where state = 'rejected'")
    assert len(rejected) == bad
    assert {(code, field) for code, field, _ in rejected} == {("Internal_InvalidTableRelation", "accountNumber")}
    assert all(origin.startswith("orgs/hlf/mappings/accounts-expense-claims.yaml:") for *_, origin in rejected)
    assert len(books.vouchers()) == KEPT - bad
    assert books.once()


def test_what_cannot_be_posted_stays_sent_says_why_and_is_posted_once_it_can_be(
    here: Installation, books: Company, capsys: pytest.CaptureFixture[str]
) -> None:
    books.control("/_company", closed_through="2026-02-28")
    capsys.readouterr()
    assert sync(here) == 5
    said = books.books()["said"]
    shown = capsys.readouterr()
    assert said.split("  CorrelationId")[0] in shown.out + shown.err
    assert here.states() == {"sent": KEPT}
    assert len(books.books()["lines"]) == 2 * KEPT
    books.control("/_company", closed_through="2025-12-31")
    settled(here)
    assert books.once()
    assert books.books()["requests"]["batches"] == 2


def test_an_accountants_correction_in_the_journal_is_never_overwritten(here: Installation, books: Company) -> None:
    books.control("/_company", block="2910")  # so that the vouchers wait for somebody
    assert sync(here) == 5
    number = next(iter(books.vouchers()))
    books.control(
        "/_correct", where={"documentNumber": number, "accountNumber": "2910"}, values={"description": "Rettet"}
    )
    books.control("/_company", unblock="2910")
    settled(here)
    texts = {each["description"] for each in books.books()["entries"] if each["documentNumber"] == number}
    assert "Rettet" in texts
    assert books.books()["requests"]["patches"] == 0


def test_an_accountants_other_amount_is_shown_as_drift_and_not_sent_again(here: Installation, books: Company) -> None:
    books.control("/_company", block="2910")
    assert sync(here) == 5
    number = next(iter(books.vouchers()))
    for place, amount in (("cost", 1.0), ("payable", -1.0)):
        where = {"documentNumber": number} | ({"accountNumber": "2910"} if place == "payable" else {})
        books.control("/_correct", where=where, values={"amount": amount})
    books.control("/_company", unblock="2910")
    for _ in range(3):
        sync(here)
    assert here.states() == {"posted": KEPT - 1, "drifted": 1}
    assert sorted(books.vouchers()[number]) == [-1.0, 1.0]


def test_a_voucher_that_an_accountant_posted_first_is_learnt_and_nothing_is_posted_twice(
    here: Installation, books: Company
) -> None:
    books.arm("throttle", on="post", times=9)
    sync(here)
    books.calm()
    books.control("/_post", journal=JOURNAL)
    assert sync(here) == 0
    assert here.states() == {"posted": KEPT}
    assert books.books()["requests"]["posts"] == 0


def test_a_posting_that_waits_is_made_by_a_run_that_sends_nothing(here: Installation, books: Company) -> None:
    books.control("/_company", closed_through="2026-12-31")
    assert sync(here) == 5
    books.control("/_company", closed_through="2025-12-31")
    batches = books.books()["requests"]["batches"]
    assert sync(here) == 0
    assert books.books()["requests"]["batches"] == batches
    assert books.books()["requests"]["posts"] == 1


@pytest.mark.parametrize("on", ["write", "post"])
def test_a_token_that_ends_in_mid_run_is_fetched_anew_without_a_word(
    here: Installation, books: Company, on: str
) -> None:
    books.arm("reject_credential", on=on, times=1)
    assert sync(here) == 0
    settled(here)
    assert books.once()


def test_a_journal_that_holds_nothing_of_ours_is_not_posted(here: Installation, books: Company) -> None:
    assert sync(here) == 0
    theirs = entry(number="G00001", reference="THEIRS")
    books.ask("POST", LINES, {**theirs, "amount": 7.0})
    books.ask("POST", LINES, {**theirs, "amount": -7.0, "accountNumber": "2910"})
    for _ in range(2):
        assert sync(here) == 0
    assert len(books.books()["lines"]) == 2
    assert books.books()["requests"]["posts"] == 1


def withdraw(here: Installation, number: int) -> int:
    words = ("--withdraw", "--reason", "The account was blocked after it went")
    return here.run("exports", "answer", WHERE[0], str(number), *words, minutes=1)


@pytest.fixture
def staged(here: Installation, books: Company) -> Installation:
    """Vouchers that wait in the journal: posting them was refused."""
    books.control("/_company", block="2910")
    sync(here)
    assert here.states() == {"sent": KEPT}
    assert len(books.books()["lines"]) == 2 * KEPT
    return here


def test_a_staged_voucher_is_removed_whole_proved_gone_and_goes_once_more(
    staged: Installation, books: Company, capsys: pytest.CaptureFixture[str]
) -> None:
    [(number,)] = staged.sql("select number from reconciler.exports order by id limit 1")
    books.arm("lose_response_after_commit")
    assert withdraw(staged, number) == 5
    assert "nobody knows whether number" in capsys.readouterr().err
    assert staged.states() == {"sent": KEPT}
    assert withdraw(staged, number) == 0  # what is gone is not asked to go
    assert str(number) not in books.vouchers()
    assert books.books()["requests"]["deletes"] == 2
    trail = "select action from reconciler.audit where action like 'export-%%' and detail ->> 'number' = %s order by id"
    assert [row[0] for row in staged.sql(trail, str(number))] == ["export-remove", *["export-withdraw"] * 2]
    books.control("/_company", unblock="2910")
    for _ in range(3):
        sync(staged)
    assert staged.states() == {"posted": KEPT, "voided": 1}
    assert books.once()
    assert len(books.vouchers()) == KEPT
    assert withdraw(staged, number + 1) == 4  # what is posted is never removed


def test_what_was_posted_since_we_looked_is_not_removed(
    staged: Installation, books: Company, capsys: pytest.CaptureFixture[str]
) -> None:
    [(number,)] = staged.sql("select number from reconciler.exports order by id limit 1")
    books.control("/_company", unblock="2910")
    books.control("/_post", journal=JOURNAL)
    assert withdraw(staged, number) == 4
    assert "is posted there" in capsys.readouterr().err
    assert books.books()["requests"]["deletes"] == 0


@pytest.mark.parametrize("place", ["after:write_down", "after:withdraw"])
def test_a_withdrawal_that_was_killed_may_be_said_again(
    staged: Installation, books: Company, forking: str, place: str
) -> None:
    [(number,)] = staged.sql("select number from reconciler.exports order by id limit 1")
    words = ("exports", "answer", WHERE[0], str(number), "--withdraw", "--reason", "The account was blocked")
    staged.at += 1
    code, output = staged.fork(forking, *words, crash_at=place)
    assert code == -signal.SIGKILL, output
    assert staged.states() == {"sent": KEPT}
    staged.at += 10  # the lease of the dead process is over
    assert withdraw(staged, number) == 0
    assert str(number) not in books.vouchers()
    assert books.books()["requests"]["deletes"] == 2
    books.control("/_company", unblock="2910")
    sync(staged)
    assert books.once()
    assert len(books.vouchers()) == KEPT


def test_a_posted_voucher_is_reversed_and_goes_once_more(here: Installation, books: Company) -> None:
    settled(here)
    [(number, account)] = here.sql(
        "select e.number, o.body -> 'people' -> 0 ->> 'account' from reconciler.exports e"
        " join reconciler.organizations o on o.id = e.organization_id order by e.id limit 1"
    )
    people = "update reconciler.organizations set body = jsonb_set(body, '{people,0,roles}', '[\"accountant\"]')"
    here.sql(people)
    words = ("--reverse", "--reason", "The wrong account was booked", "--confirm", "1")
    before = replace(here, settings=replace(here.settings, actor=account))
    assert before.run("exports", "resend", WHERE[0], str(number), *words) == 0
    for _ in range(5):
        sync(here)
    assert here.states() == {"posted": KEPT + 2}
    assert books.once()
    chain = "select epoch, purpose, number from reconciler.exports where record_id = (select record_id from"
    rows = here.sql(f"{chain} reconciler.exports where number = %s) order by id", number)
    assert [row[:2] for row in rows] == [(1, "document"), (1, "reversal"), (2, "document")]
    first, back, again = (books.vouchers()[str(row[2])] for row in rows)
    assert [-each for each in back] == first == again
