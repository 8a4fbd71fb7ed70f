"""Report → Annotation: one encoder pass finds triggers, fillers, sources and statuses."""
