"""Cornerstone, as far as it is known: the REST profile with a key in a header of its own."""

from typing import ClassVar

from contracts.systems.makers.rest import Rest


class Cornerstone(Rest):
    """Activity logs of the second organisation."""

    type, organization, integration = "cornerstone", "nhf", "cornerstone"
    mapping = "orgs/nhf/mappings/activity-logs.yaml"
    settings: ClassVar = {"room": "aktivitet"}
