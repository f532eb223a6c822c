"""An editor in use: a page is opened, its form filled in and sent back, as a browser without script does it."""

from dataclasses import dataclass
from importlib.resources import files

import httpx
import psycopg

from parts.drafting import HOME, Drafting
from parts.followed import id_of
from parts.page_forms import Form, form
from parts.portal import Visitor
from parts.proposing import ADMIN


@dataclass
class Editor:
    """Somebody at a page of alfa."""

    stage: Drafting
    visitor: Visitor

    def page(self, path: str) -> str:
        answer = self.visitor.get(HOME + path)
        assert answer.status_code == 200, answer.text
        return answer.text

    def form(self, path: str, action: str = "") -> Form:
        return form(self.page(path), HOME + (action or path.partition("?")[0]))

    def send(self, sent: Form, do: str = "save") -> httpx.Response:
        return self.visitor.client.post(
            sent.action, data={**sent.fields(), "do": do}, headers={"origin": self.visitor.address}
        )

    def saved(self, sent: Form, do: str = "save") -> str:
        """Where one is led to, below the organisation."""
        answer = self.send(sent, do)
        assert answer.status_code == 303, answer.text
        return answer.headers["location"].removeprefix(HOME)

    def drafts(self) -> list[dict]:
        return self.visitor.get("/api/v1/organizations/alfa/drafts").json()["drafts"]

    def lines(self, path: str) -> list[str]:
        """The lines that a draft adds or takes, with their marks."""
        twin = self.visitor.get(f"/api/v1/organizations/alfa{path}").json()
        return [f"{mark}{line}" for each in twin["files"] for mark, line in each["lines"] if mark in "+-"]


def editor(stage: Drafting, account: str = ADMIN) -> Editor:
    return Editor(stage, stage.portal.enter(account))


def claims(stage: Drafting, *rows: tuple[str, str, int, str | None]) -> None:
    """The app's tables, with claims of alfa: status, approved on, amount, receipt."""
    schema = files("reconciler.demo").joinpath("app_schema.sql").read_bytes()
    with psycopg.connect(stage.here.one.settings.database_url) as connection:
        connection.execute(schema)
        for status, approved, amount, receipt in rows:
            connection.execute(
                "insert into app.expense_claims values (gen_random_uuid(), %s, gen_random_uuid(), 'V1', 'travel', null,"
                " '2026-01-02', null, %s, %s, %s, 'NOK', null, null, %s, now(), now())",
                [id_of("alfa"), approved or None, status, amount, receipt],
            )
