"""What the threads of a controller share: who is silent, who is not ready, and who has to look now."""

import math
import signal
import threading
import time

from reconciler.controller.pulse import STOP, Pulse, Wake


class Seconds:
    """Monotonic seconds that a test moves."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_a_part_is_silent_only_after_the_age_it_was_given():
    seconds = Seconds()
    pulse = Pulse(seconds)
    pulse.expect("loop", 60)
    pulse.expect("chores", 3600)
    seconds.now += 60
    assert pulse.silent() == {}
    seconds.now += 1
    assert pulse.silent() == {"loop": 61}
    assert pulse.age("loop") == 61
    pulse.beat("loop")
    assert pulse.silent() == {}
    assert pulse.silent(now=seconds.now + 61) == {"loop": 61}


def test_a_part_that_was_never_heard_of_has_no_age_and_is_not_missed():
    seconds = Seconds()
    pulse = Pulse(seconds)
    assert math.isinf(pulse.age("scheduler"))
    pulse.beat("scheduler")
    seconds.now += 1e9
    assert pulse.age("scheduler") == 1e9
    assert pulse.silent() == {}


def test_a_part_is_ready_when_it_has_what_it_waited_for_and_may_wait_again():
    pulse = Pulse()
    pulse.expect("loop", 60, waits_for="the first pass")
    pulse.expect("server", 60)
    assert pulse.waiting() == {"loop": "the first pass"}
    pulse.beat("loop")
    assert pulse.waiting() == {"loop": "the first pass"}
    pulse.ready("loop")
    assert pulse.waiting() == {}
    pulse.unready("loop", "its lease")
    assert pulse.waiting() == {"loop": "its lease"}


def test_a_thousand_wakes_are_one_and_every_reader_gets_it():
    wake = Wake()
    for _ in range(1000):
        wake.wake("push")
    wake.wake("asked")
    assert wake.wait(60) == {"push", "asked"}
    assert wake.wait(0) == frozenset()
    assert wake.wait(60, "chores") == {"push", "asked"}


def test_a_wake_ends_a_wait_that_has_begun_and_none_is_lost_between_two_threads():
    wake, heard = Wake(), []

    def listen() -> None:
        while STOP not in (reasons := wake.wait(60)):
            heard.append(reasons)
            answered.release()

    answered = threading.Semaphore(0)
    reader = threading.Thread(target=listen)
    reader.start()
    for number in range(200):
        wake.wake(f"reason {number % 3}")
        assert answered.acquire(timeout=30)
    wake.stop()
    reader.join(30)
    assert not reader.is_alive()
    assert len(heard) == 200


def test_after_stop_nobody_waits_any_more():
    wake = Wake()
    wake.stop()
    assert wake.stopping
    for reader in ("loop", "loop", "chores"):
        assert STOP in wake.wait(3600, reader)


def test_a_signal_may_wake_the_thread_that_it_interrupts():
    wake = Wake()
    before = signal.signal(signal.SIGUSR1, lambda *_: wake.stop())
    try:
        timer = threading.Timer(0.05, lambda: signal.pthread_kill(threading.main_thread().ident, signal.SIGUSR1))
        timer.start()
        began = time.monotonic()
        assert wake.wait(60) == {STOP}
        assert time.monotonic() - began < 50
        timer.join()
    finally:
        signal.signal(signal.SIGUSR1, before)
