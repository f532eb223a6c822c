"""Whoever a connection test may lay a failure at has words in both languages, and so has what to do."""

import re

from parts.installation import ROOT

from reconciler.portal.texts.faults import KEYS, TEXTS, key_of


def test_every_fault_that_a_type_declares_has_words_of_its_own() -> None:
    types = "\n".join(each.read_text(encoding="utf-8") for each in (ROOT / "specs/integration-types").glob("*.yaml"))
    declared = {each.strip() for each in re.findall(r"who: ([^,}\n]+)", types)}
    declared |= set(re.findall(r"confirms:\s+- \{setting: (\w+)", types))
    assert {"tenant", "entity", "privilege"} <= declared
    assert {each for each in declared if key_of(each) == "other"} == set()


def test_every_fault_says_which_part_it_is_and_what_to_do() -> None:
    wanted = {f"fault.{key}{end}" for key in {*KEYS.values(), "other"} for end in ("", ".do")}
    assert wanted == set(TEXTS)
    assert all(said["nb"] and said["en"] and said["nb"] != said["en"] for said in TEXTS.values())
