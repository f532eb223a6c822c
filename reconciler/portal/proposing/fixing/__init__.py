"""Fix from the failure: from a document that was refused to the very line of the mapping, and to a draft of it."""
