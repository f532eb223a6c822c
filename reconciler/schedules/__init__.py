"""When: cron expressions with one meaning, in words, and as instants in the organisation's zone.

Pure. Nothing here waits or starts anything; croniter is known to `occurrences` alone.
"""
