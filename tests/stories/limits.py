"""How long a story waits at most for something that has no time of its own."""

from datetime import timedelta

LIMIT = timedelta(seconds=20)
