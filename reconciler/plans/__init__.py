"""What we intend: desired minus actual is a plan, a value that is shown, guarded and applied by others.

Pure. Nothing here reads a source or changes one; a plan that may not be carried out says so itself.
"""
