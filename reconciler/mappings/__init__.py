"""How a record becomes a document: a small closed language, checked against both ends and compiled to closures.

Pure. A mapping is compiled once and applied to many records; there is no free code and no template engine, and no
field leaves that a mapping does not name.
"""
