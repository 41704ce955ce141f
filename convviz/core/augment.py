"""Other images of the same class, whole batches at a time, in a few milliseconds.

Handwriting is bent, thickened, thinned and faded; pictures in colour are mirrored and shifted.
"""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor
from torch.nn import functional

UNTOUCHED = 0.15  # share of a batch that stays as it is, so that a network also sees what it will be asked
SHIFT = 1 / 8  # of a picture's side, at most
_KNOTS = 5  # of the elastic field, an axis


def augmented(images: Tensor, generator: torch.Generator, strength: float = 1.0) -> Tensor:
    """New images (N, C, H, W) in 0…1 from such images; the same generator state gives the same result.

    Of images in one colour, one resampling does rotation (σ 9°), scale, aspect, shear, shift (σ 0.9 pixels) and an
    elastic field; then the ink grows or shrinks, blurs and changes contrast. Others are shifted by up to an eighth of
    their side, with their rim continued, and every other one is mirrored. ``strength`` scales all of it. The generator
    is a CPU one.

    >>> ones = torch.ones(2, 1, 28, 28)
    >>> augmented(ones, torch.Generator().manual_seed(0)).shape
    torch.Size([2, 1, 28, 28])
    """
    if strength == 0:
        return images
    if images.shape[1] != 1:
        return _shifted(images, generator, strength)
    device = images.device
    grid = (_affine(images, generator, strength) + _elastic(images, generator, strength)).to(device)
    bent = functional.grid_sample(images, grid, align_corners=False)
    bent = _toned(_thickened(bent, generator, strength), generator, strength)
    keep = (torch.rand(len(images), 1, 1, 1, generator=generator) < UNTOUCHED).to(device)
    return torch.where(keep, images, bent)


def _shifted(images: Tensor, generator: torch.Generator, strength: float) -> Tensor:
    """Each by whole pixels of its own, and mirrored or not; every value is one of the image's."""
    n, _, height, width = images.shape
    draws = torch.rand(3, n, 1, generator=generator)
    rows, columns = (
        (torch.arange(size) + ((2 * draw - 1) * SHIFT * size * strength).round().long()).clamp_(0, size - 1)
        for size, draw in ((height, draws[0]), (width, draws[1]))
    )
    columns = torch.where(draws[2] < 0.5 * min(strength, 1.0), columns.flip(1), columns)
    one, rows, columns = (index.to(images.device) for index in (torch.arange(n), rows, columns))
    return images.permute(0, 2, 3, 1)[one[:, None, None], rows[:, :, None], columns[:, None]].permute(0, 3, 1, 2)


def _affine(images: Tensor, generator: torch.Generator, strength: float) -> Tensor:
    """(N, H, W, 2): where each pixel is taken from, −1…1."""
    n, _, height, width = images.shape
    z = torch.randn(7, n, generator=generator).clamp_(-2.5, 2.5) * strength
    angle, shear = 0.16 * z[0], 0.13 * z[1]
    scale, aspect = torch.exp(0.08 * z[2]), torch.exp(0.06 * z[3])
    cos, sin = torch.cos(angle), torch.sin(angle)
    sx, sy = scale * aspect, scale / aspect
    y, x = (((2 * torch.arange(size) + 1) / size - 1) for size in (height, width))  # pixel centres, −1…1
    rows = torch.stack([(cos * shear - sin) * sy, (sin * shear + cos) * sy], dim=1)[:, None, None] * y[:, None, None]
    columns = torch.stack([cos * sx, sin * sx], dim=1)[:, None, None] * x[:, None]
    shift = torch.stack([z[4] / width, z[5] / height], dim=1)[:, None, None] * 1.8
    return rows + (columns + shift)


def _elastic(images: Tensor, generator: torch.Generator, strength: float) -> Tensor:
    """(N, H, W, 2): a smooth field of displacements, σ about 0.7 pixels, other for each image."""
    n, _, height, width = images.shape
    coarse = torch.randn(n, 2, _KNOTS, _KNOTS, generator=generator)
    coarse *= torch.rand(n, 1, 1, 1, generator=generator) * 0.11 * strength
    field = _between_knots(height) @ coarse @ _between_knots(width).T
    return field.permute(0, 2, 3, 1)


def _between_knots(size: int) -> Tensor:
    """(size, knots): how much each knot has to say at each pixel, smoothly."""
    knots = torch.eye(_KNOTS)[None, None]
    wide: Tensor = functional.interpolate(knots, size=(size, _KNOTS), mode="bicubic", align_corners=True)
    return wide[0, 0]


def _thickened(images: Tensor, generator: torch.Generator, strength: float) -> Tensor:
    """Towards the largest (thicker) or the smallest (thinner) of the 3×3 neighbours, by a random share."""
    share = torch.randn(len(images), 1, 1, 1, generator=generator) * 0.3 * strength
    share = share.clamp_(-0.45, 0.8).to(images.device)
    thick, thin = _over_neighbours(images, torch.maximum), _over_neighbours(images, torch.minimum)
    return images + share.clamp(min=0) * (thick - images) + (-share).clamp(min=0) * (thin - images)


def _toned(images: Tensor, generator: torch.Generator, strength: float) -> Tensor:
    """A little blur, then a gain; ink stays within 0…1."""
    a, b = torch.rand(2, len(images), 1, 1, 1, generator=generator).to(images.device).unbind()
    blurred = _over_neighbours(images, torch.add) / 9
    soft = torch.lerp(images, blurred, (a * 1.5 - 0.9).clamp(min=0) * strength)
    return (soft * (1.0 + (b * 0.5 - 0.15) * strength)).clamp(0.0, 1.0)


def _over_neighbours(images: Tensor, operation: Callable[[Tensor, Tensor], Tensor]) -> Tensor:
    """``operation`` over the 3×3 neighbours: nine shifted copies, many times faster than pooling on a CPU."""
    wide = functional.pad(images, (1, 1, 1, 1))
    rows = operation(operation(wide[..., :-2, :], wide[..., 1:-1, :]), wide[..., 2:, :])
    return operation(operation(rows[..., :-2], rows[..., 1:-1]), rows[..., 2:])
