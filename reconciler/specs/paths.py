"""What the path of a file says: whether it is a spec, and whose."""

from collections.abc import Iterable


def read_yaml(paths: Iterable[str]) -> list[str]:
    """The paths that are specs: YAML files below `orgs/` and `specs/`."""
    return [path for path in paths if path.startswith(("orgs/", "specs/")) and path.endswith((".yaml", ".yml"))]


def organization_of(file: str) -> str | None:
    """The organisation whose folder holds `file`; None for what all share."""
    parts = file.split("/")
    return parts[1] if parts[0] == "orgs" and len(parts) > 2 else None
