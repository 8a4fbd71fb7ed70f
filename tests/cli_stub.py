"""
The command line with a stand-in for reading: each file is one report with one claim for each word "shelled".

Run as a program, so that pipes, signals and exit codes are real; a file named *.bin is refused, and one that
holds "sleep" makes the reader wait, to be interrupted.
"""

from __future__ import annotations

import sys
import time
import types
from collections.abc import Iterable, Iterator
from pathlib import Path

from asreported.records import Claim, Reading, Refusal, Report, make_report


def read_inputs(paths: Iterable[str | Path], *, columns: object = None) -> Iterator[Report | Refusal]:
    for path in map(str, paths):
        if path == "-":
            yield make_report(id="stdin", title="", body=sys.stdin.read(), origin="-")
            continue
        files = sorted(Path(path).iterdir()) if Path(path).is_dir() else [Path(path)]
        for file in files:
            if file.suffix in (".part", ".html", ".jsonl"):
                continue
            if file.suffix == ".bin" or not file.exists():
                reason = "binary" if file.exists() else "not-found"
                yield Refusal(origin=str(file), reason=reason, message="It cannot be read.")
            else:
                text = file.read_text("utf-8", errors="surrogateescape")
                yield make_report(id=file.stem, title=file.stem, body=text, origin=str(file))


def read_reports(
    inputs: Iterable[Report | Refusal],
    *,
    workers: int = 1,
    imported: Path | None = None,
    actors: Path | None = None,
) -> Iterator[Reading | Refusal]:
    for item in inputs:
        if isinstance(item, Report) and "interrupt" in item.text:
            raise KeyboardInterrupt
        if isinstance(item, Report) and "sleep" in item.text:
            time.sleep(60)
        yield _read(item) if isinstance(item, Report) else item


def _read(report: Report) -> Reading:
    at = report.text.find("shelled")
    if at < 0:
        return Reading(report=report, claims=())
    claim = Claim(
        id=f"{report.id}-1",
        kind="shelling",
        status="actual",
        trigger=report.span(at, at + 7),
        evidence=report.span(0, len(report.text)),
        roles=(),
        figures=(),
        sources=(),
        when=None,
        where=None,
        incident=None,
        confidence=0.5,
    )
    return Reading(report=report, claims=(claim,))


def sample_paths() -> list[Path]:
    return sorted((Path(__file__).parent / "show" / "samples").glob("*.txt"))


def stand_in() -> dict[str, types.ModuleType]:
    """The modules that the command line imports, replaced."""
    ingest, pipeline = types.ModuleType("asreported.ingest"), types.ModuleType("asreported.pipeline")
    ingest.read_inputs = read_inputs  # type: ignore[attr-defined]
    pipeline.read_reports, pipeline.sample_paths = read_reports, sample_paths  # type: ignore[attr-defined]
    pipeline.choose_gazetteer = lambda name: None  # type: ignore[attr-defined]
    return {"asreported.ingest": ingest, "asreported.pipeline": pipeline}


if __name__ == "__main__":
    sys.modules.update(stand_in())
    from asreported.cli import main

    sys.exit(main())
