"""One module per secret store, each with one function `make(request) -> Bench`; `conftest.py` lists them."""
