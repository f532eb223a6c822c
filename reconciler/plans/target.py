"""Where documents end up. The ledger hangs off the target, never off a URL or an integration's current name."""

from collections.abc import Mapping
from typing import Any

from reconciler.specs.models.integration import Integration
from reconciler.specs.models.integration_type import IntegrationType


def target(integration: Integration, kind: IntegrationType, document: str) -> str:
    """`environment:type:identity:document`; identity is the settings that the type marks, in its order."""
    return f"{place(integration, kind)}:{document}"


def place(integration: Integration, kind: IntegrationType) -> str:
    """`environment:type:identity`: where a credential is tested, and whose codes and columns are kept."""
    settings = ",".join(integration.settings.get(name, "") for name in kind.settings.identity)
    return f"{integration.environment}:{integration.type}:{settings}"


def identity(body: Mapping[str, Any]) -> tuple[Any, ...]:
    """What makes two bodies of an Integration point to different places: environment, type and identifying settings.

    The identifying settings of a type are pinned in the body as `identity` when it is compiled.
    """
    settings = body.get("settings", {})
    return body["environment"], body["type"], tuple(settings.get(name) for name in body.get("identity", []))
