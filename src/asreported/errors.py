"""
What can go wrong, and what the program then does.

    AsreportedError
    ├── TableError      a table of ours or the user's is broken; the run stops (exit code 2)
    ├── GazetteerError  a GeoNames dump or an imported gazetteer cannot be used; nothing is changed (exit code 2)
    ├── ModelError      the model file is missing or does not fit this version; the run stops (exit code 2)
    ├── WorkerError     a process that read reports was ended from outside; the run stops (exit code 2)
    ├── ExportError     an export cannot be made; an earlier file stays as it was (exit code 2; exports/told.py)
    ├── FetchError      an address is not asked, or gave no whole page; the others go on (fetch/urls.py)
    │   ├── RefusedError
    │   └── FailedError
    ├── ArchiveError    what was fetched cannot be kept; the run stops (exit code 2; fetch/archive.py)
    ├── ListError       a list of addresses cannot be read; nothing is asked (exit code 2; fetch/lists.py)
    └── LedgerError     a ledger cannot be opened, written or trusted; nothing half-written is left (exit code 2)
        ├── ConflictError   somebody else decided in between; nothing was written
        └── UnknownError    the ledger has no report, claim or incident of that key

A report that cannot be read is not an error but a `Refusal` with one of the reasons below: the run goes on.
"""

REFUSALS = {
    "empty": "The input holds no text.",
    "binary": "The input is not text.",
    "too-large": "The input is larger than the limit, or unpacks to more.",
    "not-english": "The text does not seem to be English.",
    "no-text": "No text was found in the page, or the document has no text layer.",
    "encrypted": "The document cannot be opened without a password.",
    "damaged": "The document cannot be parsed as what it is.",
    "truncated": "The file ends before its end; what came before was read.",
    "too-slow": "Parsing the document took longer than the time limit.",
    "crashed": "The process that parsed the document was ended by it.",
    "bad-json": "The line is not a JSON object with a `text`.",
    "bad-table": "The table, or a row of it, cannot be read, or no column of it holds the text of reports.",
    "not-found": "There is no such file or folder.",
    "unreadable": "The file could not be opened.",
    "no-reports": "The folder holds no file that can be read.",
    "left-out": "The document, or others in the folder, are of kinds that are not read.",
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
