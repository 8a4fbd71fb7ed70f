"""Figure series and incidents as JSON: the records of compare/, keys as docs/compare.md says."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ..compare.agreement import Step
from ..compare.incidents import Comparison, Incident
from .situation_json import encode_indented


def encode_figures(comparisons: Sequence[Comparison], *, notes: Iterable[str] = ()) -> str:
    """One object: `series`, each with its `agreement`, and `notes` on the choice."""
    whole = {"notes": list(notes), "series": [_flat(comparison) for comparison in comparisons]}
    return encode_indented(whole)


def encode_incident(incident: Incident) -> str:
    """One object: the incident, its claims report by report, figures and contradictions."""
    fields = {name: getattr(incident, name) for name in incident.__struct_fields__ if name != "comparisons"}
    return encode_indented({**fields, "series": [_flat(comparison) for comparison in incident.comparisons]})


def _flat(comparison: Comparison) -> dict[str, object]:
    series, agreement = comparison.series, comparison.agreement
    told = {name: getattr(series, name) for name in series.__struct_fields__}
    excluding = [[one.key, other.key] for one, other in agreement.excluding]
    backings = [
        {"voice": backing.voice, "reports": backing.reports, "last": [point.key for point in backing.points]}
        for backing in agreement.backings
    ]
    return {
        **told,
        "agreement": {
            "label": agreement.label,
            "rule": agreement.rule,
            "reports": agreement.reports,
            "chains": agreement.chains,
            "low": agreement.low,
            "high": agreement.high,
            "backings": backings,
            "steps": [_step(step) for step in agreement.steps],
            "excluding": excluding,
        },
    }


def _step(step: Step) -> dict[str, object]:
    ends = {
        name: {"key": at.key, "words": at.words, "low": at.low, "high": at.high}
        for name, at in (("before", step.before), ("after", step.after))
    }
    return {"voice": step.voice, "kind": step.kind, "direction": step.direction, **ends}
