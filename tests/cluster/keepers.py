"""The keepers of tests, by the name that tests of this folder know them by."""

from parts.keepers import LIMITS, TEMPLATE, Kitchen, frame, kitchen, schedule, until

__all__ = ["LIMITS", "TEMPLATE", "Kitchen", "frame", "kitchen", "schedule", "until"]
