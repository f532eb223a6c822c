"""Label and field selectors. Source: Kubernetes docs, "Labels and Selectors" and "Field Selectors"."""

import re
from collections.abc import Callable
from typing import Any

from parts.cluster.kinds import Kind
from parts.cluster.refusals import Refused, missing

Object = dict[str, Any]
Test = Callable[[Object], bool]
PART = re.compile(
    r"\s*(?:(?P<absent>!)\s*(?P<name>[^\s=!,()]+)"
    r"|(?P<key>[^\s=!,()]+)\s*(?:(?P<operator>==|=|!=)\s*(?P<value>[^\s=!,()]*)"
    r"|\s(?P<set>in|notin)\s*\((?P<values>[^)]*)\))?)\s*(?:,|$)"
)
FIELDS = {
    "*": {"metadata.name", "metadata.namespace"},
    "pods": {"status.phase", "spec.nodeName", "spec.restartPolicy", "spec.serviceAccountName"},
    "jobs.batch": {"status.successful"},
    "secrets": {"type"},
    "namespaces": {"status.phase"},
    "events": {"involvedObject.kind", "involvedObject.name", "involvedObject.namespace", "involvedObject.uid",
               "reason", "type", "reportingComponent"},
    "events.events.k8s.io": {"reason", "type", "reportingController", "regarding.kind", "regarding.name",
                             "regarding.namespace"},
}  # fmt: skip


def labelled(text: str) -> Test:
    """Whether an object's labels fit. Raises `Refused` (400) for what is no selector."""
    tests, at = [], 0
    while at < len(text):
        found = PART.match(text, at)
        if not found:
            raise Refused(400, f"unable to parse requirement: found '{text[at:]}', expected: identifier")
        tests.append(_requirement(found))
        at = found.end()
    return lambda one: all(test(one.get("metadata", {}).get("labels") or {}) for test in tests)


def _requirement(found: re.Match[str]) -> Callable[[dict[str, str]], bool]:
    if found["absent"]:
        return lambda labels, key=found["name"]: key not in labels
    key = found["key"]
    if found["set"]:
        values = {value.strip() for value in found["values"].split(",")}
        if found["set"] == "in":
            return lambda labels: labels.get(key) in values
        return lambda labels: labels.get(key) not in values
    if found["operator"] is None:
        return lambda labels: key in labels
    if found["operator"] == "!=":
        return lambda labels, value=found["value"]: labels.get(key) != value
    return lambda labels, value=found["value"]: labels.get(key) == value


def fielded(text: str, kind: Kind) -> Test:
    """Whether an object's fields fit; only the fields that the real server knows for the kind."""
    tests = []
    for part in filter(None, text.split(",")):
        found = re.fullmatch(r"([\w.]+)(==|=|!=)(.*)", part)
        if not found:
            raise Refused(400, f"invalid field selector {part}")
        if found[1] not in FIELDS["*"] | FIELDS.get(kind.resource, set()):
            raise Refused(400, f"field label not supported: {found[1]}")
        tests.append((found[1].split("."), found[2] == "!=", found[3]))
    return lambda one: all((_value(one, path) == value) != negated for path, negated, value in tests)


def _value(one: Any, path: list[str]) -> str:
    if path == ["status", "successful"]:
        return str((one.get("status") or {}).get("succeeded", 0))
    for key in path:
        one = one.get(key) if isinstance(one, dict) else None
    if isinstance(one, dict | list):
        raise missing(f"a selector of {'.'.join(path)}")
    return "" if one is None else str(one)


def selecting(query: dict[str, str], kind: Kind) -> Test:
    """Both selectors of a request."""
    labels, fields = labelled(query.get("labelSelector", "")), fielded(query.get("fieldSelector", ""), kind)
    return lambda one: labels(one) and fields(one)
