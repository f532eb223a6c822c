"""Microsoft Entra, as far as a program needs it: applications with secrets, and tokens for them.

What the simulators behind it have in common (`research/external-systems.md` 2.1); nothing of what the tokens open.
"""
