"""How many requests may be at work at once: one too many is asked to come again, and costs no memory."""

from collections.abc import Collection
from http import HTTPStatus
from typing import Final

from bot.http.problems import Problem

REQUESTS_MAX: Final = 1000
"""Each holds at most one lead's body."""
BATCHES_MAX: Final = 8
"""Of these each holds up to a batch's body and everything that is read from it."""
QUESTIONS_MAX: Final = 100
"""Of health and figures, which anybody may ask for; counted apart, so that a crowd of leads does not hide them."""
RETRY_AFTER_SECONDS: Final = 1


class Crowd:
    """Counts who is inside; used in one event loop, so that nothing happens between the look and the step."""

    def __init__(self, most: int) -> None:
        self.most = most
        self._inside = 0

    def enter(self) -> None:
        """To be followed by `leave`. Raises Problem where there is no room."""
        if self._inside >= self.most:
            detail = "Too many requests are at work here. Nothing of this one was saved; send it again in a second."
            headers = {"Retry-After": str(RETRY_AFTER_SECONDS)}
            raise Problem(HTTPStatus.SERVICE_UNAVAILABLE, detail, headers=headers)
        self._inside += 1

    def leave(self) -> None:
        self._inside -= 1


class Crowds:
    """A crowd for each kind of request, so that none takes another's room."""

    def __init__(self, *, batches: str, questions: Collection[str], of_others: Collection[str]) -> None:
        self._asks = Crowd(QUESTIONS_MAX)
        self._usual = Crowd(REQUESTS_MAX)
        self._apart = {batches: Crowd(BATCHES_MAX)} | dict.fromkeys(questions, self._asks)
        # Routes of others count again themselves; here they must not stand in the way of leads, nor leads in theirs.
        self._apart |= {path: Crowd(REQUESTS_MAX) for path in of_others}

    def of(self, path: str) -> Crowd:
        """Where a request to this address is counted."""
        return self._apart.get(path, self._usual)
