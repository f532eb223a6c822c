"""What pages show: one function for each, `(visit, what is asked for) -> a model`. The JSON twin is that model."""
