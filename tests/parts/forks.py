"""The command line without its start-up: a process that has loaded everything forks at our word, to be killed.

Loading the program takes three quarters of a process that is killed at a point. Its forks are real processes of the
same `main`, with arguments, environment, input and output of their own.

`forks.py serve SOCKET` loads the program, says `ready` and forks until its standard input ends.
`forks.py run SOCKET ARGUMENT...` has one forked with its own environment, input and output, and ends as that does:
by the same signal, or with the same exit code.
"""

import json
import os
import select
import socket
import sys

LOADED = (
    "adapters.protocols", "cli.apply", "cli.credentials", "cli.documents", "cli.sync", "cluster.high_water",
    "database.applied", "database.configuration", "database.credentials", "database.leases", "database.ledger",
    "database.records", "engine.credentials", "engine.export", "engine.reconcile", "git.sources", "plans.compile",
    "vaults.envelope", "vaults.hashicorp_settings", "vaults.keyring", "vaults.local", "vaults.stores", "wiring",
)  # fmt: skip
"""What the verbs load when they are called; a room that is missing here costs time, and nothing else."""
LARGEST = 1 << 17
"""Bytes of an order: what a process may be told by arguments and environment is much less."""


def serve(address: str) -> None:
    """Fork at each order. Our own standard input ends with whoever started us."""
    _load()
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as listener:
        listener.bind(address)
        listener.listen(64)
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        keepers: list[int] = []
        while sys.stdin not in select.select([listener, sys.stdin], [], [])[0]:
            order, _ = listener.accept()
            if (keeper := os.fork()) == 0:
                listener.close()
                _keep(order)
            order.close()
            keepers = [each for each in [*keepers, keeper] if os.waitpid(each, os.WNOHANG)[0] == 0]
    for each in keepers:
        os.waitpid(each, 0)


def _load() -> None:
    from importlib import import_module

    for name in LOADED:
        import_module(f"reconciler.{name}")
    import_module("rich.table")
    from reconciler.specs.documents import KINDS

    for kind in KINDS.values():
        kind.model.model_rebuild()


def _keep(order: socket.socket) -> None:
    """Fork the process, wait for it, and say how it ended."""
    told, descriptors, _, _ = socket.recv_fds(order, LARGEST, 3)
    child = os.fork()
    if child == 0:
        order.close()
        for number, descriptor in enumerate(descriptors):
            os.dup2(descriptor, number)
            os.close(descriptor)
        _become(**json.loads(told))
    _, status = os.waitpid(child, 0)
    order.send(str(os.waitstatus_to_exitcode(status)).encode())
    os._exit(0)


def _become(arguments: list[str], environment: dict[str, str]) -> None:
    """What the console script does. Never returns: `main` ends by SystemExit, which unwinds to the interpreter."""
    from reconciler.cli.main import main

    os.environ.clear()
    os.environ.update(environment)
    sys.argv = ["reconciler", *arguments]
    main()


def run(address: str, arguments: list[str]) -> None:
    """Have it forked, and end as it ends."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as order:
        order.connect(address)
        told = json.dumps({"arguments": arguments, "environment": dict(os.environ)})
        socket.send_fds(order, [told.encode()], [0, 1, 2])
        code = int(order.recv(16))
    if code < 0:
        os.kill(os.getpid(), -code)
    sys.exit(code)


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["serve", where]:
            serve(where)
        case ["run", where, *rest]:
            run(where, rest)
