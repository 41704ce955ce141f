"""A photo in colour is filtered colour by colour, and leaves no trace when another input comes."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from convviz.spec.lab.colours import with_input
from convviz.spec.lab.edits import with_kind, with_layer
from convviz.spec.lab.lab import drawn_lab
from convviz.spec.lab.source import FromDrawing, FromPhoto, Grid
from convviz.spec.lab.trial import perform
from convviz.spec.network import Conv2d
from convviz.spec.photo import Photo

PIXELS = np.random.default_rng(0).integers(0, 256, (9, 11, 3), np.uint8)


def test_each_colour_by_itself() -> None:
    photo = Photo(PIXELS)
    colour = with_input(drawn_lab(), FromPhoto(photo, "rgb"))
    assert isinstance(colour.layer, Conv2d)
    assert (colour.layer.out_channels, colour.layer.groups) == (3, 3)
    whole = perform(colour).output
    for at, name in enumerate(("red", "green", "blue")):
        alone = with_input(colour, FromPhoto(photo, name))  # type: ignore[arg-type]
        assert alone.weights["conv.weight"].shape == (1, 1, 3, 3)
        assert np.allclose(perform(alone).output[0], whole[at], atol=1e-6)


def test_it_is_one_channel_again() -> None:
    lab = drawn_lab()
    there = with_input(lab, FromPhoto(Photo(PIXELS), "rgb"))
    back = with_input(there, Grid(np.ones((1, 5, 5), np.float32)))
    assert back.layer == lab.layer
    assert np.array_equal(back.weights["conv.weight"], lab.weights["conv.weight"])
    several = with_input(there, Grid(np.ones((3, 5, 5), np.float32)))
    assert several.row.output_shape == (3, 3, 3)


def test_other_operations_and_several_kernels_stay() -> None:
    pooled = with_input(with_kind(drawn_lab(), "MaxPool2d"), FromPhoto(Photo(PIXELS), "rgb"))
    assert pooled.row.output_shape == (3, 3, 3)
    two = replace(drawn_lab().layer, out_channels=2)
    kept = with_input(with_layer(drawn_lab(), two), FromPhoto(Photo(PIXELS), "rgb"))
    assert isinstance(kept.layer, Conv2d)
    assert (kept.layer.out_channels, kept.layer.groups) == (2, 1)


def test_a_photo_smaller_than_the_kernel() -> None:
    tiny = with_input(drawn_lab(), FromPhoto(Photo(PIXELS[:1, :1]), "rgb"))
    assert perform(tiny).output.shape[1:] == (1, 1)


def test_a_kernel_that_lay_flat_on_a_signal_filters_colours_as_it_did_before() -> None:
    large = with_layer(drawn_lab(), replace(drawn_lab().layer, kernel=(5, 5)))
    signal = with_input(large, Grid(np.ones((1, 1, 9), np.float32)))
    colour = with_input(signal, FromPhoto(Photo(PIXELS), "rgb"))
    assert isinstance(colour.layer, Conv2d)
    assert (colour.layer.kernel, colour.layer.groups) == ((5, 5), 3)
    for kernel in colour.weights["conv.weight"]:
        assert np.array_equal(kernel, large.weights["conv.weight"][0])
    narrow = with_input(colour, Grid(np.ones((1, 2, 9), np.float32)))
    back = with_input(narrow, FromDrawing())
    assert back.layer == large.layer
    assert with_input(narrow, FromPhoto(Photo(PIXELS), "rgb")).layer == colour.layer


def test_a_photo_switched_to_colour_and_back() -> None:
    photo = Photo(PIXELS)
    lab = with_input(drawn_lab(), FromPhoto(photo, "grey"))
    first = lab.weights["conv.weight"]
    for channel in ("rgb", "green", "rgb", "grey"):
        lab = with_input(lab, FromPhoto(photo, channel))  # type: ignore[arg-type]
        count = 3 if channel == "rgb" else 1
        assert isinstance(lab.layer, Conv2d)
        assert (lab.layer.out_channels, lab.layer.groups) == (count, count)
        assert np.array_equal(lab.weights["conv.weight"], np.repeat(first, count, axis=0)), channel
