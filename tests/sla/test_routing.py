"""Who gets a lead: by fair turns among those who can take it, and what Why? says of it."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sla.availability import NOTHING_KNOWN, PersonNow, Spell
from sla.facts import LeadPassed, LeadReassigned
from sla.lead import Stage
from sla.on_call import Cover
from sla.policy import check_policy
from tests.sla.desk import ANN, BEN, CAT, MIA, OMAR, Desk, team_data, team_of
from tests.sla.play import moment

DAY = timedelta(days=1)


def away_until(said: str, since: str = "Mon 0:00") -> PersonNow:
    return PersonNow(out_of_office=(Spell(from_at=moment(since), until_at=moment(said)),))


AWAY = PersonNow(switched_away=Spell(from_at=moment("Mon 0:00")))


class TestTurns:
    def test_each_gets_as_many_in_the_order_of_the_file(self) -> None:
        assert Desk(team_of()).owners_of(7) == [ANN, BEN, CAT, ANN, BEN, CAT, ANN]

    def test_a_weight_of_two_is_two_of_each_three(self) -> None:
        desk = Desk(team_of((ANN, BEN), {BEN: {"weight": 2}}))
        assert Counter({BEN: 20, ANN: 10}) == Counter(desk.owners_of(30))

    def test_who_was_away_is_not_owed_the_missed_turns(self) -> None:
        desk = Desk(team_of())
        desk.people = {CAT: AWAY}
        desk.owners_of(20)
        desk.people = {}
        assert Counter({ANN: 3, BEN: 3, CAT: 3}) == Counter(desk.owners_of(9))

    def test_unless_the_policy_owes_them(self) -> None:
        desk = Desk(team_of(missed_turns="owed"))
        desk.people = {CAT: AWAY}
        desk.owners_of(20)
        desk.people = {}
        assert desk.owners_of(10) == [CAT] * 10
        assert Counter({ANN: 1, BEN: 1, CAT: 1}) == Counter(desk.owners_of(3))

    def test_somebody_new_starts_with_the_others_not_with_everything(self) -> None:
        desk = Desk(team_of((ANN, BEN)))
        desk.owners_of(40)
        desk.policy = team_of()
        assert Counter({ANN: 4, BEN: 4, CAT: 4}) == Counter(desk.owners_of(12))

    def test_who_left_the_team_and_came_back_is_not_owed_either(self) -> None:
        desk = Desk(team_of())
        desk.owners_of(3)
        desk.policy = team_of((ANN, BEN))
        desk.owners_of(20)
        desk.policy = team_of()
        assert Counter({ANN: 2, BEN: 2, CAT: 2}) == Counter(desk.owners_of(6))

    def test_a_lead_that_was_reassigned_counts_as_a_turn(self) -> None:
        desk = Desk(team_of((ANN, BEN)))
        desk.another()
        desk.does(LeadReassigned, by=MIA, to=BEN)
        assert desk.owners_of(2) == [ANN, BEN]

    def test_a_lead_that_the_crm_gave_to_somebody_is_no_turn(self) -> None:
        desk = Desk(team_of())
        assert desk.another(owner=CAT) == CAT
        assert desk.owners_of(3) == [ANN, BEN, CAT]

    @settings(max_examples=40, deadline=None)
    @given(st.lists(st.sets(st.sampled_from([ANN, BEN, CAT]), max_size=2), min_size=1, max_size=60))
    def test_among_those_who_were_there_all_along_nobody_is_two_ahead(self, days: list[set[str]]) -> None:
        desk = Desk(team_of())
        got = Counter[str | None]()
        always = {ANN, BEN, CAT}
        for away in days:
            desk.people = dict.fromkeys(away, AWAY)
            always -= away
            got[desk.another()] += 1
        counts = [got[email] for email in always]
        assert not counts or max(counts) - min(counts) <= 1


class TestWhoIsThere:
    def test_who_is_away_or_full_is_not_asked(self) -> None:
        desk = Desk(team_of(people={BEN: {"open_leads_max": 20}}))
        desk.people = {ANN: away_until("Wed 9:00"), BEN: PersonNow(open_leads=20)}
        assert desk.owners_of(2) == [CAT, CAT]

    @pytest.mark.parametrize(("has", "owner"), [(19, BEN), (20, CAT), (21, CAT)])
    def test_the_limit_is_how_many_somebody_may_have(self, has: int, owner: str) -> None:
        desk = Desk(team_of((BEN, CAT), {BEN: {"open_leads_max": 20}}))
        desk.people = {BEN: PersonNow(open_leads=has)}
        assert desk.another() == owner

    def test_a_lead_at_night_goes_to_somebody_who_works_in_the_morning(self) -> None:
        desk = Desk(team_of())
        desk.people = {ANN: away_until("Tue 12:00"), BEN: away_until("Tue 9:00")}
        assert desk.another("Mon 22:00") == BEN
        assert moment("Tue 9:00") == desk.clock.started_at

    def test_who_works_in_another_zone_is_asked_in_their_hours(self) -> None:
        desk = Desk(team_of((ANN, BEN), {ANN: {"calendar": "berlin"}}))
        assert desk.owners_of(2, "Mon 10:00") == [ANN, BEN]
        assert desk.owners_of(2, "Mon 12:00") == [BEN, BEN]

    def test_who_works_in_the_leads_language_goes_before(self) -> None:
        desk = Desk(team_of(people={CAT: {"languages": ["de", "en"]}}))
        assert desk.owners_of(2, language="de-AT") == [CAT, CAT]
        assert desk.owners_of(4, language="fr") == [ANN, BEN, ANN, BEN]

    def test_where_nobody_who_speaks_it_is_there_the_others_take_it(self) -> None:
        desk = Desk(team_of(people={CAT: {"languages": ["de"]}}))
        desk.people = {CAT: AWAY}
        assert desk.another(language="DE") == ANN

    def test_somebody_deactivated_does_not_keep_the_crms_lead(self) -> None:
        desk = Desk(team_of())
        desk.people = {CAT: replace(NOTHING_KNOWN, is_active=False)}
        assert desk.another(owner=CAT) == ANN
        assert "The CRM names Cat Cole, who is no longer active in Slack." in desk.it.why

    def test_somebody_away_keeps_the_crms_lead_and_why_says_so(self) -> None:
        desk = Desk(team_of())
        desk.people = {CAT: away_until("Wed 9:00")}
        assert desk.another(owner=CAT) == CAT
        assert desk.it.why[-1].endswith("Cat Cole: away until Wed Nov 25.")

    def test_a_pass_goes_to_the_next_who_is_there(self) -> None:
        desk = Desk(team_of())
        desk.another()
        desk.people = {BEN: AWAY}
        desk.does(LeadPassed, by=ANN, reason="On a call or in a meeting")
        assert desk.it.owner == CAT

    def test_a_pass_goes_to_who_works_in_the_leads_language(self) -> None:
        desk = Desk(team_of(people={ANN: {"languages": ["de"]}, CAT: {"languages": ["de"]}}))
        desk.another(language="de")
        desk.does(LeadPassed, by=ANN, reason="On a call or in a meeting")
        assert desk.it.owner == CAT

    def test_a_pass_to_nobody_who_is_there_goes_to_the_queue(self) -> None:
        desk = Desk(team_of())
        desk.another()
        desk.people = {BEN: AWAY, CAT: AWAY}
        desk.does(LeadPassed, by=ANN, reason="On a call or in a meeting")
        assert Stage.IN_QUEUE is desk.stage()


def test_a_rule_may_ask_for_the_tier_and_why_says_so() -> None:
    data = team_data()
    data["teams"]["elite"] = data["teams"]["sales"] | {"reps": [CAT]}
    data["routing"]["rules"] = [{"when": {"tier": {"in": ["hot"]}}, "team": "elite"}]
    desk = Desk(check_policy(data))

    assert (desk.another(score=80), desk.it.team) == (CAT, "elite")
    assert "because tier is Hot, rule 1 (team Elite)" in desk.it.why[1]
    assert desk.another(score=10) == ANN


class TestReasons:
    def test_each_who_was_not_asked_stands_there_with_the_reason(self) -> None:
        desk = Desk(team_of(people={BEN: {"open_leads_max": 20}}))
        desk.people = {ANN: away_until("Wed 9:00"), BEN: PersonNow(open_leads=20)}
        desk.another()
        assert desk.it.why[1:] == (
            "Owner: Cat Cole because no rule matches, so the fallback takes it (team Sales). Nobody else can take it.",
            "Not asked: Ann Adler: away until Wed Nov 25; Ben Bauer: 20 open leads, the limit.",
        )

    @pytest.mark.parametrize(
        ("known", "said"),
        [
            (away_until("Mon 14:00"), "away until 14:00"),
            # Thanksgiving is closed too, so the first working day after it is said.
            (away_until("Thu 0:00"), "away until Fri Nov 27"),
            (AWAY, "away"),
            (PersonNow(is_active=False), "no longer active in Slack"),
        ],
    )
    def test_until_when_somebody_is_away_is_when_they_are_back_at_work(
        self, known: PersonNow, said: str
    ) -> None:
        desk = Desk(team_of((ANN, BEN)))
        desk.people = {ANN: known}
        desk.another()
        assert desk.it.why[-1] == f"Not asked: Ann Adler: {said}."

    def test_who_is_outside_their_hours_is_off(self) -> None:
        desk = Desk(team_of((ANN, BEN), {ANN: {"calendar": "berlin"}}))
        desk.another("Mon 12:00")
        assert desk.it.why[-1] == "Not asked: Ann Adler: off until Tue Nov 24."

    def test_who_does_not_speak_the_language_stands_there_too(self) -> None:
        desk = Desk(team_of((ANN, CAT), {CAT: {"languages": ["de"]}}))
        desk.another(language="de")
        assert desk.it.why[-1] == "Not asked: Ann Adler: not in the lead's language."
        assert desk.it.why[-2].endswith("Nobody else who is there works in the lead's language.")

    def test_the_turn_is_said_with_those_who_were_considered(self) -> None:
        desk = Desk(team_of())
        desk.another()
        assert desk.it.why[1].endswith(
            "Ann Adler was assigned longest ago of 3 (Ann Adler, Ben Bauer, Cat Cole)."
        )
        desk.owners_of(2)
        assert desk.it.why[1].endswith(
            "Cat Cole has had the fewest leads of 3 (Ann Adler, Ben Bauer, Cat Cole)."
        )

    def test_of_many_who_are_away_the_first_are_named_and_the_rest_counted(self) -> None:
        reps = [f"rep{number}@acme.example" for number in range(30)]
        policy = team_of().model_dump(by_alias=True)
        policy["people"] = [
            *policy["people"],
            *({"email": email, "name": f"Rep {n}"} for n, email in enumerate(reps)),
        ]
        policy["teams"]["sales"]["reps"] = (ANN, *reps)
        desk = Desk(type(team_of()).model_validate(policy))
        desk.people = dict.fromkeys(reps, AWAY)
        desk.another()
        assert desk.it.why[-1].startswith("Not asked: Rep 0: away; Rep 1: away;")
        assert desk.it.why[-1].endswith("Rep 4: away; and 25 more.")


class TestNobodyIsThere:
    @pytest.fixture
    def desk(self) -> Desk:
        desk = Desk()
        desk.people = {ANN: away_until("Wed 9:00"), BEN: away_until("Tue 9:00"), CAT: AWAY}
        return desk

    def test_assign_anyway_gives_it_to_the_next_in_turn(self, desk: Desk) -> None:
        desk.policy = team_of(nobody_available="assign_anyway")
        assert desk.owners_of(3) == [ANN, BEN, CAT]
        assert desk.it.why[1] == (
            "Owner: Cat Cole because nobody of team Sales can take it now and it is their turn."
        )
        assert desk.it.why[-1].startswith(
            "Not asked: Ann Adler: away until Wed Nov 25; Ben Bauer: away until Tue"
        )

    def test_assign_anyway_leaves_out_who_is_no_longer_in_slack(self, desk: Desk) -> None:
        desk.policy = team_of(nobody_available="assign_anyway")
        desk.people[ANN] = PersonNow(is_active=False)
        assert desk.another() == BEN

    def test_on_call_gives_it_to_who_is_on_call(self, desk: Desk) -> None:
        desk.policy = team_of(nobody_available="on_call")
        assert desk.another() == MIA
        assert desk.clock.how == "on_call"
        assert desk.it.why[1] == (
            "Owner: Mia Moreno because they are on call (nights) and nobody of team Sales can take it."
        )
        assert desk.turns == {}

    def test_on_call_a_cover_and_an_absence_count(self, desk: Desk) -> None:
        desk.policy = team_of(nobody_available="on_call")
        over = Cover(
            person=OMAR, from_at=moment("Mon 0:00"), until_at=moment("Tue 0:00"), set_at=moment("Mon 0:00")
        )
        desk.covers = {"nights": (over,)}
        assert desk.another() == OMAR
        desk.people[OMAR] = AWAY
        assert desk.another() == MIA

    def test_with_nobody_on_call_the_managers_decide(self, desk: Desk) -> None:
        desk.policy = team_of(nobody_available="on_call")
        desk.people |= {OMAR: AWAY, MIA: AWAY}
        assert desk.another() is None
        assert Stage.IN_REVIEW is desk.stage()
