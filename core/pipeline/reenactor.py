"""The whole path behind one object: look at a source once, look at a driver once, render as often as you like."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Sequence
from dataclasses import replace
from typing import Literal

import numpy as np

from ..brief import brief
from ..errors import InputError, NoFaceError
from ..face_model.model import FaceModel
from ..regression.calibration import Calibration
from ..regression.driving_mesh import mix
from ..regression.edits import edit
from ..regression.fit import Fitter
from ..regression.landmarks import Face, FaceLandmarker
from ..regression.pose import apply, transform_pixels
from ..types import Box, Coefficients, Controls, Crop, Float, Image, RenderResult
from .backend import Backend
from .choose import NOT_IN_BOX, FaceChoice, choose_face, drawn_box, holds, overlap, shows
from .crop import crop_mapping, cut, face_crop, snap, to_crop, whole_crop
from .device import device_errors, pick_device
from .draft import Draft
from .encoded import EncodedFace
from .lanes import in_lanes, lane_count
from .learned_weights import choose_backend, draft_of
from .look_inside import face_in_crop, squares_round
from .paste_back import paste_back
from .several import fit_together, unlikeness
from .stopwatch import Stopwatch
from .threads import calm_blas

CropChoice = tuple[float, float, float] | Crop | Literal["whole"] | None


class Reenactor:
    """Source and driver in, reenacted picture out.  Build it with :meth:`load`."""

    def __init__(
        self,
        model: FaceModel,
        landmarker: FaceLandmarker,
        calibration: Calibration,
        backend: Backend,
        device: str,
        notice: str = "",
        draft: Draft | None = None,
    ) -> None:
        self.model = model
        self.landmarker = landmarker
        self.fitter = Fitter(model, calibration)
        self.device = device
        self.notice = notice
        """Why pictures do not come from the default weights, in a sentence or two for people; "" = they do."""
        self._backend = backend
        self._draft = draft

    @classmethod
    def load(cls, device: str = "auto", model: str | None = None) -> Reenactor:
        """Everything from ``weights/`` and ``resources/``, each file verified.

        ``model``  what makes the pictures: None = the default weights, and geometry alone where they are missing or
        damaged (:attr:`notice` then says so); "geometric"; the name of weights in ``weights/manifest.json``; or a
        folder of exported weights.

        Raises WeightsError naming what is missing or damaged, InputError for a device that is not there and for
        weights that were asked for and cannot be used.
        """
        where = pick_device(device)
        calm_blas()
        face_model = FaceModel.load()
        with device_errors():
            backend, notice = choose_backend(model, face_model, where)
            draft = None if notice else draft_of(model, face_model, where)
            return cls(face_model, FaceLandmarker.load(where), Calibration.load(), backend, where.type, notice, draft)

    @property
    def backend(self) -> str:
        """What makes the pictures, in words."""
        return self._backend.name

    @property
    def computes_in(self) -> str:
        """The number format of what draws: float32, bfloat16 or float16."""
        return self._backend.computes_in

    @property
    def parameters(self) -> int:
        """How many learned numbers draw; 0 for geometry."""
        return self._backend.parameters

    @property
    def drafts(self) -> bool:
        """Whether there is a smaller net for pictures that move."""
        return self._draft is not None

    def find_faces(self, image: Image) -> list[Box]:
        """Boxes of all faces in ``image`` (H×W×3 uint8), most prominent first; may be empty."""
        return [face.detection.box for face in self.landmarker.find(_checked(image))]

    def encode_source(self, image: Image, face: FaceChoice = None, crop: CropChoice = None) -> EncodedFace:
        """Look at a source: H×W×3 uint8 RGB.

        ``face``  index, where there are several, or a box (x, y, w, h) in pixels round the one that is meant, which is
        looked for there where it is not found in the whole picture; None = the most prominent.
        ``crop``  None = round the face with a margin, (cx, cy, size) in pixels, or "whole": the image is the crop.
        Raises NoFaceError where no such face is found, InputError for an array that is no such image.
        """
        return self._encode(_checked(image), face, crop)

    def encode_driving(self, image: Image, face: FaceChoice = None, crop: CropChoice = None) -> EncodedFace:
        """Look at a driver; the same arguments and errors as :meth:`encode_source`."""
        return self._encode(_checked(image), face, crop)

    def encode_person(
        self, images: Sequence[Image], face: FaceChoice = None, crop: CropChoice = None
    ) -> list[EncodedFace]:
        """Several pictures of one person, fitted together: one c_i, steadier than from any single one.

        Small and turned faces weigh less.  Whether they are one person is not asked: see :meth:`unlikeness`.
        """
        if not images:
            raise InputError("No picture was given; give at least one.")
        return self.fit_person([self._encode(_checked(image), face, crop) for image in images])

    def fit_person(self, faces: Sequence[EncodedFace]) -> list[EncodedFace]:
        """The same for faces that were encoded already, each alone."""
        together = fit_together(self.fitter, faces)
        return [replace(f, coefficients=c, mesh=self.mesh(c)) for f, c in zip(faces, together, strict=True)]

    def unlikeness(self, a: EncodedFace, b: EncodedFace) -> float:
        """How different the shapes of two faces are, each encoded alone: about 0.5 for one person, 1.5 for two.

        Above :data:`core.regression.reliability.STRANGER` they are two people.
        """
        return unlikeness(a, b)

    def render(
        self, source: EncodedFace, driving: EncodedFace | Coefficients, controls: Controls, draft: bool = False
    ) -> RenderResult:
        """The source with the driver's pose and expression, as far as ``controls`` says.

        ``driving`` may be coefficients alone (a video's frame, or edited ones).  ``draft``: a smaller net may draw,
        where there is one: in about half of the time, mouths and lids less finely.
        """
        watch = Stopwatch()
        with watch.stage("regression"):
            driver = driving.coefficients if isinstance(driving, EncodedFace) else driving
            mixed = mix(source.coefficients, driver, controls)
            mixed = edit(mixed, source.coefficients, controls.edits, self.model)
            mesh = self.mesh(mixed)
        with device_errors():
            smaller = self._draft.backend() if draft and self._draft else None
            motion = (smaller or self._backend).reenact(source, mesh)
        times = {"regression": 0.0, "motion": 0.0, "occlusion": 0.0, "warp": 0.0, "decode": 0.0}
        times |= watch.times_ms | motion.timings_ms
        return RenderResult(
            motion.image,
            motion.warped,
            motion.flow,
            motion.occlusion,
            source.mesh,
            mesh,
            mixed,
            times,
            motion.flow_mask,
            draft=smaller is not None,
        )

    def render_many(
        self, source: EncodedFace, wanted: Iterable[tuple[EncodedFace | Coefficients, Controls]]
    ) -> Generator[RenderResult]:
        """:meth:`render` of each (driving, controls), in order and made as they are asked for.

        On a CPU several at a time, one on each core; their stage times are those of one core.
        """
        lanes = lane_count() if self.device == "cpu" else 1
        return in_lanes(lambda each: self.render(source, *each), wanted, lanes)

    def paste_back(self, source: EncodedFace, result: RenderResult) -> Image:
        """The result in the full-size source, H×W×3 uint8."""
        painted = result.image.astype(np.float32) - result.warped
        return paste_back(source.original, source.crop, result.flow, painted)

    def mesh(self, coefficients: Coefficients) -> Float:
        """Posed mesh, n×3 float32 in pixels (Eq. 1 and the pose)."""
        vertices = self.model.vertices(coefficients.identity, coefficients.expression)
        return apply(coefficients.pose, vertices)

    def _encode(self, image: Image, face: FaceChoice, crop: CropChoice) -> EncodedFace:
        watch = Stopwatch()
        with watch.stage("landmarks"), device_errors():
            faces = self.landmarker.find(image)
            region = _region(image, crop)
            chosen = self._chosen(image, faces, face, None if isinstance(crop, str) else region)
            boxes = tuple(found.detection.box for found in faces)
            if not any(chosen is each for each in faces):
                boxes = (*boxes, chosen.detection.box)
        return self.encode_found(image, chosen, boxes, region, watch)

    def _chosen(self, image: Image, faces: list[Face], face: FaceChoice, drawn: Crop | None) -> Face:
        """The face that is meant: one of ``faces``, or one too small or odd to be found in the whole picture."""
        boxes = tuple(found.detection.box for found in faces)
        if drawn is not None and face is None and not any(holds(drawn, box) for box in boxes):
            inside = face_in_crop(self.landmarker, image, drawn)
            if inside is None:
                raise NoFaceError("No face was found inside the crop; move it over a face.")
            return inside
        box = drawn_box(face)
        if box is not None and not shows(boxes, box):
            found = (face_in_crop(self.landmarker, image, square) for square in squares_round(box, image))
            inside = next((each for each in found if each is not None and overlap(each.detection.box, box) > 0), None)
            if inside is None:
                raise NoFaceError(NOT_IN_BOX)
            choose_face((inside.detection.box,), 0, drawn)  # which refuses one outside the crop
            return inside
        return faces[choose_face(boxes, face, drawn)]

    def encode_found(
        self, image: Image, face: Face, boxes: tuple[Box, ...], region: Crop | None, watch: Stopwatch | None = None
    ) -> EncodedFace:
        """The rest of an encoding, once the face is found: crop, fit, mesh.

        ``image`` H×W×3 uint8 that nobody else writes to; ``boxes`` of all its faces; ``region`` None = round the face.
        """
        watch = watch or Stopwatch()
        points = face.landmarks.points
        region = region or face_crop(points, image)
        with watch.stage("fit"):
            coefficients = self.fitter.fit(points)
        scale, offset = crop_mapping(region)
        placed = Coefficients(
            coefficients.identity, coefficients.expression, transform_pixels(coefficients.pose, scale, offset)
        )
        return EncodedFace(
            image,
            region,
            cut(image, region),
            face.detection.box,
            boxes,
            to_crop(points, region),
            placed,
            self.mesh(placed),
            watch.times_ms,
        )


def _checked(image: Image) -> Image:
    if not isinstance(image, np.ndarray) or image.dtype != np.uint8 or image.ndim != 3 or image.shape[2] != 3:
        raise InputError("An image must be an array H×W×3 of uint8 in RGB.")
    if min(image.shape[:2]) < 1:
        raise InputError("The image is empty; give one with at least one pixel.")
    return image.copy()  # it is kept, and callers use their buffers again


def _region(image: Image, crop: CropChoice) -> Crop | None:
    if crop is None:
        return None
    if isinstance(crop, str):
        if crop != "whole":
            raise InputError(f"crop must be (cx, cy, size) or 'whole', not {brief(crop)}.")
        return whole_crop(image)
    try:
        region = crop if isinstance(crop, Crop) else Crop(*(float(v) for v in crop))
    except (TypeError, ValueError) as error:
        raise InputError(f"crop must be (cx, cy, size) or 'whole', not {brief(crop)}.") from error
    if not (np.isfinite([region.cx, region.cy, region.size]).all() and 8 <= region.size <= 4 * max(image.shape[:2])):
        raise InputError("The crop must be at least 8 pixels wide and at most 4 times as large as the picture.")
    return snap(region)
