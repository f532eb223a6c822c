"""Refusals as Status objects, with the words of the real API server.

Sources: "Kubernetes API Conventions" (Response Status Kind), and `staging/src/k8s.io/apimachinery/pkg/api/errors`.
"""

from typing import Any

from parts.cluster.kinds import Kind

Object = dict[str, Any]
REASONS = {400: "BadRequest", 401: "Unauthorized", 403: "Forbidden", 404: "NotFound", 405: "MethodNotAllowed",
           406: "NotAcceptable", 409: "Conflict", 410: "Expired", 415: "UnsupportedMediaType", 422: "Invalid",
           429: "TooManyRequests", 500: "InternalError", 501: "NotImplemented", 503: "ServiceUnavailable",
           504: "Timeout"}  # fmt: skip
CAUSES = {"Required value": "FieldValueRequired", "Invalid value": "FieldValueInvalid",
          "Forbidden": "FieldValueForbidden",
          "Unsupported value": "FieldValueNotSupported", "Duplicate value": "FieldValueDuplicate",
          "Not found": "FieldValueNotFound", "Too long": "FieldValueTooLong"}  # fmt: skip


class Refused(Exception):
    """An answer that is a Status of failure."""

    def __init__(self, code: int, message: str, reason: str | None = None, details: Object | None = None) -> None:
        super().__init__(message)
        self.code = code
        body: Object = {"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Failure", "message": message}
        reason = REASONS.get(code, "") if reason is None else reason
        body |= ({"reason": reason} if reason else {}) | ({"details": details} if details else {})
        self.status = body | {"code": code}


def detailed(kind: Kind, name: str = "", **more: Any) -> Object:
    """`details`: which object of which resource. What is empty is left out, as omitempty does."""
    whole = {"name": name, "group": kind.group, "kind": kind.plural, **more}
    return {key: value for key, value in whole.items() if value}


def not_found(kind: Kind, name: str) -> Refused:
    return Refused(404, f'{kind.resource} "{name}" not found', details=detailed(kind, name))


def already_exists(kind: Kind, name: str) -> Refused:
    return Refused(409, f'{kind.resource} "{name}" already exists', "AlreadyExists", detailed(kind, name))


def conflict(kind: Kind, name: str, why: str = "") -> Refused:
    why = why or "the object has been modified; please apply your changes to the latest version and try again"
    message = f'Operation cannot be fulfilled on {kind.resource} "{name}": {why}'
    return Refused(409, message, details=detailed(kind, name))


def invalid(kind: Kind, name: str, problems: list[tuple[str, str, str]]) -> Refused:
    """`problems`: the path of a field, the sort of fault (a key of `CAUSES`), and what is said after it."""
    said = [f"{sort}: {text}" if text else sort for _, sort, text in problems]
    lines = [f"{path}: {text}" for (path, _, _), text in zip(problems, said, strict=True)]
    causes = [
        {"reason": CAUSES[sort], "message": text, "field": path}
        for (path, sort, _), text in zip(problems, said, strict=True)
    ]
    what = f"{kind.name}.{kind.group}" if kind.group else kind.name
    message = f'{what} "{name}" is invalid: ' + (lines[0] if len(lines) == 1 else f"[{', '.join(lines)}]")
    return Refused(422, message, details=detailed(kind, name) | {"kind": kind.name, "causes": causes})


def forbidden(kind: Kind, name: str, why: str, causes: list[Object] | None = None) -> Refused:
    which = f'{kind.resource} "{name}"' if name else kind.resource
    return Refused(403, f"{which} is forbidden: {why}", details=detailed(kind, name, causes=causes))


def invalid_options(options: str, path: str, sort: str, text: str) -> Refused:
    cause = {"reason": CAUSES[sort], "message": f"{sort}: {text}", "field": path}
    details = {"group": "meta.k8s.io", "kind": options, "causes": [cause]}
    return Refused(422, f'{options}.meta.k8s.io "" is invalid: {path}: {sort}: {text}', details=details)


def missing(what: str) -> Refused:
    """Not the real server's answer: this one does not know how to answer, and the test that asked fails."""
    return Refused(501, f"{what} is not implemented here")
