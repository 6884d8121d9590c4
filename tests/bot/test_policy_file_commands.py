"""`policy check` and `policy schema`, as they are typed."""

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from typer.testing import CliRunner, Result

from bot.policy_commands import app, json_schema
from bot.policy_file import read_policy
from bot.policy_yaml import read_yaml

EXAMPLE = Path(__file__).parents[2] / "manifests" / "policy.example.yaml"


def typed(*words: str) -> Result:
    return CliRunner().invoke(app, list(words))


def test_a_good_policy_is_counted_and_named() -> None:
    shown = typed("check", str(EXAMPLE))
    version = read_policy(EXAMPLE).version[:6]
    first = shown.stdout.splitlines()[0]
    assert first == f"{EXAMPLE} is good: 4 tiers, 3 teams, 7 people, version {version}"
    assert shown.exit_code == 0
    assert shown.stderr == ""


@pytest.mark.parametrize(
    "part",
    [
        "tiers.follow_up",
        "tiers.disposition",
    ],
)
def test_a_good_policy_is_told_what_is_not_in_force_yet(part: str) -> None:
    assert f"\n- {part}: " in typed("check", str(EXAMPLE)).stdout


def test_what_is_odd_about_on_call_is_said_with_its_line(tmp_path: Path) -> None:
    file = tmp_path / "policy.yaml"
    cover = "    covers:\n      - {person: mia@acme.example, from: 2020-01-01, until: 2020-01-01}\n"
    text = EXAMPLE.read_text(encoding="utf-8").replace("    also_by: [sms]\n", f"    also_by: [sms]\n{cover}")
    file.write_text(text, encoding="utf-8")
    line = 2 + text[: text.index("    covers:")].count("\n")
    said = "this cover by Mia Moreno was over Thu 2020-01-02 00:00 and changes nothing."
    shown = typed("check", str(file))
    assert f"Worth a look:\n{file}:{line}: on_call.hot-leads.covers[0]: {said}\n" in shown.stdout
    assert shown.exit_code == 0


def test_one_person_is_counted_as_one(tmp_path: Path) -> None:
    file = tmp_path / "policy.yaml"
    team = "{calendar: c, reps: [a@b.example], managers: [a@b.example], manager_channel: C123}"
    file.write_text(
        "calendars: {c: {always: true}}\n"
        "people: [{email: a@b.example, name: A}]\n"
        f"teams: {{t: {team}}}\n"
        "tiers: [{name: All, when: {}, first_response: 1h, ladder: quiet}]\n"
        "ladders: {quiet: [{at: due, do: [notify_managers]}]}\n"
        "routing: {fallback: {team: t}}\n"
    )
    assert "is good: 1 tier, 1 team, 1 person, version " in typed("check", str(file)).stdout


def test_a_bad_policy_says_all_its_problems_on_standard_error(tmp_path: Path) -> None:
    file = tmp_path / "policy.yaml"
    file.write_text(EXAMPLE.read_text().replace("claim_response: 30m", "claim_respons: 30m") + "passes: {}\n")
    shown = typed("check", str(file))
    assert shown.exit_code == 1
    assert shown.stdout == ""
    assert "backup.claim_respons: " in shown.stderr.splitlines()[0]
    assert "passes stands here twice" in shown.stderr.splitlines()[1]


def test_a_file_that_is_not_there_is_one_line_and_one(tmp_path: Path) -> None:
    shown = typed("check", str(tmp_path / "policy.yaml"))
    assert shown.exit_code == 1
    assert len(shown.stderr.splitlines()) == 1
    assert "there is no such file" in shown.stderr


def test_check_without_a_file_is_wrong_usage() -> None:
    assert typed("check").exit_code == 2


def test_the_schema_is_printed_as_json() -> None:
    shown = typed("schema")
    assert shown.exit_code == 0
    assert json.loads(shown.stdout) == json_schema()


def test_the_schema_is_one_and_takes_the_sample() -> None:
    validator = jsonschema.Draft202012Validator
    validator.check_schema(json_schema())
    assert json_schema()["$schema"] == validator.META_SCHEMA["$id"]
    assert list(validator(json_schema()).iter_errors(read_yaml(EXAMPLE.read_text()).data)) == []


@pytest.mark.parametrize(
    ("section", "wrong"),
    [
        ("remindrs", {}),
        ("backup", {"rounds_max": "two"}),
        ("reminders", {"apart": "10 days"}),
        ("routing", {"fallback": {"team": "t"}, "nobody_available": "on-call"}),
        ("tiers", [{"name": "A", "first_response": "1h", "when": {"score": {"atleast": 5}}}]),
        ("teams", {"t": {"calendar": "c", "reps": []}}),
    ],
)
def test_the_schema_refuses_what_the_check_refuses(section: str, wrong: Any) -> None:
    data = read_yaml(EXAMPLE.read_text()).data | {section: wrong}
    assert not jsonschema.Draft202012Validator(json_schema()).is_valid(data)


def described_keys() -> list[tuple[str, dict[str, Any]]]:
    """Every key but those of calendars, with what the schema says of it or of what it refers to."""
    schema: Any = json_schema()
    definitions = schema["$defs"]
    found = []
    for name, model in [("Policy", schema), *definitions.items()]:
        if name not in ("WorkingCalendar", "PublicHolidays"):
            for key, value in model.get("properties", {}).items():
                referred = value.get("$ref", "").removeprefix("#/$defs/")
                found.append((f"{name}.{key}", definitions.get(referred, value)))
    return found


@pytest.mark.parametrize(
    ("name", "described"), described_keys(), ids=lambda value: value if isinstance(value, str) else ""
)
def test_every_key_of_the_schema_is_described(name: str, described: dict[str, Any]) -> None:
    assert described.get("description"), name


def test_the_schema_shows_the_defaults_of_sections_that_are_left_out() -> None:
    properties: Any = json_schema()["properties"]
    assert properties["reminders"]["default"] == {"apart": "10m"}
    assert properties["backup"]["default"]["rounds_max"] == 2
    assert properties["ladders"]["default"]["gentle"][0]["at"] == "80%"
