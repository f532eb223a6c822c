"""What a reviewer reads: one value that says what a step of git does to configuration and to data, and its forms.

Pure. What a database knows comes in as counts and sums; no value of a real record ever does.
"""
