"""A lead that nobody can take: it waits for somebody or the managers decide, and lead ops hear of it once."""

from datetime import timedelta

import pytest

from sla.availability import PersonNow, Spell
from sla.effects import Role, ToPerson
from sla.facts import ContactCorrected, LeadClosed, LeadReassigned, OwnerNudged
from sla.lead import Stage, Status
from tests.sla.desk import ANN, BEN, CAT, MIA, OPS, Desk, team_of
from tests.sla.play import moment, refused

MINUTES = timedelta(minutes=1)
AWAY = PersonNow(switched_away=Spell(from_at=moment("Mon 0:00")))


def away_until(said: str) -> PersonNow:
    return PersonNow(out_of_office=(Spell(from_at=moment("Mon 0:00"), until_at=moment(said)),))


@pytest.fixture
def desk() -> Desk:
    """A lead of Monday ten o'clock for four hours; Ben is back at eleven, Ann on Wednesday, Cat one day."""
    desk = Desk(team_of(nobody_available="hold"))
    desk.people = {ANN: away_until("Wed 9:00"), BEN: away_until("Mon 11:00"), CAT: AWAY}
    desk.another()
    return desk


class TestHold:
    def test_it_waits_without_an_owner_and_its_clock_runs_as_promised(self, desk: Desk) -> None:
        assert Stage.HELD is desk.stage()
        assert desk.it.owner is None
        assert moment("Mon 14:00") == desk.it.due_at
        assert desk.said(Role.OWNER_CARD) == []
        assert desk.it.why[1] == (
            "Owner: nobody yet because nobody of team Sales can take it now. It goes to the first who is back."
        )

    def test_it_goes_to_the_first_who_is_back_at_that_moment(self, desk: Desk) -> None:
        desk.it_is("Mon 10:59")
        assert desk.it.owner is None
        desk.it_is("Mon 11:00")
        assert desk.it.owner == BEN
        assert (moment("Mon 11:00"), moment("Mon 14:00")) == (desk.clock.started_at, desk.clock.due_at)
        assert [post.to for post in desk.said(Role.OWNER_CARD)] == [ToPerson(email=BEN)]
        assert desk.kinds()[-1] == "assigned"
        assert desk.turns == {BEN: 1}

    def test_it_is_looked_at_before_because_plans_change(self, desk: Desk) -> None:
        desk.people = {}
        desk.it_is("Mon 10:05")
        assert desk.it.owner == ANN

    def test_room_that_somebody_makes_is_found(self) -> None:
        desk = Desk(team_of((BEN,), {BEN: {"open_leads_max": 1}}, nobody_available="hold"))
        desk.people = {BEN: PersonNow(open_leads=1)}
        desk.another()
        desk.it_is("Mon 10:20")
        assert desk.it.owner is None
        desk.people = {}
        desk.it_is("Mon 10:40")
        assert desk.it.owner == BEN

    def test_looking_again_shows_nothing_and_becomes_rarer(self, desk: Desk) -> None:
        desk.people = {ANN: AWAY, BEN: AWAY, CAT: AWAY}
        before = desk.it.revision
        looks = 0
        while desk.clock.next_step_at is not None and desk.clock.next_step_at < moment("Mon 13:59"):
            desk.until(desk.clock.next_step_at)
            looks += 1
        assert desk.it.revision == before
        assert looks < 10

    def test_a_lead_at_night_waits_for_the_morning(self) -> None:
        desk = Desk(team_of((ANN, BEN), nobody_available="hold"))
        desk.people = {ANN: away_until("Tue 13:00"), BEN: AWAY}
        desk.another("Mon 22:00")
        assert moment("Tue 9:00") == desk.it.started_at == desk.clock.next_step_at
        desk.it_is("Tue 13:00")
        assert desk.it.owner == ANN
        assert moment("Tue 13:00") == desk.it.due_at

    def test_past_its_deadline_it_is_late_of_nobody_and_the_next_owner_gets_time(self) -> None:
        desk = Desk(team_of((BEN,), nobody_available="hold"))
        desk.people = {BEN: away_until("Mon 15:00")}
        desk.another()
        desk.it_is("Mon 14:00")
        assert desk.it.breach is not None
        assert desk.it.breach.owner is None
        assert Status.BREACHED is desk.status()
        assert len(desk.said(Role.MANAGERS_CARD)) == 1
        desk.it_is("Mon 15:00")
        assert desk.it.owner == BEN
        assert moment("Mon 15:30") == desk.clock.due_at
        assert desk.lines() == ["assigned"]

    def test_seen_late_the_deadline_comes_before_the_owner(self) -> None:
        desk = Desk(team_of((BEN,), nobody_available="hold"))
        desk.people = {BEN: away_until("Mon 11:00")}
        desk.another()
        desk.wakes_at("Mon 15:00")
        assert desk.it.breach is not None
        assert (desk.it.breach.owner, desk.it.owner) == (None, BEN)

    def test_a_manager_may_assign_it_before(self, desk: Desk) -> None:
        desk.does(LeadReassigned, by=MIA, to=ANN)
        assert Stage.WITH_OWNER is desk.stage()
        assert moment("Mon 14:00") == desk.clock.due_at

    def test_it_may_be_closed(self, desk: Desk) -> None:
        desk.does(LeadClosed, by=MIA, reason="Test entry")
        assert Stage.CLOSED is desk.stage()

    def test_there_is_nobody_to_nudge(self, desk: Desk) -> None:
        with refused(
            "Nobody has this lead yet, since .*: it goes to the first of Sales who can take it. Mia Moreno"
        ):
            desk.does(OwnerNudged, by=MIA)

    def test_a_contact_ends_it_and_taken_back_it_waits_on(self, desk: Desk) -> None:
        desk.logs(MIA)
        assert Stage.CONTACTED is desk.stage()
        desk.tell(
            ContactCorrected(
                lead_id=desk.it.id, at=desk.now, contact_id=desk.it.contacts[0].id, by=MIA, mistake=True
            )
        )
        assert Stage.HELD is desk.stage()
        assert moment("Mon 10:05") == desk.clock.next_step_at


class TestLeadOps:
    def test_they_are_told_after_the_policys_time_unless_somebody_has_it_by_then(self, desk: Desk) -> None:
        [post] = desk.said(Role.UNOWNED)
        assert post.to == ToPerson(email=OPS)
        assert moment("Mon 10:02") == post.not_before
        assert post.fenced
        assert post.clock == desk.clock.number
        assert post.data == {"until": moment("Mon 11:00").isoformat()}

    def test_they_are_told_once(self, desk: Desk) -> None:
        desk.people = {ANN: AWAY, BEN: AWAY, CAT: AWAY}
        desk.it_is("Fri 17:00")
        assert len(desk.said(Role.UNOWNED)) == 1

    def test_of_a_lead_with_an_owner_they_hear_nothing(self) -> None:
        desk = Desk(team_of(nobody_available="assign_anyway"))
        desk.people = dict.fromkeys((ANN, BEN, CAT), AWAY)
        desk.another()
        assert desk.said(Role.UNOWNED) == []


class TestManagerQueue:
    @pytest.fixture
    def desk(self) -> Desk:
        desk = Desk(team_of(nobody_available="manager_queue"))
        desk.people = dict.fromkeys((ANN, BEN, CAT), AWAY)
        desk.another()
        return desk

    def test_the_managers_are_asked_at_once(self, desk: Desk) -> None:
        assert Stage.IN_REVIEW is desk.stage()
        assert Status.WITHIN_SLA is desk.status()
        assert len(desk.said(Role.MANAGERS_CARD)) == 1
        assert len(desk.said(Role.UNOWNED)) == 1
        assert desk.it.why[1] == (
            "Owner: nobody because nobody of team Sales can take it now. The managers decide."
        )

    def test_its_deadline_is_recorded_all_the_same(self, desk: Desk) -> None:
        desk.it_is("Mon 14:00")
        assert desk.it.is_late
        assert len(desk.said(Role.MANAGERS_CARD)) == 1

    def test_a_new_owner_has_the_whole_time_that_is_left(self, desk: Desk) -> None:
        desk.it_is("Mon 10:30")
        desk.does(LeadReassigned, by=MIA, to=CAT)
        assert moment("Mon 14:00") == desk.clock.due_at
