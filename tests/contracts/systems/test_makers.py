"""The suite is whole: each type that can be sent through has a maker, and what a maker says of its type is so."""

import re
from pathlib import Path

import pytest
from contracts.systems.makers import MAKERS
from contracts.systems.system import ROWS, System, declared
from parts.installation import ROOT

from reconciler.adapters.protocols import PROTOCOLS
from reconciler.ports import Outgoing

LACKS = [pytest.param(name, row, id=f"{name}-{row}") for name, maker in MAKERS.items() for row in maker.lacks]


def test_each_type_whose_protocol_is_spoken_has_a_maker() -> None:
    types = {path.stem for path in (ROOT / "specs/integration-types").glob("*.yaml")}
    spoken = {name for name in types if declared(name).protocol in PROTOCOLS or declared(name).protocol == "files"}
    assert spoken == MAKERS.keys(), "write its maker in tests/contracts/systems/makers, and a line in MAKERS there"


@pytest.mark.parametrize(("name", "row"), LACKS)
def test_a_row_that_a_type_lacks_is_lacking_for_the_reason_that_its_maker_gives(name: str, row: str) -> None:
    assert row in ROWS
    lack = MAKERS[name].lacks[row]
    assert lack.reason
    assert lack.holds(declared(name), declared(name).documents[MAKERS[name].document].create)


def test_each_row_that_can_be_lacking_is_one_that_is_tested() -> None:
    tests = "".join(path.read_text() for path in Path(__file__).parent.glob("test_*.py"))
    assert set(re.findall(r'mark\.row\("([a-z ]+)"\)', tests)) == set(ROWS)


def test_what_a_maker_says_of_repeats_is_what_the_system_does(system: System, bench) -> None:
    bench.fill(1)
    bench.sync()
    ((payload,),) = bench.installation.sql("select payload from reconciler.export_payloads")
    (row,) = bench.rows("sent")
    with bench.adapter() as adapter:
        adapter.send([Outgoing(row.reference, payload)])
    assert system.booked()[row.reference] == (2 if "repeats" in system.lacks else 1)
