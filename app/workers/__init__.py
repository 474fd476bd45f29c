"""Threads and one child process.  They take frozen, numbered requests and answer with Qt signals."""
