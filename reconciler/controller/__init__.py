"""The resident loop: it follows a branch, applies what was merged, and starts what is due. docs/decisions/0030."""
