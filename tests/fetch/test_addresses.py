"""`fetch.urls` and `fetch.addresses`: which URLs are asked and which are refused. No name is looked up for real."""

import ipaddress
import socket

import pytest

from asreported.fetch.addresses import check_addresses, judge_address, look_up
from asreported.fetch.urls import FailedError, RefusedError, parse_url

PUBLIC = "192.0.78.9"
NAMES = {
    "public.example.org": [PUBLIC],
    "both.example.org": ["192.0.78.9", "2a04:fa87:fffd::c000:4e09"],
    "xn--bcher-kva.example.org": [PUBLIC],
    "nat64.example.org": ["64:ff9b::c000:4e09"],
    "loopback.example.org": ["127.0.0.1"],
    "private.example.org": ["10.1.2.3"],
    "metadata.example.org": ["169.254.169.254"],
    "one-bad.example.org": ["192.0.78.9", "192.168.0.1"],
    "bad-six.example.org": ["192.0.78.9", "fe80::1%eth0"],
    "mapped.example.org": ["::ffff:127.0.0.1"],
    "nat64-private.example.org": ["64:ff9b::10.0.0.1"],
    "zero.example.org": ["0.0.0.0"],
    "10.0.0.1.example.org": [PUBLIC],
    "localhost.example.org": [PUBLIC],
}

ASKED = [
    "http://public.example.org",
    "http://public.example.org/",
    "https://public.example.org/a/b?c=d#e",
    "HTTPS://PUBLIC.EXAMPLE.ORG/",
    "http://public.example.org:80/",
    "http://public.example.org:/",
    "https://public.example.org:8443/",
    "http://public.example.org:8080/",
    "http://public.example.org:81/",
    "http://public.example.org/?u=http://127.0.0.1/",
    "http://public.example.org/@127.0.0.1",
    "http://public.example.org/a%20b",
    "http://public.example.org/المقال",
    "http://public.example.org?x",
    "http://public.example.org#@127.0.0.1",
    "http://both.example.org/",
    "http://bücher.example.org/",
    "http://BÜCHER.example.org/",
    "http://nat64.example.org/",
    "http://10.0.0.1.example.org/",
    "http://localhost.example.org/",
    "http://192.0.78.9/",
    "http://8.8.8.8:8080/x",
    "https://1.1.1.1/",
    "http://172.15.255.255/",
    "http://172.32.0.1/",
    "http://100.63.255.255/",
    "http://100.128.0.0/",
    "http://198.17.255.255/",
    "http://198.20.0.0/",
    "http://223.255.255.255/",
    "http://[2a04:fa87:fffd::c000:4e09]/",
    "https://[2606:4700:4700::1111]:8443/",
    "http://[64:ff9b::8.8.8.8]/",
]

REFUSED = {
    # schemes and shape
    "ftp://public.example.org/": "only http and https",
    "file:///etc/passwd": "only http and https",
    "gopher://public.example.org/": "only http and https",
    "javascript:alert(1)": "only http and https",
    "data:text/html,x": "only http and https",
    "jar:http://public.example.org!/": "only http and https",
    "public.example.org/a": "only http and https",
    "//public.example.org/": "only http and https",
    "": "only http and https",
    "http:": "names no host",
    "http:///x": "names no host",
    "http:////public.example.org/": "names no host",
    "http:public.example.org": "names no host",
    "https://?x": "names no host",
    "http://#public.example.org": "names no host",
    "http://:80/": "not a host",
    "http://public.example.org:80:80/": "not a host",
    "http://public.example.org:http/": "not a host",
    "http://public.example.org:-1/": "not a host",
    "http://public.example.org:٨٠/": "not a host",
    "http://public.example.org:99999/": "port",
    "http://public.example.org:000080/": "not a host",
    "http://public.example.org:0/": "port 0",
    "http://public.example.org:22/": "port 22",
    "http://public.example.org:25/": "port 25",
    "http://public.example.org:6000/": "port 6000",
    "http://public.example.org:6667/": "port 6667",
    "http://" + "a" * 8200 + ".org/": "longer than",
    # characters that parsers drop, turn or read in two ways
    " http://public.example.org/": "U+0020",
    "http://public.example.org/a b": "U+0020",
    "ht\ttp://public.example.org/": "U+0009",
    "http://public.exam\nple.org/": "U+000A",
    "http://public.example.org/\r\nHost: x": "U+000D",
    "http://public.example.org/\x00": "U+0000",
    "http://public.example.org\x7f/": "U+007F",
    "http:\\\\public.example.org\\": "U+005C",
    "http://public.example.org\\@127.0.0.1/": "U+005C",
    "http://127.0.0.1\\.public.example.org/": "U+005C",
    "http://public.example.org/\u202e": "U+202E",
    "http://public\u200b.example.org/": "U+200B",
    "http://public.example.org/\u2028": "U+2028",
    "http://public.example.org/\ud800": "U+D800",
    "http://user@public.example.org/": "user name or password",
    "http://user:secret@public.example.org/": "user name or password",
    "http://public.example.org@127.0.0.1/": "user name or password",
    "http://127.0.0.1:80@public.example.org/": "user name or password",
    "http://a@b@public.example.org/": "user name or password",
    "http://@public.example.org/": "user name or password",
    # names
    "http://localhost/": "local network",
    "http://LOCALHOST:8080/": "local network",
    "http://a.localhost/": "local network",
    "http://localhost.localdomain/": "local network",
    "http://printer.local/": "local network",
    "http://metadata.google.internal/": "local network",
    "http://wiki.corp/": "local network",
    "http://nas.home.arpa/": "local network",
    "http://router/": "local network",
    "http://news.test/": "local network",
    "http://news.example/": "local network",
    "http://a.invalid/": "local network",
    "http://abcdefghijklmnop.onion/": "another network",
    "http://a.i2p/": "another network",
    "http://localhost./": "ends in a dot",
    "http://public.example.org./": "ends in a dot",
    "http://127.0.0.1./": "ends in a dot",
    "http://./": "ends in a dot",
    "http://public..example.org/": "not the name of a host",
    "http://.public.example.org/": "not the name of a host",
    "http://-a.example.org/": "not the name of a host",
    "http://a-.example.org/": "not the name of a host",
    "http://a$b.example.org/": "not the name of a host",
    "http://a,b.example.org/": "not the name of a host",
    "http://public%2eexample.org/": "not a host",
    "http://%31%32%37.0.0.1/": "not a host",
    "http://" + "a" * 64 + ".example.org/": "too long",
    "http://" + "a." * 127 + "example.org/": "too long",
    # IDN: digits, dots and letters of other widths
    "http://\uff11\uff12\uff17.0.0.1/": "not an address",
    "http://127\u30020\u30020\u30021/": "not the name of a host",
    "http://127\uff0e0\uff0e0\uff0e1/": "not the name of a host",
    "http://public\u3002example.org/": "not the name of a host",
    "http://public\uff61example.org/": "not the name of a host",
    "http://loc\uff41lhost/": "not the name of a host",
    "http://\u24db\u24de\u24d2\u24d0\u24db\u24d7\u24de\u24e2\u24e3/": "not the name of a host",
    "http://\u2460\u2461\u2466.0.0.1/": "not an address",
    "http://public.example.org\uff0fx/": "cannot be read",
    "http://public.example.org\uff20x/": "cannot be read",
    "http://public.example.org\uff1a80/": "cannot be read",
    "http://\u0661\u0662\u0667.0.0.1/": "not an address",
    # IPv4 in unusual clothes
    "http://0/": "not an address",
    "http://127.1/": "not an address",
    "http://127.0.1/": "not an address",
    "http://2130706433/": "not an address",
    "http://0x7f.1/": "not an address",
    "http://0x7f000001/": "not an address",
    "http://0X7F.0.0.1/": "not an address",
    "http://0177.0.0.1/": "not an address",
    "http://017700000001/": "not an address",
    "http://127.0.0.01/": "not an address",
    "http://127.0.0.0x1/": "not an address",
    "http://127.0.0.0x/": "not an address",
    "http://256.0.0.1/": "not an address",
    "http://1.2.3.4.5/": "not an address",
    "http://a.b.1/": "not an address",
    "http://010.8.8.8/": "not an address",
    # IPv4
    "http://0.0.0.0/": "unspecified address 0.0.0.0",
    "http://0.1.2.3/": "unspecified address",
    "http://127.0.0.1/": "loopback address 127.0.0.1",
    "https://127.255.255.254:8443/": "loopback address",
    "http://10.0.0.1/": "private address 10.0.0.1",
    "http://172.16.0.1/": "private address",
    "http://172.31.255.255/": "private address",
    "http://192.168.1.1/": "private address",
    "http://169.254.169.254/latest/meta-data/": "link-local address",
    "http://168.63.129.16/": "cloud's host service",
    "http://100.64.0.1/": "carrier's private address",
    "http://100.100.100.200/": "carrier's private address",
    "http://100.127.255.255/": "carrier's private address",
    "http://192.0.0.9/": "reserved address",
    "http://192.0.0.192/": "reserved address",
    "http://192.0.2.1/": "documentation address",
    "http://198.51.100.7/": "documentation address",
    "http://203.0.113.7/": "documentation address",
    "http://192.88.99.1/": "6to4 relay",
    "http://198.18.0.1/": "benchmarking address",
    "http://198.19.255.255/": "benchmarking address",
    "http://224.0.0.1/": "multicast address",
    "http://239.255.255.250/": "multicast address",
    "http://240.0.0.1/": "reserved address",
    "http://255.255.255.255/": "reserved address",
    # IPv6
    "http://[::]/": "unspecified address",
    "http://[::1]/": "loopback address",
    "http://[0:0:0:0:0:0:0:1]:8080/": "loopback address",
    "http://[fe80::1]/": "link-local address",
    "http://[fe80::1%eth0]/": "not a host",
    "http://[fe80::1%25eth0]/": "not a host",
    "http://[fec0::1]/": "site-local address",
    "http://[fc00::1]/": "private address",
    "http://[fd00:ec2::254]/": "private address",
    "http://[ff02::1]/": "multicast address",
    "http://[2001:db8::1]/": "documentation address",
    "http://[3fff::1]/": "documentation address",
    "http://[100::1]/": "discard address",
    "http://[2001:20::1]/": "reserved address",
    "http://[5f00::1]/": "no public address",
    "http://[4000::1]/": "no public address",
    "http://[64:ff9b:1::8.8.8.8]/": "local translation address",
    "http://[::ffff:127.0.0.1]/": "loopback address 127.0.0.1, written as",
    "http://[::ffff:a9fe:a9fe]/": "link-local address 169.254.169.254, written as",
    "http://[::ffff:8.8.8.8]/": "no public address",
    "http://[::ffff:0:127.0.0.1]/": "no public address",
    "http://[::127.0.0.1]/": "loopback address 127.0.0.1, written as",
    "http://[::8.8.8.8]/": "no public address",
    "http://[64:ff9b::127.0.0.1]/": "loopback address 127.0.0.1, written as",
    "http://[64:ff9b::a00:1]/": "private address 10.0.0.1, written as",
    "http://[2002:7f00:1::]/": "loopback address 127.0.0.1, written as",
    "http://[2002:808:808::1]/": "no public address",
    "http://[2001:0:7f00:1::1]/": "loopback address 127.0.0.1, written as",
    "http://[2001:0:808:808:0:0:f5ff:fffe]/": "private address 10.0.0.1, written as",
    "http://[::1/": "cannot be read",
    "http://::1/": "not a host",
    "http://[::1]x/": "",  # which of the two causes depends on the release of Python
    "http://[127.0.0.1]/": "",
    "http://[v1.x]/": "",
    "http://[]/": "",
    # names whose addresses decide
    "http://loopback.example.org/": "loopback address 127.0.0.1",
    "http://private.example.org/": "private address 10.1.2.3",
    "https://metadata.example.org/": "link-local address 169.254.169.254",
    "http://one-bad.example.org/": "private address 192.168.0.1",
    "http://bad-six.example.org/": "address with a zone fe80::1%eth0",
    "http://mapped.example.org/": "loopback address 127.0.0.1, written as",
    "http://nat64-private.example.org/": "private address 10.0.0.1, written as",
    "http://zero.example.org/": "unspecified address",
}


def ask(url: str) -> list[str]:
    """The addresses that a client would connect to."""
    target = parse_url(url)
    return [str(address) for address in check_addresses([target.address] if target.address else NAMES[target.host])]


def test_the_table_is_as_large_as_it_says() -> None:
    assert len(ASKED) + len(REFUSED) >= 120


@pytest.mark.parametrize("url", ASKED)
def test_asked(url: str) -> None:
    assert ask(url)


@pytest.mark.parametrize("url", REFUSED)
def test_refused(url: str) -> None:
    with pytest.raises(RefusedError) as caught:
        ask(url)
    assert REFUSED[url] in str(caught.value)


def test_what_is_asked_for_is_written_one_way() -> None:
    assert parse_url("HTTP://BÜCHER.example.org:80?q=é|#x").url == "http://xn--bcher-kva.example.org/?q=%C3%A9%7C"
    assert parse_url("https://[2A04:FA87:0:0::1]:8443/a%20b").url == "https://[2a04:fa87::1]:8443/a%20b"


def test_every_address_of_every_special_network_is_refused() -> None:
    """Both ends and beyond of what IANA lists as not reachable from everywhere."""
    networks = (
        "0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.0.0.0/24 192.0.2.0/24 "
        "192.168.0.0/16 198.18.0.0/15 198.51.100.0/24 203.0.113.0/24 224.0.0.0/4 240.0.0.0/4 ::/96 ::ffff:0:0/96 "
        "64:ff9b:1::/48 100::/64 2001::/23 2001:db8::/32 2002::/16 3fff::/20 5f00::/16 fc00::/7 fe80::/10 ff00::/8"
    )
    for text in networks.split():
        network = ipaddress.ip_network(text)
        for address in (network[0], network[1], network[network.num_addresses // 2], network[-2], network[-1]):
            assert judge_address(address), address


def test_no_private_ipv4_passes_in_any_form_of_ipv6() -> None:
    for text in ("10.0.0.1", "127.0.0.1", "169.254.169.254", "192.168.0.1", "100.64.0.1", "0.0.0.1", "224.0.0.1"):
        inner = int(ipaddress.IPv4Address(text))
        for outer in ("::ffff:0:0", "::", "64:ff9b::", "::ffff:0:0:0"):
            assert judge_address(ipaddress.IPv6Address(int(ipaddress.IPv6Address(outer)) | inner)), (outer, text)
        assert judge_address(ipaddress.IPv6Address(0x2002 << 112 | inner << 80))
        assert judge_address(ipaddress.IPv6Address(0x20010000 << 96 | inner << 64))
        assert judge_address(ipaddress.IPv6Address(0x20010000 << 96 | (inner ^ 0xFFFFFFFF)))


def test_a_host_without_addresses_fails() -> None:
    with pytest.raises(FailedError, match="no address"):
        check_addresses([])


def test_looked_up_once_by_the_resolver_of_the_system(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def resolve(host: str, port: int, **_: object) -> list[object]:
        asked.append((host, port))
        return [(socket.AF_INET, 0, 0, "", (PUBLIC, port)), (socket.AF_INET6, 0, 0, "", ("::1", port, 0, 0))]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    assert look_up("public.example.org", 443) == [PUBLIC, "::1"]
    assert asked == [("public.example.org", 443)]
