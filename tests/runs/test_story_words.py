"""A record's story as it is told: in Norwegian as an accountant would write it, and without any command."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from reconciler.runs.operations import Decided
from reconciler.runs.story import Answer, Clause, Due, Named, NextSync, Told, question
from reconciler.runs.story_clauses import CLAUSES
from reconciler.runs.story_words import Voice, asked, say, sentence
from reconciler.runs.views import ExportRow
from reconciler.selections.reasons import Why

AT = datetime(2026, 3, 2, 7, tzinfo=UTC)
OSLO = "Europe/Oslo"
NORWEGIAN, ENGLISH = Voice(OSLO, "nb"), Voice(OSLO, "en")
TARGET = Named("sandbox:accounts:31007:voucher", {"en": "Accounts (entity 31007)", "nb": "Regnskapet (selskap 31007)"})
TUESDAY = NextSync("forening", "accounts", datetime(2026, 3, 3, 2, 30, tzinfo=UTC), OSLO)
BY_HAND = NextSync("forening", "accounts")
SENT = {"target": TARGET, "number": 12, "at": AT, "since": AT}
SAID = Decided(AT, "kari", "export-received", "sett i kontoutskriften", {})
HELD = ExportRow(
    *("accounts", TARGET.name, "claims", "5f0c", 1, "REF-12", 12, "held", 1, Decimal("1450.5"), "blind", "", ""),
    *("the connection was lost.", "", "", None, AT, AT),
)
TOLD = Told("dimension {9999} does not exist", "", "department", "")
SENTENCES = {
    "posted": (
        Clause("posted", SENT),
        "ble sendt til Regnskapet (selskap 31007) som nummer 12 den 2. mars 2026 kl. 08.00 (bokført)",
    ),
    "refused": (
        Clause("rejected", SENT | {"told": TOLD}),
        "ble avvist: «dimension {9999} does not exist» (felt department)",
    ),
    "later": (
        Clause("not_applied", SENT | {"told": Told("", "http-503", "", ""), "due": Due(TUESDAY, AT)}),
        (
            "er ikke kommet fram: http-503; det prøves igjen ved neste kjøring (tirsdag 3. mars 2026 kl. 03.30),"
            " tidligst 2. mars 2026 kl. 08.00"
        ),
    ),
    "no schedule": (Clause("waiting", {"next": BY_HAND}), "venter på neste kjøring (det er ingen tidsplan)"),
    "answered": (
        Clause("received", SENT | {"said": SAID}),
        (
            "kom fram til Regnskapet (selskap 31007) som nummer 12, slik kari opplyste den 2. mars 2026 kl. 08.00"
            " (begrunnelse: sett i kontoutskriften)"
        ),
    ),
    "nobody is known": (
        Clause("received", SENT | {"said": None}),
        "kom fram til Regnskapet (selskap 31007) som nummer 12",
    ),
    "missing": (
        Clause("withheld", {"reasons": (Why("missing", {"field": "receipt", "label": "kvittering"}),)}),
        "er holdt tilbake: kvittering mangler",
    ),
    "excluded": (
        Clause(
            "withheld",
            {"reasons": (Why("by-exclusion", {"name": "ferie", "reason": "stengt", "while": date(2026, 8, 1)}),)},
        ),
        "er holdt tilbake til og med 1. august 2026 av unntaket «ferie» (begrunnelse: stengt)",
    ),
}


@pytest.mark.parametrize("name", SENTENCES)
def test_a_clause_reads_well_in_norwegian(name: str):
    clause, words = SENTENCES[name]
    assert say(clause, NORWEGIAN) == words


def test_a_sentence_begins_with_what_people_call_the_record():
    category = Named("claims", {"en": "Claims", "nb": "Utleggskrav"})
    answer = Answer("accounts", category, "5f0c", "waiting", (Clause("waiting", {"next": TUESDAY}),))
    assert sentence(answer, NORWEGIAN) == "Utleggskrav 5f0c venter på neste kjøring (tirsdag 3. mars 2026 kl. 03.30)"
    specs = Voice(OSLO, titled=False)
    assert sentence(answer, specs) == "claims 5f0c waits for the next sync (Tue 2026-03-03 03:30 CET)"


def test_the_question_of_a_held_document_is_a_sentence_of_its_own():
    assert asked(HELD, "forening", NORWEGIAN, TARGET) == (
        "Er nummer 12 på kr 1 450,50 kommet fram til Regnskapet (selskap 31007)? Svaret gikk tapt (the connection was"
        " lost), og mottakersystemet kan ikke spørres og ville tatt en gjentakelse for et nytt bilag. Se etter REF-12"
        " der. Ingenting skjer før noen har svart"
    )
    assert asked(HELD, "forening", ENGLISH).endswith("Until somebody answers it stays as it is")


def test_only_whoever_brings_commands_hears_them():
    orders = {"question": ": answer {organization} {number}", "by-hand": ": sync {organization} {integration}"}
    voice = Voice(OSLO, orders=orders)
    assert say(question(HELD, "forening"), voice).endswith("it stays as it is: answer forening 12")
    assert say(Clause("waiting", {"next": BY_HAND}), voice).endswith("(there is no schedule: sync forening accounts)")


def test_what_came_from_outside_is_never_read_as_a_template():
    told = Told("{number} {0} {target.name} %s", "", "{order}", "{reasons}")
    for language in ("en", "nb"):
        said = say(Clause("rejected", SENT | {"told": told}), Voice(OSLO, language))
        assert "{number} {0} {target.name} %s" in said
        assert "{order}, {reasons}" in said


@pytest.mark.parametrize("key", CLAUSES)
def test_every_clause_can_be_told_in_both_languages(key: str):
    reasons = (Why("gone"),)
    values = SENT | {"told": TOLD, "due": Due(BY_HAND), "next": BY_HAND, "state": "odd", "integration": "accounts"}
    values |= {"reasons": reasons, "outside": reasons, "count": 500, "who": "ola", "request": 3, "reason": "feil"}
    values |= {
        "said": SAID,
        "wanted": SAID,
        "by": None,
        "amount": None,
        "lost": "",
        "held_for": "odd",
        "reference": "R",
    }
    for voice in (NORWEGIAN, ENGLISH):
        said = say(Clause(key, values), voice)
        assert said.strip()
        assert not set("{}") & set(said.replace("{9999}", ""))
