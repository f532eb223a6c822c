"""What keeps runs from beginning or asking, and what is amiss with a credential, in both languages."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from reconciler.runs.allowance import Usage
from reconciler.runs.credential import Version, warnings
from reconciler.runs.credential_words import fault, remark
from reconciler.runs.still_words import Said, allowance, ended, standing_still
from reconciler.runs.suspension import Suspension
from reconciler.runs.views import EndedExclusion

AT = datetime(2026, 3, 2, 7, tzinfo=UTC)
LATER = AT + timedelta(days=1)
OSLO = "Europe/Oslo"
VERSION = Version(
    *("5f0c", "accounts", 3, "current", "local", "v3", "••••abcd", "f", None, "kari", AT, AT, AT, None, None, "")
)


def test_a_suspension_says_who_since_when_until_when_and_why():
    person = Suspension("person", "årsoppgjøret pågår", "kari", AT, LATER)
    assert standing_still(person, OSLO, "nb") == (
        "satt på pause siden 2. mars 2026 kl. 08.00 av kari til 3. mars 2026 kl. 08.00: årsoppgjøret pågår"
    )
    credential = Suspension("credential", "401 {reason}", "scheduler", AT)
    assert standing_still(credential, OSLO) == (
        "paused since 2026-03-02 08:00 CET, scheduled runs are skipped: 401 {reason}"
    )


def test_an_allowance_says_what_is_used_and_what_is_in_the_way():
    usage = Usage(90, 10, 500, 50, AT, LATER, "quota spent", {"write": (LATER, "three failures")})
    assert list(allowance(usage, OSLO, "nb")) == [
        Said(
            "100 av 500 forespørsler er brukt, og av dem er 50 holdt av til spørsmål; kvoten begynner på nytt"
            " 2. mars 2026",
            "note",
        ),
        Said("mottakersystemet blir ikke spurt før 3. mars 2026 kl. 08.00: quota spent"),
        Said("ingenting sendes før 3. mars 2026 kl. 08.00: three failures"),
    ]
    assert not list(allowance(replace(usage, quota=None, closed_until=None, shut={}), OSLO))


def test_an_exclusion_that_is_over_names_its_last_day():
    over = EndedExclusion("forening", "ferie", "2026-03-01", features=True, origin="")
    assert ended(over, "nb").startswith("unntaket «ferie» gjaldt til og med 1. mars 2026; funksjonene er på igjen")
    assert ended(replace(over, until="snart", features=False), "nb") == "unntaket «ferie» gjaldt til og med snart"


@pytest.mark.parametrize(
    ("version", "english", "norwegian"),
    [
        (VERSION, [], []),
        (
            replace(VERSION, state="revoked"),
            ["has ended, and its value is still in the store: the next one that is set destroys it"],
            ["er avsluttet, men verdien ligger fortsatt i lageret: den slettes neste gang en ny settes"],
        ),
        (replace(VERSION, expires_at=AT), ["has expired"], ["er utløpt"]),
        (replace(VERSION, expires_at=LATER), ["expires within 1 day"], ["utløper innen 1 dag"]),
        (replace(VERSION, expires_at=AT + timedelta(days=20)), ["expires within 30 days"], ["utløper innen 30 dager"]),
        (replace(VERSION, expires_at=AT + timedelta(days=31)), [], []),
        (
            replace(VERSION, tested_at=None, problem="network", last_used_at=AT - timedelta(days=91)),
            ["was never tested", "failed its last test (network)", "was last used on 2025-12-01"],
            ["er aldri testet", "besto ikke den siste testen (nettverket)", "ble sist brukt 1. desember 2025"],
        ),
        (
            replace(VERSION, created_at=AT - timedelta(days=91), last_used_at=None),
            ["was never used"],
            ["er aldri brukt"],
        ),
    ],
)
def test_what_is_amiss_with_a_credential_is_said_in_both_languages(version, english, norwegian):
    found = warnings(version, AT)
    assert [remark(each) for each in found] == english
    assert [remark(each, "nb") for each in found] == norwegian


def test_a_party_that_a_type_of_ones_own_blames_is_named_as_it_is():
    assert (fault("the moon", "nb"), fault("client secret", "nb")) == ("the moon", "klienthemmeligheten")
