"""Ids that sort by the time at which they were made: 48 bits of milliseconds, 80 bits of chance (ULID)."""

import os
from collections import deque
from datetime import datetime
from functools import lru_cache
from hashlib import blake2b

from sla.lead import ContactId, LeadId
from storage.micros import micros

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_PAIRS = tuple(first + second for first in _ALPHABET for second in _ALPHABET)
_SHIFTS = tuple(range(120, -1, -10))
LEAD_ID_LENGTH = 27
_BYTES_OF_CHANCE = 10
CHANCES_AT_ONCE = 256
_chances: deque[int] = deque()
# Two processes must not make the same ids.
os.register_at_fork(after_in_child=_chances.clear)


def new_lead_id(at: datetime) -> LeadId:
    return LeadId("L" + _ulid(at))


def first_lead_id(at: datetime) -> LeadId:
    """The smallest id that a lead of this moment or later can have."""
    return LeadId("L" + _text((micros(at) // 1000) << 80))


def new_contact_id(at: datetime) -> ContactId:
    return ContactId("C" + _ulid(at))


def delivery_id(lead_id: str | None, generation: int, key: str) -> str:
    """That of one thing that is owed, the same whenever it is worked out.

    So a database that was restored from a back-up, and that owes again what was sent in the hours it lost, finds
    in Slack's history that it was sent. Sorts by when its lead came in.
    """
    what = f"{lead_id or ''}:{generation}:{key}".encode()
    if lead_id is None:
        return "d_" + _text(int.from_bytes(blake2b(what, digest_size=16).digest(), "big"))
    mixed = int.from_bytes(blake2b(what, digest_size=10).digest(), "big")
    return f"d_{lead_id[1:11]}{_text_of_chance(mixed)}"


def is_lead_id(text: str) -> bool:
    """Whether the text has the form of a lead's id (which a source's own id hardly ever has)."""
    return len(text) == LEAD_ID_LENGTH and text[0] == "L" and all(sign in _ALPHABET for sign in text[1:])


def _ulid(at: datetime) -> str:
    return _time_text(micros(at) // 1000) + _text_of_chance(_chance())


def _chance() -> int:
    """80 bits of it, from the system, which is asked for many at once: each question lets other threads go first."""
    while True:
        try:
            return _chances.popleft()
        except IndexError:
            many = os.urandom(_BYTES_OF_CHANCE * CHANCES_AT_ONCE)
            each = range(0, len(many), _BYTES_OF_CHANCE)
            _chances.extend(int.from_bytes(many[at : at + _BYTES_OF_CHANCE], "big") for at in each)


@lru_cache(maxsize=256)
def _time_text(milliseconds: int) -> str:
    """The first ten signs, which all ids of a millisecond share: a batch has one moment."""
    return _text(milliseconds << 80)[:10]


def _text_of_chance(value: int) -> str:
    """The last sixteen signs. Written out, for each lead and all that is owed about it has one."""
    two = _PAIRS
    return (
        f"{two[value >> 70]}{two[value >> 60 & 1023]}{two[value >> 50 & 1023]}{two[value >> 40 & 1023]}"
        f"{two[value >> 30 & 1023]}{two[value >> 20 & 1023]}{two[value >> 10 & 1023]}{two[value & 1023]}"
    )


def _text(value: int) -> str:
    return "".join([_PAIRS[value >> shift & 1023] for shift in _SHIFTS])
