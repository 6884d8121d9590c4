"""What people are told about their on-call shifts: the day before, when one begins, and when it is over."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sla.effects import Post, Role, ToPerson, Urgency
from sla.on_call import Cover, Shift, shift_at
from sla.policy import Policy

AHEAD = timedelta(days=1)
LATE_MAX = timedelta(hours=12)
"""A notice that could not be given for so long (the bot was away) is not given any more."""
_JUST_BEFORE = timedelta(microseconds=1)

Covers = Mapping[str, tuple[Cover, ...]]


@dataclass(frozen=True, kw_only=True)
class Ended:
    """A shift that is over, of which its person is told how many pages it had."""

    rotation: str
    person: str
    from_at: datetime
    until_at: datetime

    def post(self, pages: int, at_night: int) -> Post:
        """`at_night` of the pages came between midnight and six in the rotation's zone."""
        return Post(
            role=Role.SHIFT_OVER,
            to=ToPerson(email=self.person),
            key=f"shift:{self.rotation}:{self.person}:{_stamp(self.until_at)}:over",
            urgency=Urgency.CARD_UPDATE,
            fenced=False,
            expires_at=self.until_at + LATE_MAX,
            data={
                "rotation": self.rotation,
                "from_at": self.from_at.isoformat(),
                "until_at": self.until_at.isoformat(),
                "pages": pages,
                "at_night": at_night,
            },
        )


def shift_notices(policy: Policy, covers: Covers, at: datetime) -> Iterator[Post]:
    """Who is to be told by now that they are, or tomorrow will be, on call. The same again has the same key."""
    for name in policy.on_call:
        shift = _shift(policy, name, at, covers)
        if shift is None:
            first = _first(policy, name, at, covers)
            if first is not None:
                yield _on_call(policy, name, first, covers, "ahead")
            continue
        if at - shift.from_at < LATE_MAX and _is_a_change(policy, name, shift, covers):
            yield _on_call(policy, name, shift, covers)
        following = _shift(policy, name, shift.until_at, covers)
        # Who is covered for a night knows the next day's shift: it is their own.
        is_news = following is not None and following.person not in (shift.person, shift.instead_of)
        if following is not None and is_news and following.from_at - at <= AHEAD:
            yield _on_call(policy, name, following, covers, "ahead")


def shifts_ended(policy: Policy, covers: Covers, at: datetime) -> Iterator[Ended]:
    """The shifts that were over by now, and not long ago.

    Who is covered for a part of a shift arranged that, and is not told that the part before it is over.
    """
    for name in policy.on_call:
        shift = _shift(policy, name, at, covers)
        if shift is None or at - shift.from_at >= LATE_MAX:
            continue
        before = _shift(policy, name, shift.from_at - _JUST_BEFORE, covers)
        if before is None or before.person in (shift.person, shift.instead_of):
            continue
        began_at = before.from_at
        if not before.is_cover:
            planned = _shift(policy, name, shift.from_at - _JUST_BEFORE, {})
            began_at = planned.from_at if planned is not None else began_at
        yield Ended(rotation=name, person=before.person, from_at=began_at, until_at=shift.from_at)


def taken_over(policy: Policy, name: str, cover: Cover, covers: Covers, *, instead_of: str) -> Post:
    """Told at once to who takes over a part of a shift; what the usual notices would say is not said again."""
    begins_in = cover.from_at - cover.set_at
    kind = "" if begins_in <= timedelta(0) else "ahead" if begins_in <= AHEAD else "taken"
    shift = Shift(
        person=cover.person,
        from_at=cover.from_at,
        until_at=cover.until_at,
        is_cover=True,
        instead_of=instead_of,
    )
    return _on_call(policy, name, shift, covers, kind)


def _on_call(policy: Policy, name: str, shift: Shift, covers: Covers, kind: str = "") -> Post:
    following = _shift(policy, name, shift.until_at, covers)
    then = following.person if following is not None and following.person != shift.person else None
    key = f"shift:{name}:{shift.person}:{_stamp(shift.from_at)}"
    return Post(
        role=Role.SHIFT,
        to=ToPerson(email=shift.person),
        key=f"{key}:{kind}" if kind else key,
        urgency=Urgency.NEW_LEAD,
        fenced=False,
        expires_at=shift.until_at,
        data={
            "rotation": name,
            "person": shift.person,
            "from_at": shift.from_at.isoformat(),
            "until_at": shift.until_at.isoformat(),
            "next": then,
            "instead_of": shift.instead_of,
        },
    )


def _is_a_change(policy: Policy, name: str, shift: Shift, covers: Covers) -> bool:
    before = _shift(policy, name, shift.from_at - _JUST_BEFORE, covers)
    return before is None or before.person != shift.person


def _first(policy: Policy, name: str, at: datetime, covers: Covers) -> Shift | None:
    """The first shift of a rotation that begins within a day."""
    shift = _shift(policy, name, at + AHEAD, covers)
    return shift if shift is not None and shift.from_at > at else None


def _shift(policy: Policy, name: str, at: datetime, covers: Covers) -> Shift | None:
    """Who is on call at a moment, by e-mail address."""
    shift = shift_at(policy.on_call[name], at, covers.get(name, ()))
    if shift is None:
        return None
    person, instead = policy.person(shift.person), policy.person(shift.instead_of)
    return Shift(
        person=person.email if person is not None else shift.person,
        from_at=shift.from_at,
        until_at=shift.until_at,
        is_cover=shift.is_cover,
        instead_of=instead.email if instead is not None else shift.instead_of,
    )


def _stamp(at: datetime) -> str:
    return at.strftime("%Y%m%dT%H%M%S")
