"""`python -m reconciler.demo.follower`: a controller as its environment says, that ends with its standard input.

So that even the death of whoever started it leaves no orphan, as with simulators.
"""

import os
import signal
import sys
from threading import Thread

from reconciler.controller.observed import observed
from reconciler.controller.process import serve
from reconciler.controller.pulse import Pulse, Wake
from reconciler.controller.threads import Listeners
from reconciler.settings import read_settings


def main() -> int:
    """Follow until told to stop, or left alone."""
    Thread(target=_until_left, daemon=True).start()
    settings, wake, pulse = read_settings(), Wake(), Pulse()
    with observed(settings, wake, pulse) as seen:
        return serve(settings, wake, pulse, Listeners(seen.reported))


def _until_left() -> None:
    sys.stdin.buffer.read()
    os.kill(os.getpid(), signal.SIGTERM)


if __name__ == "__main__":
    raise SystemExit(main())
