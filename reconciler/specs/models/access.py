"""How an outside system is reached: endpoints, how a request carries the credential, and the test that proves it."""

import re
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field

from reconciler.specs.models.shared import Label, Model, OneOf
from reconciler.specs.scalars import Duration, Name, Text, Whole


def _compiles(pattern: str) -> str:
    try:
        re.compile(pattern)
    except re.error as error:
        raise ValueError(f"not a regular expression: {error}") from error
    return pattern


_NUMBERS = {"minLength", "maxLength", "minimum", "maximum", "minItems", "maxItems", "minProperties", "maxProperties"}


def _typed_schema(schema: Any, key: str = "") -> Any:
    """A JSON Schema whose scalars are text, as they come from a spec, with the types that its keywords ask for."""
    if isinstance(schema, dict):
        return {name: _typed_schema(value, "" if key == "properties" else name) for name, value in schema.items()}
    if isinstance(schema, list):
        return [_typed_schema(item) for item in schema]
    if key == "additionalProperties" and schema in ("true", "false"):
        return bool(schema == "true")
    return int(schema) if key in _NUMBERS and isinstance(schema, str) and schema.isdecimal() else schema


def _is_schema(schema: dict[str, Any]) -> dict[str, Any]:
    from jsonschema import Draft202012Validator
    from jsonschema.exceptions import SchemaError

    try:
        Draft202012Validator.check_schema(schema)
    except SchemaError as error:
        place = ".".join(map(str, error.absolute_path)) or "the whole"
        raise ValueError(f"not a JSON Schema: {place} is not as the 2020-12 draft asks") from error
    return schema


AnswerPath = Annotated[str, Field(pattern=r"^[A-Za-z_@][A-Za-z0-9_@-]*(\.[A-Za-z_@][A-Za-z0-9_@-]*)*$")]
"""A way into an answer: `addThings.edges`."""
Pattern = Annotated[str, AfterValidator(_compiles)]
Count = Annotated[Whole, Field(ge=1)]
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

    schema_: Annotated[dict[str, Any], BeforeValidator(_typed_schema), AfterValidator(_is_schema)] = Field(
        alias="schema"
    )
    identity: list[Name] = Field(default_factory=list)


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

    @classmethod
    def alternatives(cls) -> tuple[str, ...]:
        return ("code", "message", "status")


class Pace(Model):
    """At most `requests` begin within any `seconds`. A run asks one by one."""

    requests: Count
    seconds: Count
