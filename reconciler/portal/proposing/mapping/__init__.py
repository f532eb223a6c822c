"""The mapping editor: a mapping's spec as the fields of a form and back, what it makes of samples, and its pages.

Where the form cannot say a part of a spec exactly, the part is shown as YAML: what is posted as it was shown changes
nothing.
"""
