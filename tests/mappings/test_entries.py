"""Values that become entries of a list below their line: the integration's settings say what each entry is about."""

import pytest

CENTER, PROJECT = {"to": "center", "value": "310"}, {"to": "project", "value": "P1"}
CODES = {"center_code": "AVDELING", "project_code": "PROSJEKT"}


def test_values_stand_in_the_payload_as_any_other(world) -> None:
    assert world.field(CENTER, {}, settings=CODES) == "310"


@pytest.mark.parametrize("missing", CODES)
def test_without_its_setting_such_a_field_cannot_be_mapped(world, missing: str) -> None:
    [(_, message)] = world.clashes(CENTER, PROJECT, settings={key: CODES[key] for key in CODES if key != missing})
    name = missing.removesuffix("_code")
    assert message == f"'{name}' needs the setting {missing}, and the integration 'x' does not set it"


def test_two_fields_that_are_one_entry_are_found_before_any_record(world) -> None:
    settings = {"center_code": "AVDELING", "project_code": "AVDELING"}
    [(_, message)] = world.clashes(CENTER, PROJECT, settings=settings)
    assert message == "'project' and 'center' are the same below by the integration's settings"
    assert world.clashes(CENTER, settings=settings) == []
