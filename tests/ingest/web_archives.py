"""Web archives made up record by record, and what is read from them: for tests of WARC and WACZ."""

import gzip
import io

from fastwarc.stream_io import ZstdWriter

from asreported.ingest import Limits
from asreported.ingest.limits import DEFAULT
from asreported.ingest.warc import read_warc
from asreported.records import Refusal, Report

TEXT = "At least {} people were killed when gunmen stormed the market of Tal Sabr on Tuesday, the governor said."
DATE = "2021-05-04T06:07:08Z"
END = b"\r\n\r\n"


def record(block: bytes, type_: str = "response", url: str = "https://sample.example/a", **fields: str) -> bytes:
    """One record; `fields` have _ for -, and replace those that it would have."""
    header = {
        "WARC-Type": type_,
        "WARC-Record-ID": "<urn:uuid:00000000-0000-0000-0000-000000000000>",
        "WARC-Date": DATE,
        "WARC-Target-URI": url,
        "Content-Type": "application/http; msgtype=response",
        "Content-Length": str(len(block)),
    }
    header |= {name.replace("_", "-"): value for name, value in fields.items()}
    lines = "".join(f"{name}: {value}\r\n" for name, value in header.items())
    return f"WARC/1.1\r\n{lines}\r\n".encode() + block + END


def http(body: bytes, status: str = "200 OK", **fields: str) -> bytes:
    header = {"Content-Type": "text/html; charset=utf-8"}
    header |= {name.replace("_", "-"): value for name, value in fields.items()}
    lines = "".join(f"{name}: {value}\r\n" for name, value in header.items() if value)
    return f"HTTP/1.1 {status}\r\n{lines}\r\n".encode() + body


def page(number: int = 12, *, title: str = "", head: str = "") -> bytes:
    heading = f"<h1>{title}</h1>" if title else ""
    article = f"<article>{heading}<p>{TEXT.format(number)}</p></article>"
    return f"<!DOCTYPE html><html><head>{head}</head><body>{article}</body></html>".encode()


def text_record(number: int) -> bytes:
    """As in a WET file: quick to read, and longer than a window of a kilobyte or so in some."""
    text = " ".join([TEXT.format(number)] * (1 + number % 5))
    return record(text.encode(), "conversion", f"https://sample.example/{number}", Content_Type="text/plain")


def read(archive: bytes, limits: Limits = DEFAULT) -> list[Report | Refusal]:
    return list(read_warc(io.BytesIO(archive), name="day", origin="day.warc", limits=limits))


def reports(results: list[Report | Refusal]) -> list[Report]:
    return [result for result in results if isinstance(result, Report)]


def refusals(results: list[Report | Refusal]) -> list[Refusal]:
    return [result for result in results if isinstance(result, Refusal)]


def one(archive: bytes, limits: Limits = DEFAULT) -> Report:
    (result,) = read(archive, limits)
    assert isinstance(result, Report), result
    return result


def refused(archive: bytes, limits: Limits = DEFAULT) -> Refusal:
    (result,) = read(archive, limits)
    assert isinstance(result, Refusal), result
    return result


def packed(*records: bytes) -> bytes:
    return b"".join(map(gzip.compress, records))


def chunked(body: bytes, extension: bytes = b"") -> bytes:
    pieces = [body[i : i + 50] for i in range(0, len(body), 50)]
    return b"".join(b"%x%s\r\n%s\r\n" % (len(piece), extension, piece) for piece in pieces) + b"0\r\n\r\n"


def zstd(body: bytes) -> bytes:
    stream = io.BytesIO()
    writer = ZstdWriter(stream)
    writer.write(body)
    del writer  # writes the end of the frame
    return stream.getvalue()


RECORDS = [text_record(number) for number in range(1, 21)]
