"""How a document is created in an outside system, how it is found again, and what may be done when nobody knows.

One model per protocol's way of asking: a `request` (GraphQL), a `call` (HTTP) or a `drop` (a file).
"""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from reconciler.specs.models.access import AnswerPath, Count, Pages, UrlPath
from reconciler.specs.models.listing import Reconcile
from reconciler.specs.models.mapping import TargetName
from reconciler.specs.models.shared import Model, OneOf
from reconciler.specs.models.withdrawal import Withdraw
from reconciler.specs.scalars import Duration, Flag, Name, Text

DropPath = Annotated[str, Field(pattern=r"^[A-Za-z0-9_{}-][A-Za-z0-9._{}-]*(/[A-Za-z0-9_{}-][A-Za-z0-9._{}-]*)*$")]
"""A way down from the endpoint, such as `in/{room}`: never up, and never to what begins with a point."""
DropName = Annotated[str, Field(pattern=r"^[A-Za-z0-9_{}-][A-Za-z0-9._{}-]*$", max_length=150)]
ElementName = Annotated[str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_.-]*$", max_length=60)]


class Batch(Model):
    """The most that one request carries."""

    documents: Count
    nodes: Count = Field(description="Lines of all documents together.")


class Request(Model):
    """A mutation whose variable takes one item per line, each with a correlation id."""

    query: Text
    variable: Name
    correlate: AnswerPath = Field(description="The item's key for the correlation id.")
    node: AnswerPath = Field(description="The item's key for the line.")


class Reply(Model):
    """Where the answer to a mutation says what became of each item."""

    items: AnswerPath
    correlate: AnswerPath
    id: AnswerPath


class Results(Model):
    """Where an answer to several documents says what became of each: `{"results": [{"ref", "status", ...}]}`."""

    items: AnswerPath
    correlate: AnswerPath = Field(description="Our reference, in each item.")
    status: AnswerPath = Field(description="The word that `means` translates, in each item.")
    means: dict[Text, Literal["sent", "rejected", "not_applied", "exists", "unknown"]] = Field(min_length=1)


class Together(Model):
    """Several documents in one OData `$batch`, each line as a request of its own.

    multipart: each document is answered for by itself, and one of several lines is a change set: all of them, or none.
    json: the whole batch is one transaction (`Isolation: snapshot`), and one failure means that nothing was done.
    """

    format: Literal["multipart", "json"] = Field(
        description="`multipart`: multipart/mixed, as OData 4.0 has it; `json`: as OData 4.01 has it, all or nothing."
    )
    path: UrlPath = Field(description="Where the batch goes: `/api/data/v9.2/$batch`.")


class Call(Model):
    """One HTTP request. Texts in braces are filled with `reference`, `batch` (the reference of the whole request) and
    the integration's settings; by `odata` there is one request per line, and `{line}` is its place, from 1.
    """

    method: Literal["POST", "PUT", "PATCH"]
    path: UrlPath
    headers: dict[Text, Text] = Field(default_factory=dict, description="Such as `Idempotency-Key: '{reference}'`.")
    body: dict[AnswerPath, Text] = Field(default_factory=dict, description="Constant keys of the body.")
    documents: AnswerPath | None = Field(None, description="The body's list of documents; left out: one is the body.")
    lines: AnswerPath | None = Field(None, description="A document's list of lines; left out: its one line is all.")
    key: AnswerPath | None = Field(None, description="Where each document carries our reference, beside its fields.")
    results: Results | None = Field(None, description="With several documents: what became of each.")
    id: AnswerPath | None = Field(None, description="The outside system's id, in the answer or in each result.")
    together: Together | None = Field(None, description="With `odata`: how several documents share one request.")

    @model_validator(mode="after")
    def _several(self) -> "Call":
        if (self.documents is None) != (self.results is None):
            raise ValueError("`documents` and `results` come together: who sends several has to hear of each")
        return self


class Refusals(Model):
    """A file in which the other side names the documents that it refused: CSV with a head, one row per refusal."""

    file: DropPath = Field(description="Below the endpoint, `{batch}` in its name.")
    delimiter: Literal[";", ",", "tab"] = ";"
    reference: Text = Field(description="The column that holds our reference.")
    message: Text = Field(description="The column that says why.")
    field: Text | None = Field(None, description="The column that names the field, where there is one.")
    rest: Literal["sent", "posted"] = Field(
        "sent", description="What the documents are that the file does not name: still open, or taken."
    )


class Drop(Model):
    """A file per request, written whole under another name and then renamed; the answer is an acknowledgement file.

    The same documents make the same bytes. A file is never overwritten with another content.
    """

    format: Literal["csv", "jsonl", "xml", "xlsx"]
    folder: DropPath = Field(description="Below the endpoint; settings in braces.")
    name: DropName = Field(description="The file's name, with `{batch}` in it: the same batch is the same file.")
    columns: list[TargetName] = Field(default_factory=list, description="Their order; that of the fields if left out.")
    delimiter: Literal[";", ",", "tab"] = ";"
    decimal: Literal[",", "."] = Field(",", description="The mark before the decimals, in a CSV file.")
    byte_order_mark: Flag = Field(default=False, description="Some spreadsheets read UTF-8 only with it.")
    formulas: Literal["defuse", "keep"] = Field(
        "defuse", description="In a CSV file: put ' before a text that a spreadsheet would calculate, or leave it."
    )
    root: ElementName = Field("records", description="The outermost element of an XML file.")
    record: ElementName = Field("record", description="The element of each line in an XML file.")
    amount: TargetName | None = Field(None, description="The field that the manifest sums up.")
    manifest: Flag = Field(
        default=True, description="Write beside it how many rows and what sum it has, and its digest."
    )
    done: Flag = Field(default=False, description="Last of all write an empty file of this name and `.done`.")
    acknowledgement: DropPath | None = Field(
        None, description="The JSON file that the other side answers with, `{batch}` in its name."
    )
    results: Results | None = Field(None, description="What an acknowledgement says of each document.")
    refusals: Refusals | None = Field(None, description="The CSV file that names what was refused.")

    @model_validator(mode="after")
    def _names_the_batch(self) -> "Drop":
        answers = (self.acknowledgement, self.refusals.file if self.refusals else None)
        if any(each is not None and "{batch}" not in each for each in (self.name, *answers)):
            raise ValueError("the names of the file and of its answers need `{batch}` in them: one file, one batch")
        if self.results is not None and self.acknowledgement is None:
            raise ValueError("`results` stand in an acknowledgement: name its file")
        return self


class Lookup(OneOf):
    """A place where a document can be found again, and what finding it there proves."""

    name: Name
    query: Text | None = None
    path: UrlPath | None = Field(
        None, description="Asked once per document, its {reference}, {number} or {target_id} in it; 404 is absent."
    )
    absent: list[Text] = Field(
        default_factory=list, description="With `odata`: the error codes of a 404 by which nothing is there; else any."
    )
    variable: Name | None = Field(None, description="With `query`: the variable that takes the keys.")
    by: Literal["reference", "number", "target_id"] = Field(
        "reference", description="What is asked for: our reference, our number, or ids that the system gave."
    )
    items: AnswerPath | None = Field(None, description="The list of what was found; left out: the answer is it.")
    pages: Pages | None = Field(
        None, description="With `path` and `items`: how the list goes on; with `odata` by its links, if left out."
    )
    key: AnswerPath
    id: AnswerPath
    amount: AnswerPath | None = None
    message: AnswerPath | None = None
    keys: Count = Field(200, description="With `query`: the most keys that one request asks for.")
    proves: Literal["sent", "posted", "rejected_late"]

    @classmethod
    def alternatives(cls) -> tuple[str, ...]:
        return ("query", "path")

    @model_validator(mode="after")
    def _paged(self) -> "Lookup":
        if self.pages is not None and (self.path is None or self.items is None):
            raise ValueError("`pages` go with `path` and `items`")
        return self


class Follow(Model):
    """How sent documents are looked for until they are final: the older, the more seldom, and not for ever.

    First after `first`; then whenever a document's age has doubled, but after `longest` at the latest. What is older
    than `until` is given up: somebody has to look there.
    """

    first: Duration = "5m"
    longest: Duration = "24h"
    until: Duration = "30d"
    documents: Count = Field(500, description="The most documents that one run asks for.")


class Create(OneOf):
    """How a document is created, and what may be done when nobody knows whether it was.

    A: create-only under our key; B: idempotency key with a life; C: can be asked for our reference; D: blind.
    """

    idempotency: Literal["A", "B", "C", "D"] = "D"
    key_life: Duration | None = Field(None, description="Class B: how long the other side remembers our key.")
    reference: TargetName = Field(description="The field that carries our reference.")
    request_life: Duration = "15m"
    visibility_delay: Duration = "60s"
    batch: Annotated[Batch, Field(description="The most that one request carries.")]
    request: Request | None = None
    reply: Reply | None = None
    call: Call | None = None
    drop: Drop | None = None
    lookups: list[Lookup] = Field(default_factory=list)
    follow: Annotated[Follow, Field(description="How often sent documents are looked for.")] = Field(
        default_factory=Follow
    )
    number: TargetName | None = Field(None, description="The field that carries our number, where it is looked up.")
    reconcile: Annotated[Reconcile, Field(description="How sent documents are compared with what stands there.")] = (
        Field(default_factory=Reconcile)
    )
    post: UrlPath | None = Field(
        None, description="With `odata`: POSTed to at the end of a run while sent documents wait to become final."
    )
    withdraw: Withdraw | None = Field(None, description="How a document that is only staged is removed.")

    @classmethod
    def alternatives(cls) -> tuple[str, ...]:
        return ("request", "call", "drop")

    @property
    def can_be_asked(self) -> bool:
        """Whether a document can be found again there: by a lookup, or by the file that carried it."""
        return self.drop is not None or any(lookup.by == "reference" for lookup in self.lookups)

    @model_validator(mode="after")
    def _can_ask(self) -> "Create":
        if self.idempotency in ("A", "C") and not self.can_be_asked:
            message = "needs a lookup by reference: without one nobody can be asked, and the class is D"
            raise ValueError(f"class {self.idempotency} {message}")
        if self.idempotency == "B" and self.key_life is None:
            raise ValueError("class B needs `key_life`: after it the key proves nothing")
        if self.number is None and any(lookup.by == "number" for lookup in self.lookups):
            raise ValueError("a lookup by number needs `number`: the field that carries it")
        if self.post is not None and not any(lookup.proves == "posted" for lookup in self.lookups):
            raise ValueError("`post` needs a lookup that proves `posted`: else nobody learns what became of it")
        if self.withdraw is not None and (self.call is None or not self.can_be_asked or self.idempotency == "D"):
            raise ValueError("`withdraw` goes with a `call` and a lookup by reference: what is removed is proved gone")
        if (self.request is None) != (self.reply is None):
            raise ValueError("`request` and `reply` come together")
        if self.call is not None and not (self.call.documents or self.call.together) and self.batch.documents != 1:
            raise ValueError("a call without a list of `documents` carries one: write batch: {documents: 1, ...}")
        return self
