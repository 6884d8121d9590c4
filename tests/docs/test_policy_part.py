"""What the README says about each section of the policy is what comes out, to the figure."""

import json
import re
import shlex
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pydantic import BaseModel
from typer.testing import CliRunner

from bot.__main__ import app
from sla.policy import Policy
from storage.database import Database
from tests.bot.courier.outside_office import OutsideOffice, open_outside_office
from tests.docs.policy_part import Example, Shown, examples, leads, overview, part, prose_and_blocks, sections
from tests.docs.stages import BesideSlack, InSlack
from tests.docs.tale import play
from tests.stories.office import Office

pytestmark = pytest.mark.thorough

EXAMPLES = tuple(examples())
PLACE_OUTSIDE = re.compile(r"→ (\S+@\S+|\+\d+): ")


def shown(kind: str, is_meant: Callable[[Shown], bool] = lambda one: True) -> pytest.MarkDecorator:
    return pytest.mark.parametrize(
        ("example", "block"),
        [
            pytest.param(example, one, id=f"{example} {number}")
            for example in (overview(), *EXAMPLES)
            for number, one in enumerate(example.shown, start=1)
            if one.kind == kind and is_meant(one)
        ],
    )


def is_outside(block: Shown) -> bool:
    return PLACE_OUTSIDE.search(block.text) is not None


@pytest.fixture
def outside(sqlite_database: Database) -> Iterator[OutsideOffice]:
    with open_outside_office(sqlite_database) as office:
        yield office


@pytest.mark.parametrize("example", EXAMPLES, ids=str)
def test_each_example_makes_a_good_policy(example: Example, tmp_path: Path) -> None:
    policy = tmp_path / "policy.yaml"
    policy.write_text(example.policy_text(), encoding="utf-8")
    answer = CliRunner().invoke(app, ["policy", "check", str(policy)])
    assert (answer.exit_code, answer.stderr) == (0, "")


@pytest.mark.parametrize("example", EXAMPLES, ids=str)
def test_each_example_shows_what_comes_of_it(example: Example) -> None:
    assert example.shown


@shown("console")
def test_what_a_command_says_is_what_the_readme_shows(
    example: Example, block: Shown, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("policy.yaml").write_text(example.policy_text(), encoding="utf-8")
    for name, lead in leads().items():
        Path(f"{name}.json").write_text(json.dumps(lead), encoding="utf-8")
    said: list[str] = []
    for line in block.lines:
        if line.startswith("$ lead-sla "):
            answer = CliRunner().invoke(app, shlex.split(line)[2:])
            said = answer.output.splitlines()
            continue
        # Lines that the README leaves out stand in between.
        assert line in said, f"{line!r} is not in what is said then: {said}"
        said = said[said.index(line) + 1 :]


@shown("text", lambda block: not is_outside(block))
def test_what_happens_in_slack_is_what_the_readme_tells(
    example: Example, block: Shown, office: Office
) -> None:
    office.policy_file.write_text(example.policy_text(), encoding="utf-8")
    office.the_policy_changes(lambda policy: None)
    play(block.text, InSlack(office), leads())


@shown("text", is_outside)
def test_what_goes_by_mail_and_text_message_is_what_the_readme_tells(
    example: Example, block: Shown, outside: OutsideOffice, tmp_path: Path
) -> None:
    policy = tmp_path / "policy.yaml"
    policy.write_text(example.policy_text(), encoding="utf-8")
    outside.office.policies.replace(policy, outside.office.now)
    play(block.text, BesideSlack(outside), leads())


NOBODY = re.findall(r"^\| `(\w+)` \| (.+) \|$", sections()["routing"], re.MULTILINE)


@pytest.mark.parametrize(("what", "comes_of_it"), NOBODY)
def test_each_way_of_a_lead_that_nobody_can_take(what: str, comes_of_it: str, tmp_path: Path) -> None:
    away = [{"from": "2026-11-23", "until": "2026-11-24"}]
    nobody = {
        "people": [{"email": f"{name}@acme.example", "away": away} for name in ("alice", "bob")],
        "routing": {"nobody_available": what},
    }
    policy, lead = tmp_path / "policy.yaml", tmp_path / "dana.json"
    example = Example(section="routing", number=0, changes=nobody, shown=())
    policy.write_text(example.policy_text(), encoding="utf-8")
    lead.write_text(json.dumps(leads()["dana"]), encoding="utf-8")
    asked = ["policy", "explain", str(policy), "--lead", str(lead), "--at", "2026-11-23T10:00-05:00"]
    assert f"  Mon Nov 23, 10:00  {comes_of_it}" in CliRunner().invoke(app, asked).output.splitlines()


def test_every_way_of_a_lead_that_nobody_can_take_is_shown() -> None:
    ways = Policy.model_json_schema()["$defs"]["Routing"]["properties"]["nobody_available"]["enum"]
    assert set(ways) == {what for what, _ in NOBODY}


def test_every_section_of_the_policy_has_one_of_the_readme_with_an_example() -> None:
    explained = {name for example in EXAMPLES for name in example.changes}
    headed = {word for heading in sections() for word in re.findall(r"\w+", heading)}
    wanted = set(Policy.model_fields) - {"version", "name"}
    assert (wanted - explained, wanted - headed) == (set(), set())


def test_every_key_of_the_policy_is_named() -> None:
    text = part()
    assert [key for key in keys_of(Policy) if not re.search(rf"\b{key}\b", text)] == []


def test_each_section_has_its_line_in_the_table_of_contents() -> None:
    contents = re.findall(r"^\| \[(.+?)\]\(#(.+?)\) \|", part(), re.MULTILINE)
    assert contents == [
        (heading, re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-")) for heading in sections()
    ]


def keys_of(model: type[BaseModel]) -> Iterator[str]:
    """Every key that a policy file may have; the working hours' own are those of the calendars."""
    schema = model.model_json_schema(by_alias=True)
    for one in (schema, *schema["$defs"].values()):
        yield from one.get("properties", {})


@pytest.mark.parametrize("section", sections())
def test_a_time_that_is_explained_is_one_of_those_that_are_shown(section: str) -> None:
    said, in_blocks = prose_and_blocks(sections()[section])
    asked = "\n".join(comes_of_it for _, comes_of_it in NOBODY if comes_of_it in said)
    assert times_in(said) - times_in(in_blocks + asked) == set()


def times_in(text: str) -> set[tuple[int, str]]:
    """Times of day as a clock with hands shows them: people read 1:15 PM where the policy says 13:15."""
    without_offsets = re.sub(r"[+-]\d\d:\d\d", "", text)
    return {(int(hour) % 12, minute) for hour, minute in re.findall(r"(\d{1,2}):(\d\d)", without_offsets)}
