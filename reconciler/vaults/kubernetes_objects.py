"""The shape of the Secret objects: their names, our mark on them, and how fields are packed. Pure."""

import base64
import binascii
import hashlib
import json
import re
from typing import TYPE_CHECKING, Any

from reconciler.runs import keeping
from reconciler.runs.credential import SecretPath
from reconciler.vaults.secret import Secret

if TYPE_CHECKING:
    from kubernetes.client import V1Secret

MARK = {"app.kubernetes.io/managed-by": "reconciler"}
ORGANIZATION = "reconciler/organization"
PATH = "reconciler/path"
FIELDS = "fields"
"""The one key under `data`: a credential may have field names that Kubernetes does not take as keys."""
NAME_LIMIT = 63
"""Of a DNS label, and of a label's value."""
DIGITS = 11
"""Room in a name for a version: the cut must not depend on which one it is."""


def body(path: SecretPath, version: int, secret: keeping.Secret) -> "V1Secret":
    """The whole object of one version, as the client's model."""
    from kubernetes.client import V1ObjectMeta, V1Secret

    credential = path.name[:NAME_LIMIT].strip("-_")
    labels = {**MARK, ORGANIZATION: path.organization_id, "reconciler/credential": credential}
    metadata = V1ObjectMeta(
        name=name_of(path, version),
        labels={**labels, "reconciler/version": str(version)},
        annotations={PATH: str(path)},
    )
    packed = base64.b64encode(json.dumps(secret.reveal()).encode()).decode()
    return V1Secret(
        api_version="v1", kind="Secret", metadata=metadata, type="Opaque", immutable=True, data={FIELDS: packed}
    )


def name_of(path: SecretPath, version: int) -> str:
    """`reconciler-<8 of the path's sha256>-<name, cut>-v<version>`, a DNS label."""
    return f"{_stem(path)}{version}"


def sought(path: SecretPath, locator: str) -> str:
    """The locator where `write` could have returned it for this path, else a name that no object of ours has.

    So the server is asked all the same: where it is down or forbidden, that is the answer, whatever the locator.
    """
    possible = re.fullmatch(f"{re.escape(_stem(path))}[0-9]{{1,{DIGITS}}}", locator)
    return locator if possible else f"{_stem(path)}none"


def _stem(path: SecretPath) -> str:
    digest = hashlib.sha256(str(path).encode()).hexdigest()[:8]
    frame = f"reconciler-{digest}--v"
    return f"reconciler-{digest}-{path.name.replace('_', '-')[: NAME_LIMIT - len(frame) - DIGITS]}-v"


def is_ours(found: dict[str, Any], path: SecretPath) -> bool:
    """Whether an object carries our mark and this path, and stays; one with finalizers outlives its deletion."""
    metadata = found.get("metadata") or {}
    labels, annotations = metadata.get("labels") or {}, metadata.get("annotations") or {}
    marked = labels.items() >= {**MARK, ORGANIZATION: path.organization_id}.items()
    return marked and annotations.get(PATH) == str(path) and not metadata.get("deletionTimestamp")


def opened(found: dict[str, Any] | None) -> Secret | None:
    """The fields of an object; None where it does not hold what `body` packs."""
    try:
        fields = json.loads(base64.b64decode((found or {})["data"][FIELDS], validate=True))
    except (KeyError, TypeError, ValueError, binascii.Error):
        return None
    whole = isinstance(fields, dict) and all(isinstance(value, str) for value in fields.values())
    return Secret(fields) if whole else None
