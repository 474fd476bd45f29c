"""Reading the manifest of a file: whether it fits, who signed it, and what it says."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from ..media.open_input import read_bytes
from ..media.sniff import HEAD, name_format
from .c2pa_library import KINDS, context, kind_of_film, library
from .certificate import ORGANISATION, load_self_made
from .credentials import SigningError
from .manifest import GENERATOR

State = Literal["valid", "invalid"]
Signer = Literal["this computer", "self-made", "other"]

_PIECE = 1 << 20

_UNTRUSTED = "signingCredential.untrusted"
"""Always said: no list of trusted signers is used, so that nothing has to be fetched."""


@dataclass(frozen=True)
class Ingredient:
    """An input as the manifest names it; ``made_with`` what made it, where it carries a manifest of its own."""

    title: str
    relationship: str
    made_with: str | None


@dataclass(frozen=True)
class Manifest:
    """What a file's manifest says.

    ``state``     "valid": the file is as it was when it was signed; "invalid": it was changed since, or is damaged.
    ``problems``  why it is invalid, in the library's words.
    ``signer``    whose certificate: self-made on this computer, self-made by some Mimesh, another.
    ``issuer``    as the certificate says.
    ``made_with`` the program and its version.
    ``actions``   names without "c2pa.".
    ``sources``   digital source types, the last part of each address.
    """

    state: State
    problems: tuple[str, ...]
    signer: Signer
    issuer: str
    made_with: str
    actions: tuple[str, ...]
    sources: tuple[str, ...]
    ingredients: tuple[Ingredient, ...]

    @property
    def of_mimesh(self) -> bool:
        return self.made_with.split(" ")[0] == GENERATOR["name"]


def read_manifest(path: Path) -> Manifest | None:
    """The manifest inside ``path``; None where there is none, or the format can hold none."""
    head = read_bytes(path, HEAD)
    name = name_format(head)
    kind = kind_of_film(head) if name == "video" else KINDS.get(name or "")
    if kind is None:
        return None
    c2pa = library()
    try:
        with path.open("rb") as file, c2pa.Reader(kind, file, context=context()) as reader:
            active, every = reader.get_active_manifest(), _every(reader)
            state, results = reader.get_validation_state(), reader.get_validation_results() or {}
    except c2pa.C2paError.ManifestNotFound:
        return None
    except c2pa.C2paError as error:
        if not _mentions(path, b"c2pa"):  # an odd file, but not one with a manifest
            return None
        return Manifest("invalid", (" ".join(str(error).split()),), "other", "unknown", "unknown", (), (), ())
    problems = _problems(results)
    return Manifest(
        "valid" if state in ("Valid", "Trusted") and not problems else "invalid",
        problems,
        _signer(active),
        str(active.get("signature_info", {}).get("issuer", "unknown")),
        _made_with(active),
        tuple(action["action"].removeprefix("c2pa.") for action in _actions(active)),
        tuple(action["digitalSourceType"].rsplit("/", 1)[-1] for action in _actions(active) if _has_source(action)),
        tuple(_ingredient(each, every) for each in active.get("ingredients", [])),
    )


def _mentions(path: Path, word: bytes) -> bool:
    """Whether the file holds ``word``; read in pieces, for it may be a film of gigabytes."""
    kept = b""
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            if word in kept + piece:
                return True
            kept = piece[-len(word) :]
    return False


def _every(reader: Any) -> dict[str, Any]:
    return dict(json.loads(reader.json()).get("manifests", {}))


def _problems(results: dict[str, Any]) -> tuple[str, ...]:
    failures = results.get("activeManifest", {}).get("failure", [])
    return tuple(str(each.get("explanation") or each["code"]) for each in failures if each["code"] != _UNTRUSTED)


def _signer(manifest: dict[str, Any]) -> Signer:
    signature = manifest.get("signature_info", {})
    if signature.get("issuer") != ORGANISATION:
        return "other"
    try:
        mine = load_self_made()
    except SigningError:
        mine = None
    return "this computer" if mine is not None and signature.get("cert_serial_number") == mine.serial else "self-made"


def _made_with(manifest: dict[str, Any]) -> str:
    info = (manifest.get("claim_generator_info") or [{}])[0]
    named = f"{info.get('name', '')} {info.get('version', '')}".strip()
    return named or str(manifest.get("claim_generator", "unknown"))


def _actions(manifest: dict[str, Any]) -> list[dict[str, Any]]:
    found = [each for each in manifest.get("assertions", []) if each.get("label", "").startswith("c2pa.actions")]
    return [action for each in found for action in each.get("data", {}).get("actions", []) if "action" in action]


def _has_source(action: dict[str, Any]) -> bool:
    return isinstance(action.get("digitalSourceType"), str)


def _ingredient(facts: dict[str, Any], every: dict[str, Any]) -> Ingredient:
    own = every.get(facts.get("active_manifest", ""))
    title, relationship = str(facts.get("title", "")), str(facts.get("relationship", ""))
    return Ingredient(title, relationship, None if own is None else _made_with(own))
