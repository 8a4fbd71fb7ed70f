"""
Write what the program makes of the sample reports into tests/golden/*/claims.txt: `python tools/golden.py`.

The diff is read by a person before it is committed. One claim a line, with the values that a reader checks.
"""

from __future__ import annotations

from pathlib import Path

from asreported.ingest import read_inputs
from asreported.pipeline import read_reports, sample_paths
from asreported.records import Claim, Reading

GOLDEN = Path(__file__).parent.parent / "tests" / "golden"


def claim_line(claim: Claim) -> str:
    """A claim as one line: kind, status, trigger, roles, figures, source, when, where."""
    roles = "; ".join(f"{r.role}={'~' if r.carried else ''}{r.text}" for r in claim.roles)
    figures = ", ".join(f"{f.low}..{f.high} {f.unit}" for f in claim.figures)
    source = " > ".join("?" if s.anonymous else s.name or s.text or "" for s in claim.sources)
    when = f"{claim.when.start or ''}/{claim.when.end or ''}" if claim.when else ""
    where = (
        ", ".join(x for x in (claim.where.name, claim.where.admin1, claim.where.country) if x) if claim.where else ""
    )
    parts = (claim.kind, claim.status, claim.trigger.text, roles, figures, source, when, where)
    return " | ".join(" ".join(part.split()) for part in parts)


def main() -> None:
    for reading in read_reports(read_inputs(sample_paths())):
        assert isinstance(reading, Reading)
        lines = [claim_line(claim) for claim in reading.claims]
        (GOLDEN / reading.report.id / "claims.txt").write_text("\n".join(lines) + "\n", "utf-8")
        print(f"{reading.report.id}: {len(lines)} claims")


if __name__ == "__main__":
    main()
