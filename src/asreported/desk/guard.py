"""
What stands before every page of the desk: who may ask, from where, and what the answer lets a browser do.

Any web page that a person visits can make their browser send requests to the loopback. So each request must name this
desk as its host (else a name that was rebound to 127.0.0.1 would do), must bring the cookie that the start token was
exchanged for, and, where it changes something, must say that it comes from a page of the desk itself. What a page
elsewhere would take in as a part of itself (an image, a script, a frame) is refused too: to a browser the other ports
of this machine are the same site, to which it sends the cookie along. The answer forbids the browser everything that
our pages do not need, so that what a report smuggles in could neither run nor call home.
Source of the scheme: Datasette (Sec-Fetch-Site and Origin in place of tokens in forms); OWASP on DNS rebinding.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Iterable
from urllib.parse import parse_qsl

from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

SAFE = ("GET", "HEAD")
MOST_BYTES = 2_000_000
"""Of what is sent to the desk, files aside."""

POLICY = (
    "default-src 'none'; script-src 'self'; worker-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
    "connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    # Not no-referrer: with that a browser hides the origin of our own forms too.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
ENTER = "Open the address that `asreported desk` printed: it carries the key to this desk."


class Access:
    """The keys of one start of the desk: the token of its address, and the cookie that it is exchanged for."""

    def __init__(self, port: int, *, token: str | None = None, hosts: Iterable[str] = ()) -> None:
        self.port = port
        self.token = token or secrets.token_urlsafe(24)
        self.session = secrets.token_urlsafe(24)
        # Cookies know no ports: two desks on one machine must not take each other's.
        self.cookie = f"asreported_{port}"
        names = ("localhost", "127.0.0.1", "[::1]", *hosts)
        self.hosts = frozenset(f"{name}:{port}" for name in names) | (frozenset(names) if port == 80 else frozenset())
        self.origins = frozenset(f"http://{host}" for host in self.hosts)

    @property
    def address(self) -> str:
        """Where a person enters."""
        return f"http://127.0.0.1:{self.port}/?token={self.token}"


class Guard:
    """The middleware. `uploads` are the paths to which files are sent, with the most bytes that these may have."""

    def __init__(self, app: ASGIApp, access: Access, uploads: dict[str, int] | None = None) -> None:
        self.app = app
        self.access = access
        self.uploads = uploads or {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        if scope["type"] != "http":  # a websocket, of which the desk has none
            await send({"type": "websocket.close", "code": 1008})
            return
        send = _with_headers(send)
        refusal = self._refuse(scope)
        if refusal is not None:
            await refusal(scope, receive, send)
            return
        limit = self.uploads.get(scope["path"], MOST_BYTES)
        await self.app(scope, _limited(receive, limit), send)

    def _refuse(self, scope: Scope) -> Response | None:
        """The answer to a request that does not reach the pages."""
        headers = _headers(scope)
        if not scope["path"].startswith("/"):  # "GET http://elsewhere/", or "OPTIONS *"
            return _refusal(400, "An address on this desk begins with a slash.")
        hosts = headers.get(b"host", [])
        if len(hosts) != 1 or hosts[0].decode("latin-1") not in self.access.hosts:
            return _refusal(421, "This desk answers to localhost and 127.0.0.1 with its port, and to no other name.")
        safe = scope["method"] in SAFE
        if safe and (response := self._enter(scope)):
            return response
        if not self._is_known(headers):
            return _refusal(401, ENTER)
        if not safe and not self._is_own(headers):
            return _refusal(403, "Only a page of this desk may change something; the request came from elsewhere.")
        if safe and _is_part_of_other(headers):
            return _refusal(403, "Only a page of this desk may have this as a part of itself.")
        return self._too_large(scope, headers)

    def _enter(self, scope: Scope) -> Response | None:
        """The token of the address exchanged for the cookie; it goes out of the address at once."""
        if scope["path"] != "/" or b"token=" not in scope["query_string"]:
            return None
        given = dict(parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)).get("token")
        if given is None:
            return None
        if not _same(given, self.access.token):
            return _refusal(401, ENTER)
        response = RedirectResponse("/", status_code=303, headers={"Cache-Control": "no-store"})
        response.set_cookie(self.access.cookie, self.access.session, path="/", httponly=True, samesite="strict")
        return response

    def _is_known(self, headers: dict[bytes, list[bytes]]) -> bool:
        # Read by hand: other programs on this machine set cookies for all ports, and http.cookies gives up at the first
        # one that it does not understand.
        pairs = (
            pair.partition("=") for header in headers.get(b"cookie", []) for pair in header.decode("latin-1").split(";")
        )
        return any(
            name.strip() == self.access.cookie and _same(value.strip(), self.access.session) for name, _, value in pairs
        )

    def _is_own(self, headers: dict[bytes, list[bytes]]) -> bool:
        site, origin = headers.get(b"sec-fetch-site", []), headers.get(b"origin", [])
        return site == [b"same-origin"] and len(origin) == 1 and origin[0].decode("latin-1") in self.access.origins

    def _too_large(self, scope: Scope, headers: dict[bytes, list[bytes]]) -> Response | None:
        limit = self.uploads.get(scope["path"], MOST_BYTES)
        for length in headers.get(b"content-length", []):
            if not length.isdigit():
                return _refusal(400, "The length of the request is no number.")
            if len(length) > 15 or int(length) > limit:
                return _too_large(limit)
        return None


def is_own_path(address: str) -> bool:
    """
    Whether a browser that is led to `address` stays on the desk.

    Browsers drop tabs and line feeds out of an address, and take a backslash for a slash; two slashes lead elsewhere.

        >>> is_own_path("/queue?kind=killing"), is_own_path("//elsewhere"), is_own_path("/\\t/elsewhere")
        (True, False, False)
    """
    plain = address.isprintable() and "\\" not in address
    return plain and address.startswith("/") and not address.startswith("//")


def _same(given: str, secret: str) -> bool:
    return hmac.compare_digest(given.encode(), secret.encode())


def _is_part_of_other(headers: dict[bytes, list[bytes]]) -> bool:
    """Whether the browser says that the request is neither from us, nor a person going to the page itself."""
    if headers.get(b"sec-fetch-site", [b"none"]) in ([b"none"], [b"same-origin"]):
        return False
    return (headers.get(b"sec-fetch-mode"), headers.get(b"sec-fetch-dest")) != ([b"navigate"], [b"document"])


def _headers(scope: Scope) -> dict[bytes, list[bytes]]:
    found: dict[bytes, list[bytes]] = {}
    for name, value in scope["headers"]:
        found.setdefault(name.lower(), []).append(value)
    return found


def _refusal(status: int, message: str) -> Response:
    return PlainTextResponse(f"{message}\n", status_code=status, headers={"Cache-Control": "no-store"})


def _too_large(limit: int) -> Response:
    return _refusal(413, f"That is more than the {limit / 1e6:,.0f} MB that this address takes.")


class TooLarge(Exception):
    """Raised while a request without a length is read that turns out to be too long."""


def _limited(receive: Receive, limit: int) -> Receive:
    """`receive`, which ends with `TooLarge` where more comes than the request may have: a length may be left unsaid."""
    taken = 0

    async def limited() -> Message:
        nonlocal taken
        message = await receive()
        taken += len(message.get("body", b""))
        if taken > limit:
            raise TooLarge(f"more than {limit:,} bytes")
        return message

    return limited


def _with_headers(send: Send) -> Send:
    extra = [(name.lower().encode(), value.encode()) for name, value in HEADERS.items()]

    async def headed(message: Message) -> None:
        if message["type"] == "http.response.start":
            given = {name.lower() for name, _ in message.get("headers", [])}
            message = {**message, "headers": [*message.get("headers", []), *(h for h in extra if h[0] not in given)]}
        await send(message)

    return headed
