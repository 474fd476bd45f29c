"""A driver that moves, one frame after the other: one identity, one crop, what was seen is remembered."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ..errors import NoFaceError
from ..media.frame_store import FrameStore
from ..media.moving import Moving
from ..regression.pose import transform_pixels
from ..types import Coefficients, Crop, Float, Image
from .choose import FaceChoice
from .crop import crop_mapping, cut, face_crop, to_crop, whole_crop
from .encoded import EncodedFace
from .follow import Follower, Sighting
from .motion import PLAIN, Motion, transplant
from .reenactor import Reenactor
from .smoothing import reach, smooth_at

IDENTITY_FRAMES = 8
"""So many frames, spread over the clip, are fitted together for the driver's identity."""

REMEMBERED = 4096
"""Frames of which landmarks and coefficients are kept, 7 kB each."""


@dataclass(frozen=True)
class _Seen:
    seconds: float
    sighting: Sighting
    coefficients: Coefficients
    crop: Crop


class LiveDriver:
    """Sees frames in any order and any number of them; gives the coefficients that drive.  For one thread.

    ``face``   which one, as in :meth:`core.Reenactor.encode_driving`, in the frame that is seen first.
    ``whole``  the frame already is the aligned crop; else one crop round the first sight of the face serves all.
    ``apart``  pictures that have nothing to do with each other: each is searched, with an identity and crop of its own.
    """

    def __init__(self, reenactor: Reenactor, face: FaceChoice = None, whole: bool = False, apart: bool = False) -> None:
        self._reenactor, self._whole, self._apart = reenactor, whole, apart
        self._follower = Follower(reenactor.landmarker, face, apart)
        self._identity: Float | None = None
        self._crop: Crop | None = None
        self._seen: OrderedDict[int, _Seen] = OrderedDict()

    def learn(self, images: Sequence[Image], face: FaceChoice = None) -> None:
        """Fit the identity to several frames of the person together; frames without a face are left out.

        Without this, the first frame seen gives it.
        """
        points = []
        for image in images:
            found = Follower(self._reenactor.landmarker, face).follow(image, 0.0)
            if found is not None:
                points.append(found.points)
        if points and not self._apart:
            self._identity = self._reenactor.fitter.fit_together(points)[0].identity

    def knows(self, number: int) -> bool:
        """Whether the frame was seen, with a face in it."""
        return number in self._seen

    def see(self, number: int, seconds: float, image: Image) -> EncodedFace:
        """Look at frame ``number``, shown at ``seconds``: H×W×3 uint8 RGB that nobody else writes to.

        A frame that is known is not looked at again.  Raises NoFaceError where it shows no face.
        """
        known = self._seen.get(number)
        if known is None:
            sighting = self._follower.follow(image, seconds)
            if sighting is None:
                raise NoFaceError("No face was found in this frame of the driver; the result stays as it was.")
            known = self._fit(sighting, seconds, image)
            self._seen[number] = known
            while len(self._seen) > REMEMBERED:
                self._seen.popitem(last=False)
        else:
            self._follower.resume(known.sighting.points, seconds)
        sighting, coefficients, crop = known.sighting, known.coefficients, known.crop
        landmarks = to_crop(sighting.points, crop)
        mesh = self._reenactor.mesh(coefficients)
        small = cut(image, crop)
        return EncodedFace(image, crop, small, sighting.box, sighting.boxes, landmarks, coefficients, mesh)

    def driving(
        self, number: int, source: Coefficients, motion: Motion = PLAIN, neutral: int | None = None
    ) -> Coefficients:
        """What frame ``number`` drives with: smoothed over the frames known near it, relative to frame ``neutral``.

        Both frames have been seen; without a neutral one the motion is absolute.
        """
        coefficients = self._smoothed(number, motion.smoothing)
        if motion.relative and neutral is not None:
            self._seen.move_to_end(neutral)  # the last to be forgotten, however long a camera runs
            return transplant(source, coefficients, self._smoothed(neutral, motion.smoothing))
        return coefficients

    def _smoothed(self, number: int, strength: float) -> Coefficients:
        here = self._seen[number]
        if self._apart:
            return here.coefficients
        near = [k for k, seen in self._seen.items() if abs(seen.seconds - here.seconds) <= reach(strength)]
        times = np.array([self._seen[k].seconds for k in near])
        track = [self._seen[k].coefficients for k in near]
        return smooth_at(near.index(number), times, track, strength, self._reenactor.model.expression_names)

    def _fit(self, sighting: Sighting, seconds: float, image: Image) -> _Seen:
        if self._crop is None or self._apart:
            self._crop = whole_crop(image) if self._whole else face_crop(sighting.points, image)
        fitted = self._reenactor.fitter.fit(sighting.points, None if self._apart else self._identity)
        if self._identity is None:
            self._identity = fitted.identity
        scale, offset = crop_mapping(self._crop)
        placed = Coefficients(fitted.identity, fitted.expression, transform_pixels(fitted.pose, scale, offset))
        return _Seen(seconds, sighting, placed, self._crop)


def spread_frames(moving: Moving, count: int = IDENTITY_FRAMES) -> list[Image]:
    """``count`` frames spread over the whole, those that are reached fastest."""
    store = FrameStore(moving, max_bytes=0)
    wanted = np.unique(np.linspace(0, len(moving.times) - 1, count).round().astype(int))
    numbers = dict.fromkeys(moving.quick(int(number)) for number in wanted)
    found = [store.get(number) for number in numbers]
    store.close()
    return [frame.pixels for frame in found if frame is not None]
