"""
URLs read strictly: which of them may be asked at all.

A list of URLs comes from others, and so does every redirect. What two programs could read in two ways, so that one
checks another host than the other asks, is refused and not repaired.
Source: RFC 3986; RFC 6761 and RFC 6762 for names; the URL and Fetch standards (WHATWG) for numeric hosts and ports.
"""

from __future__ import annotations

import re
from ipaddress import IPv4Address, IPv6Address
from urllib.parse import quote, urlsplit

from ..errors import AsreportedError
from ..records import Record

Address = IPv4Address | IPv6Address

LONGEST_URL = 8192
LONGEST_NAME, LONGEST_LABEL = 253, 63
PORTS = {"http": 80, "https": 443}

_OTHER_PORTS = """
    0 1 7 9 11 13 15 17 19 20 21 22 23 25 37 42 43 53 69 77 79 87 95 101 102 103 104 109 110 111 113 115 117 119
    123 135 137 139 143 161 179 389 427 465 512 513 514 515 526 530 531 532 540 548 554 556 563 587 601 636 989
    990 993 995 1719 1720 1723 2049 3659 4045 4190 5060 5061 6000 6566 6665 6666 6667 6668 6669 6679 6697 10080
"""
OTHER_PORTS = frozenset(map(int, _OTHER_PORTS.split()))
"""Ports of mail, file and other services that are no web servers: those that browsers refuse (Fetch, "bad port")."""

LOCAL_NAMES = frozenset(
    {"localhost", "localdomain", "local", "internal", "intranet", "private", "corp", "home", "lan", "home.arpa"}
    | {"invalid", "test", "example"}
)
"""Endings of names in local networks, reserved (RFC 6761, 6762, 8375, ICANN) or usual there, and names of no host."""
OTHER_NETWORKS = frozenset(("onion", "i2p", "alt"))
"""Endings of names of other networks: to look them up would tell the name server what is read (RFC 7686, RFC 9476)."""

BRACKETED_RE = re.compile(r"\[([0-9A-Fa-f:.]+)\](?::([0-9]{0,5}))?")
PLAIN_RE = re.compile(r"([^:\[\]@%]+)(?::([0-9]{0,5}))?")
LABEL_RE = re.compile(r"[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?")
NUMERIC_RE = re.compile(r"[0-9]+|0x[0-9a-f]*")
KEPT = "%/:=&?~+!$,;'@()*[]"
"""What stays as it is in a path or query; everything beyond ASCII is percent-encoded as UTF-8."""


class FetchError(AsreportedError):
    """A URL of which no whole page was fetched; the run goes on with the next one."""


class RefusedError(FetchError):
    """Raised where a URL or an address is not asked: names the cause."""


class FailedError(FetchError):
    """Raised where a host was looked up or asked and gave no whole answer: names the cause."""


class Target(Record, frozen=True, kw_only=True):
    """
    A URL that may be asked, once the addresses of its host are checked.

    `host` is in ASCII and lower case; `address` is set where the URL names an address instead of a name;
    `path` is what the server is asked for (path and query); `url` is all of it, without a fragment.
    """

    scheme: str
    host: str
    port: int
    path: str
    address: str | None = None

    @property
    def authority(self) -> str:
        """Host and port as in the `Host` field: the port only where it is not the usual one."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == PORTS[self.scheme] else f"{host}:{self.port}"

    @property
    def url(self) -> str:
        return f"{self.scheme}://{self.authority}{self.path}"


def parse_url(url: str) -> Target:
    """
    Read `url` strictly: what two programs could read in two ways is refused, not repaired.

        >>> parse_url("HTTPS://News.example.org/a?b#c").url
        'https://news.example.org/a?b'

    Raises: RefusedError, for schemes other than http and https, names and passwords, ports of other services, hosts of
    local networks, addresses that are not written as usual (`0x7f.1`, `2130706433`), and any character that browsers
    would drop or turn (spaces, tabs, line ends, backslashes).
    """
    check_characters(url)
    try:
        parts = urlsplit(url)
    except ValueError as err:
        raise RefusedError(f"cannot be read as a URL ({err})") from err
    if parts.scheme not in PORTS:
        raise RefusedError(f"only http and https are fetched, not {parts.scheme[:40]!r}")
    if "@" in parts.netloc:
        raise RefusedError("holds a user name or password")
    host, port = _split_authority(parts.netloc, parts.scheme)
    path = quote(parts.path or "/", safe=KEPT) + (f"?{quote(parts.query, safe=KEPT)}" if parts.query else "")
    if port in OTHER_PORTS or port > 65535:
        raise RefusedError(f"port {port} is not one of web servers")
    address = _literal(host)
    if address is not None:
        return Target(scheme=parts.scheme, host=str(address), port=port, path=path, address=str(address))
    return Target(scheme=parts.scheme, host=_check_name(host), port=port, path=path)


def check_characters(url: str) -> None:
    """Raises: RefusedError, where `url` is too long or holds a character that no URL has."""
    if len(url) > LONGEST_URL:
        raise RefusedError(f"longer than {LONGEST_URL:,} characters")
    for character in url:
        if character == "\\" or character.isspace() or not character.isprintable():
            raise RefusedError(f"holds the character U+{ord(character):04X}, which no URL has")


def _split_authority(netloc: str, scheme: str) -> tuple[str, int]:
    if not netloc:
        raise RefusedError("names no host")
    match = (BRACKETED_RE if netloc.startswith("[") else PLAIN_RE).fullmatch(netloc)
    if match is None:
        raise RefusedError(f"{netloc[:80]!r} is not a host, or host:port")
    host, port = match.groups()
    return (f"[{host}]" if netloc.startswith("[") else host.lower()), int(port) if port else PORTS[scheme]


def _literal(host: str) -> Address | None:
    """
    The address that `host` is; None for a name.

    A last part of digits, or after `0x`, makes it an IPv4 address to every browser (URL standard, "ends in a number").
    """
    try:
        if host.startswith("["):
            return IPv6Address(host[1:-1])
        if NUMERIC_RE.fullmatch(host.rpartition(".")[2]):
            return IPv4Address(host)
    except ValueError as err:
        raise RefusedError(f"{host[:80]!r} is not an address as it is usually written") from err
    return None


def _check_name(host: str) -> str:
    """The name `host` in ASCII."""
    if host.endswith("."):
        raise RefusedError(f"the name {host[:80]!r} ends in a dot")
    if not host.isascii() and len(host) <= LONGEST_NAME:
        host = _to_ascii(host)
    labels = host.split(".")
    if len(host) > LONGEST_NAME or any(len(label) > LONGEST_LABEL for label in labels):
        raise RefusedError("the name of the host is too long")
    if not all(LABEL_RE.fullmatch(label) for label in labels):
        raise RefusedError(f"{host[:80]!r} is not the name of a host")
    endings = {".".join(labels[start:]) for start in range(len(labels))}
    if endings & OTHER_NETWORKS:
        raise RefusedError(f"{host!r} is a name of another network, which cannot be asked from here")
    if len(labels) == 1 or endings & LOCAL_NAMES:
        raise RefusedError(f"{host!r} is a name of a local network")
    return host


def _to_ascii(host: str) -> str:
    """
    An international name as its `xn--` form.

    IDNA 2008 without any mapping: full-width digits, letters and dots, which other readers turn into plain ones, fail.
    """
    import idna

    try:
        return idna.encode(host, strict=True).decode("ascii")
    except idna.IDNAError as err:
        raise RefusedError(f"{host[:80]!r} is not the name of a host ({err})") from err
