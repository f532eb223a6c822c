"""The control path for secrets and tokens, for every simulator whose state has `clients`."""

from typing import Any, Protocol

from reconciler.simulators.control import by_order
from reconciler.simulators.entra.clients import Clients
from reconciler.simulators.faults import WrongOrder


class HasClients(Protocol):
    """What is asked of a simulator's state."""

    clients: Clients


@by_order
def tokens(state: HasClients, order: dict[str, Any]) -> dict[str, Any]:
    """Add, revoke or let expire a secret (ID:SECRET); `expire` alone ends every token that was made."""
    for act in ("add", "revoke", "end"):
        if act in order:
            client, _, secret = str(order[act]).partition(":")
            pair = (client, secret)
            if act != "add" and pair not in state.clients.alive:
                raise WrongOrder("no such secret")
            state.clients.alive.discard(pair)
            if act == "add":
                state.clients.alive.add(pair)
            if act == "end":
                state.clients.expired.add(pair)
    if order.get("expire"):
        state.clients.issued.clear()
    return {"alive": len(state.clients.alive), "made": state.clients.made}
