"""
Which addresses may be connected to: public ones alone.

Any URL or redirect may lead into the network of whoever runs this (the router, a service that trusts its own machine,
a cloud's keys at 169.254.169.254). So a host name is looked up once, every address that it has must be public, and the
connection goes to one of those addresses: no second lookup can answer differently (DNS rebinding).

What is public is said here and not left to `ipaddress.is_global` alone, which calls multicast, site-local and 6to4
addresses global, and of which releases of Python differ. It is asked as well.
Source: IANA's IPv4 and IPv6 Special-Purpose Address Registries.
"""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Callable, Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network

from .urls import Address, FailedError, RefusedError

Resolve = Callable[[str, int], Sequence[str]]
"""Host name and port → the addresses of the host, as text."""
Judge = Callable[[Address], str | None]
"""Address → why it is not connected to; None where it is."""

NETWORKS4: tuple[tuple[IPv4Network, str], ...] = tuple(
    (IPv4Network(network), words)
    for network, words in (
        ("0.0.0.0/8", "unspecified address"),
        ("10.0.0.0/8", "private address"),
        ("100.64.0.0/10", "carrier's private address"),
        ("127.0.0.0/8", "loopback address"),
        ("168.63.129.16/32", "address of a cloud's host service"),
        ("169.254.0.0/16", "link-local address"),
        ("172.16.0.0/12", "private address"),
        ("192.0.0.0/24", "reserved address"),
        ("192.0.2.0/24", "documentation address"),
        ("192.88.99.0/24", "6to4 relay address"),
        ("192.168.0.0/16", "private address"),
        ("198.18.0.0/15", "benchmarking address"),
        ("198.51.100.0/24", "documentation address"),
        ("203.0.113.0/24", "documentation address"),
        ("224.0.0.0/4", "multicast address"),
        ("240.0.0.0/4", "reserved address"),
    )
)
NETWORKS6: tuple[tuple[IPv6Network, str], ...] = tuple(
    (IPv6Network(network), words)
    for network, words in (
        ("::/128", "unspecified address"),
        ("::1/128", "loopback address"),
        ("fc00::/7", "private address"),
        ("fe80::/10", "link-local address"),
        ("fec0::/10", "site-local address"),
        ("ff00::/8", "multicast address"),
        ("64:ff9b:1::/48", "local translation address"),
        ("100::/64", "discard address"),
        ("2001:db8::/32", "documentation address"),
        ("3fff::/20", "documentation address"),
        ("2001::/23", "reserved address"),
        ("3ffe::/16", "reserved address"),
    )
)
UNICAST = IPv6Network("2000::/3")
"""All that IANA has given out as global unicast; the rest of IPv6 is special or not given out."""
TRANSLATED = IPv6Network("64:ff9b::/96")
"""How a network with IPv6 alone shows hosts that have IPv4 alone (NAT64, RFC 6052)."""
COMPATIBLE = IPv6Network("::/96")


def judge_address(address: Address) -> str | None:
    """
    Why `address` is not connected to, in words; None where it is public.

        >>> judge_address(ipaddress.ip_address("::ffff:10.0.0.1"))
        'private address 10.0.0.1, written as ::ffff:a00:1'
        >>> judge_address(ipaddress.ip_address("192.0.78.9"))

    An IPv6 address that stands for an IPv4 address is refused, public or not, but for NAT64 (64:ff9b::/96): networks
    that have IPv6 alone reach most of the Web through it, so there the IPv4 address decides. Translation under a
    network's own prefix cannot be told from other addresses.
    """
    if isinstance(address, IPv4Address):
        return _judge(address, NETWORKS4)
    if address.scope_id is not None:
        return f"address with a zone {address}"
    for inner in _inner(address):
        if reason := _judge(inner, NETWORKS4):
            return f"{reason}, written as {address}"
        if address in TRANSLATED:
            return None
    if reason := _judge(address, NETWORKS6):
        return reason
    return None if address in UNICAST and not address.sixtofour else f"no public address {address}"


def _judge(address: Address, networks: Sequence[tuple[IPv4Network | IPv6Network, str]]) -> str | None:
    for network, words in networks:
        if address in network:
            return f"{words} {address}"
    # Multicast and others are called global by it, so it is no more than a second opinion.
    return None if address.is_global else f"no public address {address}"


def _inner(address: IPv6Address) -> list[IPv4Address]:
    """The IPv4 addresses that `address` stands for."""
    last = IPv4Address(int(address) & 0xFFFFFFFF)
    if address.ipv4_mapped:
        return [address.ipv4_mapped]
    if address.teredo:
        return list(address.teredo)
    if address.sixtofour:
        return [address.sixtofour]
    if address in TRANSLATED or (address in COMPATIBLE and int(address) > 1):
        return [last]
    return []


def look_up(host: str, port: int) -> list[str]:
    """
    All addresses of `host`, by the system's resolver.

    Raises: OSError, where it has none or nobody answered.
    """
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP)
    return [str(address[0]) for *_, address in found]


def check_addresses(texts: Sequence[str], judge: Judge = judge_address) -> list[Address]:
    """
    The addresses `texts`, each once, in their order.

    Raises: RefusedError where one of them, not all, is not public: a host that has both is set up to be mistaken;
    FailedError where there is none.
    """
    addresses = [ipaddress.ip_address(text) for text in dict.fromkeys(texts)]
    for address in addresses:
        if reason := judge(address):
            raise RefusedError(reason)
    if not addresses:
        raise FailedError("the host has no address")
    return addresses
