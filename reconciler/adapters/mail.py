"""Brings a message by e-mail: SMTP with TLS from the start or STARTTLS, and a login where one is named.

The server is the installation's, the recipients are the channel's. All of it ends in time: a server may be slow at
every single line, so that a limit per line is none.
"""

import smtplib
import socket
import ssl
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from threading import Thread
from typing import Any, Protocol

from reconciler.runs.keeping import Secret
from reconciler.runs.notification import Channel, Delivery, clean
from reconciler.runs.notification_words import Letter
from reconciler.specs.personal import TAKEN_OUT

WAIT_S, WHOLE_S = 10.0, 25.0
"""Seconds for one answer, and for everything from the name of the server to the last answer."""
RECIPIENTS = 20
SHOWN = 200
HERE = ("127.0.0.1", "::1", "localhost")


class Login(Protocol):
    """A secret: `user:password`, as `key`. Prints as dots."""

    def reveal(self) -> dict[str, str]:
        """The value."""


@dataclass(frozen=True, slots=True)
class MailServer:
    """The installation's way to send mail. `encrypted` is TLS from the start, else STARTTLS is asked for; only a server
    on this very machine may do without.
    """

    host: str
    port: int
    sender: str
    encrypted: bool
    context: Callable[[], ssl.SSLContext]
    login: Callable[[], Login] | None = None
    whole_s: float = WHOLE_S

    def problem(self, _to: Channel, secret: Secret) -> str:
        """What is wrong with the recipients, in words that repeat none of them."""
        found = recipients(secret)
        if not found:
            return "an address cannot be read: write name@example.org, several with commas"
        return f"there are more than {RECIPIENTS} recipients" if len(found) > RECIPIENTS else ""

    def tell(self, to: Channel, secret: Secret, what: Letter) -> Delivery:
        """One attempt, in a thread of its own: neither a name nor a line that does not come can be interrupted."""
        if problem := self.problem(to, secret):
            return Delivery(ok=False, problem=problem)
        answer: Future[Delivery] = Future()
        open_now: list[smtplib.SMTP] = []

        def work() -> None:
            try:
                answer.set_result(self._told(secret, what, open_now))
            except BaseException as error:  # noqa: BLE001 - handed to whoever waits
                answer.set_exception(error)

        Thread(target=work, daemon=True).start()
        try:
            return answer.result(self.whole_s)
        except TimeoutError:
            for line in open_now:
                _hang_up(line.sock)
            return Delivery(ok=False, problem=f"the mail server did not come to an end in {self.whole_s:.0f} s")

    def _told(self, secret: Secret, what: Letter, open_now: list[smtplib.SMTP]) -> Delivery:
        found = recipients(secret)
        try:
            made = mail(what, self.sender, found)
            refused = self._sent(made, found, open_now)
        except smtplib.SMTPResponseException as error:
            said = error.smtp_error if isinstance(error.smtp_error, bytes) else str(error.smtp_error).encode()
            return _failed(f"the mail server answers {error.smtp_code}: {said.decode('utf-8', 'replace')}", found)
        except smtplib.SMTPRecipientsRefused as error:
            code, said = next(iter(error.recipients.values()), (0, b""))
            return _failed(f"the mail server refuses the recipients, {code}: {said.decode('utf-8', 'replace')}", found)
        except smtplib.SMTPNotSupportedError:
            return _failed("the mail server does not offer what is asked of it: STARTTLS, or a login", found)
        except (smtplib.SMTPException, OSError, MessageError, ValueError) as error:
            # A login that is refused comes above; here it is connections, TLS, and what is no SMTP at all.
            return _failed(f"{type(error).__name__}: {error}", found)
        problem = f"{len(refused)} of {len(found)} recipients were refused" if refused else ""
        return Delivery(ok=True, problem=problem)

    def _sent(self, made: EmailMessage, found: list[str], open_now: list[smtplib.SMTP]) -> dict[str, tuple[int, bytes]]:
        with self._connected(open_now) as line:
            line.ehlo_or_helo_if_needed()
            if not self.encrypted and not (self.host in HERE and not line.has_extn("starttls")):
                line.starttls(context=self.context())
                line.ehlo()
            if self.login is not None:
                user, _, password = self.login().reveal()["key"].partition(":")
                line.login(user, password)
            return line.send_message(made, self.sender, found)

    def _connected(self, open_now: list[smtplib.SMTP]) -> smtplib.SMTP:
        # Who greets is who sends: without a name smtplib asks the name server for this machine's own, and tells it.
        name = self.sender.rpartition("@")[2]
        if self.encrypted:
            return _Encrypted(open_now, self.host, self.port, name, timeout=WAIT_S, context=self.context())
        return _Line(open_now, self.host, self.port, name, timeout=WAIT_S)


class _Line(smtplib.SMTP):
    """A line that can be hung up from elsewhere before its server has greeted."""

    def __init__(self, open_now: list[smtplib.SMTP], *where: Any, **terms: Any) -> None:
        open_now.append(self)
        super().__init__(*where, **terms)


class _Encrypted(smtplib.SMTP_SSL):
    """The same, encrypted from the start."""

    def __init__(self, open_now: list[smtplib.SMTP], *where: Any, **terms: Any) -> None:
        open_now.append(self)
        super().__init__(*where, **terms)


def _hang_up(line: socket.socket | None) -> None:
    """Beneath TLS: whoever reads there now gets nothing more."""
    if line is not None:
        with suppress(OSError):  # it may be closing at this very moment
            socket.socket.shutdown(line, socket.SHUT_RDWR)


def recipients(secret: Secret) -> list[str]:
    """The addresses of a channel; empty where one of them is none."""
    try:
        found = [Address(addr_spec=each.strip()) for each in secret.reveal()["to"].split(",") if each.strip()]
    except (ValueError, MessageError, IndexError):
        return []
    texts = list(dict.fromkeys(str(each) for each in found))
    fine = all(
        each.username and "." in each.domain and str(each).isascii() and str(each).isprintable() for each in found
    )
    return texts if fine else []


def mail(what: Letter, sender: str, found: list[str]) -> EmailMessage:
    """The message as it leaves: plain text, the same number each time that it is tried (RFC 5322), made by a machine
    (RFC 3834), so that nobody's absence is answered to it.
    """
    made = EmailMessage(policy=SMTP)
    made["From"] = sender
    made["To"] = ", ".join(found)
    made["Subject"] = what.subject
    made["Date"] = what.at
    made["Message-ID"] = f"<{what.number}@{sender.rpartition('@')[2].rstrip('>')}>"
    made["Auto-Submitted"] = "auto-generated"
    made.set_content(what.text, cte="quoted-printable")
    made["Content-Language"] = what.language
    return made


def _failed(problem: str, found: list[str]) -> Delivery:
    for each in found:
        problem = problem.replace(each, TAKEN_OUT)
    return Delivery(ok=False, problem=clean(problem, SHOWN))
