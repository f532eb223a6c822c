"""The kinds of document, one module each. Strict: unknown keys are errors, text is text until a field types it."""
