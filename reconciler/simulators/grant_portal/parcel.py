"""A package as it arrives: a zip or a folder, flat, of a bounded size, its files by name."""

import io
import zipfile
from collections.abc import Mapping
from pathlib import Path, PurePosixPath

MOST_FILES = 60
LARGEST = 256 << 20
"""Bytes of all files together, unpacked."""


class Unreadable(ValueError):
    """It is no package at all; the text says why, in Norwegian."""


def unpacked(content: bytes) -> Mapping[str, bytes]:
    """The files of a zip; a folder that holds all of them is left out of their names. Raises Unreadable."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = [entry for entry in archive.infolist() if not entry.is_dir()]
            _bounded([entry.file_size for entry in entries])
            found = {entry.filename: _read(archive, entry) for entry in entries}
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError) as problem:
        raise Unreadable("Filen er ikke et zip-arkiv som kan leses.") from problem
    if len(found) != len(entries):
        raise Unreadable("To filer i arkivet har samme navn.")
    return _flat(found)


def collected(folder: Path) -> Mapping[str, bytes]:
    """The files of a folder of this machine. Raises Unreadable."""
    if not folder.is_dir():
        raise Unreadable("Mappen finnes ikke.")
    paths = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    _bounded([path.stat().st_size for path in paths])
    return _flat({path.relative_to(folder).as_posix(): path.read_bytes() for path in paths})


def _bounded(sizes: list[int]) -> None:
    if len(sizes) > MOST_FILES or sum(sizes) > LARGEST:
        raise Unreadable(f"Pakken er for stor: høyst {MOST_FILES} filer og {LARGEST >> 20} MiB.")


def _read(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    """One file; no more of it than its entry says, so that a small zip cannot become a large one."""
    with archive.open(entry) as file:
        content = file.read(entry.file_size + 1)
    if len(content) != entry.file_size:
        raise Unreadable("En fil i arkivet er en annen størrelse enn den sier.")
    return content


def _flat(found: Mapping[str, bytes]) -> Mapping[str, bytes]:
    tops = {name.partition("/")[0] for name in found}
    if len(tops) == 1 and all("/" in name for name in found):
        found = {name.partition("/")[2]: content for name, content in found.items()}
    if any(PurePosixPath(name).name != name or "\\" in name for name in found):
        raise Unreadable("Filene skal ligge ved siden av hverandre, uten undermapper.")
    return found
