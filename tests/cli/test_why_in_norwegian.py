"""The stories of real records in Norwegian, as a page tells them: no command, and nobody's name for a target."""

from collections import Counter

import psycopg

from reconciler.cli.reading import reading
from reconciler.engine.story import stories
from reconciler.runs.story import Answer
from reconciler.runs.story_words import Voice, predicate, sentence
from reconciler.settings import Settings

VOICE = Voice("Europe/Oslo", "nb")
MINE = "organization_id = '5f0c7b52-8d0e-4d5c-9a51-31b4f1d0a007'"
RECORDS = f"""
    (select id::text from app.expense_claims where {MINE} and receipt is null and status = 'approved' order by 1)
    union all (select id::text from app.expense_claims where {MINE} order by 1 limit 30)
    union all (select id::text from app.mileage_claims where {MINE} order by 1 limit 30)"""


def told(settings: Settings) -> list[Answer]:
    with psycopg.connect(settings.database_url) as connection:
        records = [row[0] for row in connection.execute(RECORDS).fetchall()]
    with reading(settings) as found:
        views = found.overview.integrations("blindeforbundet", 0)
        return [answer for record in records for view in views for answer in stories(found, view, record)]


def test_every_record_has_a_norwegian_story_without_a_command(connected, send):
    before = told(connected)
    send()
    answers = [*before, *told(connected)]
    states = Counter(each.state for each in answers)
    assert {"waiting", "withheld", "out-of-scope", "sent", "rejected"} <= set(states), states
    for answer in answers:
        said = sentence(answer, VOICE)
        assert said.startswith(("Utleggskrav ", "Kjøregodtgjørelse ")), said
        assert "reconciler " not in said
        assert "simulator:" not in said
    words = {predicate(each, VOICE) for each in answers}
    assert "er holdt tilbake: kvittering mangler" in words
    assert "venter på neste kjøring (tirsdag 3. mars 2026 kl. 03.30)" in words
    assert any(each.startswith("er ikke med i denne eksporten: status er ikke approved") for each in words)
    sent = [each for each in words if each.startswith("ble sendt til Xledger (entity 31007) som nummer 2026")]
    assert all(each.endswith(" den 2. mars 2026 kl. 08.00 (ikke bokført der ennå)") for each in sent)
    assert sent
