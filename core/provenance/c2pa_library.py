"""The C2PA library with its settings: nothing from the network, no thumbnails, no clock of others."""

from __future__ import annotations

import importlib
import json
from functools import cache
from typing import Any

from .credentials import SigningError

SETTINGS = {
    "version": 1,
    "core": {"allowed_network_hosts": []},
    "verify": {"remote_manifest_fetch": False, "ocsp_fetch": False, "verify_after_sign": False},
    "builder": {"thumbnail": {"enabled": False}, "created_assertion_labels": ["c2pa.actions"]},
}

KINDS = {
    "PNG": "image/png",
    "JPEG": "image/jpeg",
    "WEBP": "image/webp",
    "GIF": "image/gif",
    "TIFF": "image/tiff",
    "AVIF": "image/avif",
}
"""What a file is (``core.media.sniff``) → how C2PA calls it.  Films: see :func:`kind_of_film`."""

SUFFIXES = {
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".webp": "image/webp",
    ".gif": "image/gif",
    ".mp4": "video/mp4",
}
"""What is written here."""


@cache
def library() -> Any:
    """The module ``c2pa``; it brings a native library that not every system has.  Raises :class:`SigningError`."""
    try:
        return importlib.import_module("c2pa")
    except (ImportError, OSError, RuntimeError) as error:
        raise SigningError("The C2PA library cannot be loaded: run pip install -r requirements.txt.") from error


def context() -> Any:
    """What readers and builders are made with."""
    return library().Context.from_dict(json.loads(json.dumps(SETTINGS)))


def kind_of_film(head: bytes) -> str | None:
    """The MIME type of a film that C2PA can look into, from its first bytes; None for the others."""
    if head[4:8] == b"ftyp":
        return "video/quicktime" if head[8:12] == b"qt  " else "video/mp4"
    return "video/avi" if head[:4] == b"RIFF" else None
