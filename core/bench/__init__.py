"""How fast Mimesh is on this machine, how much it computes, and what of that has changed."""
