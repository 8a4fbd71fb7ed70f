# What developers do often; `just` alone runs everything that must hold. (just: pip install rust-just)

python := env("PYTHON", "python3")

# format, lint, types, import contracts, tests
check:
    {{python}} tools/check.py

# the tests that match, as in `just test tests/desk -k map`
test *ARGS:
    {{python}} -m pytest -q {{ARGS}}

# pictures of each page of the desk, at 1280 and 390 px, into docs/desk/; needs Debian's chromium
screenshots:
    {{python}} tools/screenshots.py docs/desk
