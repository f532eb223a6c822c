"""Xledger as far as exports need it: a GraphQL endpoint with limits, staging, posting and faults, all in memory.

What is known of the real system is in `research/external-systems.md` section 1 ("research" below); where that says
"unknown", the module that decides says so. Control paths (`/_books`, `/_import`, `/_faults` ...) are ours, for tests
and demos.
"""
