"""Claims in the formats of other tools, none without according to whom, status and quotation. Start at formats.py."""

from .about import About, read_about
from .formats import FORMATS, Options, load_format
from .source import LedgerSource, ReadingsSource
from .told import ExportError
from .writing import export, write_export

__all__ = [
    "FORMATS",
    "About",
    "ExportError",
    "LedgerSource",
    "Options",
    "ReadingsSource",
    "export",
    "load_format",
    "read_about",
    "write_export",
]
