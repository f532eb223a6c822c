"""What an HTTP call carries, and what its answer says of each document: by its status, or by its list of results."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from reconciler.adapters.answers import at, fill, identifier, items, nest, text
from reconciler.adapters.edge import Reply
from reconciler.adapters.responses import code_of, field_of
from reconciler.ports import Outgoing
from reconciler.runs.outcome import EXISTS, Answer, NotApplied, Outcome, Rejected, RequestRefused, Sent, Unknown
from reconciler.specs.models.operations import Call, Results

INCOMPLETE = "incomplete-answer"
_STEPS = re.compile(r"[.\[\]]+")


def body_of(call: Call, documents: Sequence[Outgoing], known: Mapping[str, str]) -> dict[str, Any]:
    """The body: constants, and the documents as a list, or the one document itself."""
    body = nest({name: fill(form, known) for name, form in call.body.items()})
    made = [_document(call, each) for each in documents]
    if call.documents is None:
        return {**body, **made[0]}
    return {**body, **nest({call.documents: made})}


def sent(reply: Reply, call: Call) -> Outcome:
    """What a success says of one document: an id that is promised and not there leaves it open."""
    found = (identifier(at(reply.body, call.id)) if call.id else "") or reply.location
    return Sent((found,) if found else ()) if found or call.id is None else _open(call)


def outcomes(body: Any, references: Sequence[str], call: Call, results: Results) -> dict[str, Outcome]:
    """Per document. An answer that names one twice, or one that was not sent, answers something else: none counts."""
    named = [(identifier(at(each, results.correlate)), each) for each in items(body, results.items)]
    told = dict(named)
    if len(told) < len(named) or told.keys() - set(references):
        told = {}
    missing = Unknown("the answer does not name this document", INCOMPLETE)
    return {each: _outcome(told[each], call, results) if each in told else missing for each in references}


def by_own_names(answer: Answer, call: Call) -> Answer:
    """A refusal with the field as a document of ours names it."""
    if not isinstance(answer, RequestRefused):
        return answer
    return RequestRefused(replace(answer.rejection, field=own_name(call, answer.rejection.field)))


def own_name(call: Call, named: str) -> str:
    """`records[3].lines[0].text` is our `text`: without places in lists, nor the names of the lists."""
    steps = [step for step in _STEPS.split(named) if step and not step.isdecimal()]
    for prefix in (call.documents, call.lines):
        way = prefix.split(".") if prefix else []
        if steps[: len(way)] == way:
            steps = steps[len(way) :]
    return ".".join(steps)


def _document(call: Call, document: Outgoing) -> dict[str, Any]:
    """A document as the call writes it: its lines as a list, or its one line's fields as its own."""
    lines = [nest(line["fields"]) for line in document.payload["lines"]]
    own = nest({call.key: document.reference}) if call.key else {}
    return {**own, **(nest({call.lines: lines}) if call.lines else lines[0])}


def _outcome(result: Any, call: Call, results: Results) -> Outcome:
    word = text(at(result, results.status))
    meaning = results.means.get(word)
    if meaning == "sent":
        found = identifier(at(result, call.id)) if call.id else ""
        return Sent((found,) if found else ()) if found or call.id is None else _open(call)
    message, code = text(at(result, "message") or word), code_of(result)
    match meaning:
        case "rejected":
            return Rejected(message, code, own_name(call, field_of(result)), text(at(result, "value") or ""))
        case "not_applied":
            return NotApplied(message, code)
        case "exists":
            return Unknown(message, EXISTS)
        case _:
            return Unknown(message, code)


def _open(call: Call) -> Unknown:
    return Unknown(f"the answer does not say what was made: it has no {call.id}", INCOMPLETE)
