"""What every part of the policy file has in common: frozen, strict about its keys, honest about its types."""

from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from functools import cached_property
from typing import Annotated, Any, Self

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    Strict,
    StringConstraints,
    ValidationError,
    model_validator,
)
from pydantic_core import InitErrorDetails, PydanticCustomError


class MisfitError(ValueError):
    """A value of the file that cannot be right: what is wrong, and what to write instead."""

    def __init__(self, message: str, mend: str) -> None:
        super().__init__(f"{message}. {mend}.")
        self.message = message
        self.mend = mend


def not_so_at(found: Iterable[tuple[tuple[str | int, ...], str, str]]) -> ValidationError:
    """The same for values deeper inside: (where below this place, what is wrong, what to write)."""
    return ValidationError.from_exception_data(
        "policy",
        [
            InitErrorDetails(
                type=PydanticCustomError("not_so", "{message}. {mend}.", {"message": message, "mend": mend}),
                loc=loc,
                input=None,
            )
            for loc, message, mend in found
        ],
    )


class Section(BaseModel):
    """A part of the file. A key with nothing behind it counts as left out, as if its line were not there."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    @model_validator(mode="before")
    @classmethod
    def _leave_out_what_is_empty(cls, data: Any) -> Any:
        if not isinstance(data, Mapping):
            return data
        known = {field.alias or name for name, field in cls.model_fields.items()}
        return {key: value for key, value in data.items() if value is not None or key not in known}

    def __copy__(self) -> Self:
        # What was worked out for this section must not follow a copy whose fields are then changed.
        copy = super().__copy__()
        for name in self.__dict__:
            if isinstance(getattr(type(self), name, None), cached_property):
                del copy.__dict__[name]
        return copy


def nearest(word: str, known: Iterable[str], likeness: float = 0.6) -> str | None:
    """The known name that `word` was probably meant to be, if one is near enough."""
    by_folded = {name.casefold(): name for name in known}
    close = get_close_matches(word.casefold(), by_folded, n=1, cutoff=likeness)
    return by_folded[close[0]] if close else None


def _without_repeats(values: tuple[Any, ...]) -> tuple[Any, ...]:
    for index, value in enumerate(values):
        if value in values[:index]:
            raise MisfitError(f"{value} stands here twice", "Write each once")
    return values


Flag = Annotated[bool, Strict()]
Count = Annotated[int, Strict(), Field(ge=1, le=100_000)]
CountOrNone = Annotated[int, Strict(), Field(ge=0, le=100_000)]
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]


def _channel(value: Any) -> Any:
    if isinstance(value, str) and not _is_channel(value):
        raise MisfitError(
            f'"{value}" is no Slack channel',
            'Write its id such as C0MANAGERS, or its name in quotes such as "#sales-managers"',
        )
    return value


def _is_channel(value: str) -> bool:
    if value.startswith("#"):
        name = value[1:]
        return 0 < len(name) <= 80 and name == name.lower() and not any(c in " .,#@<>" for c in name)
    return len(value) >= 4 and value[0] in "CG" and value.isascii() and value.isalnum() and value.isupper()


Channel = Annotated[
    str,
    BeforeValidator(_channel),
    Field(json_schema_extra={"examples": ["C0MANAGERS", "#sales-managers"]}),
]
PersonKey = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=320),
    Field(json_schema_extra={"examples": ["alice@acme.example", "U0ALICE"]}),
]
