"""
The main flow: ingest → annotate → resolve → assemble. Start reading here.

Reading a report is a function of its text, its head and the model alone: neither what is read beside it nor the number
of workers changes a byte of the result.
"""

from __future__ import annotations

import collections
import concurrent.futures
import functools
import importlib.resources
import multiprocessing
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path

from .annotate.engine import OnnxEngine, load_engine
from .annotate.events import Engine, annotate
from .annotate.vectors import Remembering, claim_vectors, read_states
from .assemble import Values, assemble
from .errors import WorkerError
from .folders import user_gazetteer
from .ingest import read_inputs, read_text
from .readings import Readings
from .records import Annotation, Reading, Refusal, Report, Span, Where
from .resolve.actor_lookup import ActorIndex
from .resolve.actors import resolve_actors
from .resolve.coreference import Coreference
from .resolve.figures import resolve_figures
from .resolve.gazetteer import Gazetteer, load_gazetteer
from .resolve.own_actors import load_own_actors
from .resolve.places import resolve_places, resolve_toponyms
from .resolve.sources import resolve_sources
from .resolve.toponyms import mend_toponyms
from .resolve.undated import why_undated
from .resolve.when import resolve_dates


def read_report(
    report: Report,
    engine: Engine,
    gazetteer: Gazetteer,
    actors: ActorIndex | None = None,
    *,
    vectors: bool = False,
) -> Reading:
    """
    `report` with its claims: the whole flow for one report; without `actors` they are those of our table.

    With `vectors` the reading also holds what linking compares claims by.
    """
    engine = Remembering(engine) if vectors else engine
    annotation = annotate(report, engine)
    values = resolve(report, annotation, gazetteer, actors)
    claims = assemble(report, annotation, values)
    if not vectors:
        return Reading(report=report, claims=claims)
    return Reading(report=report, claims=claims, vectors=vectors_of(report, annotation, engine))


def vectors_of(report: Report, annotation: Annotation, engine: Engine) -> tuple[bytes, ...]:
    """The vector of each event of `annotation`, in their order."""
    return claim_vectors(read_states(report, engine), [(e.trigger, e.sentence) for e in annotation.events])


def resolve(
    report: Report, annotation: Annotation, gazetteer: Gazetteer, actors: ActorIndex | None = None
) -> list[Values]:
    """The values of each event of `annotation`, in their order."""
    coreference = Coreference(report, annotation, actors)
    whens = resolve_dates(report, annotation)
    columns = zip(
        annotation.events,
        resolve_actors(report, annotation, coreference=coreference),
        resolve_sources(report, annotation, coreference=coreference),
        whens,
        why_undated(report, annotation, whens),
        resolve_places(report, annotation, gazetteer),
        strict=True,
    )
    return [
        Values(
            entities=entities,
            figures=resolve_figures(report, event),
            sources=sources,
            when=when,
            undated=undated,
            where=where,
        )
        for event, entities, sources, when, undated, where in columns
    ]


def find_places(report: Report, engine: Engine, gazetteer: Gazetteer) -> tuple[tuple[Span, Where | None], ...]:
    """
    Every toponym of `report` and the place that it names, None where the gazetteer has none: geoparsing without claims.

    The toponyms are the model's, mended by what the whole report says of its names; claims are placed by the model's
    own ones, since a country named in passing is a toponym and no place where something happened.
    """
    spans = mend_toponyms(report, annotate(report, engine).toponyms)
    return tuple(zip(spans, resolve_toponyms(report, spans, gazetteer), strict=True))


def read_reports(
    inputs: Iterable[Report | Refusal],
    *,
    workers: int = 1,
    imported: Path | None = None,
    actors: Path | None = None,
    vectors: bool = False,
) -> Iterator[Reading | Refusal]:
    """
    Readings in the order of `inputs`, each as soon as it is ready; refusals pass through.

    Places are also looked up in the gazetteer that was imported to the file `imported`; `actors` is a user's own table
    of actors (docs/actors.md). With several `workers` reports are read in processes of one thread each. With `vectors`
    the readings are fit for linking (`Reading.vectors`).
    Raises: ModelError, GazetteerError, TableError, WorkerError, OSError.
    """
    gazetteer, known = load_gazetteer(imported), _actors(actors)  # what is broken is an error before anything is read
    if workers <= 1:
        engine = load_engine()
        for item in inputs:
            yield item if isinstance(item, Refusal) else read_report(item, engine, gazetteer, known, vectors=vectors)
        return
    load_engine(1)  # a broken model is an error here, not a broken pool
    try:
        yield from _read_in_pool(inputs, workers, imported, actors, vectors)
    except BrokenProcessPool as err:
        raise WorkerError(ENDED) from err


ENDED = (
    "a process that read reports was ended, perhaps for want of memory: read with fewer workers; "
    'a script of yours must start under `if __name__ == "__main__":`'
)


def _read_in_pool(
    inputs: Iterable[Report | Refusal], workers: int, imported: Path | None, actors: Path | None, vectors: bool
) -> Iterator[Reading | Refusal]:
    context = multiprocessing.get_context("spawn")
    with concurrent.futures.ProcessPoolExecutor(workers, mp_context=context) as pool:
        waiting: collections.deque[Refusal | concurrent.futures.Future[Reading]] = collections.deque()
        for item in inputs:
            if isinstance(item, Refusal):
                waiting.append(item)
            else:
                waiting.append(pool.submit(_read_in_worker, item, imported, actors, vectors))
            # Enough in flight to keep the workers busy, few enough that an archive of any length fits into memory.
            while len(waiting) > 8 * workers or (waiting and _is_done(waiting[0])):
                yield _result(waiting.popleft())
        while waiting:
            yield _result(waiting.popleft())


def _is_done(item: Refusal | concurrent.futures.Future[Reading]) -> bool:
    return isinstance(item, Refusal) or item.done()


def _result(item: Refusal | concurrent.futures.Future[Reading]) -> Reading | Refusal:
    return item if isinstance(item, Refusal) else item.result()


@functools.cache
def _worker_models(imported: Path | None) -> tuple[OnnxEngine, Gazetteer]:
    return load_engine(1), load_gazetteer(imported)


@functools.cache
def _worker_actors(path: Path | None) -> ActorIndex | None:
    return _actors(path)


def _read_in_worker(report: Report, imported: Path | None, actors: Path | None, vectors: bool) -> Reading:
    return read_report(report, *_worker_models(imported), _worker_actors(actors), vectors=vectors)


def _actors(path: Path | None) -> ActorIndex | None:
    return load_own_actors(path) if path else None


def read(
    *paths: str | Path,
    workers: int = 1,
    gazetteer: str | Path | None = "user",
    actors: str | Path | None = None,
) -> Readings:
    """
    The claims of the reports in `paths`: files (text, HTML, JSONL) and folders.

    What could not be read is listed in `.refusals`, with its reason; the rest is read. Several `workers` are processes
    of their own, so a script calls this under `if __name__ == "__main__":`. Places are also looked up in the gazetteer
    that the user has imported, where there is one, or in the one in the file `gazetteer`; None is for neither.
    `actors` is a table of your own, CSV or TOML, whose names go before ours (docs/actors.md).
    Raises: ModelError, GazetteerError, TableError, WorkerError, OSError.
    """
    imported, table = choose_gazetteer(gazetteer), Path(actors) if actors is not None else None
    return Readings.collect(read_reports(read_inputs(paths), workers=workers, imported=imported, actors=table))


def read_string(
    text: str,
    *,
    id: str = "text",
    title: str = "",
    published: str | None = None,
    publisher: str | None = None,
    gazetteer: str | Path | None = "user",
    actors: str | Path | None = None,
) -> Readings:
    """
    The claims of one report given as text; `published` is YYYY-MM-DD, YYYY-MM or YYYY.

    Without `published`, weekdays and other relative dates stay unresolved. `gazetteer` and `actors` are as in `read`.
    """
    report = read_text(text, id=id, title=title, published=published, publisher=publisher)
    imported, table = choose_gazetteer(gazetteer), Path(actors) if actors is not None else None
    return Readings.collect(read_reports([report], imported=imported, actors=table))


def choose_gazetteer(name: str | Path | None) -> Path | None:
    """
    The file of the imported gazetteer that `name` means: "user" for the one in the data folder, if there is one.
    """
    if name != "user":
        return Path(name) if name else None
    return path if (path := user_gazetteer()).is_file() else None


def sample_paths() -> Sequence[Path]:
    """The sample reports that come with the package, in their order."""
    folder = Path(str(importlib.resources.files("asreported").joinpath("data", "samples")))
    return sorted(folder.glob("*.txt"))
