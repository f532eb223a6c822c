"""What is listened on sends an answer's parts as they come: none waits for the acknowledgement of the one before."""

import socket

from parts.installation import Installation
from parts.portal import opened

from reconciler.controller.serving import listen
from reconciler.controller.surfaces import Address


def at_once(connection: socket.socket) -> bool:
    return connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY) != 0


def test_what_was_accepted_sends_at_once():
    with listen(Address("127.0.0.1", 0), "X") as listener, socket.create_connection(listener.getsockname()):
        accepted, _ = listener.accept()
        with accepted:
            assert at_once(accepted)


def test_so_does_a_portal(installation: Installation):
    with opened(installation) as portal:
        assert at_once(portal.server._socket)
