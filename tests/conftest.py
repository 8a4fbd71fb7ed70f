"""Settings for all tests."""

import os

from hypothesis import settings

# No test may depend on what the user has imported, nor touch it.
os.environ["ASREPORTED_DATA"] = os.devnull

# Tests are not timed: machines that share their cores make any deadline lie. benchmarks/ measures speed.
# The examples are the same in every run, so that a change fails by what it changes; `pytest
# --hypothesis-profile=search` draws new ones, to look for what no example has shown yet.
settings.register_profile("asreported", deadline=None, derandomize=True)
settings.register_profile("search", deadline=None, derandomize=False, print_blob=True)
settings.load_profile("asreported")
