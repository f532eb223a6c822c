"""Which files of tests a run begins with."""

HEAVY = (
    "portal/test_every_page.py", "engine/test_crash_points.py", "engine/test_class_kills.py", "demo/test_front.py",
    "portal/test_rows_sending.py", "portal/test_rows_credentials.py", "portal/test_attacks_schema.py",
    "controller/test_keeping.py", "charts/test_image.py", "canary/test_portal.py", "engine/test_histories.py",
    "engine/test_concurrency.py", "portal/test_rows_standing.py", "portal/test_rows_done.py",
    "portal/test_isolation.py", "engine/test_database_faults.py", "canary/test_processes.py",
    "engine/test_told_to_stop.py", "operations/test_reverse.py", "portal/proposing/editors/test_unchanged.py",
)  # fmt: skip
"""Files of few tests that take long, the longest first: as the last of a run, one worker would be alone with one."""
