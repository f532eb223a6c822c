"""One pair of files per step, named alike: the .py holds the order, the .sql is executed as written."""
