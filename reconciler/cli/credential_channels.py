"""`reconciler credentials set ORGANISATION channel/NAME`: the address behind a channel of notifications."""

from reconciler.cli.context import Context
from reconciler.cli.credential_words import show
from reconciler.errors import UsageError


def set_channel(context: Context, organization: str, name: str, expires: str | None, fd: int | None) -> int:
    """Read an address, send a test message there, and use it if that arrives."""
    from reconciler.cli.typing import read_fields
    from reconciler.engine.channels import FIELDS, channel_of
    from reconciler.engine.channels import set_channel as save
    from reconciler.vaults.secret import Secret
    from reconciler.wiring import notifier

    if expires is not None:
        raise UsageError("--expires is for integrations", "a channel's address holds until another one is set")
    world = context.world
    by = notifier(context.settings, world.clock)
    to = channel_of(by, world, organization, name)
    tested = save(world, by, organization, name, Secret(read_fields(FIELDS[to.by], fd)))
    unchanged = "nothing was saved or changed; what was in use stays in use"
    return show(context, tested, f"is saved as version {tested.version}: a test message arrived", unchanged)


def no_channel(organization: str, name: str) -> None:
    """Raises UsageError for a channel, with what is meant for it."""
    if name.startswith("channel/"):
        hint = f"reconciler notify {organization} --test {name.removeprefix('channel/')}; or set its address anew"
        raise UsageError("a channel is tried by a message, and has no version to go back to", hint)
