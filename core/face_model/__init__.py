"""The morphable model (paper Eq. 1): load, import, export.  ``core.face_model.build`` makes the shipped one."""
