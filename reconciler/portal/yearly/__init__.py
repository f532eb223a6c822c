"""The yearly reports of an organisation: where each stands, what is counted today, what was frozen and handed over.

Everything is the engine's (`engine/reporting.py`); here is what asks for it. Nothing here names a person of the app.
"""
