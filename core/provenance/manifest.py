"""Signing: what was done, with which inputs, in a C2PA manifest inside the file.

No name of a file, a folder or a person goes into it, and no time.
"""

from __future__ import annotations

import contextlib
import hashlib
import uuid
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

from ..errors import InputError
from ..media.open_input import read_bytes
from ..media.sniff import HEAD, name_format
from ..version import VERSION
from .c2pa_library import KINDS, SUFFIXES, context, kind_of_film, library
from .credentials import Credentials, SigningError
from .marks import Input, Marks, Role

COMPOSITE = "http://cv.iptc.org/newscodes/digitalsourcetype/compositeWithTrainedAlgorithmicMedia"
GENERATOR = {"name": "Mimesh", "version": VERSION}
_REENACTED = "A person's pose and expression were changed to those of another picture."
_PANEL = "A picture of a step on the way to a reenactment."

_RELATIONS: dict[Role, str] = {
    "source": "parentOf",
    "driver": "inputTo",
    "further source": "inputTo",
    "neutral driver": "inputTo",
}
"""C2PA allows one parent."""


def sign(path: Path, target: Path, marks: Marks, credentials: Credentials) -> None:
    """Write the finished file ``path`` with its manifest to ``target``, which must have the same suffix.

    Raises :class:`SigningError`; ``target`` is then not to be used.
    """
    c2pa = library()
    try:
        with contextlib.ExitStack() as stack:
            builder = stack.enter_context(c2pa.Builder(_claim(marks), context=context()))
            for label, each in zip(_labels(marks.inputs), marks.inputs):
                _add(builder, each, label)
            info = c2pa.C2paSignerInfo(
                alg=credentials.algorithm.encode(),
                sign_cert=credentials.chain,
                private_key=credentials.key,
                ta_url=None,
            )
            signer = stack.enter_context(c2pa.Signer.from_info(info))
            plain, signed = stack.enter_context(path.open("rb")), stack.enter_context(target.open("w+b"))
            builder.sign(signer, SUFFIXES[path.suffix.lower()], plain, signed)
    except c2pa.C2paError.Signature as error:
        raise SigningError(
            f"C2PA does not accept the signing certificate ({_said(error)}): "
            "it must be one for e-mail protection or document signing, with a key usage of its own."
        ) from error
    except c2pa.C2paError as error:
        raise SigningError(f"The file cannot be signed ({_said(error)}): save it in another format.") from error


def _said(error: Exception) -> str:
    """What the library said, without the kind of error before it."""
    return " ".join(str(error).split()).partition(": ")[2] or str(error)


def _claim(marks: Marks) -> dict[str, Any]:
    """The manifest's definition: which actions, on what."""
    labels = _labels(marks.inputs)
    begin: dict[str, Any] = {"action": "c2pa.created", "digitalSourceType": COMPOSITE}
    if "source" in labels:
        begin = {"action": "c2pa.opened", "parameters": {"ingredientIds": ["source"]}}
    edit: dict[str, Any] = {"action": "c2pa.edited", "softwareAgent": GENERATOR, "description": _PANEL}
    if marks.synthetic:
        edit |= {"digitalSourceType": COMPOSITE, "description": _REENACTED}
    if used := [label for label in labels if label != "source"]:
        edit["parameters"] = {"ingredientIds": used}
    actions = [begin, edit]
    if marks.label:
        actions.append({"action": "c2pa.edited", "description": "A visible label was drawn on it."})
    if marks.watermark:
        actions.append({"action": "c2pa.watermarked.unbound"})
    return {
        "claim_generator_info": [GENERATOR],
        "assertions": [{"label": "c2pa.actions.v2", "data": {"actions": actions}}],
    }


def _labels(inputs: Sequence[Input]) -> list[str]:
    """What the actions call the inputs: their roles, from the second of a role on with a number."""
    roles = [each.role.replace(" ", "-") for each in inputs]
    numbers = [roles[:place].count(role) + 1 for place, role in enumerate(roles)]
    return [role if number == 1 else f"{role}-{number}" for role, number in zip(roles, numbers)]


def _add(builder: Any, each: Input, label: str) -> None:
    """Add an input; one that cannot be looked into stays in the list with its role alone."""
    facts = {
        "title": each.role,
        "relationship": _RELATIONS[each.role],
        "label": label,
        "instance_id": f"xmp:iid:{uuid.uuid4()}",  # else the library takes identifiers from the picture's metadata
    }
    kind = None if each.path is None else _kind(each.path, each.sha256)
    if each.path is not None and kind is not None:
        with contextlib.suppress(library().C2paError, OSError), each.path.open("rb") as file:
            builder.add_ingredient(facts, kind, file)
            return
    builder.add_ingredient(facts, "application/octet-stream", BytesIO())


def _sum(path: Path) -> str:
    with path.open("rb") as file:  # piece by piece: it may be a film
        return hashlib.file_digest(file, "sha256").hexdigest()


def _kind(path: Path, sha256: str) -> str | None:
    try:
        head = read_bytes(path, HEAD)
        if sha256 and _sum(path) != sha256:
            return None
    except (InputError, OSError):
        return None
    name = name_format(head)
    return kind_of_film(head) if name == "video" else KINDS.get(name or "")
