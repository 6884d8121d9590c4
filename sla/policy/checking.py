"""Checks a policy file's plain data as a whole: every problem of it at once, or the policy."""

from collections.abc import Mapping
from typing import Any, get_args

from pydantic import BaseModel, ValidationError

from sla.policy.checks import Names, problems
from sla.policy.condition import Condition, FieldTest
from sla.policy.policy import Policy
from sla.policy.problem import Loc, Problem
from sla.policy.section import nearest
from sla.policy.wrong_shape import as_problem

# Each round takes out what the round before found, so that what it hid is found too. One round goes one level
# up at least, and a file nests less deep than this.
ROUNDS_MAX = 60

# What stands for a section that is missing or unusable, so that the others can still be checked.
_STAND_INS: Mapping[str, Any] = {
    "calendars": {"-": {"always": True}},
    "people": [{"email": "nobody@example.invalid", "name": "-"}],
    "teams": {"-": {"calendar": "-", "reps": ["-"], "managers": ["-"], "manager_channel": "C000"}},
    "tiers": [{"name": "-", "when": {}, "first_response": "1h"}],
    "routing": {"fallback": {"team": "-"}},
}


class UnfitPolicyError(ValueError):
    """A policy that cannot be; `problems` holds everything that is wrong with it."""

    def __init__(self, found: list[Problem]) -> None:
        super().__init__("\n".join(str(problem) for problem in found))
        self.problems = found


def check_policy(data: object) -> Policy:
    """The policy that the data describes; UnfitPolicyError names all that is wrong, with its mend."""
    found: list[Problem] = []
    masked: set[Loc] = set()
    taken_out: set[Loc] = set()
    for _ in range(ROUNDS_MAX):
        cut = _Cut(data, taken_out)
        try:
            policy = Policy.model_validate(cut.kept)
        except ValidationError as failure:
            taken_before = len(taken_out)
            _note(failure, cut, found, masked, taken_out)
            if () in taken_out or len(taken_out) == taken_before:
                break
        else:
            seen = masked | {problem.loc for problem in found} | {loc for loc in taken_out if len(loc) == 1}
            crossed = [cut.moved_back(problem) for problem in problems(policy, Names.of(data))]
            found += [problem for problem in crossed if not any(_related(problem.loc, loc) for loc in seen)]
            if not found:
                return policy
            break
    raise UnfitPolicyError(list(dict.fromkeys(found)))


def _note(
    failure: ValidationError, cut: "_Cut", found: list[Problem], masked: set[Loc], taken_out: set[Loc]
) -> None:
    """Add what one round found, and what the next round must do without.

    What is wrong with a place only because of what is wrong inside it, is an echo and is not said.
    """
    seen = {problem.loc for problem in found}
    errors = [
        (cut.original(error["loc"], is_missing=error["type"] == "missing"), error)
        for error in failure.errors(include_url=False)
    ]
    fresh: list[Problem] = []
    for loc, error in errors:
        if any(other != loc and _begins(other, loc) for other, _ in errors):
            continue
        known = known_keys(loc[:-1])
        if error["type"] == "extra_forbidden" and (near := nearest(str(loc[-1]), known)):
            masked.add((*loc[:-1], near))
        if not any(_begins(earlier, loc) for earlier in seen):
            fresh.append(as_problem(error, loc, known))
        goes = loc[:-1] if error["type"] == "missing" or loc in taken_out else loc
        taken_out.add(goes or loc[:1])
    found += [problem for problem in fresh if problem.loc not in masked]


def _begins(loc: Loc, start: Loc) -> bool:
    return loc[: len(start)] == start


def _related(one: Loc, other: Loc) -> bool:
    """Whether one place lies within the other: what is wrong there may be only an echo."""
    return _begins(one, other) or _begins(other, one)


class _Cut:
    """The data without some of its places, and the way back from places in it to those of the file."""

    def __init__(self, data: object, taken_out: set[Loc]) -> None:
        self._taken_out = taken_out
        self._indices: dict[Loc, list[int]] = {}
        self.kept = None if () in taken_out else self._without(data, (), ())
        if isinstance(self.kept, dict):
            for section, stand_in in _STAND_INS.items():
                if (section,) in taken_out:
                    self.kept[section] = stand_in

    def _without(self, data: Any, loc: Loc, kept_loc: Loc) -> Any:
        if isinstance(data, Mapping):
            return {
                key: self._without(value, (*loc, key), (*kept_loc, key))
                for key, value in data.items()
                if (*loc, key) not in self._taken_out
            }
        if isinstance(data, (list, tuple)):
            stay = [index for index in range(len(data)) if (*loc, index) not in self._taken_out]
            self._indices[kept_loc] = stay
            return [
                self._without(data[index], (*loc, index), (*kept_loc, position))
                for position, index in enumerate(stay)
            ]
        return data

    def original(self, loc: Loc, is_missing: bool = False) -> Loc:
        """The place in the file; names of pydantic's own that stand in a location are left out."""
        place: Loc = ()
        here: Any = self.kept
        kept_loc: Loc = ()
        for step in loc:
            if isinstance(here, Mapping) and step in here:
                place = (*place, step)
            elif isinstance(here, list) and isinstance(step, int) and step < len(here):
                place = (*place, self._indices.get(kept_loc, range(len(here)))[step])
            else:
                continue
            here, kept_loc = here[step], (*kept_loc, step)
        return (*place, loc[-1]) if is_missing and (not place or here is not None) else place

    def moved_back(self, problem: Problem) -> Problem:
        """The problem at its place in the file; a place that the file does not hold stays as it is."""
        loc = self.original(problem.loc)
        rest = problem.loc[len(loc) :]
        return Problem(loc=loc + rest, message=problem.message, mend=problem.mend)


def known_keys(loc: Loc) -> tuple[str, ...]:
    """The keys that may stand at a place of the file; none where every key is the writer's own."""
    here: Any = Policy
    for step in loc:
        here = _below(here, step)
    model = _model_in(here)
    if model is None:
        return ()
    return tuple(field.alias or name for name, field in model.model_fields.items())


def _model_in(annotation: Any) -> type[BaseModel] | None:
    """The model that a value of this type is: itself, or what is wrapped by `X | None` or Annotated."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    origin = getattr(annotation, "__origin__", None)
    if origin in (dict, tuple, list):
        return None
    return next((model for part in get_args(annotation) if (model := _model_in(part)) is not None), None)


def _below(annotation: Any, step: str | int) -> Any:
    """The type of what stands under a key or index of a value of this type."""
    model = _model_in(annotation)
    if model is not None:
        for name, field in model.model_fields.items():
            if (field.alias or name) == step:
                return field.annotation
        return FieldTest if model is Condition else None
    origin = getattr(annotation, "__origin__", None)
    arguments = get_args(annotation)
    if origin is dict:
        return arguments[1]
    if origin in (tuple, list):
        return arguments[0]
    return next((found for part in arguments if (found := _below(part, step)) is not None), None)
