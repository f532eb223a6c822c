"""A portal to which the yearly grant report is handed over. INVENTED: no grant body has such an interface.

Bufdir's own portal is a web form behind a login, and no format for machines is published (8.1 in
`research/external-systems.md`). This one takes a package as 8.3 describes it, holds it against its own rules and gives
a receipt, so that hand-over, duplicates and corrections can be tried out. Nothing here says what the real portal
accepts. `/` shows what was received; control paths (`/_books`, `/_faults` ...) are ours too.
"""
