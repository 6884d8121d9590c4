"""One thing that is wrong with a policy: where it stands, what is wrong, what to write instead."""

from dataclasses import dataclass

Loc = tuple[str | int, ...]


@dataclass(frozen=True, kw_only=True)
class Problem:
    """`loc` leads from the top of the file to the place, `message` and `mend` have no full stop."""

    loc: Loc
    message: str
    mend: str

    @property
    def path(self) -> str:
        """The place as people write it: `teams.enterprise.reps[1]`; empty for the file as a whole."""
        words = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in self.loc)
        return words.removeprefix(".")

    def __str__(self) -> str:
        place = f"{self.path}: " if self.loc else ""
        return f"{place}{self.message}. {self.mend}."
