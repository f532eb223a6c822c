"""Who logged in, who was refused and who left: for those who keep the platform."""

from dataclasses import dataclass
from datetime import datetime

from reconciler.database.connection import Database

NEWEST = 2**62
OF_ALL = """
    select id, at, account, way, what, reason from reconciler.portal_logins where id < %s order by id desc limit %s
"""
OF_ONE = """
    select id, at, account, way, what, reason from reconciler.portal_logins
    where account = %s and id < %s order by id desc limit %s
"""


@dataclass(frozen=True, slots=True)
class Login:
    """One entry; `reason` is a word of ours."""

    id: int
    at: datetime
    account: str
    way: str
    what: str
    reason: str


class LoginTable:
    """The trail of logins. Nothing of it is changed or deleted."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def page(self, account: str = "", before: int = 0, many: int = 50) -> list[Login]:
        """The newest first, of one account where one is named, older than the entry `before`."""
        wanted = NEWEST if before == 0 else before
        with self._database.reading() as connection:
            if account:
                rows = connection.execute(OF_ONE, [account, wanted, many]).fetchall()
            else:
                rows = connection.execute(OF_ALL, [wanted, many]).fetchall()
        return [Login(**row) for row in rows]
