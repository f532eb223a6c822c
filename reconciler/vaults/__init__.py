"""Secret stores behind one port. Values live as `Secret`, which prints as dots; none is logged or returned as text."""
