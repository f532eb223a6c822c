"""The worked example on real parts: a demo app schema with invented people, and the walk of `make demo`."""
