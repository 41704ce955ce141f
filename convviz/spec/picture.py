"""Pictures of every kind, decoded by Pillow alone, and the ink a person would have drawn to make them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

from .decoding import DeepRange, is_deep, on_white, opened, read_file
from .errors import InputError
from .grey import grey as brightness
from .network import times
from .resample import Floats, Placement, finer, resample

WORKING_PX = 560  # the longer side: two pixels for each unit of the pad, as its canvas has


@dataclass(frozen=True, slots=True, eq=False)
class Picture:
    """``pixels`` (C, H, W) float32 in 0…1, read-only; C is 1 (grey) or 3 (red, green, blue)."""

    pixels: Floats  # (C, H, W)
    name: str = ""

    def __post_init__(self) -> None:
        pixels = np.array(self.pixels, dtype=np.float32)
        if pixels.ndim != 3 or pixels.shape[0] not in (1, 3) or not pixels.size:
            raise InputError(f"a picture has 1 or 3 channels and at least one pixel, not {times(pixels.shape)}")
        pixels.setflags(write=False)
        object.__setattr__(self, "pixels", pixels)


def load(source: Path | str | bytes, name: str = "", longest_px: int = WORKING_PX) -> Picture:
    """Decodes a picture: upright, first frame, transparency on white, its longer side at most ``longest_px``.

    Args:
        source: a file, or the bytes of one.
        name: what to call it in messages; the file's name by default.

    Raises:
        InputError: not there, not readable, not a picture, damaged, or larger than 200 megapixels.

    >>> import io
    >>> file = io.BytesIO(); Image.new("L", (3, 2), 255).save(file, "PNG")
    >>> load(file.getvalue()).pixels.shape
    (1, 2, 3)
    """
    if isinstance(source, bytes):
        data, name = source, name or "the picture"
    else:
        name = name or Path(source).name or str(source)
        data = read_file(Path(source), name)
    return Picture(_decoded(data, name, longest_px), name)


def _decoded(data: bytes, name: str, longest_px: int) -> Floats:
    with opened(data, name) as image:
        longer = max(image.size)
        if longer > longest_px:  # a JPEG can be decoded at an eighth, a quarter or half its size, far faster
            width, height = (max(side * longest_px // longer, 1) for side in image.size)
            image.draft(None, (width, height))
        image.load()
        return _array(_upright(image), longest_px)


def _upright(image: Image.Image) -> Image.Image:
    try:
        return ImageOps.exif_transpose(image)
    except Exception:  # damaged metadata is no reason to refuse good pixels
        return image


def _array(image: Image.Image, longest_px: int) -> Floats:
    """(C, H, W) in 0…1 of a decoded image in any of Pillow's modes."""
    if is_deep(image):
        values = np.asarray(image).astype(np.float32)
        grey = DeepRange.of([values]).shares(values)
        return np.asarray(_shrunk(Image.fromarray(grey), longest_px))[None]
    if image.has_transparency_data:
        plain = on_white(_shrunk(image.convert("RGBA").convert("RGBa"), longest_px).convert("RGBA"))
    else:
        plain = _shrunk(on_white(image), longest_px)
    pixels = np.asarray(plain).astype(np.float32) / np.float32(255)
    if pixels.ndim == 2:
        return pixels[None]
    return pixels.transpose(2, 0, 1)


def _shrunk(image: Image.Image, longest_px: int) -> Image.Image:
    longer = max(image.size)
    if longer <= longest_px:
        return image
    width, height = (max(round(side * longest_px / longer), 1) for side in image.size)
    return image.resize((width, height), Image.Resampling.BOX)


# --- what a pen would have drawn -----------------------------------------------------------------------------

MIN_CONTRAST = 0.06  # of black to white; what differs less from its paper is not writing
FULL_CONTRAST = 0.85  # ink as dark as this is taken as it is
_NOISE_SIGMAS = 4.0
_TO_SIGMA = 1.4826  # of a normal distribution, from its median absolute deviation


def ink(picture: Picture) -> Floats:
    """What the pen would have drawn: (H, W) in 0…1, whether the picture is dark on light or light on dark.

    The paper is a plane fitted to the picture's border (its median where it is even), so light from one side does
    no harm; ink is the distance from it in the direction that departs most. What the paper's own noise reaches
    is removed, and faint ink is scaled so that it reaches 1. An even picture has no ink.

    >>> white_on_black = np.zeros((1, 9, 9)); white_on_black[0, 2:7, 4] = 1
    >>> np.array_equal(ink(Picture(white_on_black)), ink(Picture(1 - white_on_black)))
    True
    """
    grey = brightness(picture.pixels)
    paper, sigma = _paper(grey)
    distance = grey - paper
    floor = _NOISE_SIGMAS * sigma
    if sigma > 0:
        lighter, darker = (float(np.maximum(d - floor, 0).sum()) for d in (distance, -distance))
    else:
        lighter, darker = float(distance.clip(0).sum()), float((-distance).clip(0).sum())
    if darker > lighter:
        distance = -distance
    strongest = _peak(distance, floor)
    if strongest - floor < MIN_CONTRAST:
        return np.zeros_like(grey)
    if floor == 0 and strongest >= FULL_CONTRAST:
        strongest = 1.0
    drawn: Floats = np.clip((distance - np.float32(floor)) / np.float32(strongest - floor), 0.0, 1.0)
    return drawn


def _paper(grey: Floats) -> tuple[Floats, float]:
    """The paper's brightness everywhere, (H, W) or a scalar, and the standard deviation of its noise."""
    height, width = grey.shape
    rim = max(1, round(0.02 * min(height, width)))
    border = np.ones(grey.shape, bool)
    border[rim : height - rim, rim : width - rim] = False
    values = grey[border].astype(np.float64)
    middle = float(np.median(values))
    spread = float(np.median(np.abs(values - middle))) * _TO_SIGMA
    if spread == 0.0 or min(height, width) < 8:
        return np.float32(middle) * np.ones_like(grey), 0.0
    y, x = np.nonzero(border)
    terms = np.stack([np.ones(len(y)), y / height - 0.5, x / width - 0.5], axis=1)
    plane = _robust_fit(terms, values)
    rest = np.abs(values - terms @ plane)
    spread = float(np.median(rest)) * _TO_SIGMA
    keep = rest <= max(4 * spread, 1e-3)
    plane = np.linalg.lstsq(terms[keep], values[keep], rcond=None)[0]
    spread = float(np.median(np.abs(values - terms @ plane)[keep])) * _TO_SIGMA
    rows, columns = np.arange(height) / height - 0.5, np.arange(width) / width - 0.5
    paper = plane[0] + plane[1] * rows[:, None] + plane[2] * columns[None]
    return paper.astype(np.float32), spread


def _robust_fit(terms: NDArray[np.float64], values: NDArray[np.float64]) -> NDArray[np.float64]:
    """The plane of least absolute distances, by reweighting: ink that touches the border hardly bends it."""
    weights = np.ones(len(values))
    plane: NDArray[np.float64] = np.zeros(terms.shape[1])
    for _ in range(15):
        weighted = terms * weights[:, None]
        plane = np.linalg.solve(weighted.T @ terms, weighted.T @ values).astype(np.float64)
        weights = 1 / np.maximum(np.abs(values - terms @ plane), 1e-3)
    return plane


def _peak(distance: Floats, floor: float) -> float:
    """How strong full ink is: the largest value, or on noisy paper what the strongest tenth of the ink reaches."""
    largest = float(distance.max())
    if floor == 0.0 or largest <= 0.0:
        return largest
    inked = distance[distance > max(floor, largest / 2)]
    return float(np.percentile(inked, 90)) if inked.size else largest


def middle(picture: Picture, side: int, most_px: int) -> Floats:
    """The picture's middle in colour (3, S, S), as fine as it is or ``most_px`` allow.

    S is such that averaging it down to ``side`` gives what :func:`fitted` does.

    >>> middle(Picture(np.ones((1, 90, 70))), 32, 280).shape, middle(Picture(np.ones((1, 9, 7))), 32, 280).shape
    ((3, 64, 64), (3, 32, 32))
    """
    finest = finer(side, min(*picture.pixels.shape[1:], most_px))
    return fitted(picture, (3, finest, finest))


def fitted(picture: Picture, shape: tuple[int, int, int]) -> Floats:
    """The picture's middle in ``shape`` (C, H, W): grey or coloured as asked, as large as fills it, area-averaged."""
    channels, height, width = shape
    pixels = picture.pixels
    if channels == 1:
        pixels = brightness(pixels)[None]
    elif pixels.shape[0] == 1:
        pixels = np.repeat(pixels, 3, axis=0)
    scale = max(height / pixels.shape[1], width / pixels.shape[2])
    offset = ((height - pixels.shape[1] * scale) / 2, (width - pixels.shape[2] * scale) / 2)
    return resample(pixels, Placement(scale, offset), (height, width))
