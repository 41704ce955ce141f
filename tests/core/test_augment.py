"""Augmentation: reproducible, within range, and doing what it says."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor
from torch.nn import functional

from convviz.core.augment import UNTOUCHED, _affine, _over_neighbours, augmented
from convviz.core.data import finish, written


@pytest.fixture(scope="module")
def images() -> Tensor:
    return finish(written(300, seed=0)).images.float() / 255


def _generator(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def test_same_generator_same_images(images: Tensor) -> None:
    before = images.clone()
    first, again, other = (augmented(images, _generator(seed)) for seed in (1, 1, 2))
    assert torch.equal(first, again)
    assert not torch.equal(first, other)
    assert torch.equal(images, before)


def test_strength_0_changes_nothing(images: Tensor) -> None:
    assert augmented(images, _generator(), 0.0) is images


@pytest.mark.parametrize("strength", [0.3, 1.0, 2.0])
def test_ink_stays_ink(images: Tensor, strength: float) -> None:
    bent = augmented(images, _generator(), strength)
    assert bent.shape == images.shape
    assert bent.dtype == torch.float32
    assert 0 <= float(bent.min()) <= float(bent.max()) <= 1


def test_some_are_left_as_they_are_and_the_others_differ_from_each_other(images: Tensor) -> None:
    same = images[:1].expand(300, -1, -1, -1)
    bent = augmented(same, _generator())
    untouched = (bent == same).flatten(1).all(dim=1)
    assert abs(float(untouched.float().mean()) - UNTOUCHED) < 0.07
    assert len(torch.unique(bent.flatten(1), dim=0)) == int((~untouched).sum()) + 1


def test_digits_stay_near_the_middle(images: Tensor) -> None:
    bent = augmented(images, _generator())[:, 0]
    at = torch.arange(28) + 0.5
    for axis in (1, 2):
        centre = (bent.sum(dim=3 - axis) * at).sum(dim=1) / bent.sum(dim=(1, 2))
        assert float((centre - 14).abs().max()) < 6
        assert abs(float(centre.mean()) - 14) < 0.4


def test_the_affine_part_is_torchs_affine_grid(images: Tensor) -> None:
    """Recovers each image's 2×3 matrix from three corners of its grid and compares the whole grid."""
    grid = _affine(images, _generator(), 1.0)
    base = functional.affine_grid(torch.eye(2, 3).expand(300, 2, 3), [300, 1, 28, 28], align_corners=False)
    corners = torch.tensor([[0, 0], [0, 27], [27, 0]])
    known = torch.cat([base[0, corners[:, 0], corners[:, 1]], torch.ones(3, 1)], dim=1)  # (3, 3)
    theta = torch.linalg.solve(known, grid[:, corners[:, 0], corners[:, 1]]).transpose(1, 2)
    expected = functional.affine_grid(theta, [300, 1, 28, 28], align_corners=False)
    assert torch.allclose(grid, expected, atol=1e-4)


def test_neighbours_are_those_of_pooling(images: Tensor) -> None:
    assert torch.equal(_over_neighbours(images, torch.maximum), functional.max_pool2d(images, 3, 1, 1))
    mean = functional.avg_pool2d(images, 3, 1, 1)
    assert torch.allclose(_over_neighbours(images, torch.add) / 9, mean, atol=1e-6)


def test_strokes_become_thicker_and_thinner(images: Tensor) -> None:
    ratio = augmented(images, _generator()).sum(dim=(1, 2, 3)) / images.sum(dim=(1, 2, 3))
    assert float(ratio.quantile(0.1)) < 0.85
    assert float(ratio.quantile(0.9)) > 1.15


def test_colour_pictures_are_shifted_and_mirrored_and_nothing_else() -> None:
    """Every new picture is found among the shifts of the old one and of its mirror image."""
    size = 16
    pictures = torch.rand(40, 3, size, size, generator=_generator(5))
    changed = augmented(pictures, _generator(), 1.0)
    assert changed.shape == pictures.shape
    most, found = size // 8, set()
    for old, new in zip(pictures, changed, strict=True):
        wide = functional.pad(old[None], (most,) * 4, mode="replicate")[0]
        places = [(y, x) for y in range(2 * most + 1) for x in range(2 * most + 1)]
        parts = {place: wide[:, place[0] : place[0] + size, place[1] : place[1] + size] for place in places}
        matches = [(*place, False) for place, part in parts.items() if torch.equal(part, new)]
        matches += [(*place, True) for place, part in parts.items() if torch.equal(part.flip(2), new)]
        assert len(matches) == 1
        found.add(matches[0])
    assert {mirrored for _, _, mirrored in found} == {False, True}
    assert len({y for y, _, _ in found}) > 3
    assert len({x for _, x, _ in found}) > 3


def test_colour_pictures_of_strength_0_and_of_the_same_generator() -> None:
    pictures = torch.rand(8, 3, 5, 7)
    assert augmented(pictures, _generator(), 0.0) is pictures
    assert torch.equal(augmented(pictures, _generator(3)), augmented(pictures, _generator(3)))
    assert augmented(pictures, _generator(), 2.0).shape == pictures.shape
