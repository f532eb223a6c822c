"""KV v2 on a real OpenBao."""

import secrets

import pytest
from contracts.bench import Bench
from parts.openbao import free_port, server_of

from reconciler.clock import SystemClock
from reconciler.vaults.hashicorp import VaultStore
from reconciler.vaults.hashicorp_settings import TokenLogin, VaultSettings
from reconciler.vaults.secret import Secret


def make(request: pytest.FixtureRequest) -> Bench:
    server = server_of(request.config)
    prefix = f"contracts/{secrets.token_hex(6)}"

    def opened(address: str, token: str) -> VaultStore:
        login = TokenLogin(Secret({"token": token}))
        store = VaultStore(VaultSettings(address, login, "contracts", prefix=prefix), SystemClock())
        request.addfinalizer(store.close)
        return store

    return Bench(
        store=opened(server.address, server.token),
        down=lambda: opened(f"http://127.0.0.1:{free_port()}", server.token),
        forbidden=lambda: opened(server.address, "s.not-a-token-of-this-server"),
    )
