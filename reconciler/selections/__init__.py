"""Which records go: an export's cut-over day, conditions and exclusions as one list of criteria.

Pure. The database room turns criteria into SQL; it is the only interpreter, so that preview, sync and `why` agree.
"""
