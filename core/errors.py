"""Errors a caller can expect.  Every message is one sentence that says what is wrong and what to do."""

from __future__ import annotations


class MimeshError(Exception):
    """Base class.  ``str(error)`` is ready to be shown to a person."""


class InputError(MimeshError):
    """Something the user gave cannot be used: a file, a path, a value.  Exit code 2."""


class NoFaceError(InputError):
    """No face (or not the face that was asked for) was found in an image."""


class WeightsError(MimeshError):
    """Weights or resources are missing, damaged, or not the ones the manifest names."""


class DeviceError(MimeshError):
    """The graphics card cannot go on: its memory is full, or it is lost.  The processor can."""


class OutputError(InputError):
    """An output cannot be written: folder missing, read-only, disk full, unknown format."""


class Cancelled(MimeshError):
    """The caller's ``should_stop`` said so.  Nothing partial is left behind."""
