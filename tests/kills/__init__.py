"""Kills what writes files at random moments, and looks at what is left.  ``python -m tests.kills --help``."""
