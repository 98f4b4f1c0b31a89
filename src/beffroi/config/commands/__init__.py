"""The verbs of the command line: each file holds DESCRIPTION, `configure(parser)` and `run(options)`."""
