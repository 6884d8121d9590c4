"""Who is on call: told on the day and the day before, swapped in Slack, and asked after."""

import pytest

from tests.stories.office import Office


def test_a_shift_is_told_on_the_day_and_the_day_before(office: Office) -> None:
    office.it_is("Mon 10:01")
    assert office.direct_messages("mia") == [
        "You are on call for hot leads from Mon 9:00 AM to Mon Nov 30, 9:00 AM. After you: Omar Odeh. "
        "Pages come here and by SMS to the number ending 0100. To swap: /lead-sla cover. Button: Swap."
    ]
    office.it_is("Sun 9:00")
    assert office.direct_messages("omar") == [
        "You are on call for hot leads from Mon 9:00 AM to Mon Dec 7, 9:00 AM. After you: Mia Moreno. "
        "Pages come here and by SMS to the number ending 0101. To swap: /lead-sla cover. Button: Swap."
    ]
    office.it_is("Sun 20:00")
    assert len(office.direct_messages("omar")) == 1


def test_a_shift_is_told_once_whatever_number_of_times_the_bot_starts(office: Office) -> None:
    office.it_is("Mon 10:01")
    office.the_bot_goes_away()
    office.the_bot_is_back("Mon 10:05")
    office.it_is("Mon 10:10")
    assert len(office.direct_messages("mia")) == 1


def test_a_colleague_takes_the_evening_and_both_know_it(very_different_office: Office) -> None:
    office = very_different_office
    said = office.types("/lead-sla cover @omar until 18:00", by="mia")
    assert said.text == "Omar Odeh is on call for you (hot leads) from 10:00 AM until 6:00 PM, and was told."
    assert office.direct_messages("omar")[-1].startswith(
        "You are on call for hot leads from Mon 10:00 AM to 6:00 PM. After you: Mia Moreno. "
        "You cover for Mia Moreno. Pages come here and by SMS to the number ending 0101."
    )
    now = office.types("/lead-sla who", by="alice").lines[0]
    assert now == "*On call for hot leads: Omar Odeh* until 6:00 PM, instead of Mia Moreno. Next: Mia Moreno."
    office.it_is("Mon 10:02")
    assert len(office.direct_messages("omar")) == 1


def test_a_shift_is_swapped_from_the_message_about_it(very_different_office: Office) -> None:
    office = very_different_office
    office.it_is("Mon 10:01")
    form = office.opens_shift("Swap…", by="mia")
    assert "You are on call for hot leads from Mon Nov 23, 9:00 AM" not in form.text
    assert "You are on call for hot leads from 9:00 AM to Mon Nov 30, 9:00 AM." in form.text
    said = form.saves(cover="Omar Odeh", **{"from": "Tue 18:00", "until": "Wed 8:00"})
    assert said == (
        "*Omar Odeh is on call for you (hot leads)* from Tue Nov 24, 6:00 PM until Wed Nov 25, 8:00 AM, and was told."
    )
    assert "You cover for Mia Moreno." in office.direct_messages("omar")[-1]
    office.it_is("Tue 20:00")
    lead = office.a_lead_arrives("Northwind")
    assert office.lead(lead).owner == "omar@acme.example"


def test_the_whole_rest_of_a_shift_is_swapped_where_no_times_are_given(office: Office) -> None:
    office.it_is("Mon 10:01")
    office.opens_shift("Swap…", by="mia").saves(cover="Omar Odeh")
    now = office.types("/lead-sla who", by="alice").lines[0]
    assert now.startswith(
        "*On call for hot leads: Omar Odeh* until Mon Nov 30, 9:00 AM, instead of Mia Moreno."
    )

    office.opens_shift("Swap…", by="mia").saves(cover="Bob Brandt")
    assert office.types("/lead-sla who", by="alice").lines[0].startswith("*On call for hot leads: Omar Odeh*")


def test_what_is_wrong_with_a_swap_is_said_beside_its_field(office: Office) -> None:
    office.it_is("Mon 10:01")
    form = office.opens_shift("Swap…", by="mia")
    said = form.saves(cover="Omar Odeh", until="Mon 9:30")
    assert said == "It would be over before it begins, 10:01 AM. Write a later end."
    assert form.saves(cover="Omar Odeh", until="Mon 18:00").startswith(
        "*Omar Odeh is on call for you (hot leads)*"
    )


def test_a_colleague_who_is_away_takes_no_shift(office: Office) -> None:
    office.types("/lead-sla out until 2026-12-31", by="omar")
    office.it_is("Mon 10:01")
    said = office.opens_shift("Swap…", by="mia").saves(cover="Omar Odeh")
    assert said == "Omar Odeh is away until the end of Thu Dec 31. Name another colleague."


def test_the_button_of_a_shift_that_is_over_does_nothing(office: Office) -> None:
    office.it_is("Mon 10:01")
    office.it_is("next Mon 9:01")
    office.opens_shift("Swap…", by="mia")
    assert office.told_only("mia") == "There is no shift of yours to cover any more. Nothing to do."


def test_a_swap_for_a_night_ahead_names_its_own_times_and_a_missing_number(office: Office) -> None:
    said = office.types("/lead-sla cover bob from tomorrow 18:00 until 8:00", by="mia")
    assert said.text == (
        "Bob Brandt is on call for you (hot leads) from Tue Nov 24, 6:00 PM until Wed Nov 25, 8:00 AM, and was "
        "told. Bob Brandt has no phone number in the policy, so pages come in Slack alone."
    )


@pytest.mark.parametrize(
    ("typed", "by", "said"),
    [
        ("cover until 18:00", "mia", "Say who takes over: /lead-sla cover @colleague until 18:00."),
        ("cover @omar", "mia", "Say until when: /lead-sla cover @colleague until 18:00."),
        ("cover @mia until 18:00", "mia", "Nobody can cover for themselves. Name a colleague."),
        (
            "cover @zoe until 18:00",
            "mia",
            "zoe is not in the lead SLA policy. Name a colleague who is: type @ and choose, or write the "
            "e-mail address.",
        ),
        (
            "cover <@U0STRANGER|stranger> until 18:00",
            "mia",
            "stranger is not in the lead SLA policy. Name a colleague who is: type @ and choose, or write the "
            "e-mail address.",
        ),
        (
            "cover @omar until 9:00",
            "mia",
            '"9:00" is over. Write a later time, with its day where it is not today: tomorrow 9:00.',
        ),
        (
            "cover @omar from Fri until 2026-11-25",
            "mia",
            "It would be over before it begins, Fri Nov 27. Write a later end.",
        ),
        (
            "cover @mia until 18:00",
            "omar",
            "You are not on call then. Your next shift begins Mon Nov 30, 9:00 AM.",
        ),
        (
            "cover @mia until 18:00",
            "alice",
            "You are not on call then, and no rotation of the policy has a shift of yours. Nothing to do.",
        ),
        (
            "cover @omar until soon",
            "mia",
            '"soon" is no time that Lead SLA can read. Write one such as 18:00, tomorrow 9:00, Mon 9:00 or '
            "2026-11-25.",
        ),
        ("back", "alice", "You are not away, so there is nothing to end. Leads come to you as usual."),
        ("out from Fri", "alice", "Say until when: /lead-sla out from 2026-12-24 until 2026-12-31 cover @colleague."),
        ("away cover me", "alice", "me is not in the lead SLA policy. Name a colleague who is: type @ and choose, "
         "or write the e-mail address."),
        ("away for lunch", "alice", 'It is not clear what "away for lunch" asks for. Write it like this: '
         "/lead-sla away until 18:00 cover @colleague."),
        ("lunch", "alice", 'There is no "lunch". Type one of these: away, back, out, cover, who, help.'),
        ("out until 2030-01-01", "alice", "That is more than 366 days. Take the person out of the policy, or write "
         "an earlier end."),
        ("who", "stranger", "You are not in the lead SLA policy. Write to Lead Ops."),
        ("who", "guest", "Only full members of this workspace can do that. Ask Mia Moreno."),
    ],
)  # fmt: skip
def test_what_cannot_be_done_is_said_in_words(office: Office, typed: str, by: str, said: str) -> None:
    assert office.types(f"/lead-sla {typed}", by=by).text == said


def test_a_cover_who_is_away_all_that_time_is_refused(office: Office) -> None:
    office.types("/lead-sla out until 2026-12-31", by="omar")
    said = office.types("/lead-sla cover @omar until 18:00", by="mia").text
    assert said == "Omar Odeh is away until the end of Thu Dec 31. Name another colleague."


def test_help_names_every_form(office: Office) -> None:
    said = office.types("/lead-sla", by="alice").lines
    assert said == office.types("/lead-sla help", by="alice").lines
    assert len(said) == 7


def test_who_is_away_while_on_call_is_told_so(office: Office) -> None:
    said = office.types("/lead-sla away until 18:00", by="mia").lines
    assert said[2] == "You are on call in that time, from 10:00 AM. To swap: /lead-sla cover."
