"""
Everything that must hold before a change is taken: format, lint, types, import contracts, tests.

`python tools/check.py` runs all and stops at the first that fails; arguments go to pytest.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
STEPS = (
    ("format", ["ruff", "format", "--check", "."]),
    ("lint", ["ruff", "check", "."]),
    ("types", ["mypy"]),
    ("imports", ["lint-imports"]),
    ("tests", ["pytest"]),
)


def main() -> int:
    for name, command in STEPS:
        print(f"== {name}", flush=True)
        program = str(Path(sys.executable).parent / command[0])
        extra = sys.argv[1:] if name == "tests" else []
        code = subprocess.run([program, *command[1:], *extra], cwd=ROOT, check=False).returncode
        if code:
            print(f"{name} failed", file=sys.stderr)
            return code
    return 0


if __name__ == "__main__":
    sys.exit(main())
