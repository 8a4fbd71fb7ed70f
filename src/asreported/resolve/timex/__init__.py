"""
Expressions of time in running text, with their TIMEX3 values (TimeML 1.2.1): read find.py first.

    text ──patterns──▶ extents ──Setting──▶ days of the grammar of dates ──render──▶ value
"""

from .find import Timex, find_timex

__all__ = ["Timex", "find_timex"]
