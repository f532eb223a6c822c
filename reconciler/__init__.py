"""Specs are what people wrote; a plan is what we intend; a run is what happened.

Each folder is one noun of that sentence; docs/design.md section 3 draws the storeys, and import-linter holds them.
"""

__version__ = "0.1.0"
