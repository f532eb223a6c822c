"""How an outside system is reached: endpoints, how a request carries the credential, and the test that proves it."""

import re
from typing import Annotated, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, Field

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
UrlPath = Annotated[str, Field(pattern=r"^/[^\s?#]*(\?[^\s#]*)?$", max_length=1000)]
"""What follows the endpoint: `/activities/{reference}`. Texts in braces are filled in, and quoted for an address."""


class Endpoint(Model):
    """Where an environment is. The simulator's address is the installation's business, and left out here."""

    url: Annotated[str, Field(pattern=r"^https://")] | None = Field(None, description="The same for every customer.")
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


Auth = Annotated[HeaderAuth | BasicAuth | ClientCredentials, Field(discriminator="scheme")]


class Settings(Model):
    """What an Integration sets: a JSON Schema, and which settings say *where* the documents end up."""

    schema_: JsonSchema = Field(alias="schema")
    identity: list[Name] = Field(default_factory=list)


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


class ConnectionTest(OneOf):
    """One read that proves a credential: a query, a path, or (for files) that the folder can be written to."""

    query: Text | None = None
    path: UrlPath | None = None
    folder: Text | None = Field(None, description="A folder that must be there and take a file.")
    finds: list[Finding] = Field(default_factory=list)
    confirms: list[Confirmation] = Field(default_factory=list)

    @classmethod
    def alternatives(cls) -> tuple[str, ...]:
        return ("query", "path", "folder")


class ResponseRule(OneOf):
    """What an answer means. `message` is a pattern whose groups `field` and `value` say which value was refused.

    wait: nothing happened, try again after a pause; stop: nothing happened and the integration stops; credential:
    the credential is refused; rejected: a definitive refusal of the request; exists: a document with our key is there
    already; unknown: it may have happened.
    """

    code: Text | None = None
    message: Pattern | None = None
    status: list[Whole] | None = None
    means: Literal["wait", "stop", "credential", "rejected", "exists", "unknown"]
    pause: Duration | None = Field(None, description="With `wait`: how long, where the answer does not say.")
    until: AnswerPath | None = Field(None, description="With `stop`: where the error says until when.")
    zone: Zone = Field("UTC", description="With `until`: the zone of a moment that names none.")

    @classmethod
    def alternatives(cls) -> tuple[str, ...]:
        return ("code", "message", "status")


class Pace(Model):
    """At most `requests` begin within any `seconds`, of all runs with the same credential. A run asks one by one."""

    requests: Count
    seconds: Count
