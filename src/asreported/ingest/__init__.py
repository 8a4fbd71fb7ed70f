"""bytes → Report: what a report is, whatever it came in."""
