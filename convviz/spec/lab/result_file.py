"""What an operation made of a photo, as a file: numbers that lose nothing, or a picture that says how it shows them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from ..errors import InputError
from ..network import times
from ..weights import write_to
from .ends import ON_DARK, ON_LIGHT
from .float_tiff import write_tiff
from .palette import signed_indices, signed_palette
from .strongest import strongest_of_all

Floats = NDArray[np.float32]
How = Literal["clip", "signed", "offset", "stretch"]
HOWS: dict[How, str] = {
    "clip": "0 is black and 1 is white; what lies outside is cut off",
    "signed": "blue below zero, orange above it, as on a dark or a light screen",
    "offset": "zero is middle grey",
    "stretch": "the least value is black and the largest white",
}
ENDINGS = (".png", ".tif", ".tiff", ".npy")
_STRIP_VALUES = 2**22
RANGED: tuple[How, ...] = ("signed", "offset")  # those that a range can be chosen for
_COMPRESSION = 3  # of 9: Pillow's 6 takes twice as long, for files that are hardly smaller


def check_result_path(path: Path) -> None:
    """Whether a result can have that name.

    Raises:
        InputError: its ending is none of those that are written.
    """
    ending = path.suffix.lower()
    if ending in (".jpg", ".jpeg", ".webp"):
        raise InputError(f"{path.name}: a {ending[1:]} would change the values; give a name that ends in .png or .tif")
    if ending not in ENDINGS:
        said = f"ends in {ending!r}" if ending else "has no ending"
        raise InputError(f"{path.name[:100] or path} {said}; give a name that ends in .png, .tif or .npy")


def save_result(
    path: Path, values: Floats, how: How = "clip", *, extreme: float | None = None, dark: bool = True
) -> str:
    """Writes values (D, H, W); all of the file or nothing. Returns what is in it, as part of a sentence.

    ``.npy`` and ``.tif`` (a page for each channel) hold the values themselves, as 32-bit floats. A ``.png`` holds one
    grey or three coloured channels of bytes, and ``how`` says what becomes of a value; in "signed" colours it is one.

    Args:
        path: its ending decides about the kind of file.
        values: (D, H, W).
        how: what becomes of a value in a PNG.
        extreme: ± what "signed" and "offset" span, more than 0. Without it the first spans 99.5 % of the |values|,
            and the second all of them, but at least ±1.
        dark: whether zero in signed colours is as on a dark screen, or white.

    Raises:
        InputError: another ending, channels or values that a PNG cannot hold, or a file that cannot be written.
    """
    check_result_path(path)
    if values.ndim != 3 or not values.size:
        raise InputError(f"a result has channels × height × width, each at least 1, not {times(values.shape)}")
    match path.suffix.lower():
        case ".npy":
            write_to(path, lambda file: np.save(file, values.astype(np.float32, copy=False)))
            return "the values as they are, 32-bit floats"
        case ".png":
            check_channels(path, len(values), how)
            shown = _shown(values, how, extreme, dark)
            write_to(path, lambda file: shown.image.save(file, "PNG", compress_level=_COMPRESSION))
            return shown.says
        case _:
            write_to(path, lambda file: write_tiff(file, values))
            pages = f", a page for each of the {len(values)} channels" if len(values) > 1 else ""
            return f"the values as they are, 32-bit floats{pages}"


# --- bytes ----------------------------------------------------------------------------------------------------


class _Shown(NamedTuple):
    image: Image.Image
    says: str


def check_channels(path: Path, channels: int, how: How) -> None:
    """Whether a file of that name can show so many channels that way: known before they are computed.

    Raises:
        InputError: it cannot.
    """
    if path.suffix.lower() != ".png":
        return
    if channels not in (1, 3):
        raise InputError(f"a PNG holds 1 or 3 channels, not {channels}; save the result as .tif or .npy")
    if how == "signed" and channels == 3:
        raise InputError("signed colours show one channel, not 3; take another way to show the values, or one channel")


def _shown(values: Floats, how: How, extreme: float | None, dark: bool) -> _Shown:
    """Raises InputError where a PNG cannot hold the values."""
    low, high = float(values.min()), float(values.max())
    if not np.isfinite([low, high]).all():  # NaN is the least and the largest
        count = int(np.count_nonzero(~np.isfinite(values)))
        said = "a value that is" if count == 1 else f"{count:,} values that are"
        raise InputError(f"the result has {said} NaN or infinite, which a PNG cannot hold; save it as .tif or .npy")
    match how:
        case "clip":
            outside = sum(int(np.count_nonzero((part < 0) | (part > 1))) for _, part in _strips(values))
            says = f"0 is black and 1 is white{_cut_off(outside / values.size)}"
            return _Shown(_picture(values, lambda part: part), says)
        case "offset":
            return _offset(values, extreme or max(-low, high, 1.0))
        case "stretch":
            says = f"{_number(low)} is black" + (f" and {_number(high)} is white" if high > low else "")
            return _Shown(_picture(values, _stretch(low, high)), says)
        case "signed":
            return _signed(values, strongest_of_all(values) if extreme is None else extreme, dark)
    raise InputError(f"there is no way to show values called {how!r}; take one of {', '.join(HOWS)}")


def _offset(values: Floats, most: float) -> _Shown:
    half = np.float32(0.5)
    says = f"0 is grey 128, {_number(-most)} is black and {_number(most)} is white"
    return _Shown(
        _picture(values, lambda part: half + part * np.float32(0.5 / most)), says + _cut_off(_beyond(values, most))
    )


def _signed(values: Floats, most: float, dark: bool) -> _Shown:
    image = Image.new("P", (values.shape[2], values.shape[1]))
    image.putpalette(signed_palette(ON_DARK if dark else ON_LIGHT).tobytes())
    for rows, part in _strips(values):
        image.paste(Image.fromarray(signed_indices(part[0], most)), (0, rows.start))
    says = f"signed colours: 0 is {'nearly black' if dark else 'white'}"
    says += f", {_number(-most)} is blue and {_number(most)} is orange" if most else ""
    beyond = _beyond(values, most)
    says += f", {_percent(beyond)} of the values lie beyond and are as strong" if beyond else ""
    return _Shown(image, says)


def _beyond(values: Floats, most: float) -> float:
    """The share of values that are further from 0."""
    return sum(int(np.count_nonzero(np.abs(part) > np.float32(most))) for _, part in _strips(values)) / values.size


def _stretch(low: float, high: float) -> Callable[[Floats], Floats]:
    span = high - low
    if 1e-30 < span < 1e38:
        return lambda part: (part - np.float32(low)) / np.float32(span)
    return lambda part: ((part.astype(np.float64) - low) / (span or 1)).astype(np.float32)  # 32 bits cannot hold it


def _picture(values: Floats, share: Callable[[Floats], Floats]) -> Image.Image:
    """0…255 for shares 0…1, a strip at a time: it is in memory once, and nothing else as large."""
    image = Image.new("L" if len(values) == 1 else "RGB", (values.shape[2], values.shape[1]))
    for rows, part in _strips(values):
        shown = np.rint(np.clip(share(part), 0, 1) * np.float32(255)).astype(np.uint8)
        image.paste(Image.fromarray(shown[0] if len(shown) == 1 else shown.transpose(1, 2, 0)), (0, rows.start))
    return image


def _strips(values: Floats) -> Iterator[tuple[slice, Floats]]:
    channels, height, width = values.shape
    count = max(_STRIP_VALUES // (channels * width), 1)
    for top in range(0, height, count):
        rows = slice(top, top + count)
        yield rows, values[:, rows]


def _cut_off(share: float) -> str:
    return f", {_percent(share)} of the values lie outside and were cut off" if share else ""


def _percent(share: float) -> str:
    percent = 100 * share
    return f"{f'{percent:.0f}' if percent >= 10 else f'{percent:.2g}' if percent >= 0.01 else 'less than 0.01'} %"


def _number(value: float) -> str:
    return f"{value:.4g}".replace("-", "−")
