"""A yearly report, set up in steps: what and whose it is, its columns, its activity types, and a count of today's data.

The steps are those of `begun`; nothing secret is asked, and nothing that is counted here is kept.
"""
