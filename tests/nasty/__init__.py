"""Files made to hurt, and what has to become of each: ``files/`` is committed, ``make.py`` made it."""
