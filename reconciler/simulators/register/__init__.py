"""A register of members that takes activity logs, and any other records, by REST: one record or a batch, under the
sender's reference. It stands for every outside system of that kind.

Modelled on the generic profile of `research/external-systems.md` section 7; nobody's documentation is behind it. Any
word is a collection. Control paths (`/_books`, `/_faults` ...) are ours, for tests and demos; `/` shows what arrived.
"""
