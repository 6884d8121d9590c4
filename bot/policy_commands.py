"""`lead-sla policy`: check a policy file, print its schema."""

import json
from pathlib import Path
from typing import Annotated

import typer

from bot.clock import now
from bot.policy_file import PolicyErrors, read_policy
from bot.policy_yaml import read_yaml
from sla.on_call_notes import on_call_notes
from sla.policy import Policy, Problem, not_in_force

app = typer.Typer(
    name="policy", help="Check a policy file, see what it would do, print its schema.", no_args_is_help=True
)

PolicyPath = Annotated[Path, typer.Argument(metavar="FILE", help="The policy file, such as policy.yaml.")]


@app.callback()
def policy() -> None:
    """Check a policy file, see what it would do, print its schema."""


@app.command()
def check(file: PolicyPath) -> None:
    """Validate a policy: all problems at once, each with its line and the mend."""
    try:
        read = read_policy(file)
    except PolicyErrors as errors:
        typer.echo(str(errors), err=True)
        raise typer.Exit(1) from None
    typer.echo(f"{file} is good: {sizes(read.policy)}, version {read.version_shown}")
    lines = read_yaml(read.text)
    notes = on_call_notes(read.policy, now())
    if notes:
        typer.echo("\nWorth a look:")
    for note in sorted(notes, key=lambda note: lines.line_of(note.loc)):
        path = Problem(loc=note.loc, message="", mend="").path
        typer.echo(f"{file}:{lines.line_of(note.loc)}: {path}: {note.text}")
    later = not_in_force(read.policy)
    if later:
        typer.echo("\nChecked and kept, but not in force yet in this version:")
    for sentence in later:
        typer.echo(f"- {sentence}")


@app.command()
def schema() -> None:
    """Print the policy's JSON Schema, for editors that complete and check while you type."""
    typer.echo(json.dumps(json_schema(), indent=2, ensure_ascii=False))


def json_schema() -> dict[str, object]:
    """The policy's JSON Schema, draft 2020-12."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **Policy.model_json_schema()}


def sizes(policy: Policy) -> str:
    """How much a policy holds: "4 tiers, 3 teams, 7 people"."""
    return ", ".join(
        _counted(number, one, many)
        for number, one, many in (
            (len(policy.tiers), "tier", "tiers"),
            (len(policy.teams), "team", "teams"),
            (len(policy.people), "person", "people"),
        )
    )


def _counted(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"
