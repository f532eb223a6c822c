"""A SyncSchedule as a form: what its spec shows, and the spec that a form means. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import BaseModel, Field

from reconciler.schedules.expression import QUIET, WEEKDAY_NAMES

EVERY = ("manual", "daily", "weekly", "monthly", "hourly", "cron")
"""As they stand in the form; `cron` is somebody's own."""
WEEKDAYS = tuple(name[:3] for name in (*WEEKDAY_NAMES[1:], WEEKDAY_NAMES[0]))
DAYS = (*(str(day) for day in range(1, 29)), "last")
RELEVANT: Mapping[str, Sequence[str]] = {
    "manual": (),
    "hourly": ("past",),
    "daily": ("at",),
    "weekly": ("at", "weekday"),
    "monthly": ("at", "day"),
    "cron": ("cron",),
}
"""What of the form a preset asks for; the rest of it is let lie."""
TIMING = ("cron", "every", "at", "on")


class ScheduleForm(BaseModel):
    """The fields of the form, as text: what cannot be read is said by the rules, at its field."""

    every: str = Field("daily", max_length=20, description=f"One of {', '.join(EVERY)}.")
    at: str = Field(QUIET, max_length=20, description="HH:MM, local: for daily, weekly and monthly.")
    past: str = Field("0", max_length=10, description="Minutes past each hour: for hourly.")
    weekday: str = Field(WEEKDAYS[0], max_length=20, description="For weekly: mon to sun.")
    day: str = Field("1", max_length=10, description="For monthly: 1 to 28, or last.")
    cron: str = Field("", max_length=200, description="For cron: minute hour day month weekday.")
    zone: str = Field("", max_length=100, description="An IANA name; the organisation's where left out.")
    spread: str = Field("", max_length=100, description="A window such as 30m; none where left out.")


def shown(spec: Mapping[str, Any]) -> ScheduleForm:
    """The form as a spec fills it."""
    every = "cron" if spec.get("cron") is not None else str(spec.get("every") or "manual")
    found = {"every": every, "cron": _text(spec, "cron"), "zone": _text(spec, "zone"), "spread": _text(spec, "spread")}
    relevant = RELEVANT.get(every, ())
    if "at" in relevant:
        found["at"] = _text(spec, "at")
    if "past" in relevant:
        found["past"] = _past(_text(spec, "at"))
    if "weekday" in relevant:
        found["weekday"] = _weekday(_text(spec, "on"))
    if "day" in relevant:
        found["day"] = _text(spec, "on").lower()
    return ScheduleForm.model_construct(**{**ScheduleForm().model_dump(), **found})


def applied(spec: Mapping[str, Any], before: ScheduleForm, after: ScheduleForm) -> dict[str, Any]:
    """The spec that says what `after` does; what the form did not change stays as it is written."""
    found = dict(spec)
    if _asked(before) != _asked(after):
        found = _with_timing(found, timing(after))
    for name in ("zone", "spread"):
        if getattr(after, name).strip() != getattr(before, name):
            found = _with(found, name, getattr(after, name).strip())
    if after.every == "manual":
        found.pop("spread", None)
    return found


def timing(form: ScheduleForm) -> dict[str, str]:
    """The keys that say when."""
    match form.every:
        case "cron":
            return {"cron": " ".join(form.cron.split())}
        case "hourly":
            past = form.past.strip()
            return {"every": "hourly", "at": f"00:{past.zfill(2)}"} if past.strip("0") else {"every": "hourly"}
        case "weekly":
            return {"every": "weekly", "on": form.weekday, **_at(form)}
        case "monthly":
            return {"every": "monthly", "on": form.day, **_at(form)}
        case "daily":
            return {"every": "daily", **_at(form)}
    return {"every": form.every}


def fresh(integration: str, form: ScheduleForm) -> dict[str, Any]:
    """The spec of a new schedule."""
    found: dict[str, Any] = {"integration": integration, **timing(form)}
    for name in ("zone", "spread"):
        if value := getattr(form, name).strip():
            found[name] = value
    return found if form.every != "manual" else {key: each for key, each in found.items() if key != "spread"}


def _asked(form: ScheduleForm) -> tuple[str, ...]:
    return (form.every, *(getattr(form, name).strip() for name in RELEVANT.get(form.every, ())))


def _with_timing(spec: Mapping[str, Any], new: Mapping[str, str]) -> dict[str, Any]:
    """What stays keeps its place, what is new stands where the first of the old stood last."""
    kept = {key: new.get(key, each) for key, each in spec.items() if key not in TIMING or key in new}
    return {**kept, **{key: each for key, each in new.items() if key not in kept}}


def _with(spec: Mapping[str, Any], name: str, value: str) -> dict[str, Any]:
    rest = {key: each for key, each in spec.items() if key != name or value}
    return {**rest, name: value} if value else rest


def _at(form: ScheduleForm) -> dict[str, str]:
    return {"at": form.at.strip()} if form.at.strip() else {}


def _text(spec: Mapping[str, Any], name: str) -> str:
    found = spec.get(name)
    return "" if found is None else str(found)


def _past(at: str) -> str:
    hour, _, minute = at.partition(":")
    return minute.lstrip("0") or "0" if hour in ("", "00") else at


def _weekday(on: str) -> str:
    for name in WEEKDAY_NAMES:
        if on.lower() in (name, name[:3], str(WEEKDAY_NAMES.index(name))):
            return name[:3]
    return on
