"""The steps that made the database what it is: alembic's environment, and in `versions` an .sql beside each .py.

A step that was released is never edited; there is no way back but a later step.
"""
