"""What our objects are called, and the mark on them. Pure.

A name ends in a hash of all that it stands for, which is never shortened: two schedules do not meet in one name.
Sources: Kubernetes docs, "CronJob" (names of at most 52 characters: a Job's gets 11 more), "Labels and Selectors".
"""

import hashlib
import re
from collections.abc import Mapping
from typing import Any

LIMIT = 52
HASH = 12
"""Hexadecimal digits, 48 bits: among a hundred thousand names two meet in one of fifty thousand installations."""
MANAGER = "reconciler"
"""Our field manager."""
MANAGED = "app.kubernetes.io/managed-by"
INSTALLATION, ORGANIZATION = "reconciler/installation", "reconciler/organization"
ORGANIZATION_ID = "reconciler/organization-id"
"""The annotation that stays when an organisation gets another name."""
INTEGRATION, SCHEDULE = "reconciler/integration", "reconciler/schedule"
KIND = "reconciler/kind"
"""The label of a Job that the controller made: `requests`, `chores`, or `sync` for a time that CronJobs do not know."""
DIGEST = "reconciler/applied"
"""The annotation with the digest of what we applied."""
MARKS_FILE = "marks.json"
"""The one key of a ConfigMap of marks, and so the file that a pod finds."""
JOB_NAME = "batch.kubernetes.io/job-name"
"""The label by which a pod knows its Job (since Kubernetes 1.27)."""
_VALUE = re.compile(r"[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?")

Object = dict[str, Any]
"""A Kubernetes object, as JSON."""


def cronjob_name(installation: str, organization: str, schedule: str) -> str:
    """`rec-ORGANIZATION-SCHEDULE-HASH`."""
    return _name(f"{organization}-{schedule}", "schedule", installation, organization, schedule)


def marks_name(installation: str, organization: str) -> str:
    """`rec-ORGANIZATION-marks-HASH`, the ConfigMap of an organisation's high-water marks."""
    return _name(organization, "marks", installation, organization, middle="-marks")


def asked_name(installation: str, kind: str, organization: str, integration: str) -> str:
    """`rec-ORGANIZATION-INTEGRATION-KIND-HASH`, what the Jobs for one thing that was asked for are called by."""
    words = "-".join(each for each in (organization, integration) if each)
    return _name(words, kind, installation, organization, integration, middle=f"-{kind}")


def _name(words: str, *identity: str, middle: str = "") -> str:
    tail = f"{middle}-{_hash(*identity)}"
    slug = re.sub("[^a-z0-9]+", "-", words.lower()).strip("-") or "x"
    return f"rec-{slug[: LIMIT - len(tail) - 4].rstrip('-')}{tail}"


def _hash(*words: str) -> str:
    return hashlib.sha256("\n".join(words).encode()).hexdigest()[:HASH]


def label_value(text: str) -> str:
    """The text where it may be a label's value, else what is like it, with a hash."""
    if _VALUE.fullmatch(text) or not text:
        return text
    slug = re.sub("[^A-Za-z0-9._-]+", "-", text)[:40].strip("-._") or "x"
    return f"{slug}-{_hash(text)}"


def mark(installation: str) -> dict[str, str]:
    """The labels that make an object ours."""
    return {MANAGED: MANAGER, INSTALLATION: label_value(installation)}


def selector(installation: str) -> str:
    """Selects what bears our mark."""
    return ",".join(f"{name}={value}" for name, value in mark(installation).items())


def labels(installation: str, organization: str, integration: str = "") -> dict[str, str]:
    """The mark, and whose it is; values that cannot be labels are shortened, so nothing is read back from them."""
    found = mark(installation) | {ORGANIZATION: label_value(organization)}
    return found | ({INTEGRATION: label_value(integration)} if integration else {})


def is_marked(found: Object, installation: str) -> bool:
    """Whether an object bears our mark."""
    return _texts(found, "labels").items() >= mark(installation).items()


def annotation(found: Object, name: str) -> str:
    """One of an object's annotations; empty where there is none."""
    return _texts(found, "annotations").get(name, "")


def is_ours(found: Object, installation: str) -> bool:
    """Whether a CronJob bears our mark and is called what we call it: else its annotations are not to be believed."""
    schedule, organization = annotation(found, SCHEDULE), annotation(found, ORGANIZATION)
    return is_marked(found, installation) and name_of(found) == cronjob_name(installation, organization, schedule)


def name_of(found: Object) -> str:
    """An object's name."""
    return str((found.get("metadata") or {}).get("name", ""))


def _texts(found: Object, kind: str) -> Mapping[str, str]:
    return (found.get("metadata") or {}).get(kind) or {}
