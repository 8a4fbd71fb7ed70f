"""
How long `asreported situation` takes on a ledger, of whatever size: the busiest places and actors in it, and rare ones.

    python benchmarks/situation.py LEDGER

Each is asked for on the day by which nine tenths of its claims are found, as text. Times are of this process, with
the gazetteer loaded: wall and CPU, which differ where other programs run. The last line is one JSON object.
"""

from __future__ import annotations

import datetime as dt
import json
import sys
import time

from asreported.ledger import Ledger, open_ledger
from asreported.resolve.gazetteer import load_gazetteer
from asreported.show.situation import situation_lines
from asreported.situations import Choice, choose_actor, choose_place, read_situation

SOME = 5


def main(where: str) -> None:
    gazetteer = load_gazetteer()
    gazetteer.look_up("Mosul")  # its tables are read at the first look-up
    with open_ledger(where) as ledger:
        claims = ledger.database.rows("SELECT count(*) FROM claims")[0][0]
        asked = [
            *(("place", str(id), n, day) for id, n, day in _frequent(ledger, "place_id", "claims")),
            *(("actor", id, n, day) for id, n, day in _frequent_actors(ledger)),
        ]
    walls, cpus = [], []
    for kind, name, number, ordinal in asked:
        # A ledger opened anew, as the command does; what the system keeps of the file stays.
        with open_ledger(where) as ledger:
            wall, cpu = time.perf_counter(), time.process_time()
            choice = choose_place(ledger, name, gazetteer) if kind == "place" else choose_actor(ledger, name)
            lines = _answer(ledger, choice, dt.date.fromordinal(ordinal))
            walls.append((time.perf_counter() - wall) * 1000)
            cpus.append((time.process_time() - cpu) * 1000)
        print(f"{kind} {name}: {number:,} claims, {lines} lines, {walls[-1]:.0f} ms, CPU {cpus[-1]:.0f} ms")
    result = {
        "claims": claims,
        "asked": len(asked),
        "median_ms": round(sorted(walls)[len(walls) // 2]),
        "slowest_ms": round(max(walls)),
        "median_cpu_ms": round(sorted(cpus)[len(cpus) // 2]),
        "slowest_cpu_ms": round(max(cpus)),
    }
    print(json.dumps(result))


def _answer(ledger: Ledger, choice: Choice, on: dt.date) -> int:
    since = dt.date.fromordinal(max(1, on.toordinal() - 30))
    told = read_situation(ledger, choice, on, since=since, stale_days=90, nearby_km=100.0)
    return sum(1 for _ in situation_lines(told, 80))


def _frequent(ledger: Ledger, column: str, table: str) -> list[tuple[str, int, int]]:
    """The most frequent values, some of the middle and some of the rarest, with a day."""
    rows = ledger.database.rows(
        f"SELECT {column}, count(*) FROM {table} WHERE {column} > 0 GROUP BY 1 ORDER BY 2 DESC, 1"
    )
    return [(value, n, _day(ledger, f"{column} = ?", value, n)) for value, n in _spread(rows)]


def _frequent_actors(ledger: Ledger) -> list[tuple[str, int, int]]:
    rows = ledger.database.rows("SELECT actor_id, count(*) FROM claim_actors GROUP BY 1 ORDER BY 2 DESC, 1")
    within = "n IN (SELECT claim_n FROM claim_actors WHERE actor_id = ?)"
    return [(value, n, _day(ledger, within, value, n)) for value, n in _spread(rows)]


def _spread(rows: list[tuple]) -> list[tuple]:
    middle = len(rows) // 2
    return list(dict.fromkeys([*rows[:SOME], *rows[middle : middle + SOME], *rows[-SOME:]]))


def _day(ledger: Ledger, condition: str, value: object, number: int) -> int:
    sql = f"SELECT found_day FROM claims WHERE {condition} AND found_day < 3000000 ORDER BY found_day LIMIT 1 OFFSET ?"
    row = ledger.database.one(sql, (value, min(number - 1, number * 9 // 10)))
    return row[0] if row else dt.date(2017, 4, 28).toordinal()


if __name__ == "__main__":
    main(*sys.argv[1:])
