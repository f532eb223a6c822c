"""Who may do what, by token: RBAC's rules without its objects. Source: Kubernetes docs, "Using RBAC Authorization"."""

import secrets
from dataclasses import dataclass, field
from typing import Any

from parts.cluster.kinds import Kind
from parts.cluster.refusals import Refused, detailed

Object = dict[str, Any]


@dataclass(slots=True)
class User:
    """`rules` as in a Role, None: everything; they hold in `namespace`, "" is everywhere. `taken`: (verb, resource)."""

    name: str
    token: str
    rules: list[Object] | None = None
    namespace: str = ""
    taken: set[tuple[str, str]] = field(default_factory=set)

    def may(self, verb: str, kind: Kind, subresource: str, namespace: str, name: str) -> bool:
        resource = f"{kind.plural}/{subresource}" if subresource else kind.plural
        if (verb, resource) in self.taken:
            return False
        if self.rules is None or kind.plural == "selfsubjectaccessreviews":
            return True
        if self.namespace and namespace != self.namespace:
            return False
        return any(_fits(rule, verb, kind.group, resource, name) for rule in self.rules)


def _fits(rule: Object, verb: str, group: str, resource: str, name: str) -> bool:
    def has(key: str, wanted: str) -> bool:
        return bool({wanted, "*"} & set(rule.get(key) or []))

    names = rule.get("resourceNames") or []
    return (
        has("verbs", verb) and has("apiGroups", group) and has("resources", resource) and (not names or name in names)
    )


@dataclass(slots=True)
class Users:
    """All who have a token."""

    by_token: dict[str, User] = field(default_factory=dict)

    def add(self, name: str, rules: list[Object] | None, namespace: str, token: str = "") -> User:
        user = User(name, token or f"token-of-{name}-{secrets.token_hex(8)}", rules, namespace)
        self.by_token[user.token] = user
        return user

    def named(self, name: str) -> User:
        return next(user for user in self.by_token.values() if user.name == name)

    def of(self, authorization: str) -> User:
        """Raises `Refused` (401) for a token that nobody has."""
        scheme, _, token = authorization.partition(" ")
        user = self.by_token.get(token.strip())
        if scheme.lower() != "bearer" or user is None:
            raise Refused(401, "Unauthorized")
        return user


def authorize(user: User, verb: str, kind: Kind, subresource: str, where: tuple[str, str]) -> None:
    """Raises `Refused` (403) as the real one says it. `where`: namespace and name, either may be empty."""
    namespace, name = where
    if user.may(verb, kind, subresource, namespace, name):
        return
    resource = f"{kind.plural}/{subresource}" if subresource else kind.plural
    which = f'{kind.resource} "{name}"' if name else kind.resource
    place = f'in the namespace "{namespace}"' if namespace else "at the cluster scope"
    said = f'User "{user.name}" cannot {verb} resource "{resource}" in API group "{kind.group}" {place}'
    raise Refused(403, f"{which} is forbidden: {said}", details=detailed(kind, name))


def reviewed(user: User, review: Object, kinds: dict[tuple[str, str], Kind]) -> Object:
    """A SelfSubjectAccessReview with its answer."""
    asked = (review.get("spec") or {}).get("resourceAttributes") or {}
    found = [
        one for one in kinds.values() if (one.group, one.plural) == (asked.get("group", ""), asked.get("resource"))
    ]
    allowed = bool(found) and user.may(
        asked.get("verb", ""), found[0], asked.get("subresource", ""), asked.get("namespace", ""), asked.get("name", "")
    )
    return {**review, "metadata": review.get("metadata") or {}, "status": {"allowed": allowed}}
