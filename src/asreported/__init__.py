"""asreported reads reports of conflict and returns their claims."""
