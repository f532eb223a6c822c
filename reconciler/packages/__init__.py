"""A report as the files that a person hands over: workbook, CSV, PDF for signature, archive, manifest of checksums.

The same report makes the same bytes. Nothing here counts or decides anything; that is `reports`.
"""
