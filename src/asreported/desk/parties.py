"""Who and where: the pages of actors, places, sources and publishers."""

from . import actors, places, sources

ROUTES = [*actors.ROUTES, *places.ROUTES, *sources.ROUTES]
