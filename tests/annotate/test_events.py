"""What the pair head is given of a window."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from asreported.annotate import labels
from asreported.annotate.decode import Trigger
from asreported.annotate.events import near_pieces, pair_buckets


@given(st.lists(st.integers(1, 150), min_size=1, max_size=6), st.data())
def test_near_pieces_are_those_around_the_trigger_in_its_sentence(lengths: list[int], data: st.DataObject) -> None:
    numbers = np.array([-1, *np.repeat(np.arange(len(lengths)), lengths), -1])
    at = data.draw(st.lists(st.integers(1, len(numbers) - 2), min_size=1, max_size=3))
    near = near_pieces(numbers, [Trigger(a, a + 1, 0, 1.0) for a in at])
    for row, trigger in zip(near, at, strict=True):
        pieces = row[row >= 0]
        assert trigger in pieces
        assert set(numbers[pieces]) == {numbers[trigger]}
        assert len(pieces) == min(labels.NEAREST, int((numbers == numbers[trigger]).sum()))
        assert (np.diff(pieces) == 1).all()


@given(st.lists(st.integers(1, 300), min_size=1, max_size=6), st.data())
def test_buckets_count_from_the_nearest_piece_of_the_trigger(lengths: list[int], data: st.DataObject) -> None:
    numbers = np.array([-1, -1, *np.repeat(np.arange(len(lengths)), lengths), -1])
    first = data.draw(st.integers(2, len(numbers) - 2))
    last = data.draw(st.integers(first + 1, min(first + 4, len(numbers) - 1)))
    distances, sentences = pair_buckets(numbers, [Trigger(first, last, 0, 1.0)])
    for at, number in enumerate(numbers.tolist()):
        away = at - first if at < first else max(0, at - last + 1)
        assert distances[0, at] == labels.distance_bucket(max(-512, min(512, away)))
        assert sentences[0, at] == labels.sentence_bucket(-6 if number < 0 else number - int(numbers[first]))
