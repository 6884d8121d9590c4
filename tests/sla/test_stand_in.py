"""Leads of people who are away: with whoever covers, on their behalf, and theirs again afterwards."""

from datetime import datetime

import pytest

from sla import facts
from sla.availability import PersonNow, Spell
from sla.effects import Role
from sla.lead import LeadId, Stage
from sla.refusals import ChangedMeanwhile, MovedMeanwhile
from tests.sla.play import Play, moment

ALICE, BOB, CARLA, DIETER = (f"{name}@acme.example" for name in ("alice", "bob", "carla", "dieter"))
LEAD = LeadId("L1")


def away(cover: str | None = None, until: str = "Fri 17:00") -> PersonNow:
    return PersonNow(out_of_office=(Spell(from_at=moment("Mon 8:00"), until_at=moment(until), cover=cover),))


@pytest.fixture
def play() -> Play:
    play = Play()
    play.arrives("Mon 10:00", owner=ALICE, score=70)
    return play


def hands_on(play: Play, to: str | None = None, at: str = "Mon 10:10", **more: object) -> None:
    play.now = moment(at)
    play.tell(facts.LeadHandedOn(lead_id=LEAD, at=play.now, by=ALICE, to=to, **more))  # type: ignore[arg-type]


def ends(play: Play, person: str = ALICE, at: str = "Mon 10:20") -> None:
    play.now = moment(at)
    play.tell(facts.CoverEnded(lead_id=LEAD, at=play.now, person=person))


def last_entry(play: Play) -> tuple[str, str | None]:
    return play.entries[-1].kind, play.entries[-1].who


def due(play: Play) -> datetime | None:
    return play.clock.due_at


def test_a_lead_goes_to_the_cover_on_the_owners_behalf_and_its_deadline_stays(play: Play) -> None:
    before = due(play)
    hands_on(play, BOB)
    assert (BOB, "covering", ALICE, before) == (play.it.owner, play.clock.how, play.clock.by, due(play))
    assert [post.role for post in play.posts if str(post.to) == f"@{BOB}"] == [Role.OWNER_CARD]
    assert last_entry(play) == ("handed_on", ALICE)


def test_without_a_cover_it_goes_on_by_routing(play: Play) -> None:
    hands_on(play)
    assert (play.it.owner, play.clock.how) == (BOB, "passed")


def test_where_nobody_else_is_there_it_goes_to_the_backup_queue(play: Play) -> None:
    play.people = {BOB: away()}
    hands_on(play)
    assert play.it.stage is Stage.IN_QUEUE


def test_a_late_lead_can_be_handed_on_too_and_the_cover_gets_the_time_of_a_claim(play: Play) -> None:
    play.it_is("Mon 10:40")
    hands_on(play, BOB, at="Mon 10:40")
    assert moment("Mon 11:10") == due(play)


def test_only_the_owner_hands_on_and_only_what_did_not_change_meanwhile(play: Play) -> None:
    play.now = moment("Mon 10:10")
    with pytest.raises(MovedMeanwhile):
        play.tell(facts.LeadHandedOn(lead_id=LEAD, at=play.now, by=BOB))
    with pytest.raises(ChangedMeanwhile):
        hands_on(play, generation=play.it.generation + 1)


def test_an_open_lead_returns_to_its_owner_with_its_deadline(play: Play) -> None:
    before = due(play)
    hands_on(play, BOB)
    ends(play)
    assert (ALICE, "returned", before) == (play.it.owner, play.clock.how, due(play))
    assert [post.role for post in play.posts if str(post.to) == f"@{ALICE}"] == [Role.OWNER_CARD] * 2


def test_a_contacted_lead_returns_without_a_word(play: Play) -> None:
    hands_on(play, BOB)
    play.now = moment("Mon 10:15")
    play.logs(BOB)
    said = len(play.posts)
    ends(play)
    assert (ALICE, Stage.CONTACTED, said) == (play.it.owner, play.it.stage, len(play.posts))
    assert play.it.first_contact is not None
    assert play.it.first_contact.by == BOB


def test_the_end_of_somebody_elses_absence_changes_nothing(play: Play) -> None:
    hands_on(play, BOB)
    ends(play, CARLA)
    assert play.it.owner == BOB


def test_a_lead_that_moved_on_from_the_cover_does_not_return(play: Play) -> None:
    hands_on(play, BOB)
    play.now = moment("Mon 10:12")
    play.tell(facts.LeadReassigned(lead_id=LEAD, at=play.now, to=CARLA, by="mia@acme.example"))
    ends(play)
    assert play.it.owner == CARLA


def test_a_cover_who_goes_away_hands_on_in_the_name_of_the_first_owner(play: Play) -> None:
    hands_on(play, BOB)
    play.now = moment("Mon 10:12")
    play.tell(facts.LeadHandedOn(lead_id=LEAD, at=play.now, by=BOB, to=CARLA))
    assert (play.it.owner, play.clock.by) == (CARLA, ALICE)
    ends(play)
    assert play.it.owner == ALICE


def test_a_closed_account_sends_the_lead_to_the_queue_once(play: Play) -> None:
    play.now = moment("Mon 10:10")
    fact = facts.PersonDeactivated(lead_id=LEAD, at=play.now, person=ALICE)
    play.tell(fact)
    assert play.it.stage is Stage.IN_QUEUE
    generation = play.it.generation
    play.tell(fact)
    assert play.it.generation == generation


# Arrivals


def arrived(play: Play, **fields: object) -> tuple[str | None, str, str | None]:
    play.arrives("Mon 10:00", score=70, **fields)  # type: ignore[arg-type]
    return play.it.owner, play.clock.how, play.clock.by


def test_a_lead_of_somebody_in_particular_comes_to_their_cover() -> None:
    play = Play()
    play.people = {ALICE: away(cover=BOB)}
    assert arrived(play, owner=ALICE) == (BOB, "covering", ALICE)
    assert "Bob Brandt covers for Alice Anders, who is away." in play.it.why


def test_turns_leave_out_who_is_away_whoever_covers_for_them() -> None:
    play = Play()
    play.people = {CARLA: away(cover=ALICE)}
    assert arrived(play) == (BOB, "routed", None)


def test_where_nobody_of_the_team_is_there_the_cover_has_it_before_it_waits() -> None:
    play = Play()
    play.people = {DIETER: away(cover=CARLA)}
    assert arrived(play, country="DE") == (CARLA, "covering", DIETER)


def test_a_cover_who_is_away_covers_for_nobody() -> None:
    play = Play()
    play.people = {ALICE: away(cover=BOB), BOB: away()}
    assert arrived(play, owner=ALICE)[:2] == (ALICE, "crm_owner")
