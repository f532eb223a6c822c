"""An environment of Microsoft Dataverse: tokens from Entra, rows under alternate keys, `$batch` with change sets, and
what it says of its own tables.

Modelled on `research/external-systems.md` section 2. Texts of errors and whatever the research leaves open are ours.
Control paths (`/_books`, `/_faults` ...) are ours too, for tests and demos; `/` shows what was booked.
"""
