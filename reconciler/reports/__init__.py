"""What is reported over a period: dated counting rules, key figures, checks. Pure; of files and pages it knows nothing.

`document.Report` is what a report says; `packages` writes it down as files.
"""
