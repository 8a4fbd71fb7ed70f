"""
One page asked for at a time: a single GET, its redirects followed by hand, every byte of both sides kept.

The connection is a plain socket to an address that was checked (see `addresses`); h11 reads what comes. No connection
pool, proxy, cookie, password, Referer or cache stands between, so what is sent is what is seen here. What comes is
capped in bytes, as sent and as unpacked, and in seconds from the first look-up to the last byte of the last redirect,
so that neither a page without end nor a server that sends one byte a second holds the run up.
"""

from __future__ import annotations

import datetime as dt
import importlib.metadata
import queue
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from ipaddress import IPv4Address
from urllib.parse import urljoin

import certifi
import h11

from .addresses import Judge, Resolve, check_addresses, judge_address, look_up
from .answers import Answer, Caps, Exchange
from .urls import Address, FailedError, FetchError, RefusedError, Target, check_characters, parse_url

Connect = Callable[[Address, int, float], socket.socket]
"""Address, port and seconds → a connected socket."""

BLOCK = 65_536
MOST_ADDRESSES = 4
"""Addresses of one host that are tried, one after the other."""
CONNECT_SECONDS = 10.0
"""For one address, so that a host whose first address is dead (IPv6 without a route) is reached by its second."""


def connect(address: Address, port: int, seconds: float) -> socket.socket:
    """
    A socket connected to `address`.

    Raises: OSError, as TimeoutError after `seconds`.
    """
    family = socket.AF_INET if isinstance(address, IPv4Address) else socket.AF_INET6
    made = socket.socket(family, socket.SOCK_STREAM)
    try:
        made.settimeout(seconds)
        made.connect((str(address), port))
    except BaseException:
        made.close()
        raise
    return made


def make_context() -> ssl.SSLContext:
    """TLS that checks certificate and name against certifi's authorities, whatever the environment says."""
    # Not ssl.create_default_context, which writes keys to the file that $SSLKEYLOGFILE names.
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.load_verify_locations(certifi.where())
    context.set_alpn_protocols(["http/1.1"])
    return context


class Client:
    """
    Asks for pages.

    The arguments are for tests, which need servers on this machine; no option or variable of the environment sets them.
    """

    def __init__(
        self,
        *,
        caps: Caps | None = None,
        resolve: Resolve = look_up,
        judge: Judge = judge_address,
        connect: Connect = connect,
        context: ssl.SSLContext | None = None,
    ) -> None:
        self.caps = caps or Caps()
        self._resolve, self._judge, self._connect = resolve, judge, connect
        self._context = context or make_context()
        self.agent = f"asreported/{importlib.metadata.version('asreported')}"

    def exchanges(self, url: str) -> Iterator[Exchange]:
        """
        The answer to `url`, after those that redirect to it, each as it comes.

        Raises: FetchError, after what came before was given.
        """
        deadline = Deadline(self.caps.seconds)
        exchange, onward = self._ask(parse_url(url), deadline), None
        for _ in range(self.caps.redirects):
            yield exchange
            onward = exchange.location
            if onward is None:
                return
            try:
                exchange = self._ask(_follow(exchange.url, onward), deadline)
            except FetchError as err:
                raise type(err)(f"redirected to {onward[:200]}: {err}") from err
        yield exchange
        if exchange.location is not None:
            raise FailedError(f"redirected more than {self.caps.redirects} times")

    def _ask(self, target: Target, deadline: Deadline) -> Exchange:
        addresses = check_addresses(self._addresses(target, deadline), self._judge)
        date = dt.datetime.now(dt.UTC)
        try:
            made, address = self._reach(addresses[:MOST_ADDRESSES], target.port, deadline)
            with closing(made):
                if target.scheme == "https":
                    made.settimeout(deadline.left())
                    made = self._context.wrap_socket(made, server_hostname=target.host)
                with closing(made):
                    return self._talk(made, target, address, date, deadline)
        except TimeoutError as err:
            raise deadline.over() from err
        except ssl.SSLCertVerificationError as err:
            raise FailedError(f"the server's certificate does not prove who it is: {err.verify_message}") from err
        except ssl.SSLError as err:
            raise FailedError(f"no secure connection (TLS): {err.reason or err}") from err
        except OSError as err:
            raise FailedError(f"no connection: {err.strerror or err}") from err

    def _addresses(self, target: Target, deadline: Deadline) -> list[str]:
        """Looked up beside, as the system's resolver knows no deadline."""
        if target.address is not None:
            return [target.address]
        answer: queue.SimpleQueue[list[str] | OSError | UnicodeError] = queue.SimpleQueue()

        def ask() -> None:
            try:
                answer.put(list(self._resolve(target.host, target.port)))
            except (OSError, UnicodeError) as err:
                answer.put(err)

        threading.Thread(target=ask, daemon=True).start()
        try:
            found = answer.get(timeout=deadline.left())
        except queue.Empty as err:
            raise deadline.over() from err
        if isinstance(found, Exception):
            raise FailedError(f"the host {target.host} was not found ({found})") from found
        return found

    def _reach(self, addresses: list[Address], port: int, deadline: Deadline) -> tuple[socket.socket, Address]:
        """A connection to the first of `addresses` that answers; all of them were checked."""
        for address in addresses[:-1]:
            try:
                return self._connect(address, port, min(deadline.left(), CONNECT_SECONDS)), address
            except OSError:
                continue
        return self._connect(addresses[-1], port, deadline.left()), addresses[-1]

    def _talk(
        self, made: socket.socket, target: Target, address: Address, date: dt.datetime, deadline: Deadline
    ) -> Exchange:
        parser = h11.Connection(h11.CLIENT, max_incomplete_event_size=self.caps.head)
        fields = [
            ("Host", target.authority),
            ("User-Agent", self.agent),
            ("Accept", "*/*"),
            ("Accept-Encoding", "gzip"),
            ("Connection", "close"),
        ]
        asked = h11.Request(method="GET", target=target.path, headers=fields)
        request = (parser.send(asked) or b"") + (parser.send(h11.EndOfMessage()) or b"")
        made.settimeout(deadline.left())
        made.sendall(request)
        try:
            answer = Answer(parser, self.caps)
            while not answer.is_whole:
                made.settimeout(deadline.left())
                answer.feed(made.recv(BLOCK))
        except h11.RemoteProtocolError as err:
            raise FailedError(f"the server's answer is cut off or no HTTP ({err})") from err
        return answer.exchange(target, address, date, request)


class Deadline:
    """The seconds that are left for a URL."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._end = time.monotonic() + seconds

    def left(self) -> float:
        """
        Units: seconds, more than 0.

        Raises: FailedError, when none is left.
        """
        left = self._end - time.monotonic()
        if left <= 0:
            raise self.over()
        return left

    def over(self) -> FailedError:
        return FailedError(f"no whole answer within {self.seconds:g} seconds")


def _follow(url: str, location: str) -> Target:
    """Where a redirect leads."""
    onward = location.replace(" ", "%20")  # servers send them, and browsers go on
    check_characters(onward)
    try:
        return parse_url(urljoin(url, onward))
    except ValueError as err:
        raise RefusedError(f"cannot be read as a URL ({err})") from err
