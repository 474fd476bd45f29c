"""The window used for an hour while things go wrong around it.  ``python -m tests.soak --help``."""
