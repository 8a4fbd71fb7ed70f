"""
The process that parses, with readers that do what a document tells them to: what a hostile one would make them do.

Run as `python -m odd_child` in place of asreported.ingest.child. A page does the word that it begins with; a mailbox is
a file of one page a line.
"""

import ctypes
import os
import re
import signal
import socket
import subprocess
import sys
import time
import types

from asreported.ingest import child, documents, html, parts
from asreported.records import Refusal, make_report

DEEDS = {
    b"hang": lambda: time.sleep(60),
    b"spin": lambda: re.match(r"(a+)+$", "a" * 60 + "b"),  # in C, with Python's lock held
    b"crash": lambda: ctypes.string_at(0),
    b"raise": lambda: {}["nothing"],
    b"recurse": lambda: recurse(),
    b"exit": lambda: os._exit(3),
    b"memory": lambda: bytearray(3_000_000_000),
    b"connect": lambda: socket.create_connection(("127.0.0.1", 9), timeout=1),
    b"resolve": lambda: socket.getaddrinfo("example.org", 80),
    b"start": lambda: subprocess.run([sys.executable, "-c", "pass"], check=False),
    b"system": lambda: os.system("true"),
    b"fork": lambda: os.fork(),
    b"write": lambda: open("written by a parser", "w"),  # noqa: PTH123, SIM115
    b"remove": lambda: os.remove(__file__),  # noqa: PTH107
    b"print": lambda: print("\0\0\0\0 not a frame", flush=True) or os.write(1, b"nor this"),
    b"interrupt": lambda: signal.raise_signal(signal.SIGINT),
    b"surrogate": lambda: "\ud800",
}


def recurse():
    recurse()


def read_html(raw, *, id, origin, limits):
    if refusal := parts.begin(origin):
        return refusal
    word = raw.split()[0]
    try:
        said = DEEDS[word]() if word in DEEDS else None
    except PermissionError as err:
        return Refusal(origin=origin, reason="no-text", message=f"{err}.")
    text = said if isinstance(said, str) else raw.decode()
    return make_report(id=id, title="", body=text, origin=origin, extractor=str(os.getpid()))


def read_mbox(stream, *, name, origin, limits):
    for number, line in enumerate(stream, start=1):
        if line.startswith(b"before"):  # the reader itself, outside of any document
            time.sleep(60)
        yield from documents.read_document(
            line, "html", id=f"{name}:{number}", origin=f"{origin}:{number}", limits=limits
        )


if __name__ == "__main__":  # imported, it changes nothing
    html.read_html = read_html
    sys.modules["asreported.ingest.mail"] = types.SimpleNamespace(read_mbox=read_mbox)
    documents.LIBRARIES = {}
    child.main()
