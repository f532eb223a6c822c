"""One git process that ends with all that it has started, when its time is over."""

import os
import signal
import subprocess
from collections.abc import Mapping, Sequence


def ended(
    command: Sequence[str], given: bytes, within_s: int, environment: Mapping[str, str]
) -> "subprocess.CompletedProcess[bytes]":
    """As `subprocess.run` does, and whoever git has started ends with it: a remote that hangs would collect them."""
    with subprocess.Popen(  # noqa: S603 - arguments are ours, ids and a branch that were checked
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment,
        start_new_session=True,
    ) as process:
        try:
            found, said = process.communicate(given, timeout=within_s)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            raise
    return subprocess.CompletedProcess(command, process.returncode, found, said)
