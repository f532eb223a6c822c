"""A monthly statement as one table, as spreadsheets read it: in Norwegian with semicolons and decimal commas."""

import csv
import io
from collections.abc import Iterator
from decimal import Decimal

from reconciler.packages.statement_words import day_of, explained, words_of
from reconciler.runs.account_statement import AccountStatement, Part

COLUMNS = ("section", "target", "category", "account", "line", "number", "day", "record", "count")
AMOUNTS = ("debit", "credit", "balance", "ours", "theirs")
RISKY = ("=", "+", "-", "@", "\t", "\r")
"""With these a spreadsheet takes a text for a formula."""


def as_csv(statement: AccountStatement) -> bytes:
    """Header and rows; the same statement makes the same bytes."""
    nordic = statement.language == "nb"
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=";" if nordic else ",", lineterminator="\r\n")
    words = words_of(statement.language)
    writer.writerow([words[name] for name in (*COLUMNS, *AMOUNTS, "words")])
    for part in statement.parts:
        for row in _rows(statement, part):
            values = [row.get(name) for name in (*COLUMNS, *AMOUNTS, "words")]
            writer.writerow([_cell(value, nordic=nordic) for value in values])
    return text.getvalue().encode("utf-8-sig" if nordic else "utf-8")


def _rows(statement: AccountStatement, part: Part) -> Iterator[dict[str, str | int | Decimal | None]]:
    words, language = words_of(statement.language), statement.language
    for line in part.accounts:
        yield {
            "section": words["accounts"],
            "target": part.target,
            "category": statement.labels.get(line.category, line.category),
            "account": line.account,
            "line": line.line,
            "count": line.count,
            "debit": line.debit,
            "credit": line.credit,
            "balance": line.total,
        }
    for entry in part.entries:
        yield {
            "section": words[entry.group],
            "target": part.target,
            "category": statement.labels.get(entry.category, entry.category),
            "number": entry.number,
            "day": day_of(entry.day, language),
            "record": entry.record_id or entry.reference,
            "ours": entry.amount,
            "theirs": entry.theirs,
            "words": explained(entry, language),
        }


def _cell(value: str | int | Decimal | None, *, nordic: bool) -> str:
    if value is None:
        return ""
    if isinstance(value, Decimal):
        return f"{value:.2f}".replace(".", ",") if nordic else f"{value:.2f}"
    text = str(value)
    return f"'{text}" if text.startswith(RISKY) else text
