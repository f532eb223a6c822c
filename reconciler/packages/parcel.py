"""The files of a package as one: a zip whose bytes follow from the files alone."""

import io
import zipfile
from collections.abc import Mapping

MOMENT = (1980, 1, 1, 0, 0, 0)
"""The first that a zip knows; when it was packed says nothing."""


def zipped(files: Mapping[str, bytes], folder: str) -> bytes:
    """All files below one folder, by name; nothing is compressed, for what a compressor makes may change with it."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as parcel:
        for name in sorted(files):
            entry = zipfile.ZipInfo(f"{folder}/{name}", MOMENT)
            entry.external_attr = 0o644 << 16
            entry.create_system = 3
            parcel.writestr(entry, files[name])
    return out.getvalue()
