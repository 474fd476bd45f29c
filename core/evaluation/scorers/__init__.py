"""Networks that score and neither drive nor train; all of them are optional (requirements-eval.txt)."""
