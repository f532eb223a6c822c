"""Which records go: an export's cut-over day, conditions and exclusions as one list of criteria.

Pure. Criteria have two interpreters: the database room turns them into SQL, for preview, sync and `why` alike, and
`holds` asks one record in hand, for samples. A law holds the two equal (docs/decisions/0002).
"""
