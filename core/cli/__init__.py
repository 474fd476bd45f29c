"""The commands.  Each is one file; ``main`` runs them and turns errors into one line and an exit code."""
