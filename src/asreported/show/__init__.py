"""Readings shown to people: cards, tables and a self-contained page."""
