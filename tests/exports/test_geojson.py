"""GeoJSON is read back by `geojson` and shapely; every claim is there, also without a point."""

from __future__ import annotations

import io
import json
from typing import Any

import geojson
import msgspec
import pytest
import shapely
import shapely.geometry
from random_claims import MuteSource, RandomSource

from asreported.exports import ReadingsSource, load_format, write_export
from asreported.exports import geojson as ours
from asreported.exports.source import Source
from asreported.exports.told import ExportError, Group, Told
from asreported.show.found import tell_chain


def exported(source: Source, over: str = "claims") -> tuple[dict[str, Any], Any]:
    out = io.BytesIO()
    about = write_export(load_format("geojson"), source, out, over=over)
    return json.loads(out.getvalue()), about


def test_random_claims_are_read_back_and_none_is_lost(random_source: RandomSource) -> None:
    content, about = exported(random_source)
    assert about.rows == 10_000
    read = geojson.GeoJSON.to_instance(content)
    assert read.is_valid, read.errors()
    features = content["features"]
    for told, feature in zip(random_source.told(), features, strict=True):
        assert feature["id"] == feature["properties"]["key"] == told.key
        assert list(feature["properties"]) == list(about.columns) == list(ours.CLAIM)
        _check_claim(told, feature)
    without = sum(feature["geometry"] is None for feature in features)
    assert without > 1000
    assert content["asreported"] == {"claims": 10_000, "points": 10_000 - without, "without_point": without}


def _check_claim(told: Told, feature: dict[str, Any]) -> None:
    claim, properties = told.claim, feature["properties"]
    assert properties["according_to"] == tell_chain(told.kept)
    assert properties["status"] == claim.status
    assert properties["quotation"] == claim.evidence.text
    assert (properties["review"], properties["reviewed_by"]) == (told.kept.review, told.reviewed_by)
    if claim.where and claim.where.lat is not None:
        assert shapely.geometry.shape(feature["geometry"]).coords[0] == (claim.where.lon, claim.where.lat)
        assert properties["no_point"] is None
    else:
        assert feature["geometry"] is None
        assert properties["no_point"]
    if claim.where:
        assert (properties["precision"], properties["radius_km"]) == (claim.where.precision, claim.where.radius_km)
    if claim.when:
        days = (claim.when.start, claim.when.end)
        assert (properties["when_start"], properties["when_end"]) == tuple(day and day.isoformat() for day in days)
    if claim.figures:
        first = claim.figures[0]
        assert (properties["figure_low"], properties["figure_high"]) == (first.low, first.high)
        assert all(figure.text in properties["figures"] for figure in claim.figures)
    names = [r.entity.name if r.entity else r.text for r in claim.roles if r.role == "actor"]
    assert (properties["actors"] or "") == " | ".join(names)


def test_samples_over_claims_and_incidents(sample_source: ReadingsSource) -> None:
    claims, _ = exported(sample_source)
    incidents, about = exported(sample_source, "incidents")
    assert geojson.GeoJSON.to_instance(claims).is_valid
    assert geojson.GeoJSON.to_instance(incidents).is_valid
    assert any(feature["geometry"] for feature in claims["features"])
    assert sum(feature["properties"]["claims"] for feature in incidents["features"]) == len(claims["features"])
    assert list(incidents["features"][0]["properties"]) == list(about.columns)


def test_incidents_of_random_claims(random_source: RandomSource) -> None:
    content, _ = exported(random_source, "incidents")
    assert geojson.GeoJSON.to_instance(content).is_valid
    groups = {group.id: group for group in random_source.groups()}
    assert {feature["id"] for feature in content["features"]} == set(groups)
    for feature in content["features"]:
        _check_incident(groups[feature["id"]], feature)


def _check_incident(group: Group, feature: dict[str, Any]) -> None:
    properties = feature["properties"]
    assert properties["claims"] == len(group.told)
    keys = {told.key: told for told in group.told}
    if feature["geometry"]:
        where = keys[properties["place_claim"]].claim.where
        assert where and feature["geometry"]["coordinates"] == [where.lon, where.lat]
    for chain in properties["according_to"].split(" | "):
        assert "more" in chain or any(chain in told.according_to for told in group.told)


def test_the_most_exact_place_of_what_is_asserted_is_taken() -> None:
    told = [t for t in RandomSource(400).told() if t.claim.where and t.claim.where.lat is not None]
    exact = next(t for t in told if t.claim.where and t.claim.where.precision == "exact")
    vague = next(t for t in told if t.claim.where and t.claim.where.precision == "adm1")

    def with_status(one: Told, status: str) -> Told:
        claim = msgspec.structs.replace(one.claim, status=status)
        return Told(kept=msgspec.structs.replace(one.kept, claim=claim, review="unreviewed"))

    both = ours.incident_feature(Group("i", (with_status(vague, "actual"), with_status(exact, "actual"))))
    assert both["properties"]["place_claim"] == exact.key
    denied = ours.incident_feature(Group("i", (with_status(vague, "actual"), with_status(exact, "denied"))))
    assert denied["properties"]["place_claim"] == vague.key


@pytest.mark.parametrize(("lat", "lon"), [(91.0, 0.0), (0.0, 181.0), (float("nan"), 0.0)])
def test_a_point_outside_of_the_world_is_none(lat: float, lon: float) -> None:
    told = next(t for t in RandomSource(50).told() if t.claim.where)
    where = msgspec.structs.replace(told.claim.where, lat=lat, lon=lon)
    claim = msgspec.structs.replace(told.claim, where=where)
    feature = ours.claim_feature(Told(kept=msgspec.structs.replace(told.kept, claim=claim)))
    assert feature["geometry"] is None
    assert feature["properties"]["no_point"] == "the point lies outside of the world"


def test_a_claim_without_quotation_is_not_written(sample_source: ReadingsSource) -> None:
    with pytest.raises(ExportError, match="no quotation"):
        exported(MuteSource(sample_source._readings.values()))
    with pytest.raises(ExportError, match="no quotation"):
        exported(MuteSource(sample_source._readings.values()), "incidents")
