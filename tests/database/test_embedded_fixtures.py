"""What tests/conftest.py promises to every test: a fresh, migrated database, and no way out of this machine."""

import socket

import psycopg
import pytest

from reconciler.database.migrate import pending


@pytest.mark.parametrize("turn", [1, 2])
def test_every_test_has_a_migrated_database_without_anything_from_another_test(database_url, turn):
    assert pending(database_url) == []
    with psycopg.connect(database_url) as connection:
        connection.execute("create table left_behind ()")


def test_the_way_out_is_shut_and_noted_even_if_the_refusal_is_caught(outside_attempts):
    with pytest.raises(AssertionError, match="only loopback is open"):
        socket.create_connection(("192.0.2.1", 9), timeout=1)
    with pytest.raises(AssertionError, match=r"example\.org"):
        socket.getaddrinfo("example.org", 443)
    with socket.socket(type=socket.SOCK_DGRAM) as courier, pytest.raises(AssertionError, match=r"192\.0\.2\.2"):
        courier.sendto(b"x", ("192.0.2.2", 9))
    assert outside_attempts == ["192.0.2.1", "example.org", "192.0.2.2"]
    outside_attempts.clear()


def test_loopback_and_unix_sockets_are_open(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as server:
        socket.create_connection(server.getsockname(), timeout=5).close()
    left, right = socket.socketpair()
    left.close()
    right.close()
