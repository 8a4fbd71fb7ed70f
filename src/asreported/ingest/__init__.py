"""bytes → Report: what a report is, whatever it came in."""

from .inputs import ingest_bytes, read_inputs
from .limits import Limits
from .origins import split_origin
from .text import read_text

__all__ = ["Limits", "ingest_bytes", "read_inputs", "read_text", "split_origin"]
