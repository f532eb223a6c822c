"""What telling people needs: the tables, the parts that only look, and the ways to mail servers and webhooks."""

from functools import partial
from typing import TYPE_CHECKING

from reconciler.clock import Clock
from reconciler.settings import Settings
from reconciler.wiring.outside import way
from reconciler.wiring.tables import database

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from pathlib import Path

    from reconciler.adapters.hook import Hooks
    from reconciler.adapters.mail import MailServer
    from reconciler.database.connection import Database
    from reconciler.engine.matters import Due, Looks
    from reconciler.engine.notifying import Notifier
    from reconciler.engine.pinned import Pinned
    from reconciler.runs.keeping import Secret
    from reconciler.runs.notification import Channel, Delivery
    from reconciler.runs.notification_words import Letter
    from reconciler.settings import Sealed

NO_MAIL = "this installation names no mail server (RECONCILER_MAIL, RECONCILER_MAIL_FROM)"


class Couriers:
    """The way to each sort of channel."""

    def __init__(self, hooks: "Hooks", mail: "MailServer | None", clock: Clock) -> None:
        self._hooks, self._mail, self._clock = hooks, mail, clock

    def tell(self, to: "Channel", secret: "Secret", what: "Letter") -> "Delivery":
        """See the port."""
        from reconciler.runs.notification import Delivery

        if to.by != "mail":
            return self._hooks.tell(to, secret, what, self._clock.now())
        return self._mail.tell(to, secret, what) if self._mail else Delivery(ok=False, problem=NO_MAIL)

    def problem(self, to: "Channel", secret: "Secret") -> str:
        """See the port."""
        if to.by != "mail":
            return self._hooks.problem(to, secret)
        return self._mail.problem(to, secret) if self._mail else NO_MAIL


def notifier(settings: Settings, clock: Clock) -> "Notifier":
    """Real parts, on a connection of their own."""
    from reconciler.adapters.hook import Hooks
    from reconciler.database.notifications import NotificationTable
    from reconciler.engine.notifying import Notifier

    tables = database(settings)
    hooks = Hooks(way(settings), settings.endpoints, at_home="simulator" in settings.environments)
    return Notifier(
        table=NotificationTable(tables),
        looks=_looks(tables),
        courier=Couriers(hooks, _mail(settings), clock),
        installation=settings.installation,
    )


def _mail(settings: Settings) -> "MailServer | None":
    from reconciler.adapters.mail import MailServer

    if (named := settings.mail) is None:
        return None
    return MailServer(
        host=named.host,
        port=named.port,
        sender=named.sender,
        encrypted=named.encrypted,
        context=way(settings).context,
        login=partial(_login, named.login) if named.login else None,
    )


def _looks(tables: "Database") -> "Looks":
    from reconciler.database.overview import Overview
    from reconciler.database.reports import ReportTable
    from reconciler.database.usage import Usages
    from reconciler.engine.matters import Due, Looks
    from reconciler.reports.due import Known

    overview, usages, reports = Overview(tables), Usages(tables), ReportTable(tables)

    def quota(pinned: "Pinned", now: "datetime") -> float | None:
        credential = pinned.integration.credentials.name
        return usages.of(pinned.organization_id, credential, pinned.allowed, now).left

    def known(organization_id: str, rules: str, year: int) -> "Known":
        frozen = reports.frozen(organization_id, rules, year)
        return frozen[-1].known if frozen else Known()

    def due(organization: str) -> "Sequence[Due]":
        rows = reports.rows(organization)
        return [Due(row.name, row.body, partial(known, row.organization_id)) for row in rows]

    return Looks(lambda organization: overview.integrations(organization, 1), due, quota)


def _login(path: "Path") -> "Sealed":
    """Read anew for each mail, so that a new password counts at once. Raises OSError where it cannot be read."""
    from reconciler.settings import Sealed

    return Sealed(path.read_text(encoding="utf-8").strip())
