"""Buckets of distance: every distance has one, and the order is kept."""

from asreported.annotate import labels


def test_distance_buckets_keep_the_order_and_their_range() -> None:
    buckets = [labels.distance_bucket(d) for d in range(-600, 601)]
    assert buckets == sorted(buckets)
    assert set(buckets) <= set(range(labels.DISTANCE_BUCKETS))


def test_sentence_buckets_keep_the_order_and_their_range() -> None:
    buckets = [labels.sentence_bucket(d) for d in range(-20, 21)]
    assert buckets == sorted(buckets)
    assert set(buckets) == set(range(labels.SENTENCE_BUCKETS))


def test_every_kind_has_two_tags() -> None:
    assert labels.TRIGGER_TAGS == 57
