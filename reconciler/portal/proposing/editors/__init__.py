"""Editors of schedules, selections, exclusions and closed days: a form becomes a tree, and nothing else is touched.

A form is held against what the page would have shown (`shown`), and only what differs is written (`applied`): a form
that is sent back as it came changes no byte. Pure are `conditions`, `schedule_form`, `exclusion_form` and the like.
"""
