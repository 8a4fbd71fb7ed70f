"""
What each output of the model means: shared by training and decoding, so that the two cannot drift apart.

Tags are 0 = outside, 1 = first piece, 2 = further piece of a span. Trigger tags are 0 = outside and, for kind k of the
codebook's order, 1 + 2k (first) and 2 + 2k (further).
"""

from __future__ import annotations

from asreported import codebook

KINDS = tuple(kind.key for kind in codebook.kinds())
STATUSES = codebook.STATUSES
TRIGGER_TAGS = 1 + 2 * len(KINDS)

LAYERS = (*codebook.ROLES, "who", "cue", "outer-who", "outer-cue")
"""What a trigger can reach for: the eight roles, then the innermost source and its cue, then an outer link's."""
LAYER_TAGS = 3 * len(LAYERS)

VOICES = ("publisher", "anonymous", "named")
"""Whose voice a claim is in: the publisher's own, that of a source without a name, or of one that the text names."""

DISTANCE_BUCKETS = 24
SENTENCE_BUCKETS = 9
NEAREST = 96
"""Pieces of the trigger's sentence that are looked at together: a longer sentence is cut around its trigger."""


def distance_bucket(distance: int) -> int:
    """
    The bucket of a signed distance in word pieces: exact to 4, then doubling; 0 to 23.

        >>> [distance_bucket(d) for d in (-300, -5, -1, 0, 1, 5, 300)]
        [1, 7, 11, 12, 13, 17, 23]
    """
    size = abs(distance)
    step = size if size <= 4 else min(11, 2 + size.bit_length())
    return DISTANCE_BUCKETS // 2 + (step if distance >= 0 else -step)


def sentence_bucket(distance: int) -> int:
    """
    The bucket of a signed distance in sentences: -5 or less to 3 or more, as 0 to 8.

        >>> [sentence_bucket(d) for d in (-9, -1, 0, 2, 9)]
        [0, 4, 5, 7, 8]
    """
    return max(-5, min(3, distance)) + 5
