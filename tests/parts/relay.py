"""A fixed address in front of a server that moves, is cut off, and comes back: bytes go through, or nothing does."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress


class Relay:
    """Listens on loopback for as long as it lives; `target` is the path of a Unix socket, empty while there is none."""

    def __init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=100)
        self.port = self._listener.getsockname()[1]
        self.target = ""
        self._open: set[socket.socket] = set()
        self._lock = threading.Lock()

    def cut(self) -> None:
        """Every connection ends in the middle of whatever it was saying; new ones are refused by silence's end."""
        self.target = ""
        with self._lock:
            for each in self._open:
                with suppress(OSError):
                    each.shutdown(socket.SHUT_RDWR)

    def serve(self) -> None:
        """Until `close`."""
        while True:
            try:
                caller, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._joined, args=(caller,), daemon=True).start()

    def close(self) -> None:
        self.cut()
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _joined(self, caller: socket.socket) -> None:
        with caller, socket.socket(socket.AF_UNIX) as there:
            try:
                there.connect(self.target)
            except (OSError, ValueError):
                return
            with self._lock:
                self._open |= {caller, there}
            back = threading.Thread(target=_poured, args=(there, caller), daemon=True)
            back.start()
            _poured(caller, there)
            back.join()
            with self._lock:
                self._open -= {caller, there}


def _poured(source: socket.socket, into: socket.socket) -> None:
    with suppress(OSError):
        while found := source.recv(65_536):
            into.sendall(found)
    for each in (source, into):
        with suppress(OSError):
            each.shutdown(socket.SHUT_RDWR)


@contextmanager
def relaying() -> Iterator[Relay]:
    relay = Relay()
    thread = threading.Thread(target=relay.serve)
    thread.start()
    try:
        yield relay
    finally:
        relay.close()
        thread.join()
