"""
What can go wrong, and what the program then does.

    AsreportedError
    ├── TableError      a table of ours or the user's is broken; the run stops (exit code 2)
    ├── GazetteerError  a GeoNames dump or an imported gazetteer cannot be used; nothing is changed (exit code 2)
    ├── ModelError      the model file is missing or does not fit this version; the run stops (exit code 2)
    ├── WorkerError     a process that read reports was ended from outside; the run stops (exit code 2)
    └── LedgerError     a ledger cannot be opened, written or trusted; nothing half-written is left (exit code 2)
        ├── ConflictError   somebody else decided in between; nothing was written
        └── UnknownError    the ledger has no report, claim or incident of that key

A report that cannot be read is not an error but a `Refusal` with one of the reasons below: the run goes on.
"""

REFUSALS = {
    "empty": "The input holds no text.",
    "binary": "The input is not text.",
    "too-large": "The input is larger than the limit.",
    "not-english": "The text does not seem to be English.",
    "no-text": "No article text was found in the page.",
    "bad-json": "The line is not a JSON object with a `text`.",
    "not-found": "There is no such file or folder.",
    "unreadable": "The file could not be opened.",
    "no-reports": "The folder holds no file that can be read.",
    "left-out": "The folder also holds documents of kinds that are not read.",
}


class AsreportedError(Exception):
    """Base of all errors that asreported raises on purpose."""


class TableError(AsreportedError):
    """Raised where a table is loaded: names the file, the row and the value."""


class GazetteerError(AsreportedError):
    """Raised where a GeoNames dump is imported, or what was imported is opened: names the file and the next step."""


class ModelError(AsreportedError):
    """Raised when the model file is missing or of another version."""


class WorkerError(AsreportedError):
    """Raised when one of several processes that read reports does not live to give its answer."""


class LedgerError(AsreportedError):
    """Raised where a ledger cannot be opened, written or trusted: names the ledger, the cause and the next step."""


class ConflictError(LedgerError):
    """Raised where a decision was made on a state that is no longer the latest: names both."""


class UnknownError(LedgerError):
    """Raised where a report, claim or incident is asked for that the ledger does not have: names what was asked for."""
