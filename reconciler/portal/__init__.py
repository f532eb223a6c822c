"""The web window, for people who do not write YAML: they see, decide about documents, and change credentials.

Server-rendered; `docs/decisions/0042-the-portal.md`. Questions are in `answers`, what people do in `deeds`, what is
said in `texts`; `twins` makes a page and a route of the API of each. No SQL stands here, and no run runs here.
"""
