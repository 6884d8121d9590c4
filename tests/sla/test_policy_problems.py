"""Each single thing that can be wrong with a policy has its words and its mend."""

from typing import Any

import pytest

from sla.policy import check_policy, problems
from tests.sla.policy_data import found_in, good, put

ON_CALL = {
    "timezone": "Europe/Berlin",
    "hand_over": {"day": "mon", "at": "09:00"},
    "starts": "2026-11-02",
    "rotation": ["ann@acme.example"],
}

ONE_THING_WRONG = [
    ("version", 2, 'version: "2" is not possible here. Write 1.'),
    ("remindrs", {}, 'remindrs: "remindrs" is not known here. Write reminders.'),
    ("people/0/nmae", "A", 'people[0].nmae: "nmae" is not known here. Write name.'),
    ("people/0/name", 7, 'people[0].name: this must be text, and 7 is not. Write it in quotes: "7".'),
    ("people/0/name", " ", "people[0].name: this is empty. Write something, or leave the key out."),
    ("people/0/slack", "@ann", 'people[0].slack: "@ann" is no Slack member id.'),
    ("people/0/phone", "0151", 'Write one such as "+15550100", in quotes.'),
    ("people/0/phone", 15550100, "people[0].phone: this must be text, and 15550100 is not."),
    ("people/0/weight", 0, "people[0].weight: 0 is too small. Write 1 or more."),
    (
        "people/0/weight",
        "2",
        'people[0].weight: "2" is no whole number. Write one such as 3, without quotes.',
    ),
    ("people/0/calendar", "alway", 'people[0].calendar: calendars has no "alway". Write always.'),
    ("people/1/slack", "U0ANN", "people[1].slack: U0ANN stands at people[0].slack already."),
    ("calendars/team", {"always": True}, 'calendars.team: "team" has a meaning of its own in tiers.'),
    ("teams/east/calendar", "nights", 'teams.east.calendar: calendars has no "nights". Write one of always.'),
    (
        "teams/east/reps",
        [],
        "teams.east.reps: at least one must stand here. Write reps: [alice@acme.example].",
    ),
    ("teams/east/reps", "ann@acme.example", "teams.east.reps: this must be a list, not"),
    (
        "teams/east/reps/1",
        "ben@acme.exmple",
        'teams.east.reps[1]: people has no "ben@acme.exmple". Write ben@acme.example.',
    ),
    (
        "teams/east/reps/1",
        "U0ZOE",
        'teams.east.reps[1]: people has no "U0ZOE". Add an entry with this Slack id under people.',
    ),
    (
        "teams/east/reps/1",
        "U0ANN",
        "teams.east.reps[1]: ann@acme.example stands at teams.east.reps[0] already.",
    ),
    ("teams/east/managers", [], "teams.east.managers: at least one must stand here."),
    ("teams/east/manager_channel", "managers", 'teams.east.manager_channel: "managers" is no Slack channel.'),
    (
        "teams/east/manager_channel",
        None,
        'manager_channel is missing. Write manager_channel: "#sales-managers" (in quotes, because # begins',
    ),
    (
        "teams/east/backups",
        [],
        "teams.east.backups: leads of tier Hot are handed to the backup queue, and nobody may claim them.",
    ),
    (
        "teams/east/backup_channel",
        None,
        "teams.east.backup_channel: leads of tier Hot are handed to the backup queue, and no channel shows it.",
    ),
    ("tiers/0/name", "Rest", "tiers[1].name: Rest stands at tiers[0].name already."),
    ("tiers/0/first_response", "1d", 'tiers[0].first_response: "1d" is not clear on a clock'),
    ("tiers/0/first_response", 5, "tiers[0].first_response: 5 has no unit."),
    ("tiers/0/calendar", "persn", 'tiers[0].calendar: calendars has no "persn". Write person.'),
    ("tiers/0/ladder", "gentel", 'tiers[0].ladder: ladders has no "gentel". Write gentle.'),
    (
        "tiers/0/when",
        {},
        "tiers[0].when: this matches every lead, so what stands after it is never reached (Rest).",
    ),
    (
        "tiers/1/when",
        {"score": {"at_least": 5}},
        "tiers: a lead that matches no tier would have no target. Add a last tier with `when: {}`",
    ),
    (
        "tiers/0/when",
        {"scor": {"at_least": 5}},
        'tiers[0].when.scor: a lead has no field "scor". Write score.',
    ),
    (
        "tiers/0/when",
        {"score": {"atleast": 5}},
        'tiers[0].when.score.atleast: "atleast" is not known here. Write at_least.',
    ),
    ("tiers/0/when", {"any": []}, "tiers[0].when.any: at least one must stand here."),
    (
        "tiers/0/after_hours",
        {"page": "nobody"},
        'tiers[0].after_hours.page: on_call has no "nobody". Add it under on_call.',
    ),
    (
        "tiers/0/after_hours",
        {"calendar": "alwys"},
        'tiers[0].after_hours.calendar: calendars has no "alwys". Write always.',
    ),
    ("tiers/0/follow_up", {"attempts": 3, "within": "3h"}, "tiers[0].follow_up.within: "),
    ("routing/fallback/team", "west", 'routing.fallback.team: teams has no "west". Write east.'),
    (
        "routing/rules",
        [{"when": {}, "team": "eats"}],
        'routing.rules[0].team: teams has no "eats". Write east.',
    ),
    (
        "routing/rules",
        [{"when": {}, "team": "east"}] * 2,
        "routing.rules[0].when: this matches every lead, so what stands after it is never reached (rule 2).",
    ),
    (
        "routing/keep_crm_owner",
        "yes",
        'routing.keep_crm_owner: "yes" is neither true nor false. Write true or false.',
    ),
    (
        "routing/rules",
        [{"when": {"any": [{"tier": {"in": ["Hto"]}}]}, "team": "east"}],
        'routing.rules[0].when.any[0].tier: tiers has no "Hto". Write Hot.',
    ),
    (
        "tiers/0/when",
        {"tier": {"equals": "Hot"}},
        "tiers[0].when.tier: a tier is found before its name is known.",
    ),
    ("routing/unowned", {"tell": []}, "routing.unowned.tell: nobody would hear of a lead that has nobody."),
    ("routing/unowned", {"tell": ["U0ZOE"]}, 'routing.unowned.tell[0]: people has no "U0ZOE".'),
    ("routing/nobody_available", "on_call", "routing.nobody_available: on_call has no rotation."),
    (
        "routing/on_reassignment",
        "restat",
        'routing.on_reassignment: "restat" is not possible here. Write restart.',
    ),
    ("backup", {"rounds_max": 0}, "backup.rounds_max: 0 is too small. Write 1 or more."),
    (
        "backup",
        {"unclaimed": {"remind_after": "2h"}},
        "backup.unclaimed.remind_after: the reminder comes no earlier than the managers' decision.",
    ),
    ("backup", [], "backup: here must stand keys with values, not a list."),
    ("notices", {"managers": {"mention": ["Warm"]}}, 'notices.managers.mention[0]: tiers has no "Warm".'),
    ("extend", {"choices": []}, "extend.choices: at least one must stand here."),
    ("extend", {"choices": ["1h", "15m"]}, "extend.choices: the choices are not in order."),
    ("extend", {"choices": ["60m", "1h"]}, "extend.choices: a choice stands here twice."),
    ("extend", {"choices": [f"{n}m" for n in range(1, 12)]}, "extend.choices: at most 10 may stand here."),
    ("outage", {"after": "5m"}, "outage.tell: nobody would hear of an outage."),
    ("outage", {"tell": ["U0ZOE"]}, 'outage.tell[0]: people has no "U0ZOE".'),
    ("ops", {"people": ["U0ZOE"]}, 'ops.people[0]: people has no "U0ZOE".'),
    ("ops", {"channel": "C 1"}, 'ops.channel: "C 1" is no Slack channel.'),
    (
        "on_call",
        {"hot": ON_CALL | {"rotation": ["U0ZOE"]}},
        'on_call.hot.rotation[0]: people has no "U0ZOE".',
    ),
    ("on_call", {"hot": ON_CALL | {"rotation": []}}, "on_call.hot.rotation: nobody is in this rotation."),
    (
        "on_call",
        {"hot": ON_CALL | {"also_by": ["sms"]}},
        "on_call.hot.also_by: Ann has no phone number for sms.",
    ),
    (
        "on_call",
        {"hot": ON_CALL | {"timezone": "Europe/Berln"}},
        'on_call.hot.timezone: there is no time zone "Europe/Berln". Write Europe/Berlin.',
    ),
    ("on_call", {"hot": ON_CALL | {"starts": "2026-02-30"}}, "on_call.hot.starts: '2026-02-30' is no date."),
    (
        "on_call",
        {"hot": ON_CALL | {"hand_over": {"day": "mon", "at": "9"}}},
        'on_call.hot.hand_over.at: "9" is no time of day.',
    ),
    ("intake", {"required": ["emial"]}, 'intake.required[0]: a lead has no field "emial". Write email.'),
    ("intake", {"sources": {"a b": {}}}, "intake.sources.a b: a source's name has only letters"),
    (
        "intake",
        {"sources": {"crm": {"fields": {"external_id": "id", "scoer": "s"}}}},
        'intake.sources.crm.fields.scoer: a lead has no field "scoer". Write score.',
    ),
    (
        "intake",
        {"sources": {"crm": {"fields": {"email": "e"}}}},
        "intake.sources.crm.fields: without external_id no lead of this source could be taken.",
    ),
    (
        "intake",
        {"slack": {"allowed_apps": ["crm"]}},
        'intake.slack.allowed_apps[0]: "crm" is no Slack app id.',
    ),
    (
        "contact",
        {"counts": "talk"},
        'contact.counts: "talk" is not possible here. Write one of attempt, conversation.',
    ),
]


@pytest.mark.parametrize(("path", "value", "said"), ONE_THING_WRONG)
def test_one_thing_wrong_is_one_problem(path: str, value: Any, said: str) -> None:
    data = good()
    put(path, value)(data)
    [problem] = found_in(data)
    assert said in problem


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        ("people/0/email", "ann", 'people[0].email: "ann" is no e-mail address.'),
        ("people/1/email", "ANN@acme.example", "people[1].email: ann@acme.example stands at people[0].email"),
    ],
)
def test_a_wrong_address_is_said_before_those_who_are_missing_for_it(
    path: str, value: Any, said: str
) -> None:
    data = good()
    put(path, value)(data)
    first, *others = found_in(data)
    assert said in first
    assert all('people has no "' in problem for problem in others)


def test_a_good_policy_has_no_problem() -> None:
    assert problems(check_policy(good())) == []


def test_an_after_hours_page_names_a_rotation() -> None:
    data = good() | {"on_call": {"hot": ON_CALL}}
    data["tiers"][0]["after_hours"] = {"page": "hot"}
    data["routing"]["nobody_available"] = "on_call"
    assert check_policy(data).tiers[0].after_hours is not None
