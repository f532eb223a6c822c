"""Why a request is not answered. Each is turned into a page or into JSON in one place (`app.py`)."""

from collections.abc import Mapping

from reconciler.errors import ReconcilerError
from reconciler.portal.rights import Right


class Refused(Exception):
    """A request that is refused: `status` is HTTP's, `key` the words for it in `texts`."""

    status = 400
    key = "refused.request"


class LoginNeeded(Refused):
    """Nobody is logged in."""

    status = 401
    key = "refused.login"


class NotThere(Refused):
    """There is nothing of that name, or nothing that may be known."""

    status = 404
    key = "refused.not-there"


class NotAllowed(Refused):
    """The organisation is theirs, and the right is not."""

    status = 403
    key = "refused.right"

    def __init__(self, right: Right) -> None:
        super().__init__(right)
        self.right = right


class NotDone(Refused):
    """A deed that is refused as it stands: `key` and `values` say why, on the page that the form stands on."""

    status = 409

    def __init__(self, key: str, **values: str) -> None:
        super().__init__(key)
        self.key = key
        self.values = values


class Kept(Refused):
    """A draft that could not be proposed, and is kept as it is: `why` is the engine's refusal, and `back` the draft's
    page below the organisation, wherever the form stood.
    """

    status = 409
    key = "refused.kept"

    def __init__(self, why: ReconcilerError, back: str) -> None:
        super().__init__(why.message)
        self.why, self.back = why, back


class Elsewhere(Refused):
    """A form that did not come from a page of ours."""

    status = 403
    key = "refused.elsewhere"


class TooMany(Refused):
    """Too many requests; `again_s` says in how many seconds the next may come."""

    status = 429
    key = "refused.too-many"

    def __init__(self, again_s: int = 60) -> None:
        super().__init__(again_s)
        self.again_s = again_s


class Unfit(Refused):
    """A field that cannot be taken as it is: `key` says why, with `values`; none of them is what was typed."""

    status = 422

    def __init__(self, field: str, key: str, values: Mapping[str, str] | None = None) -> None:
        super().__init__(field, key)
        self.field, self.key, self.values = field, key, dict(values or {})


class LoginRefused(Refused):
    """Somebody came back from the provider, and is not let in; `key` says why, `reason` is for the trail."""

    status = 403
    key = "login.refused"

    def __init__(self, key: str, reason: str = "") -> None:
        super().__init__(reason or key)
        self.key = key


class ProviderAway(Refused):
    """Nobody can log in for now: the provider does not answer."""

    status = 503
    key = "login.provider-away"


class ProxyRefused(Refused):
    """The reverse proxy is the only way in; this did not come by it, or it named nobody."""

    status = 403
    key = "login.proxy"
