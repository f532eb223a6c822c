"""What people wrote: YAML text becomes typed documents in which every value knows its file, line and column.

Pure: text comes in as bytes, documents and diagnostics go out. No file is opened here, nothing is compared with a
database, and no rule needs more than the documents themselves.
"""
