"""Mail to a real server: encrypted, with a login, read by a reader; and servers that refuse, hang, drip and hang up."""

import email
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from email.policy import default
from functools import partial

import pytest
from parts.authority import Authority
from parts.letters import AT, told
from parts.listeners import Mails, mails

from reconciler.adapters.mail import MailServer
from reconciler.adapters.transport import Way
from reconciler.runs.notification import Channel, clean
from reconciler.settings import Sealed
from reconciler.vaults.secret import Secret

OPS = Channel("accountants", "mail", frozenset({"red"}), frozenset(), AT - AT)
TO = Secret({"to": "kari@forening.example, revisor@forening.example"})
NOBODY = Secret({"to": "nobody@forening.example"})


def server(port: int, authority: Authority | None = None, **more: object) -> MailServer:
    way = Way(ca_file=authority.file if authority else None)
    given = {"host": "localhost", "sender": "reconciler@drift.example", "encrypted": False, "context": way.context}
    return MailServer(port=port, **{**given, **more})


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.mark.parametrize("tls", [False, True], ids=["starttls", "tls"])
def test_a_mail_goes_encrypted_and_reads_as_it_should(authority: Authority, tls: bool) -> None:
    with mails(authority.server("localhost"), tls=tls) as box:
        login = None if tls else partial(Sealed, "reconciler:right-Horse-7")
        done = server(box.port, authority, encrypted=tls, login=login).tell(OPS, TO, told())
    assert done.ok, done
    assert box.logins == ([] if tls else [("reconciler", "right-Horse-7")])
    recipients, content = box.got[0]
    assert recipients == ["kari@forening.example", "revisor@forening.example"]
    read = email.message_from_bytes(content, policy=default)
    assert read["Subject"] == "[drift, PRODUKSJON] Foreningen for ørn: books er rød"
    assert read["Message-ID"] == "<5f0c7b52-8d0e-4d5c-9a51-31b4f1d0a007-7@drift.example>"
    assert read["Auto-Submitted"] == "auto-generated"
    assert read["Content-Language"] == "nb"
    text = read.get_content().replace("\r\n", "\n")
    assert text.startswith(
        "books hos Foreningen for ørn er rød: siste kjøring feilet.\n\nSiden:        2. mars 2026 kl. 08:00"
    )
    assert "Neste steg:   reconciler status forening\n" in text
    assert max(len(line) for line in text.splitlines()) < 100


def test_the_same_mail_in_english_has_no_word_of_norwegian() -> None:
    read = told("en", reason="the last run failed", counts="183 sent, 3 refused")
    assert read.subject == "[drift, PRODUCTION] Foreningen for ørn: books is red"
    assert read.text.startswith("books of Foreningen for ørn is red: the last run failed.\n")
    assert [label for label, _ in read.facts] == [
        "Since", "Message", "Documents", "Next step", "Organisation", "Installation", "Environment",
    ]  # fmt: skip


def test_a_server_elsewhere_that_offers_no_encryption_gets_nothing(plain_mails: Mails) -> None:
    done = server(plain_mails.port, host="127.0.0.2").tell(OPS, TO, told())
    assert not done.ok
    assert plain_mails.got == []


def test_a_certificate_of_a_stranger_and_a_wrong_password_are_refused(authority: Authority) -> None:
    with mails(authority.server("localhost")) as box:
        stranger = server(box.port).tell(OPS, TO, told())
        wrong = server(box.port, authority, login=lambda: Sealed("reconciler:wrong-Horse-8")).tell(OPS, TO, told())
    assert "CERTIFICATE_VERIFY_FAILED" in stranger.problem
    assert "535" in wrong.problem
    assert "wrong-Horse-8" not in wrong.problem
    assert box.got == []


def test_no_address_comes_back_in_what_is_said_of_a_refusal(plain_mails: Mails) -> None:
    plain_mails.refuse = ("nobody@forening.example", "revisor@forening.example")
    refused = server(plain_mails.port).tell(OPS, NOBODY, told())
    assert not refused.ok
    assert "550 no such person [taken out]" in refused.problem.replace(": ", " ").replace("550  ", "550 ")
    partly = server(plain_mails.port).tell(OPS, TO, told())
    assert partly.ok
    assert partly.problem == "1 of 2 recipients were refused"


def test_a_refused_mail_and_one_after_which_the_server_hangs_up_are_failures(plain_mails: Mails) -> None:
    plain_mails.say = "452 no room for kari@forening.example"
    full = server(plain_mails.port).tell(OPS, TO, told())
    assert full.problem == "the mail server answers 452: no room for [taken out]"
    plain_mails.drop = True
    gone = server(plain_mails.port).tell(OPS, TO, told())
    assert not gone.ok
    assert len(plain_mails.got) == 2


@contextmanager
def dripping() -> Iterator[int]:
    """A server that never stops greeting, a line at a time."""
    over = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def greet() -> None:
            line, _ = listener.accept()
            with line:
                while not over.wait(0.02):
                    try:
                        line.sendall(b"220-one moment\r\n")
                    except OSError:
                        return

        thread = threading.Thread(target=greet)
        thread.start()
        yield listener.getsockname()[1]
        over.set()
        thread.join()


def test_a_server_that_drips_is_left_when_the_time_is_over() -> None:
    with dripping() as port:
        began = time.monotonic()
        done = server(port, whole_s=0.4).tell(OPS, TO, told())
        assert time.monotonic() - began < 5
    assert done.problem == "the mail server did not come to an end in 0 s"


def test_nobody_there_is_a_failure_that_says_so() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    assert "ConnectionRefusedError" in server(port).tell(OPS, TO, told()).problem


@pytest.mark.parametrize(
    "written",
    [
        "",
        " , ",
        "kari",
        "kari@",
        "kari@localhost",
        "a@b.example\r\nBcc: c@d.example",
        "Kari <k@b.example>",
        "æ@b.example",
    ],
)
def test_what_is_no_list_of_addresses_is_refused_before_anything_is_stored(written: str) -> None:
    assert server(1).problem(OPS, Secret({"to": written})).startswith("an address cannot be read")


def test_words_from_outside_make_no_header_and_no_line_of_their_own() -> None:
    nasty = "bad\r\nBcc: x@y.example\x00\u202eevil\u200b 01017012345 " + "x" * 900
    assert "\n" not in clean(nasty)
    assert "@" not in clean(nasty)
    assert "\u202e" not in clean(nasty)
    assert len(clean(nasty)) <= 300
