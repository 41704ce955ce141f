"""What undoing a training, and doing it again, leads to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from convviz.session import editing
from convviz.spec.network import Conv2d
from convviz.spec.state import opened
from convviz.spec.weight_edit import same
from convviz.spec.weights import initial, shapes

from .conftest import TINY, Hand


def test_of_an_edited_network_what_it_is_compared_with_fits_it(make_hand: Callable[..., Hand]) -> None:
    """The network that was opened has other shapes, and no step has taken its place on screen yet."""
    named = replace(TINY, classes=("top", "middle", "bottom"))  # as the data calls them: it stays
    hand = make_hand(network=named)
    hand.experiment.change(plan=replace(hand.state.plan, begin="screen"))
    hand.experiment.commit(editing.with_layer(hand.state, Conv2d("conv1", 6, (3, 3))))
    hand.trainer.start()
    hand.until(lambda: hand.trainer.status == "running")
    assert hand.state.origin.network is named
    (entry,) = hand.entries
    hand.experiment.commit(entry.revert(hand.state))
    hand.idle()
    hand.experiment.commit(opened(hand.state, hand.state.network, initial(hand.state.network, seed=9)))
    hand.idle()
    origin = entry.apply(hand.state).origin
    assert origin.network is hand.state.network
    assert {name: array.shape for name, array in origin.weights.items()} == shapes(origin.network)


def test_once_its_run_is_deleted_no_other_one_says_where_it_leads(make_hand: Callable[..., Hand]) -> None:
    hand = make_hand()
    hand.steps(3)
    hand.trainer.stop()
    hand.trainer.reset(5)
    hand.steps(2)
    trained = hand.state.weights
    hand.trainer.delete_run(2)
    hand.idle()
    assert hand.trainer.run is not None
    assert hand.trainer.run.number == 1
    entry = hand.entries[-1]
    hand.experiment.commit(entry.revert(hand.state))
    hand.idle()
    assert same(entry.apply(hand.state).weights, trained)
