"""What happened: outcomes, counts, conditions and health, as values.

Pure. Colours and tables belong to the command line; here are only the words and the numbers.
"""
