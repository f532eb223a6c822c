"""Files of a report: of a frozen version, byte by byte and held against their checksums, and of what was counted."""

import base64
import hashlib
from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Path
from fastapi.responses import Response

from reconciler.packages.parcel import zipped
from reconciler.portal.problems import REFUSALS
from reconciler.portal.refusals import NotDone, NotThere
from reconciler.portal.twins import PAGES, TWINS
from reconciler.portal.visiting import Name, Sees, Visit
from reconciler.portal.yearly.answers import Year, found_of
from reconciler.portal.yearly.checking import counting
from reconciler.portal.yearly.counting import Counted, Package
from reconciler.portal.yearly.desk import at_hand
from reconciler.runs.reported import Kept

HERE = "/reports/{name}/{year}"
KINDS: Mapping[str, str] = {
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "zip": "application/zip",
}
OTHERWISE = "text/plain; charset=utf-8"
"""MANIFEST."""
File = Annotated[str, Path(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$")]
Version = Annotated[int, Path(ge=1, le=10_000)]


def frozen_file(visit: Sees, name: Name, year: Year, version: Version, file: File) -> Response:
    """One file of a frozen version, as it was frozen."""
    kept = _kept(visit, name, year, version)
    if file not in kept.files:
        raise NotThere
    return _given(_frozen(visit, kept)[file], f"{name}-{year}-v{version}-{file}")


def frozen_package(visit: Sees, name: Name, year: Year, version: Version) -> Response:
    """All files of a frozen version, as they were frozen, in a zip."""
    files = _frozen(visit, _kept(visit, name, year, version))
    folder = f"{visit.organization.name}-{name}-{year}-v{version}"
    return _given(zipped(files, folder), f"{folder}.zip")


def preview_file(visit: Sees, name: Name, year: Year, file: File) -> Response:
    """One file of the package that today's data make. It is no report before it is frozen."""
    package = _preview(visit, name, year)
    if file not in package.files:
        raise NotThere
    return _given(package.read(file), f"{name}-{year}-utkast-{file}")


def preview_package(visit: Sees, name: Name, year: Year) -> Response:
    """All files of the package that today's data make, in a zip."""
    package = _preview(visit, name, year)
    folder = f"{visit.organization.name}-{name}-{year}-utkast"
    return _given(zipped({each: package.read(each) for each in package.files}, folder), f"{folder}.zip")


def router() -> APIRouter:
    """The files, for people and for programs."""
    found = APIRouter()
    version = HERE + "/versions/{version}"
    for path, answer in (
        (f"{version}/files/{{file}}", frozen_file),
        (f"{version}/package", frozen_package),
        (f"{HERE}/preview/files/{{file}}", preview_file),
        (f"{HERE}/preview/package", preview_package),
    ):
        name = answer.__name__
        found.add_api_route(PAGES + path, answer, methods=["GET"], include_in_schema=False, name=name)
        found.add_api_route(
            TWINS + path, answer, methods=["GET"], name=f"{name}-twin", operation_id=name, response_class=Response,
            responses=_answers(),
        )  # fmt: skip
    return found


def _answers() -> dict[int | str, dict[str, Any]]:
    content = {kind.partition(";")[0]: {"schema": {"type": "string", "format": "binary"}} for kind in KINDS.values()}
    return {**REFUSALS, 200: {"content": {**content, "text/plain": {}}, "description": "The bytes."}}


def _kept(visit: Visit, name: str, year: int, version: int) -> Kept:
    found = next((each for each in found_of(visit, name, year).kept if each.version == version), None)
    if found is None:
        raise NotThere
    return found


def _frozen(visit: Visit, kept: Kept) -> Mapping[str, bytes]:
    from reconciler.engine.reporting import files_of

    with at_hand(visit) as here:
        return files_of(here, kept)


def _preview(visit: Visit, name: str, year: int) -> Package:
    """Raises NotDone while it is being counted, and where it would say who somebody is."""
    begun = counting(visit, found_of(visit, name, year))
    if not begun.done(visit.parts.house.counts.wait_s):
        raise NotDone("yearly.not-yet")
    counted: Counted = begun.future.result()
    if counted.package is None:
        raise NotDone("yearly.no-package")
    return counted.package


def _given(content: bytes, name: str) -> Response:
    """A file to be kept, never to be shown in our place. Its digest is that of RFC 9530."""
    digest = base64.b64encode(hashlib.sha256(content).digest()).decode()
    return Response(
        content,
        media_type=KINDS.get(name.rpartition(".")[2], OTHERWISE),
        headers={
            "content-disposition": f'attachment; filename="{name}"',
            "repr-digest": f"sha-256=:{digest}:",
            "content-security-policy": "default-src 'none'; sandbox",
        },
    )
