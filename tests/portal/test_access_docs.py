"""What the operations guide says about who may what is what the portal does."""

import re
from pathlib import Path

from reconciler.portal.answers.tokens import PEOPLES
from reconciler.portal.limits import RATES
from reconciler.portal.rights import BY_ROLE, RIGHTS
from reconciler.portal.texts.tokens import TEXTS

GUIDE = (Path(__file__).parents[2] / "docs/operations/portal.md").read_text(encoding="utf-8")


def cells(line: str) -> list[str]:
    return [each.strip() for each in line.strip().strip("|").split("|")]


def test_the_guide_says_what_each_role_may() -> None:
    table = GUIDE.partition("| Right |")[2].partition("\n\n")[0].splitlines()
    roles = cells(table[0])
    rows = [cells(line) for line in table[2:]]
    found = {
        role: {re.match(r"`(\w+)`", row[0])[1] for row in rows if row[1 + at] == "yes"} for at, role in enumerate(roles)
    }
    assert found == {role: set(rights) for role, rights in BY_ROLE.items()}
    assert [re.match(r"`(\w+)`", row[0])[1] for row in rows] == list(RIGHTS)


def test_the_guide_says_how_often_one_may_ask() -> None:
    table = GUIDE.partition("| Who |")[2].partition("\n\n")[0].splitlines()[2:]
    said = [(float(row[1]), float(row[2])) for row in map(cells, table)]
    kinds = ("address", "login", "logins", "reads", "deeds", "tokens")
    assert said == [(RATES[kind].burst, RATES[kind].a_second) for kind in kinds]


def test_each_right_has_words_and_those_of_people_are_named() -> None:
    assert {f"right.{each}" for each in RIGHTS} == {key for key in TEXTS if key.startswith("right.")}
    assert {"tokens", "approve"} == PEOPLES
    assert "`tokens` and `approve` are never given" in GUIDE
