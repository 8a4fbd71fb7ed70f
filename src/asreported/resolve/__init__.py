"""words → values: dates, figures, places, actors and sources, each with the rule that gave it."""
