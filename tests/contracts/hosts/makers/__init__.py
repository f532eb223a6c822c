"""One module per host of git."""
