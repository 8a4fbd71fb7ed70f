"""Settings for all tests."""

from hypothesis import settings

# Tests are not timed: machines that share their cores make any deadline lie. benchmarks/ measures speed.
settings.register_profile("asreported", deadline=None)
settings.load_profile("asreported")
