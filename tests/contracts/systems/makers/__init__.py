"""One module per integration type: it says how the suite drives the type's simulator, and what the type cannot have."""

from collections.abc import Mapping

from contracts.systems.makers.business_central import BusinessCentral
from contracts.systems.makers.consio import Consio
from contracts.systems.makers.cornerstone import Cornerstone
from contracts.systems.makers.dynamics import Dynamics
from contracts.systems.makers.files import ConsioFiles, CornerstoneFiles
from contracts.systems.makers.rest import Rest
from contracts.systems.makers.xledger import Xledger
from contracts.systems.system import System

MAKERS: Mapping[str, type[System]] = {
    # One line per type, in the order of the alphabet.
    "business_central": BusinessCentral,
    "consio": Consio,
    "consio-files": ConsioFiles,
    "cornerstone": Cornerstone,
    "cornerstone-files": CornerstoneFiles,
    "dynamics": Dynamics,
    "rest": Rest,
    "xledger": Xledger,
}
