"""The words of a monthly statement, in Norwegian and English, by key."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from reconciler.runs.account_statement import Compared, Entry

Words = Mapping[str, str]
NORWEGIAN = "januar, februar, mars, april, mai, juni, juli, august, september, oktober, november, desember"
ENGLISH = "January, February, March, April, May, June, July, August, September, October, November, December"
TEXTS: Mapping[str, Words] = {
    "nb": {
        "title": "Kontoutskrift for overføringer",
        "organization": "Organisasjon",
        "number_of": "org.nr.",
        "integration": "Integrasjon",
        "target": "Mottaker",
        "made": "Laget",
        "documents": "Bilag sendt",
        "numbers": "Bilagsnumre",
        "sum": "Sum",
        "account": "Konto",
        "category": "Kategori",
        "line": "Linje",
        "count": "Antall",
        "debit": "Debet",
        "credit": "Kredit",
        "balance": "Saldo",
        "total": "Sum alle kontoer",
        "accounts": "Sendt, etter konto",
        "nothing": "Ingenting ble sendt denne måneden.",
        "unkept": "{count} bilag ({amount}) er med i summen, men innholdet er ikke lagret her: kontoene er ukjent.",
        "rejected": "Avvist",
        "question": "Må avklares",
        "withheld": "Holdt tilbake ved månedens slutt",
        "difference": "Avvik mot mottakeren",
        "more": "og {count} til",
        "number": "Nr.",
        "day": "Dato",
        "ours": "Vårt beløp",
        "theirs": "Der",
        "record": "Post",
        "words": "Forklaring",
        "section": "Del",
        "compared": "Sammenlignet med mottakeren {at}, {first} til {last}.",
        "agrees": "Ingen avvik.",
        "incomplete": "Ikke alle bilag kunne sammenlignes.",
        "partly": "Sammenligningen dekker ikke hele måneden.",
        "asked": "Bare våre egne bilag ble spurt etter; fremmede ble ikke sett etter.",
        "never": "Ikke sammenlignet med mottakeren denne måneden.",
        "page": "Side {page} av {pages}",
        "missing": "Sendt, men finnes ikke hos mottakeren.",
        "twice": "Står to ganger hos mottakeren.",
        "unknown_here": "Står hos mottakeren med vår referanse, uten at vi har sendt det.",
        "amount": "Har et annet beløp hos mottakeren.",
        "content": "Er endret hos mottakeren.",
        "here": "Hos oss: {state}.",
        "unreadable": "Beløpet der kan ikke leses.",
        "period": "Periode",
        "rejected_late": "Godtatt først, avvist ved bokføring.",
        "unknown": "Svaret gikk tapt; det blir spurt etter.",
        "held": "Ble det mottatt? Noen må svare.",
        "drifted": "Er endret hos mottakeren etter sending.",
        "voided": "Trukket tilbake.",
        "never_posted": "Sendt, men aldri bokført.",
    },
    "en": {
        "title": "Statement of transfers",
        "organization": "Organisation",
        "number_of": "number",
        "integration": "Integration",
        "target": "Target",
        "made": "Made",
        "documents": "Documents sent",
        "numbers": "Document numbers",
        "sum": "Sum",
        "account": "Account",
        "category": "Category",
        "line": "Line",
        "count": "Count",
        "debit": "Debit",
        "credit": "Credit",
        "balance": "Balance",
        "total": "Sum of all accounts",
        "accounts": "Sent, by account",
        "nothing": "Nothing was sent in this month.",
        "unkept": "{count} documents ({amount}) are part of the sum, and have no content here: accounts unknown.",
        "rejected": "Rejected",
        "question": "To be clarified",
        "withheld": "Withheld at the end of the month",
        "difference": "Differences from the target",
        "more": "and {count} more",
        "number": "No.",
        "day": "Day",
        "ours": "Our amount",
        "theirs": "There",
        "record": "Record",
        "words": "Explanation",
        "section": "Part",
        "compared": "Compared with the target {at}, {first} to {last}.",
        "agrees": "No differences.",
        "incomplete": "Not all documents could be compared.",
        "partly": "The comparison does not cover the whole month.",
        "asked": "Only our own documents were asked for; foreign ones were not looked for.",
        "never": "Not compared with the target in this month.",
        "page": "Page {page} of {pages}",
        "missing": "Sent, and not there.",
        "twice": "Stands there twice.",
        "unknown_here": "Stands there under our reference, and we have not sent it.",
        "amount": "Has another amount there.",
        "content": "Was changed there.",
        "here": "Here: {state}.",
        "unreadable": "The amount there cannot be read.",
        "period": "Period",
        "rejected_late": "Taken first, refused when posted.",
        "unknown": "The answer was lost; it is asked for.",
        "held": "Was it received? Somebody has to answer.",
        "drifted": "Was changed there after it was sent.",
        "voided": "Withdrawn.",
        "never_posted": "Sent, and never posted.",
    },
}


def words_of(language: str) -> Words:
    """The words of a language; English where there are none."""
    return TEXTS.get(language, TEXTS["en"])


def month_of(first: date, language: str) -> str:
    """`mars 2026`."""
    return f"{(NORWEGIAN if language == 'nb' else ENGLISH).split(', ')[first.month - 1]} {first.year}"


def day_of(day: date | None, language: str) -> str:
    """`02.03.2026`, or `2026-03-02`."""
    if day is None:
        return ""
    return f"{day:%d.%m.%Y}" if language == "nb" else day.isoformat()


def moment_of(at: datetime, zone: str, language: str) -> str:
    """A local moment with its zone."""
    local = at.astimezone(ZoneInfo(zone))
    return f"{day_of(local.date(), language)} {local:%H:%M %Z}"


def amount_of(amount: Decimal | None, language: str) -> str:
    """`1 234,50`, or `1 234.50`, with spaces that do not break."""
    if amount is None:
        return ""
    text = f"{amount:,.2f}".replace(",", "\u00a0")
    return text.replace(".", ",") if language == "nb" else text


def explained(entry: Entry, language: str) -> str:
    """Why a record is listed, in a sentence, and the words that came with it."""
    words = words_of(language)
    said = words.get(entry.state, "") if entry.state != entry.group else ""
    told = entry.words
    if entry.group == "difference":
        told = {
            "content": f"({entry.words})",
            "unknown_here": words["here"].format(state=entry.words) if entry.words else "",
            "amount": words["unreadable"] if entry.theirs is None else "",
        }.get(entry.state, "")
    return " ".join(part for part in (said, told) if part)


def comparison_of(compared: Compared | None, differences: int, zone: str, language: str) -> str:
    """When and how the month was compared with the target."""
    words = words_of(language)
    if compared is None:
        return words["never"]
    days = {"first": day_of(compared.first, language), "last": day_of(compared.last, language)}
    parts = [words["compared"].format(at=moment_of(compared.at, zone, language), **days)]
    parts += [words["partly"]] * (not compared.whole) + [words["incomplete"]] * (not compared.complete)
    parts += [words["asked"]] * (compared.way == "asked")
    if not differences and compared.complete:
        parts.append(words["agrees"])
    return " ".join(parts)
