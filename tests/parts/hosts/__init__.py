"""Hosts of git as small real HTTP apps, over real git repositories."""
