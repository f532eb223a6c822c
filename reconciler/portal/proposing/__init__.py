"""What the portal changes in configuration: drafts, what is wrong with them, what they would do, and proposing them.

Decision 0043. Nothing here merges, approves by itself, or writes configuration: git and the controller do.
"""
