"""The log: a small file in the user's state folder that says what went wrong, and not about whom."""
