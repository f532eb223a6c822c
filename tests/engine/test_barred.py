"""Where we ourselves do not ask: nothing becomes unknown by it, nobody waits past a lease, nobody else is blamed."""

from datetime import timedelta

import pytest
from parts.classes import CLAIMS, Classed, Make, lost
from parts.installation import START, Books

FAR_S = 400
"""Seconds to a turn that is too far off for any run."""


def paused(here: Classed, seconds: float) -> None:
    """Another run was told to wait so long, from this one's beginning on."""
    here.sql("update reconciler.allowances set paused_until = %s", START + timedelta(minutes=here.at, seconds=seconds))


def waiting_to_close(here: Classed) -> None:
    """The breaker of writing was open, and its time is over."""
    now = START + timedelta(minutes=here.at)
    here.sql(
        "insert into reconciler.breakers select allowance, 'write', %s, 0, 0, 1, %s, 'HTTP 503'"
        " from reconciler.allowances on conflict (allowance, operation) do update"
        " set opened = 1, shut_until = excluded.shut_until",
        now,
        now,
    )


@pytest.mark.parametrize("kind", ["A", "B", "B batch", "C", "D"])
def test_a_turn_that_is_too_far_off_leaves_all_for_later_and_blames_nobody(
    make: Make, register: Books, capsys: pytest.CaptureFixture[str], kind: str
) -> None:
    here = make(kind)
    asked = register.read()["requests"]
    paused(here, FAR_S)
    assert here.sync() == 75
    said = capsys.readouterr().out
    assert "stopped: so many ask already that the turn is too far off" in said
    assert "next: the first sync after 02.03. 08:06 goes on" in said
    assert register.read()["requests"] == asked
    [counts] = here.sql("select counts -> 'expense_claims' from reconciler.runs order by started_at desc limit 1")[0]
    assert counts["requests"] == 0
    assert here.states() == {"not_applied": CLAIMS}
    assert here.sync(minutes=40) == 0
    assert here.judged() == []


def test_a_question_whose_turn_is_too_far_off_is_left_to_the_next_run_before_the_lease_ends(
    make: Make, register: Books, capsys: pytest.CaptureFixture[str]
) -> None:
    here = lost(make, register, "C")
    here.at += 40
    paused(here, FAR_S)
    capsys.readouterr()
    assert here.sync() == 75
    said = capsys.readouterr().out
    assert "could not be asked what became of 1 document: so many ask already that the turn is too far off" in said
    assert "next: nothing is sent before it can be asked; the first sync after 02.03. 08:46 goes on" in said
    assert "nobody knows yet whether it arrived; it is asked for by the first sync after" in said
    assert here.states()["unknown"] == 1
    assert here.sync(minutes=20) == 0
    assert here.judged() == []


@pytest.mark.parametrize("kind", ["A", "B", "B batch"])
def test_a_repeat_whose_turn_is_too_far_off_stays_unknown_and_is_never_held(
    make: Make, register: Books, kind: str
) -> None:
    here = lost(make, register, kind)
    for _ in range(4):
        here.at += 2
        paused(here, FAR_S)
        assert here.sync() in {5, 75}  # 5 where its next repeat is not due yet
        assert set(here.states()) <= {"sent", "posted", "unknown"}
    assert here.sync(minutes=20) == 0
    assert here.judged() == []


def test_no_repeat_leaves_before_a_probe_has_closed_the_breaker(make: Make, register: Books) -> None:
    here = lost(make, register, "B")
    here.at += 20
    waiting_to_close(here)
    before = register.read()["requests"]
    assert here.sync() == 0
    after = register.read()["requests"]
    assert after["reads"] == before["reads"] + 1  # the probe; nothing else is asked for in this class
    assert here.sql("select count(*) from reconciler.breakers where opened > 0") == [(0,)]
    assert here.judged() == []


def test_while_writing_is_barred_what_was_sent_is_asked_for_all_the_same(make: Make, register: Books) -> None:
    here = lost(make, register, "B asked")
    here.at += 20
    waiting_to_close(here)
    here.sql("update reconciler.breakers set shut_until = %s", START + timedelta(minutes=here.at + 10))
    writes = register.read()["requests"]["writes"]
    assert here.sync() in {5, 75}
    assert here.states() == {"unknown": 1, "posted": CLAIMS - 1}
    assert register.read()["requests"]["writes"] == writes
    assert here.sync(minutes=20) == 0
    assert here.judged() == []


@pytest.mark.parametrize("kind", ["A", "B asked", "C"])
def test_rows_of_a_version_that_knew_no_batches_are_settled_all_the_same(
    make: Make, register: Books, kind: str
) -> None:
    here = lost(make, register, kind)
    here.sql("update reconciler.exports set batch = '', next_look_at = null")  # as migrating leaves them
    here.sql("update reconciler.credentials set proof = '', reaches = ''")
    assert here.sync(minutes=40) in {0, 5}
    assert here.sync(minutes=60 * 25) == 0
    assert set(here.states()) <= {"sent", "posted"}
    assert here.judged() == []
