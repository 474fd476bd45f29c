"""Connect views, session and workers.  The only place where all three meet."""
