"""One event, two groups: core/v1 (how it lies in the storage) and events.k8s.io/v1.

Source: Kubernetes `pkg/apis/events/v1/conversion.go`.
"""

from typing import Any

from parts.cluster.kinds import Kind

Object = dict[str, Any]
NAMES = {"note": "message", "regarding": "involvedObject", "reportingController": "reportingComponent",
         "deprecatedSource": "source", "deprecatedFirstTimestamp": "firstTimestamp",
         "deprecatedLastTimestamp": "lastTimestamp", "deprecatedCount": "count"}  # fmt: skip
BACK = {stored: seen for seen, stored in NAMES.items()}


def seen(one: Object, kind: Kind) -> Object:
    """A stored object as its kind shows it."""
    if not kind.stored:
        return one
    return {BACK.get(key, key): value for key, value in one.items()} | {"apiVersion": kind.api_version}


def kept(one: Object, kind: Kind) -> Object:
    """An object of a kind as it lies in the storage."""
    if not kind.stored:
        return one
    return {NAMES.get(key, key): value for key, value in one.items()} | {"apiVersion": "v1"}
