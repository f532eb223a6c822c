"""A company in Microsoft Dynamics 365 Business Central: one journal, its lines, posting, and the ledger behind it.

Modelled on `research/external-systems.md` section 3. Texts of errors and whatever the research leaves open are ours.
Control paths (`/_books`, `/_faults` ...) are ours too, for tests and demos; `/` shows what was booked.
"""
