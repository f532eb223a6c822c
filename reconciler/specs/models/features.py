"""FeatureCatalog: the app's features that a portal may own instead."""

from pydantic import Field

from reconciler.specs.models.shared import Label, Model
from reconciler.specs.scalars import Name


class Feature(Model):
    """One feature of the app."""

    label: Label
    description: Label | None = None


class FeatureCatalog(Model):
    """The spec of kind FeatureCatalog."""

    features: dict[Name, Feature] = Field(min_length=1)
