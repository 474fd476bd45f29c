"""Measuring results.  Nothing in the product imports this package."""
