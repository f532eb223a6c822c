"""A served portal whose changes become proposals: a bare repository that is followed, and a controller's rounds."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from parts.portal import Opened, answering
from parts.proposing import OWN, Proposing, looked, proposing
from reconciler.controller.proposals import Proposals

HOME = "/o/alfa"
TWIN = "/api/v1/organizations/alfa"


@dataclass
class Drafting:
    """The portal, and what follows the repository that it proposes to."""

    here: Proposing
    portal: Opened
    proposals: Proposals

    def round(self) -> None:
        """A controller looks at proposals, merges what may be merged, and applies what was merged."""
        looked(self.proposals, self.here)
        self.here.settle()
        self.portal.server.house.copy.head(fresh=True)


@contextmanager
def drafting(folder: Path, database_url: str, own: str = OWN) -> Iterator[Drafting]:
    """An organisation, alfa, whose people may change the days on which it is closed by themselves."""
    here = proposing(folder, database_url, own)
    way = {"RECONCILER_PORTAL_LISTEN": "127.0.0.1:0", "RECONCILER_PORTAL_LOGIN": "demo"}
    with answering(replace(here.one.settings, portal=way)) as portal:
        yield Drafting(here, portal, Proposals(here.desk()))
