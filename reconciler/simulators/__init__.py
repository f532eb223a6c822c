"""The outside systems as small real HTTP apps, with fault switches: `python -m reconciler.simulators`.

A program of its own: it imports nothing else of the package, and nothing imports it, so that it can contradict us.
"""
