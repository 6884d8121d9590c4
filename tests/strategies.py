"""Hypothesis strategies for leads as wide as their types allow, whether or not a policy would produce them."""

from datetime import UTC, datetime, timedelta
from typing import Any, get_args

from hypothesis import strategies as st

from sla.details import Activity, LeadDetails
from sla.lead import (
    AskedAgain,
    Breach,
    Channel,
    Clock,
    ClockKind,
    Closing,
    Completion,
    Contact,
    ContactId,
    ContactOutcome,
    Extension,
    How,
    Lead,
    LeadId,
    Nudge,
    OnIt,
    Rejection,
    Status,
)

moments = st.datetimes(datetime(1971, 1, 1), datetime(2150, 1, 1), timezones=st.just(UTC))
spans = st.timedeltas(timedelta(days=-400), timedelta(days=400))
# PostgreSQL keeps no NUL and UTF-8 no half of a pair; the doors take both out.
texts = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=30)
names = texts.filter(bool)
emails = st.sampled_from(["alice@example.com", "ben@example.com", "carla@example.com"])
numbers = st.integers(0, 2**31 - 1)
jsonish: st.SearchStrategy[Any] = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=6,
)


def maybe(what: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.none() | what


_TEXT_FIELDS = [
    *(
        "email",
        "phone",
        "first_name",
        "last_name",
        "title",
        "company",
        "industry",
        "country",
        "region",
        "language",
    ),
    *("website", "intent", "message", "status", "owner", "partner", "crm_url"),
]

details = st.builds(
    LeadDetails,
    external_id=names,
    employees=maybe(st.integers(0, 10**7)),
    score=maybe(st.integers(0, 100)),
    score_breakdown=st.dictionaries(texts, st.floats(allow_nan=False, allow_infinity=False), max_size=3),
    activity=st.lists(st.builds(Activity, at=moments, what=texts), max_size=3).map(tuple),
    created_at=maybe(moments),
    attributes=st.dictionaries(texts, jsonish, max_size=3),
    **{name: maybe(texts) for name in _TEXT_FIELDS},
)


def clocks(lead_id: LeadId, number: int) -> st.SearchStrategy[Clock]:
    return st.builds(
        Clock,
        lead_id=st.just(lead_id),
        number=st.just(number),
        kind=st.sampled_from(ClockKind),
        person=maybe(emails),
        round=st.integers(0, 9),
        how=st.sampled_from(get_args(How)),
        by=maybe(texts),
        note=maybe(texts),
        calendar=names,
        started_at=moments,
        stopped_by=maybe(texts),
        **{
            name: maybe(moments)
            for name in (
                [
                    "due_at",
                    "hand_over_at",
                    "fired_through",
                    "next_step_at",
                    "stopped_at",
                    "told_at",
                    "unreachable_at",
                ]
            )
        },
    )


def contacts(id: str) -> st.SearchStrategy[Contact]:
    return st.builds(
        Contact,
        id=st.just(ContactId(id)),
        by=texts,
        logged_by=texts,
        channel=st.sampled_from(get_args(Channel)),
        outcome=st.sampled_from(get_args(ContactOutcome)),
        occurred_at=moments,
        logged_at=moments,
        note=maybe(texts),
        counts=st.booleans(),
        withdrawn_at=maybe(moments),
        corrected_at=maybe(moments),
        external_id=maybe(st.just(f"call {id}")),
    )


def leads(lead_id: LeadId, *, external_id: str | None = None) -> st.SearchStrategy[Lead]:
    """Leads of this id; their clocks are numbered in order, the ids of their contacts tell nothing of their order."""
    its_details = (
        details
        if external_id is None
        else details.map(lambda d: d.model_copy(update={"external_id": external_id}))
    )
    return st.builds(
        Lead,
        id=st.just(lead_id),
        source=names,
        details=its_details,
        received_at=moments,
        policy_version=names,
        generation=numbers,
        revision=numbers,
        tier=maybe(texts),
        team=maybe(texts),
        owner=maybe(emails),
        started_at=maybe(moments),
        due_at=maybe(moments),
        stopped_at=maybe(moments),
        status=maybe(st.sampled_from(Status)),
        breach=maybe(
            st.builds(
                Breach,
                due_at=moments,
                detected_at=moments,
                owner=maybe(texts),
                owner_told=st.booleans(),
                excused=maybe(texts),
                withdrawn_at=maybe(moments),
            )
        ),
        clocks=st.integers(0, 3).flatmap(
            lambda count: st.tuples(*(clocks(lead_id, number) for number in range(1, count + 1)))
        ),
        contacts=st.integers(0, 3).flatmap(
            lambda count: st.tuples(*(contacts(f"C{9 - number} of {lead_id}") for number in range(count)))
        ),
        extensions=st.lists(
            st.builds(
                Extension, by=texts, at=moments, until=moments, more=spans, reason=texts, clock=numbers
            ),
            max_size=2,
        ).map(tuple),
        on_it=maybe(st.builds(OnIt, by=texts, at=moments, until=maybe(moments), clock=numbers)),
        nudge=maybe(st.builds(Nudge, by=texts, at=moments)),
        rejection=maybe(
            st.builds(Rejection, by=texts, at=moments, reason=texts, note=maybe(texts), left=spans)
        ),
        closing=maybe(st.builds(Closing, by=texts, at=moments, reason=texts)),
        asked_again=maybe(
            st.builds(AskedAgain, at=moments, number=numbers, source=names, intent=maybe(texts))
        ),
        completion=maybe(st.builds(Completion, at=moments, by=texts, waited=spans)),
        needs=st.lists(texts, max_size=2).map(tuple),
        why=st.lists(texts, max_size=2).map(tuple),
        managers_told_at=maybe(moments),
        managers_channel=maybe(texts),
    )
