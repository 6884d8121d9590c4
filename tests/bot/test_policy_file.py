"""A policy file is read whole or refused with every problem at its line."""

from hashlib import sha256
from pathlib import Path

import pytest

from bot.policy_file import BYTES_MAX, PolicyErrors, parse_policy, read_policy

EXAMPLE = Path(__file__).parents[2] / "manifests" / "policy.example.yaml"
MINIMAL = """\
calendars:
  always: {always: true}
people:
  - {email: ann@acme.example, name: Ann}
teams:
  east:
    calendar: always
    reps: [ann@acme.example]
    managers: [ann@acme.example]
    manager_channel: "#managers"
    backups: [ann@acme.example]
    backup_channel: "#backup"
tiers:
  - {name: All, when: {}, first_response: 1h}
routing:
  fallback: {team: east}
"""


def said_of(text: str) -> list[str]:
    with pytest.raises(PolicyErrors) as caught:
        parse_policy(text, "policy.yaml")
    return str(caught.value).splitlines()


def test_the_sample_policy_is_good_and_says_what_it_says() -> None:
    policy = read_policy(EXAMPLE).policy
    assert (len(policy.tiers), len(policy.teams), len(policy.people)) == (4, 3, 7)
    assert [str(step.at) for step in policy.ladders["gentle"]] == ["80%", "due", "8h after due"]
    assert str(policy.on_call["hot-leads"].starts) == "2026-11-02"
    assert policy.intake.sources["hubspot"].fields is not None


def test_little_is_needed() -> None:
    assert parse_policy(MINIMAL, "policy.yaml").policy.name == "Lead SLA"


def test_the_version_is_the_hash_of_the_text_and_its_beginning_is_shown() -> None:
    file = parse_policy(MINIMAL, "policy.yaml")
    assert file.version == sha256(MINIMAL.encode()).hexdigest()
    assert file.version_shown == file.version[:6]
    assert file.version != parse_policy(MINIMAL + "# a word more\n", "policy.yaml").version
    assert parse_policy(file.text, file.path) == file


def test_every_problem_stands_at_its_line_in_the_order_of_the_file() -> None:
    text = (
        MINIMAL.replace("reps: [ann", "reps: [anna").replace("1h}", "1d}").replace("name: Ann", "nmae: Ann")
    )
    assert [line.partition(". ")[0] for line in said_of(text)] == [
        'policy.yaml:4: people[0].nmae: "nmae" is not known here',
        'policy.yaml:8: teams.east.reps[0]: people has no "anna@acme.example"',
        'policy.yaml:14: tiers[0].first_response: "1d" is not clear on a clock: a day can be 24 hours, the working '
        "hours of one day, or until the same time on the next working day",
    ]


def test_a_list_of_lines_has_each_entry_at_its_own() -> None:
    text = MINIMAL.replace(
        "reps: [ann@acme.example]", "reps:\n      - ann@acme.example\n      - zoe@acme.example"
    )
    assert said_of(text) == [
        'policy.yaml:10: teams.east.reps[1]: people has no "zoe@acme.example". '
        "Add an entry with this address under people."
    ]


def test_what_is_missing_is_said_where_it_belongs() -> None:
    text = MINIMAL.replace('    manager_channel: "#managers"\n', "")
    [said] = said_of(text)
    assert said.startswith("policy.yaml:6: teams.east.manager_channel: manager_channel is missing.")


def test_a_channel_without_quotes_is_a_comment_and_that_is_said() -> None:
    [said] = said_of(MINIMAL.replace('manager_channel: "#managers"', "manager_channel: #managers"))
    assert said.startswith("policy.yaml:10: teams.east.manager_channel: manager_channel is missing.")
    assert "in quotes, because # begins a comment" in said


def test_a_key_given_twice_is_refused_with_both_lines_beside_all_other_problems() -> None:
    text = MINIMAL + "reminders: {apart: 5m}\nbackup: {rounds: 3}\nreminders: {apart: 10m}\n"
    assert said_of(text) == [
        'policy.yaml:18: backup.rounds: "rounds" is not known here. Write rounds_max.',
        "policy.yaml:19: reminders: reminders stands here twice, first in line 17. Keep one of the two.",
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "policy.yaml:1: the file is empty."),
        ("# only a comment\n", "policy.yaml:1: the file is empty."),
        (
            "- a\n- b\n",
            "policy.yaml:1: a policy is made of keys with values, such as calendars: and people:.",
        ),
        ("hello", "policy.yaml:1: a policy is made of keys with values"),
        (MINIMAL + "reminders:\n\tapart: 5m\n", "policy.yaml:18: a tab stands where only spaces may."),
        (MINIMAL + "reminders: {apart: 5m\n", "policy.yaml:18: a bracket or comma is missing."),
        (MINIMAL + 'name: "Acme\n', "policy.yaml:18: a quote is not closed."),
        (
            MINIMAL + "reminders:\n    apart: 5m\n  x: 1\n",
            "policy.yaml:19: the line does not begin where its",
        ),
        (MINIMAL + "name: Acme: leads\n", "policy.yaml:17: a colon stands where none may"),
        (MINIMAL + "reminders\npasses: {}\n", "policy.yaml:18: a key without its colon."),
        (MINIMAL + "name: @acme\n", "policy.yaml:17: a sign that needs quotes begins this value."),
        (MINIMAL + "reminders: *calm\n", "policy.yaml:17: the name behind * was not given with & before."),
        (MINIMAL + "---\nname: Other\n", "policy.yaml:17: a second document begins here."),
        (
            MINIMAL + "name: !!python/name:os.system\n",
            "policy.yaml:17: name: the tag !!python/name:os.system",
        ),
        (MINIMAL + "reminders: !calm {apart: 5m}\n", "policy.yaml:17: reminders: the tag !calm"),
        (MINIMAL + "? [a, b]\n: c\n", "policy.yaml:17: a key must be a word."),
        (MINIMAL + 'name: "a\\qb"\n', "policy.yaml:17: a backslash in double quotes."),
        (MINIMAL + "name: a\x00b\n", "policy.yaml:17: the character U+0000 cannot stand in a policy."),
        (MINIMAL + "name: " + "[" * 5000, "policy.yaml:1: brackets are nested too deeply."),
        ("a: &a [*a]\n", "policy.yaml:1: a[0][0][0]: this is nested too deeply or repeats itself too often."),
        ("a: &a {<<: *a}\n", "policy.yaml:1: this is nested too deeply or repeats itself too often."),
    ],
)
def test_text_that_is_no_yaml_of_ours_is_refused_at_its_line(text: str, said: str) -> None:
    [problem] = said_of(text)
    assert problem.startswith(said)


def test_a_small_text_cannot_describe_a_huge_policy() -> None:
    text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
    for level in range(9):
        text += f"a{level + 1}: &a{level + 1} [{', '.join([f'*a{level}'] * 10)}]\n"
    [problem] = said_of(text)
    assert "repeats itself too often" in problem


@pytest.mark.parametrize("word", ["yes", "no", "on", "off", "Yes", "TRUE", "y"])
def test_only_true_and_false_are_booleans(word: str) -> None:
    [said] = said_of(MINIMAL.replace("east}", f"east}}\n  keep_crm_owner: {word}"))
    assert said.startswith(f'policy.yaml:17: routing.keep_crm_owner: "{word}" is neither true nor false.')


def test_the_country_norway_stays_a_word() -> None:
    rule = "{when: {country: {in: [NO, SE]}}, team: east}"
    policy = parse_policy(MINIMAL + f"  rules: [{rule}]\n", "policy.yaml").policy
    assert policy.routing.rules[0].when.matches({"country": "no"})


@pytest.mark.parametrize(
    "word", ["10:30", "2026-11-02", "0777", "1_000", "0x1F", "1e3", "+49", ".inf", "off"]
)
def test_dates_times_and_odd_figures_stay_text(word: str) -> None:
    assert parse_policy(MINIMAL + f"name: {word}\n", "policy.yaml").policy.name == word


def test_a_phone_number_without_quotes_stays_text() -> None:
    text = MINIMAL.replace("name: Ann}", "name: Ann, phone: +15550100}")
    assert parse_policy(text, "policy.yaml").policy.people[0].phone == "+15550100"


@pytest.mark.parametrize(("figure", "matches"), [("75", True), ("75.5", False), ("-3", True), ("0", True)])
def test_plain_figures_are_numbers(figure: str, matches: bool) -> None:
    tier = f"{{name: Hot, when: {{score: {{at_least: {figure}}}}}, first_response: 5m}}"
    policy = parse_policy(MINIMAL.replace("tiers:\n", f"tiers:\n  - {tier}\n"), "policy.yaml").policy
    assert policy.tiers[0].when.matches({"score": 75}) is matches


def test_anchors_save_writing_a_team_twice() -> None:
    text = MINIMAL.replace("  east:\n", "  east: &calm\n").replace(
        "tiers:\n", "  west:\n    <<: *calm\n    manager_channel: C0WEST\ntiers:\n"
    )
    teams = parse_policy(text, "policy.yaml").policy.teams
    assert teams["west"].reps == teams["east"].reps
    assert teams["west"].manager_channel == "C0WEST"


def test_what_is_wrong_in_an_anchored_part_is_said_where_it_is_written() -> None:
    text = MINIMAL.replace("  east:\n", "  east: &calm\n").replace("reps: [ann", "reps: [zoe")
    text = text.replace("tiers:\n", "  west:\n    <<: *calm\ntiers:\n")
    assert [said.partition(": people")[0] for said in said_of(text)] == [
        "policy.yaml:8: teams.east.reps[0]",
        "policy.yaml:8: teams.west.reps[0]",
    ]


def test_windows_line_ends_and_a_byte_order_mark_change_nothing_but_the_version(tmp_path: Path) -> None:
    file = tmp_path / "policy.yaml"
    file.write_bytes(b"\xef\xbb\xbf" + MINIMAL.replace("\n", "\r\n").encode())
    assert read_policy(file).policy == parse_policy(MINIMAL, "policy.yaml").policy
    assert read_policy(file).text == MINIMAL.replace("\n", "\r\n")


def refused(file: Path) -> str:
    with pytest.raises(PolicyErrors) as caught:
        read_policy(file)
    return str(caught.value).removeprefix(str(file))


def test_a_file_that_is_not_there_says_where_a_model_is(tmp_path: Path) -> None:
    assert refused(tmp_path / "policy.yaml") == (
        ": there is no such file. Write one after manifests/policy.example.yaml, or give the path of yours."
    )


def test_a_folder_is_no_policy(tmp_path: Path) -> None:
    assert refused(tmp_path) == ": this is a folder. Give the path of the file in it."


def test_a_name_that_no_file_can_have_is_said(tmp_path: Path) -> None:
    assert refused(tmp_path / ("x" * 300)) == (
        ": it cannot be read (file name too long). Let the bot's user read it."
    )


def test_a_file_in_another_encoding_is_said_with_its_line(tmp_path: Path) -> None:
    file = tmp_path / "policy.yaml"
    file.write_bytes(b"version: 1\nname: M\xfcnchen\n")
    assert refused(file) == ":2: this is not UTF-8 text. Save the file as UTF-8."


def test_a_huge_file_is_not_read(tmp_path: Path) -> None:
    file = tmp_path / "policy.yaml"
    file.write_bytes(b"#" * (BYTES_MAX + 1))
    assert refused(file) == ": it is larger than 1 MiB. Give the path of a policy file."
