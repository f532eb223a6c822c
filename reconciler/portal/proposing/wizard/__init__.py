"""The wizard: a new link to an outside system, in steps that can be left and gone back to. It ends in a draft.

What was answered stands in the draft's `answers` (`said`), and becomes files as soon as it can (`composing`). No module
knows the name of a system: everything is asked of the type's declaration. No secret is in answers, files or pages.
"""
