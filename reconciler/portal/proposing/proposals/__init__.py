"""Proposals of an organisation wherever they were begun: what is open, what it does, whose yes it needs, saying it."""
