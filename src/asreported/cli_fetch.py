"""
The command `asreported fetch`, the only one that asks other machines for pages. Arguments in; nothing heavy at the top.
"""

from __future__ import annotations

import argparse
import datetime as dt
import math
import shlex
import sys
import time
from collections import Counter, deque
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from .cli_add import add_add, add_reading, run_add
from .cli_output import FAILED, INTERRUPTED, say

if TYPE_CHECKING:
    from .fetch.answers import Exchange
    from .fetch.archive import Archive
    from .fetch.client import Client

DELAY = 1.0
LONGEST_DELAY = 3600.0
SUFFIX = ".warc.gz"

FETCH_HELP = """Fetch pages from the Web, and keep what came, byte by byte, in a WARC file that `add` reads.

This is the only command that asks other machines for anything, and it does so only for the URLs
that you name and where they redirect to.

  The site sees your address, which page you read and when, and that it was asreported that asked.
  Networks on the way see which site you read; without https, also the page. No proxy is used, not
  even one that the environment names. Where that may endanger you or others, do not use this
  command: save the pages by hand with Tor Browser or through a VPN, and `asreported add` the files.

Only http and https; no cookies, no passwords. A URL is refused if its host has an address that
is not public (your own machine, your network), also after a redirect. At most 5 redirects,
20 MB and 30 seconds a URL. robots.txt is not asked for: name pages, not sites.

LIST is a file with one URL a line ("#" starts a comment), or a table with a column named url;
"-" is standard input. A URL that is named twice is fetched once.

examples:
  asreported fetch https://news.example.org/a https://news.example.org/b
  asreported fetch --list urls.txt -o mosul.warc.gz
  asreported add mosul.warc.gz
  asreported fetch https://news.example.org/feed.xml --follow --add

exit codes:
  0    all pages were fetched (and, with --add, read)
  1    some were not
  2    none was, the file could not be written, or the command was not understood
  130  stopped by Ctrl-C; what was fetched until then is kept
"""


def add_fetch(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Adds the command to the parser."""
    parser = commands.add_parser(
        "fetch", prog="asreported fetch", usage="asreported fetch URL... [options]", description=FETCH_HELP,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )  # fmt: skip
    parser.add_argument("urls", nargs="*", metavar="URL", help="page to fetch")
    parser.add_argument(
        "--list", action="append", default=[], metavar="LIST", help='URLs to fetch; "-" for standard input'
    )
    parser.add_argument(
        "-o", "--output", metavar="FILE",
        help="new file to write, NAME.warc.gz (default: fetched-DATE-TIME.warc.gz in the current folder, in UTC)",
    )  # fmt: skip
    parser.add_argument("--follow", action="store_true", help="of feeds (RSS, Atom) also fetch the entries' pages")
    parser.add_argument(
        "--delay", type=_seconds, default=DELAY, metavar="S", help="seconds between requests to one host (default: 1)"
    )
    parser.add_argument(
        "--add", action="store_true", help="then read the file into the ledger, as `asreported add` does"
    )
    add_reading(parser)
    parser.set_defaults(error=parser.error)


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = math.nan
    if not 0 <= seconds <= LONGEST_DELAY:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of seconds from 0 to {LONGEST_DELAY:,.0f}")
    return seconds


def run_fetch(args: argparse.Namespace) -> int:
    """Fetch, and with --add read, and return the exit code."""
    output = Path(args.output) if args.output is not None else None
    if output is not None and not output.name.endswith(SUFFIX):
        args.error(f"{args.output!r}: the name of the file must end in {SUFFIX}")
    if not args.urls and not args.list:
        args.error("name a URL, or a list of them with --list")
    told = Told(quiet=args.quiet)
    code, path = _fetch(args, output, told)
    if not args.add or path is None or code == INTERRUPTED:
        return code
    return max(code, run_add(_adding(args, path)))


def _adding(args: argparse.Namespace, path: Path) -> argparse.Namespace:
    """The arguments of `asreported add` for the file, with the options that both commands have."""
    parser = argparse.ArgumentParser()
    add_add(parser.add_subparsers())
    adding = parser.parse_args(["add", "--", str(path)])
    for name in vars(adding).keys() & vars(args).keys() - {"error"}:
        setattr(adding, name, getattr(args, name))
    return adding


def _fetch(args: argparse.Namespace, output: Path | None, told: Told) -> tuple[int, Path | None]:
    """The exit code, and the file if anything is in it."""
    from .errors import AsreportedError
    from .fetch.archive import open_archive
    from .fetch.lists import read_list
    from .show.words import safe_line

    kept, stopped = None, False
    try:
        urls = [*args.urls, *(url for path in args.list for url in read_list(path))]
        client = make_client()
        with open_archive(output, client.agent, now=dt.datetime.now(dt.UTC)) as archive:
            try:
                fetch_all(urls, client, archive, told, delay=args.delay, follow=args.follow)
            except KeyboardInterrupt:
                stopped = True
            finally:
                kept = archive.path if archive.kept else None
    except KeyboardInterrupt:
        stopped = True
    except (AsreportedError, OSError) as err:
        say(f"{err}" + (f"; {told}, kept in {str(kept)!r}" if kept else ""))
        return FAILED, None
    where = f"kept in {str(kept)!r}" if kept else "no file was written"
    if stopped:
        say(f"stopped: {told} so far; {where}")
        return INTERRUPTED, kept
    if not args.quiet:
        onward = "" if args.add or not kept else f": asreported add {shlex.quote(str(kept))}"
        print(safe_line(f"{told}; {where}{onward}"), flush=True)
    return told.exit_code, kept


def make_client() -> Client:
    """The client of the command, which has no option that a test would need to reach a server on this machine."""
    from .fetch.client import Client

    return Client()


def fetch_all(
    urls: list[str],
    client: Client,
    archive: Archive,
    told: Told,
    *,
    delay: float,
    follow: bool,
    sleep: Callable[[float], None] = time.sleep,
) -> None:
    """Fetch `urls` one after the other into `archive`; with `follow`, also what feeds among them link to."""
    from .fetch.lists import MOST_LINKS, feed_links, is_feed, only_once

    seen: set[str] = set()
    pace = Pace(delay, sleep)
    links: deque[str] = deque()
    for url in only_once(urls, seen):
        page = _fetch_one(url, client, archive, told, pace)
        if follow and page is not None and is_feed(page.content):
            links += only_once(feed_links(page.content, page.url), seen)
    for _, url in zip(range(MOST_LINKS), links, strict=False):
        _fetch_one(url, client, archive, told, pace)
    if len(links) > MOST_LINKS:
        say(f"the feeds link to {len(links):,} pages, of which {MOST_LINKS} were fetched")


def _fetch_one(url: str, client: Client, archive: Archive, told: Told, pace: Pace) -> Exchange | None:
    """The page; None, and a line on standard error, if there is none."""
    from .fetch.urls import FailedError, FetchError, parse_url

    try:
        pace.wait(parse_url(url).host)
        for page in client.exchanges(url):  # redirects, then the page
            archive.keep(page)
            pace.note(page.host)
        if not page.is_page:
            raise FailedError(f"{page.status} {page.reason}")
    except FetchError as err:
        told.not_fetched(url, err)
        return None
    told.fetched(url, page)
    return page


class Pace:
    """Keeps `delay` seconds between requests to one host. A redirect is followed at once."""

    def __init__(self, delay: float, sleep: Callable[[float], None] = time.sleep) -> None:
        self.delay, self._sleep = delay, sleep
        self._last: dict[str, float] = {}

    def wait(self, host: str) -> None:
        """Wait until `host` may be asked, and note that it is."""
        left = self._last.get(host, -math.inf) + self.delay - time.monotonic()
        if left > 0:
            self._sleep(left)
        self.note(host)

    def note(self, host: str) -> None:
        self._last[host] = time.monotonic()


class Told:
    """Says of each URL what became of it, on standard error as it comes, and counts."""

    def __init__(self, *, quiet: bool) -> None:
        self.quiet = quiet
        self.counts: Counter[str] = Counter()

    def fetched(self, url: str, page: Exchange) -> None:
        self.counts["fetched"] += 1
        if not self.quiet:
            kind = page.type[:80] or "of no stated type"
            self._line(url, f"fetched: {page.status}, {len(page.content):,} bytes, {kind}")

    def not_fetched(self, url: str, err: Exception) -> None:
        from .fetch.urls import RefusedError

        outcome = "refused" if isinstance(err, RefusedError) else "failed"
        self.counts[outcome] += 1
        self._line(url, f"{outcome}: {err}")

    def _line(self, url: str, text: str) -> None:
        from .show.words import safe_line

        print(f"{safe_line(url[:500])}: {safe_line(text)}", file=sys.stderr, flush=True)

    @property
    def exit_code(self) -> int:
        if not self.counts["fetched"]:
            return FAILED
        return 1 if self.counts["refused"] or self.counts["failed"] else 0

    def __str__(self) -> str:
        """
        One line.

            >>> str(Told(quiet=True))
            '0 fetched, 0 refused, 0 failed'
        """
        return ", ".join(f"{self.counts[outcome]:,} {outcome}" for outcome in ("fetched", "refused", "failed"))
