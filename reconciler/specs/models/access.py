"""How an outside system is reached: endpoints, how a request carries the credential, and the test that proves it."""

import re
from typing import Annotated, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, Field, model_validator

from reconciler.specs.models.schemas import JsonSchema
from reconciler.specs.models.shared import Label, Model, OneOf
from reconciler.specs.scalars import Duration, Name, Text, Whole


def _compiles(pattern: str) -> str:
    try:
        re.compile(pattern)
    except re.error as error:
        raise ValueError(f"not a regular expression: {error}") from error
    return pattern


def _is_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValueError("no time zone; write one such as Europe/Oslo") from error
    return name


AnswerPath = Annotated[str, Field(pattern=r"^[A-Za-z_@][A-Za-z0-9_@-]*(\.[A-Za-z_@][A-Za-z0-9_@-]*)*$")]
"""A way into an answer: `addThings.edges`."""
Pattern = Annotated[str, AfterValidator(_compiles)]
Zone = Annotated[Text, AfterValidator(_is_zone)]
Count = Annotated[Whole, Field(ge=1)]
ValueType = Literal["text", "integer", "decimal", "money", "date", "instant", "boolean", "reference"]
"""The types of a document's fields."""
UrlPath = Annotated[str, Field(pattern=r"^/[^\s?#]*(\?[^\s#]*)?$", max_length=1000)]
"""What follows the endpoint: `/activities/{reference}`. Texts in braces are filled in, and quoted for an address."""


class Endpoint(Model):
    """Where an environment is. The simulator's address is the installation's business, and left out here."""

    url: Annotated[str, Field(pattern=r"^(https|sftp)://")] | None = Field(
        None, description="The same for every customer."
    )
    setting: Name | None = Field(None, description="The setting that holds the address, where each customer has one.")


class HeaderAuth(Model):
    """A header whose text holds fields of the credential in braces."""

    scheme: Literal["header"]
    header: Text = Field(description="The header's name: `Authorization`, `X-API-Key`.")
    format: Text = Field(description="Its text, with fields of the credential in braces: `token {token}`.")


class BasicAuth(Model):
    """HTTP basic authentication (RFC 7617)."""

    scheme: Literal["basic"]
    username: Name = Field(description="The field of the credential that holds the user name.")
    password: Name = Field(description="The field of the credential that holds the password.")


class ClientCredentials(Model):
    """OAuth 2 client credentials (RFC 6749, 4.4): a token is fetched, used for a while, and renewed before its end."""

    scheme: Literal["oauth2"]
    token_url: Text | None = Field(None, description="Where tokens are made; settings in braces. Or `discovery`.")
    discovery: Text | None = Field(None, description="An OpenID Connect discovery document that names it.")
    client_id: Name = Field("client_id", description="The field of the credential that holds the client's id.")
    client_secret: Name = Field("client_secret", description="The field of the credential that holds its secret.")
    scope: Text | None = Field(None, description="What is asked for; settings in braces.")
    client: Literal["basic", "post"] = Field("post", description="Whether id and secret travel as header or form.")


class SshLogin(Model):
    """A login by SSH, for files: a user, a password or a private key, and a server that proves who it is."""

    scheme: Literal["ssh"]
    user: Name = Field("user", description="The setting that holds the user name.")
    secret: Name = Field(
        "secret",
        description="The field of the credential: a private key (it begins with -----BEGIN) or a password.",
    )
    host_key: Name = Field("host_key", description="The setting that holds the fingerprint of the server's key.")


Auth = Annotated[HeaderAuth | BasicAuth | ClientCredentials | SshLogin, Field(discriminator="scheme")]


class Settings(Model):
    """What an Integration sets: a JSON Schema, and which settings say *where* the documents end up."""

    schema_: JsonSchema = Field(alias="schema")
    identity: list[Name] = Field(default_factory=list)


class Pages(Model):
    """How a list that comes in pages goes on. It is read to its end or not at all: unread is not absent."""

    by: Literal["cursor", "page", "link-header", "odata"] = Field(
        description="`cursor`: the answer holds the next one; `page`: pages are numbered; `link-header`: the header"
        " `Link` leads to the next page (RFC 8288); `odata`: `@odata.nextLink` in the answer does."
    )
    parameter: Annotated[str, Field(pattern=r"^[A-Za-z0-9_.$-]+$")] | None = Field(
        None, description="With `cursor` and `page`: the query's parameter that takes it."
    )
    next: AnswerPath | None = Field(
        None, description="With `cursor`: where the answer holds the next one; none ends it."
    )
    first: Annotated[Whole, Field(ge=0)] = Field(1, description="With `page`: the number of the first one.")
    total: AnswerPath | None = Field(
        None, description="With `page`: where the answer holds how many there are; left out: an empty page ends it."
    )

    @model_validator(mode="after")
    def _fits(self) -> "Pages":
        wanted = {"cursor": {"parameter", "next"}, "page": {"parameter"}}.get(self.by, set())
        # What is applied comes back with every default written out.
        given = {name for name in ("parameter", "next", "total") if getattr(self, name) is not None}
        given |= {"first"} if self.first != 1 else set()
        if missing := sorted(wanted - given):
            raise ValueError(f"pages by {self.by} need `{missing[0]}`")
        if extra := sorted(given - wanted - ({"first", "total"} if self.by == "page" else set())):
            raise ValueError(f"pages by {self.by} have no `{extra[0]}`")
        return self


class CredentialField(Label):
    """A field of the credential: what it is called, and the form of its value."""

    schema_: JsonSchema | None = Field(
        None, alias="schema", description="A JSON Schema that a value has to fit before it is stored."
    )


class Finding(Model):
    """Something real that a connection test shows: the items of an answer, each as a text with fields in braces."""

    label: Label
    items: AnswerPath | None = Field(None, description="A list in the answer; the answer itself where left out.")
    text: Text


class Confirmation(Model):
    """A setting that must be among what the credential reaches; else it would post to the wrong place."""

    setting: Name
    items: AnswerPath | None = Field(None, description="A list in the answer; the answer itself where left out.")
    path: AnswerPath


class Blame(OneOf):
    """Whom a failure is laid at: the first that fits decides."""

    code: Text | None = Field(None, description="The outside system's code of the error.")
    message: Pattern | None = Field(None, description="A regular expression that finds something in the message.")
    status: list[Whole] | None = Field(None, description="The HTTP statuses, where no code is given.")
    who: Text = Field(description="What is at fault, as people call it: client secret, privilege, table.")

    @classmethod
    def alternatives(cls) -> tuple[str, ...]:
        return ("code", "message", "status")


class Demand(Model):
    """What at least one thing of a step's answer must have; a list of one counts as the one."""

    has: dict[AnswerPath, Text] = Field(min_length=1, description="Path and text; settings in braces.")
    who: Text = Field(description="What is at fault where nothing has it.")
    otherwise: Text = Field(description="What is said then; settings in braces, and `{was.PATH}` of the first thing.")


class Step(Model):
    """One read of a connection test, after those before it succeeded."""

    path: UrlPath = Field(description="What is read; settings, and what earlier steps keep, in braces.")
    items: AnswerPath | None = Field(None, description="The list in the answer; the answer itself where left out.")
    blames: list[Blame] = Field(default_factory=list, description="Whom a failure of this step is laid at.")
    demands: list[Demand] = Field(default_factory=list, description="What the answer must hold, in their order.")
    keeps: dict[Name, AnswerPath] = Field(
        default_factory=dict, description="Values of the first thing, for the braces of what follows."
    )
    finds: list[Finding] = Field(default_factory=list, description="What is shown of the answer.")


class ConnectionTest(OneOf):
    """Reads that prove a credential: a query, a path, several steps, or (for files) that a folder can be written to."""

    query: Text | None = None
    path: UrlPath | None = None
    folder: Text | None = Field(None, description="A folder that must be there and take a file.")
    pages: Pages | None = Field(None, description="With `path`: how its lists go on, where they come in pages.")
    steps: Annotated[list[Step], Field(min_length=1)] | None = Field(
        None, description="Reads by path, one after the other, each of which can be at somebody else's expense."
    )
    blames: list[Blame] = Field(
        default_factory=list,
        description="With `steps`: whom a failure of any step, or of fetching a token, is laid at.",
    )
    finds: list[Finding] = Field(default_factory=list)
    confirms: list[Confirmation] = Field(default_factory=list)

    @classmethod
    def alternatives(cls) -> tuple[str, ...]:
        return ("query", "path", "folder", "steps")

    @model_validator(mode="after")
    def _paged(self) -> "ConnectionTest":
        if self.pages is not None and self.path is None:
            raise ValueError("`pages` go with `path`")
        return self

    @model_validator(mode="after")
    def _of_steps(self) -> "ConnectionTest":
        if self.steps is None and self.blames:
            raise ValueError("`blames` and `steps` come together")
        if self.steps is not None and (self.finds or self.confirms):
            raise ValueError("with `steps`, write `finds` and `demands` in the step that they are about")
        return self


class Columns(Model):
    """A read that tells of each field what the outside system asks of it. What several reads say adds up."""

    path: UrlPath = Field(description="Settings, and what the test's steps keep, in braces.")
    items: AnswerPath = Field(description="The list in the answer, one entry per field.")
    pages: Pages | None = Field(None, description="How the list goes on; with `odata` by its links, if left out.")
    name: AnswerPath = Field(description="The field's name, as `fields` writes it.")
    max_length: AnswerPath | None = Field(None, description="The most characters of a text.")
    required: AnswerPath | None = Field(None, description="A word by which a field is required; see `means_required`.")
    means_required: list[Text] = Field(default_factory=list, description="The words that mean it is.")
    type: AnswerPath | None = Field(None, description="A word for what the field takes; see `means_type`.")
    means_type: dict[Text, list[ValueType]] = Field(
        default_factory=dict, description="The types of `fields` that each word takes; of others nothing is said."
    )


class ResponseRule(OneOf):
    """What an answer means. `message` is a pattern whose groups `field` and `value` say which value was refused.

    wait: nothing happened, try again after a pause; stop: nothing happened and the integration stops; credential:
    the credential is refused; rejected: a definitive refusal of the request; exists: a document with our key is there
    already; unknown: it may have happened.
    """

    code: Text | None = None
    message: Pattern | None = None
    status: list[Whole] | None = None
    path: AnswerPath | None = Field(
        None, description="With `code` or `message`: where the answer says it, if it is not in its errors."
    )
    means: Literal["wait", "stop", "credential", "rejected", "exists", "unknown"]
    field: AnswerPath | None = Field(
        None, description="With `rejected`: the field that it is about, where the message calls it otherwise."
    )
    pause: Duration | None = Field(None, description="With `wait`: how long, where the answer does not say.")
    until: AnswerPath | None = Field(None, description="With `stop`: where the error says until when.")
    zone: Zone = Field("UTC", description="With `until`: the zone of a moment that names none.")

    @classmethod
    def alternatives(cls) -> tuple[str, ...]:
        return ("code", "message", "status")

    @model_validator(mode="after")
    def _path_leads_to_words(self) -> "ResponseRule":
        if self.path is not None and self.status is not None:
            raise ValueError("write `path` with `code` or `message`: a status stands in no body")
        return self


class Pace(Model):
    """At most `requests` begin within any `seconds`, of all runs with the same credential. A run asks one by one."""

    requests: Count
    seconds: Count
    concurrency: Count | None = Field(
        None, description="So many requests at most are under way at once, of all runs with the same credential."
    )
