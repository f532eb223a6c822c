"""Which page of the editors changes a file."""

from collections.abc import Mapping

from reconciler.portal.proposing.checking import Checked

PAGES: Mapping[str, str] = {
    "SyncSchedule": "/schedules/{}/edit",
    "Integration": "/integrations/{}/selection",
    "Exclusion": "/exclusions/{}/edit",
    "Organization": "/freezes",
}


def page_of(found: Checked, file: str) -> str:
    """The page below the organisation; empty where the file is gone, or no editor is for it."""
    own = found.own
    named = {key: each.origins.file for key, each in own.documents.items()} | own.broken
    kind, name = next((key for key, path in named.items() if path == file), ("", ""))
    return PAGES.get(kind, "").format(name)
