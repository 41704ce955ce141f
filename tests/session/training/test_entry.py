"""What undoing a training, and doing it again, leads to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from convviz.session import editing
from convviz.session.edits import Edit
from convviz.session.training.entry import EditMeanwhile
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


def test_an_edit_in_the_midst_that_has_settled_leads_to_its_own_moment(hand: Hand) -> None:
    old = hand.state
    edit = EditMeanwhile(Edit.between("bias", old, editing.with_bias_of(old, "conv1", 0, 5.0)), lambda: (0.4, 4))
    new = edit.apply(old)
    edit.settle(None)
    elsewhere = replace(old, weights=initial(TINY, 9))
    assert same(edit.revert(elsewhere).weights, old.weights), "wherever it is undone"
    assert same(edit.apply(elsewhere).weights, new.weights)


def test_of_a_drag_too(hand: Hand) -> None:
    """What it has made of the weights is on screen before it is an entry."""
    old = hand.state
    new = editing.with_bias_of(old, "conv1", 0, 5.0)
    edit = EditMeanwhile(Edit.between("bias", old, new), lambda: (0.4, 4))
    edit.apply(new)
    edit.settle(None)
    assert same(edit.revert(replace(old, weights=initial(TINY, 9))).weights, old.weights)
