"""Which records go: an export's cut-over day, conditions and exclusions as one list of criteria.

Pure. The database room turns criteria into SQL, for preview, sync and `why` alike; `holds` says the same of a sample.
"""
