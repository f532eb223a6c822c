"""What each failure of `hvac`, and of `requests` below it, means here. A test walks both and fails on an unmapped one.

Nothing of the foreign error is kept, neither its text nor its frames: they hold request bodies, headers and tokens.
Statuses: Vault API docs, "HTTP Status Codes".
"""

from collections.abc import Callable
from typing import TypeVar

from reconciler.errors import Bug, ReconcilerError, SecretGone, StoreConflict, StoreDown, StoreForbidden

Answer = TypeVar("Answer")
Made = Callable[[], ReconcilerError]

CAS_WORDS = "check-and-set"
"""In the text of the only 400 that tells one thing from another (Vault: KV v2 `path_data.go`)."""
NONSENSE = (AttributeError, KeyError, IndexError, TypeError, ValueError, RecursionError)
"""What hvac, and our own reading of an answer, raise for a body that is not of the API's shape."""


class TokenRefused(StoreForbidden):
    """The server does not take the token, or not for this path: it does not say which (401, 403)."""


def attempt(request: Callable[[], Answer]) -> Answer | ReconcilerError:
    """What `request` returns, or the error that it means, as a value: whoever raises it does so far from the secret.

    An error that is raised where it was caught would carry the frames of `request`, and their locals with it.
    """
    import requests
    from hvac.exceptions import VaultError

    try:
        return request()
    except ReconcilerError as error:
        return type(error)(error.message, error.hint)
    except (VaultError, requests.RequestException, OSError, *NONSENSE) as error:
        return translated(error)


def given(answer: Answer | ReconcilerError) -> Answer:
    """The answer. Raises it where it is an error."""
    if isinstance(answer, ReconcilerError):
        raise answer
    return answer


def translated(error: Exception) -> ReconcilerError:
    """What a foreign error means to us, by the nearest of its classes that the tables know."""
    from hvac import exceptions as vault

    if isinstance(error, vault.InvalidPath):
        return _not_found(error)
    if isinstance(error, vault.InvalidRequest):
        return _conflict() if CAS_WORDS in str(error) else _refused()
    table = meanings()
    return next((table[kind]() for kind in type(error).__mro__ if kind in table), _unread())


def meanings() -> dict[type[BaseException], Made]:
    """What each class of foreign error means, apart from 400 and 404, whose bodies matter."""
    import requests
    from hvac import exceptions as vault

    return {
        vault.Unauthorized: _token_refused,
        vault.Forbidden: _token_refused,
        vault.RateLimitExceeded: lambda: StoreDown("the secret store is overloaded", "the same command works later"),
        vault.InternalServerError: _failing,
        vault.BadGateway: _failing,
        vault.UnexpectedError: _failing,
        vault.PreconditionFailed: _failing,
        vault.VaultNotInitialized: lambda: StoreDown("the secret store is not initialised", "bao operator init"),
        vault.VaultDown: lambda: StoreDown("the secret store is sealed, or in maintenance", "bao operator unseal"),
        vault.UnsupportedOperation: _misused,
        vault.ParamValidationError: _misused,
        requests.exceptions.SSLError: _untrusted,
        requests.RequestException: _unreachable,
        ConnectionError: _unreachable,
        TimeoutError: _unreachable,
        OSError: _no_file,
    }


def _not_found(error: Exception) -> ReconcilerError:
    """A 404 is absence only where the engine itself says so: `errors` empty, or the metadata of a deleted version.

    A missing mount or namespace, and a proxy's page, are 404 too, and nothing must be taken for absent because of them.
    """
    body = getattr(error, "json", None)
    if isinstance(body, dict) and (body.get("errors") == [] or "metadata" in (body.get("data") or {})):
        return SecretGone("the secret store does not hold that version", "set the credential again")
    return StoreForbidden("the secret store has no such engine, login or namespace", "look at its address and mount")


def _conflict() -> ReconcilerError:
    return StoreConflict("somebody else wrote to the secret store meanwhile", "look at what is there, and set it again")


def _refused() -> ReconcilerError:
    return StoreForbidden("the secret store refuses the login, or what was asked for", "look at role, secret and mount")


def _token_refused() -> ReconcilerError:
    return TokenRefused("the secret store does not let this installation in there", "look at its role and policy")


def _failing() -> ReconcilerError:
    return StoreDown("the secret store fails", "the same command works when it is well again")


def _unread() -> ReconcilerError:
    return StoreDown("the secret store's answer is not one of Vault's API", "look at what answers at its address")


def _unreachable() -> ReconcilerError:
    return StoreDown("the secret store cannot be reached", "look at its address; the same command works later")


def _untrusted() -> ReconcilerError:
    return StoreForbidden("the secret store's certificate is not trusted", "look at the certificate and the ca file")


def _no_file() -> ReconcilerError:
    return StoreForbidden("a file for the login to the secret store cannot be read", "look at token, jwt and ca file")


def _misused() -> ReconcilerError:
    return Bug("the secret store was asked for what its API does not have")
