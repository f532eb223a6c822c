"""PostgreSQL: configuration tables, ledger, records, leases, audit, migrations, and an embedded server for one machine.

All SQL of the product but the secret store's stands here. No HTTP, no specs parsing, no decision about what to send.
"""
