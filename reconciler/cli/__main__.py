"""`python -m reconciler.cli`: the console script, for whoever starts it as a child."""

from reconciler.cli.main import main

main()
