"""Takes people's paths and file names out of what is logged.  Rather too much than too little goes."""

from __future__ import annotations

import os
import re
import sysconfig
import traceback
from pathlib import Path

from ..errors import MimeshError

VARIABLE = "MIMESH_LOG_PATHS"
"""Set to 1 (``--log-paths`` does) and paths stay, for somebody who looks for a fault in their own files."""

_ROOT = Path(__file__).resolve().parents[2]
_PLACES = (
    (Path(sysconfig.get_paths()["purelib"]), "site-packages/"),
    (Path(sysconfig.get_paths()["platlib"]), "site-packages/"),
    (Path(sysconfig.get_paths()["stdlib"]), "python/"),
    (_ROOT, ""),
)
_KINDS = (
    "png|jpe?g|jfif|webp|gif|bmp|tiff?|avif|heic|heif|jxl|ico|psd|svg|pdf|mp4|m4v|mov|avi|mkv|webm|wmv|mpe?g|"
    "csv|txt|json|mimesh|glb|gltf|obj|ply|flo|npy|npz|mat|h5|zip|pem|crt|key|py"
)
_OPENING = r"(?:[\s(\[=]|^)['\"“‘`]"
_ABSOLUTE = re.compile(
    r"(?<![\w.<>/\\])(?:file:/+|~[/\\]|[A-Za-z]:[\\/]|\\\\|/(?=[^\s/]))[^\n]*?(?=['\"”’`](?:\W|$)|: |$)", re.MULTILINE
)
_NAMED = re.compile(
    rf"(?:^|(?<=: )|(?<=[\s(\[=]['\"“‘`])|(?<=^['\"“‘`]))(?:(?!: |{_OPENING}|<path>).)*\.({_KINDS})\b",
    re.MULTILINE | re.IGNORECASE,
)
_REFUSED = re.compile(r"(\[(?:Errno|WinError)[^\]\n]*\][^'\"“\n]*)['\"“].*")
_QUOTED = re.compile(r"'[^\n]*'|\"[^\n]*\"|“[^\n]*”")
_FRAME = re.compile(r'^(\s*File )"([^"\n]*)"', re.MULTILINE)


def wanted() -> bool:
    """Whether somebody asked for paths in the log."""
    return os.environ.get(VARIABLE, "") not in ("", "0")


def scrub(text: str) -> str:
    """A message without paths and without names of pictures and films; the kind of a file stays."""
    if wanted():
        return text
    text = _REFUSED.sub(r"\1<file>", text)
    return _NAMED.sub(r"<file>.\1", _ABSOLUTE.sub("<path>", text))


def scrub_dump(text: str) -> str:
    """The same for a list of frames that Python's fault handler wrote."""
    return text if wanted() else _FRAME.sub(lambda found: f'{found[1]}"{place(found[2])}"', text)


def describe(error: BaseException) -> str:
    """The traceback of ``error`` and of what led to it, the first cause first, scrubbed; no values of variables."""
    chain, seen = [error], {id(error)}
    while (before := chain[-1].__cause__ or (None if chain[-1].__suppress_context__ else chain[-1].__context__)) and (
        id(before) not in seen
    ):
        chain.append(before)
        seen.add(id(before))
    return "\nwhich led to\n".join(_one(each) for each in reversed(chain))


def _one(error: BaseException) -> str:
    lines = []
    for frame in traceback.extract_tb(error.__traceback__):
        where = place(frame.filename)
        lines.append(f'  File "{where}", line {frame.lineno}, in {frame.name}')
        if frame.line and not where.startswith("<"):
            lines.append(f"    {frame.line}")
    said = str(error)
    if isinstance(error, (MimeshError, OSError)) and not wanted():  # their quotes hold names
        said = _QUOTED.sub("'<name>'", said)
    return "\n".join([*lines, f"{type(error).__name__}: {scrub(said)}"])


def place(filename: str) -> str:
    """Where code is, as far as it is ours, Python's or a library's."""
    if wanted() or filename.startswith("<"):
        return filename
    for folder, name in _PLACES:
        if Path(filename).is_relative_to(folder):
            return name + Path(filename).relative_to(folder).as_posix()
    return "<elsewhere>"
