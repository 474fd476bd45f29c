"""``verify``: what a file says of where it comes from."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from ..provenance.detect import CHANCE, Reading
from ..provenance.pattern import BITS
from ..provenance.read_manifest import Manifest
from ..provenance.verify import Findings
from ..provenance.verify import verify as look
from .options import json_option
from .output import show

_SIGNERS = {
    "this computer": "the self-made certificate of this computer: it shows that the file is unchanged, not who made it",
    "self-made": "a self-made certificate of some Mimesh: it shows that the file is unchanged, not who made it",
    "other": "a certificate of {issuer} (as it says; whether to trust it was not checked)",
}


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@json_option
def verify(file: Path, as_json: bool) -> int:
    """Show the manifest and the watermark of FILE, a picture or film.

    Exit code 0: Mimesh made it, by its manifest or its watermark.  1: nothing of Mimesh was found (it may have been
    removed), or the manifest does not fit the file.  2: FILE cannot be read.
    """
    found = look(file)
    show(_facts(file, found), _lines(file, found), as_json)
    return 0 if found.of_mimesh else 1


def _facts(file: Path, found: Findings) -> dict[str, Any]:
    mark = found.watermark
    return {
        "file": str(file),
        "mimesh": found.of_mimesh,
        "manifest": None if found.manifest is None else asdict(found.manifest),
        "watermark": {
            "found": mark.found,
            "peak": round(mark.peak, 2),
            "log10_chance": round(mark.log10_chance, 2),
            "bits_right": mark.right if mark.found else None,
            "bits": BITS,
            "scale": round(mark.scale, 4) if mark.found else None,
            "mirrored": mark.mirrored if mark.found else None,
            "frames": found.frames,
        },
        "notes": list(found.notes),
    }


def _lines(file: Path, found: Findings) -> list[str]:
    verdict = "made with Mimesh." if found.of_mimesh else "nothing of Mimesh was found; that proves nothing."
    if found.manifest is not None and found.manifest.state == "invalid":
        verdict = "its manifest does not fit: it was changed after it was signed, or damaged."
    return [f"{file}: {verdict}", *_manifest(found.manifest), *_watermark(found.watermark), *found.notes]


def _manifest(manifest: Manifest | None) -> list[str]:
    if manifest is None:
        return ["Manifest: none."]
    lines = [f"Manifest: {manifest.state}, by {manifest.made_with}."]
    lines += [f"  {problem}" for problem in manifest.problems]
    if manifest.issuer != "unknown":
        lines.append(f"  signed with {_SIGNERS[manifest.signer].format(issuer=manifest.issuer)}.")
    lines += [f"  source type: {', '.join(manifest.sources)}"] if manifest.sources else []
    lines += [f"  actions: {', '.join(manifest.actions)}"] if manifest.actions else []
    for each in manifest.ingredients:
        own = f", with a manifest by {each.made_with}" if each.made_with else ""
        lines.append(f"  input: {each.title} ({each.relationship}){own}")
    return lines


def _watermark(mark: Reading) -> list[str]:
    if not mark.found:
        return [f"Watermark: not found (needs to be less likely by chance than {CHANCE:g})."]
    mirror = ", mirrored" if mark.mirrored else ""
    return [
        f"Watermark: found, {mark.right} of {BITS} bits, at {mark.scale:.0%} of the size it was made at{mirror}; "
        f"by chance once in 10^{-mark.log10_chance:.0f} pictures."
    ]
