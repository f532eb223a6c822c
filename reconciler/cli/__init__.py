"""The command line: one module per verb. Only `main` turns errors into exit codes; verbs render what others decided."""
