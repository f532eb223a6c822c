"""The stand-in as a program of its own: prints where its kubeconfig lies, and lives until it is told to stop.

`python -m parts.cluster FOLDER [--port PORT] [--run WORD ...]`; with `--run` pods really run, behind those words.
"""

import argparse
import signal
import threading
from contextlib import nullcontext
from pathlib import Path

from parts.cluster import Child, StandIn, standing


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m parts.cluster", description=__doc__)
    parser.add_argument("folder", type=Path, help="where the kubeconfig is written")
    parser.add_argument("--port", type=int, default=0, help="of loopback; a free one where left out")
    parser.add_argument("--namespace", default="reconciler")
    parser.add_argument("--run", nargs=argparse.REMAINDER, help="the words that stand for the image's entrypoint")
    chosen = parser.parse_args()
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    signal.signal(signal.SIGINT, lambda *_: stop.set())
    cluster = StandIn((chosen.namespace,))
    cluster.server.port = chosen.port
    with standing(cluster), cluster.living(Child(chosen.run)) if chosen.run else nullcontext():
        print(cluster.kubeconfig(chosen.folder), flush=True)  # noqa: T201  how a program says where it is
        stop.wait()


if __name__ == "__main__":
    main()
