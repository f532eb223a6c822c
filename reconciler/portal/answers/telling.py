"""A record's story in sentences, in the language of whoever visits."""

from collections.abc import Sequence

from pydantic import BaseModel

from reconciler.engine.story import stories
from reconciler.portal.visiting import Visit
from reconciler.runs.story_words import Voice, sentence


class Sentence(BaseModel):
    """What one integration knows of a record. `state` is a standing, or waiting, withheld or out-of-scope."""

    integration: str
    category: str
    state: str
    sentence: str
    language: str


def sentences(visit: Visit, record: str) -> Sequence[Sentence]:
    """What every integration of the organisation knows of a record: a sentence each."""
    reading, voice = visit.parts.reading(), Voice(visit.zone, visit.language)
    return [
        Sentence(
            integration=each.integration,
            category=each.category.name,
            state=each.state,
            sentence=sentence(each, voice),
            language=visit.language,
        )
        for view in reading.overview.configured(visit.organization.name)
        for each in stories(reading, view, record)
    ]
