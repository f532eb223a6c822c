"""The loops: reconcile (make the database equal to git) and export (send what the ledger has not settled).

Knows ports only. Every commit and every send stands inside a named crash point.
"""
