"""Training of the networks.  Nothing else imports this package; ``README.md`` beside this file says how to use it."""
