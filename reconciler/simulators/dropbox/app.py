"""The control side as an app, and the SFTP side that opens beside it."""

import asyncssh
from starlette.applications import Starlette

from reconciler.simulators.dropbox.control import ROUTES
from reconciler.simulators.dropbox.options import Options
from reconciler.simulators.dropbox.server import HOST, open_server
from reconciler.simulators.dropbox.state import State

PATH = ""


def application_of(options: Options) -> Starlette:
    """The app with fresh state. Its host key lives as long as it does, through every reset."""
    app = Starlette(routes=ROUTES)
    app.state.options = options
    app.state.simulated = State.fresh(options)

    async def beside() -> str:
        key = asyncssh.generate_private_key("ssh-ed25519")
        app.state.listener = await open_server(lambda: app.state.simulated, options.sftp_port, key)
        address = f"sftp://{HOST}:{app.state.listener.get_port()}"
        app.state.server = {"address": address, "fingerprint": key.get_fingerprint()}
        return address

    app.state.beside = beside
    return app
