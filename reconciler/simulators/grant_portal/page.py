"""What was received, as a page for people, in Norwegian."""

from html import escape
from string import Template

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from reconciler.simulators.grant_portal.books import Books, Submission, Turned
from reconciler.simulators.grant_portal.state import State

_NEWEST, _REASONS = 200, 5
_PAGE = Template(
    """<!doctype html>
<html lang="nb"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Tilskuddsportal (oppdiktet)</title>
<style>
body{font:16px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:76rem;padding:0 1rem;color:#1b2733}
table{border-collapse:collapse;width:100%}caption{text-align:left;font-weight:600;padding:1.2rem 0 .4rem}
th,td{text-align:left;padding:.35rem .8rem .35rem 0;border-bottom:1px solid #ccd3d9;vertical-align:top}
td.number,th.number{text-align:right}.old td{color:#66717c}code{font-size:.85em;overflow-wrap:anywhere}
.invented{border:2px solid #a11b1b;color:#7d1414;padding:.6rem 1rem;border-radius:.3rem}
form{display:flex;flex-wrap:wrap;gap:.8rem;align-items:end;margin:1rem 0}label{display:grid;gap:.2rem}
pre{white-space:pre-wrap;margin:0}
</style></head><body>
<h1>Tilskuddsportal</h1>
<p class="invented"><strong>Oppdiktet.</strong> Denne siden er laget for utprøving. Den er ikke Bufdirs søknadsportal,
og det den godtar, sier ingenting om hva den ekte portalen godtar.</p>
<p>Frist: $deadline i året etter grunnlagsåret. I dag er det $today for portalen.</p>
<form id="send"><label>Pakken (zip) <input type="file" name="zip" accept=".zip" required></label>
<label>Retter kvittering <input name="retter" placeholder="tom for første levering"></label>
<button>Lever</button></form><pre id="answer" role="status"></pre>
<table><caption>Mottatt: $count</caption><thead><tr><th>Kvittering</th><th>Mottatt (norsk tid)</th><th>Organisasjon</th>
<th>Organisasjonsnummer</th><th>Grunnlagsår</th><th class="number">Versjon</th><th class="number">Medlemmer</th>
<th>Retter</th><th>Pakkens kontrollsum</th></tr></thead><tbody>$rows</tbody></table>
<table><caption>Avvist: $refused</caption><thead><tr><th>Tidspunkt (norsk tid)</th><th>Organisasjonsnummer</th>
<th>Hvorfor</th></tr></thead><tbody>$turned</tbody></table>
<script>
document.getElementById("send").addEventListener("submit", async event => {
  event.preventDefault();
  const form = event.target, retter = form.retter.value.trim(), out = document.getElementById("answer");
  const answer = await fetch("/innsendinger" + (retter ? "?retter=" + encodeURIComponent(retter) : ""),
    {method: "POST", body: form.zip.files[0], headers: {"Content-Type": "application/zip"}});
  const told = await answer.json();
  if (answer.ok) { location.reload(); return; }
  out.textContent = told.feil.map(each => (each.fil ? each.fil + ": " : "") + each.melding).join("\\n");
});
</script></body></html>
"""
)


async def page(request: Request) -> Response:
    """The newest first; what was corrected stays, in grey."""
    state: State = request.app.state.simulated
    books, (month, day) = state.books, state.options.deadline
    return HTMLResponse(
        _PAGE.substitute(
            deadline=f"{day:02}.{month:02}.",
            today=f"{state.now():%d.%m.%Y}",
            count=len(books.submissions),
            refused=len(books.turned),
            rows="\n".join(_row(books, each) for each in books.submissions[: -_NEWEST - 1 : -1])
            or "<tr><td colspan=9>Ingenting er mottatt ennå.</td></tr>",
            turned="\n".join(map(_turned, books.turned[: -_NEWEST - 1 : -1]))
            or "<tr><td colspan=3>Ingenting er avvist.</td></tr>",
        )
    )


def _row(books: Books, each: Submission) -> str:
    counts = books.latest(each.number, each.year) is each
    cells = [
        escape(each.receipt), f"{each.received:%d.%m.%Y kl. %H.%M}", escape(each.organization),
        escape(each.number), str(each.year),
    ]  # fmt: skip
    last = escape(each.corrects) or "–", f"<code>{escape(each.checksum[:16])}…</code>"
    numbers = "".join(f"<td class=number>{escape(text)}</td>" for text in (str(each.version), each.members))
    return f"<tr{'' if counts else ' class=old'}>{_cells(cells)}{numbers}{_cells(last)}</tr>"


def _turned(each: Turned) -> str:
    moment = f"{each.moment:%d.%m.%Y kl. %H.%M}"
    reasons = "<br>".join(escape(text) for text in each.messages[:_REASONS])
    more = f"<br>og {len(each.messages) - _REASONS} til" if len(each.messages) > _REASONS else ""
    return f"<tr>{_cells([moment, escape(each.whose) or '–', reasons + more])}</tr>"


def _cells(texts: "list[str] | tuple[str, ...]") -> str:
    return "".join(f"<td>{text}</td>" for text in texts)
