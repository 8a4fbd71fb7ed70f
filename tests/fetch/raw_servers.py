"""Servers on this machine that send bytes as a test writes them, and clients that may reach them and nothing else."""

import contextlib
import socket
import ssl
import threading
from collections.abc import Callable, Iterator

from asreported.fetch.addresses import Address, judge_address
from asreported.fetch.answers import Caps
from asreported.fetch.client import Client, make_context

Script = bytes | Callable[[socket.socket], None]
HOST = "public.example.org"
CONTEXT = make_context()


class Server:
    """Answers each path with its script; keeps what was asked."""

    def __init__(self, scripts: dict[str, Script], context: ssl.SSLContext | None = None) -> None:
        self.scripts, self.context = scripts, context
        self.requests: list[bytes] = []
        self.stopping = threading.Event()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def url(self, path: str = "/", scheme: str = "http", host: str = HOST) -> str:
        return f"{scheme}://{host}:{self.port}{path}"

    def paths(self) -> list[str]:
        return [request.split(b" ")[1].decode() for request in self.requests]

    def _serve(self) -> None:
        while True:
            try:
                made, _ = self._listener.accept()
            except OSError:
                return
            with contextlib.suppress(OSError), contextlib.closing(made):
                made.settimeout(10)
                if self.context:
                    made = self.context.wrap_socket(made, server_side=True)
                with contextlib.closing(made):
                    self._answer(made)

    def _answer(self, made: socket.socket) -> None:
        request = b""
        while b"\r\n\r\n" not in request:
            data = made.recv(65536)
            if not data or data[0] == 0x16:  # TLS, which this server does not speak
                made.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")
                return
            request += data
        self.requests.append(request)
        script = self.scripts[request.split(b" ")[1].decode().partition("?")[0]]
        if callable(script):
            script(made)
        else:
            made.sendall(script)

    def stop(self) -> None:
        self.stopping.set()
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join(5)


@contextlib.contextmanager
def serving(scripts: dict[str, Script], context: ssl.SSLContext | None = None) -> Iterator[Server]:
    server = Server(scripts, context)
    try:
        yield server
    finally:
        server.stop()


def page(body: bytes, *fields: str, status: str = "200 OK") -> bytes:
    """An answer with its length."""
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *fields]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def redirect(location: str, *fields: str, status: str = "302 Found") -> bytes:
    return page(b"", f"Location: {location}", *fields, status=status)


def judge(address: Address) -> str | None:
    """127.0.0.1 stands for the public Internet; all others are judged as ever, 127.0.0.2 too."""
    return None if str(address) == "127.0.0.1" else judge_address(address)


def client(caps: Caps | None = None, context: ssl.SSLContext | None = None, **names: list[str]) -> Client:
    """A client for which names end in .example.org and lead to 127.0.0.1, but for those that `names` says."""

    def resolve(host: str, port: int) -> list[str]:
        label, _, rest = host.partition(".")
        if rest != "example.org":
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return names.get(label, ["127.0.0.1"])

    return Client(caps=caps, resolve=resolve, judge=judge, context=context or CONTEXT)
