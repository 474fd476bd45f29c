"""Mutated files through every door that takes a user's file: ``python -m tests.fuzz --count 10000 --seed 1``."""
