"""Whoever takes the files: waits for the manifest, checks it, books each record once, and answers by a file."""

import csv
import hashlib
import io
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from reconciler.simulators.dropbox.reading import Record, records
from reconciler.simulators.dropbox.state import Batch, Booked, State

MANIFEST = ".manifest.json"
GARBAGE = b'{"results": [{"ref": "\xff'
ANSWERS = ("json", "csv", "garbage", "none")


def take(state: State, order: Mapping[str, Any]) -> dict[str, Any]:
    """Take every file that has its manifest. Raises ValueError for an order that cannot be understood.

    `refuse` has references, or is `all`; `first` takes only so many files; `answer` is one of ANSWERS; `keep` leaves
    the files in the folder.
    """
    answer = str(order.get("answer", "json"))
    if answer not in ANSWERS:
        raise ValueError(f"answer must be one of {', '.join(ANSWERS)}")
    manifests = sorted((state.path / "in").glob(f"*{MANIFEST}"))[: order.get("first")]
    return {"taken": [_take_one(state, each, {**order, "answer": answer}) for each in manifests]}


def _take_one(state: State, manifest: Path, order: Mapping[str, Any]) -> str:
    told = json.loads(manifest.read_bytes())
    file = manifest.with_name(told["file"])
    content = file.read_bytes()
    batch = _registered(state, told, content)
    found = [] if batch.problem else records(file.name, content)
    results = [_booked(state, batch, each, order) for each in found]
    _answer(state, file.name.rpartition(".")[0], batch, results, str(order["answer"]))
    if not order.get("keep"):
        for each in (file, manifest, file.with_name(f"{file.name}.done")):
            each.unlink(missing_ok=True)
    return batch.reference


def _registered(state: State, told: Mapping[str, Any], content: bytes) -> Batch:
    """The batch, counted; its problem says where manifest and content do not agree."""
    digest, name = hashlib.sha256(content).hexdigest(), str(told["batchReference"])
    batch = state.batches.get(name)
    if batch is None:
        batch = state.batches[name] = Batch(name, told["file"], int(told["rows"]), [digest])
    else:
        batch.times += 1
        batch.digests += [digest] if digest not in batch.digests else []
    batch.problem = "" if told["sha256"] == digest else "the digest of the manifest is another"
    return batch


def _booked(state: State, batch: Batch, record: Record, order: Mapping[str, Any]) -> dict[str, str]:
    """Book one record, unless it is refused. A batch that comes again books nothing again."""
    reference, refuse = str(record.get(state.options.reference, "")), order.get("refuse", [])
    if refuse == "all" or reference in refuse:
        words = {"field": str(order.get("field", "")), "message": str(order.get("message", "this is not known"))}
        return {"ref": reference, "status": "error", "code": "REFUSED", **words}
    known = state.booked.get(reference)
    if known is None:
        state.booked[reference] = Booked(reference, record, [batch.reference])
        return {"ref": reference, "status": "created"}
    if batch.reference not in known.batches:
        known.batches.append(batch.reference)
    return {"ref": reference, "status": "duplicate"}


def _answer(state: State, stem: str, batch: Batch, results: list[dict[str, str]], answer: str) -> None:
    match answer:
        case "garbage":
            _write(state.path / "ack" / f"{stem}.json", GARBAGE)
        case "json":
            told = {"batchReference": batch.reference, "problem": batch.problem, "results": results}
            _write(state.path / "ack" / f"{stem}.json", json.dumps(told).encode())
        case "csv":
            _write(state.path / "err" / f"{stem}.csv", _refusals(results))


def _refusals(results: list[dict[str, str]]) -> bytes:
    text = io.StringIO(newline="")
    lines = csv.writer(text, delimiter=";")
    lines.writerow(["reference", "field", "message"])
    lines.writerows([each["ref"], each["field"], each["message"]] for each in results if each["status"] == "error")
    return text.getvalue().encode()


def _write(path: Path, content: bytes) -> None:
    """Under its name all at once."""
    aside = path.with_suffix(".tmp")
    aside.write_bytes(content)
    os.replace(aside, path)  # noqa: PTH105 - atomic, and said so
