"""Norwegian counties by the year that is counted (Statistics Norway, Klass 104: eleven in 2020, fifteen from 2024)."""

from collections.abc import Mapping

UNKNOWN = frozenset({"", "99"})
"""Members whose county nobody knows: 99 is Statistics Norway's code for it, an empty cell is our reading."""
_KEPT = {
    "03": "Oslo",
    "11": "Rogaland",
    "15": "Møre og Romsdal",
    "18": "Nordland",
    "34": "Innlandet",
    "42": "Agder",
    "46": "Vestland",
    "50": "Trøndelag",
}
_SINCE_2020 = {**_KEPT, "30": "Viken", "38": "Vestfold og Telemark", "54": "Troms og Finnmark"}
_SINCE_2024 = {
    **_KEPT,
    "31": "Østfold",
    "32": "Akershus",
    "33": "Buskerud",
    "39": "Vestfold",
    "40": "Telemark",
    "55": "Troms",
    "56": "Finnmark",
}


def counties(year: int) -> Mapping[str, str]:
    """Code and name of every county at the end of a year; none where that is not known here."""
    if year >= 2024:
        return _SINCE_2024
    return _SINCE_2020 if year >= 2020 else {}
