"""What the tests of the stores share."""

from parts.cluster.fixtures import anywhere

__all__ = ["anywhere"]
