"""The policy file: read from disk, checked whole, every problem with its line; its version is its hash."""

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from bot.notify.templates import UnusableTemplate, load
from bot.policy_yaml import YamlText, read_yaml
from sla.policy import Loc, Policy, Problem, UnfitPolicyError, check_policy

BYTES_MAX = 1024 * 1024
VERSION_SHOWN = 6
_A_MODEL = "manifests/policy.example.yaml"


@dataclass(frozen=True, kw_only=True)
class FileProblem:
    """One problem of a policy file. `line` is None where the file as such could not be read."""

    file: str
    line: int | None
    path: str
    message: str
    mend: str

    def __str__(self) -> str:
        place = self.file if self.line is None else f"{self.file}:{self.line}"
        path = f" {self.path}:" if self.path else ""
        return f"{place}:{path} {self.message}. {self.mend}."


class PolicyErrors(Exception):
    """A policy file that cannot be used; its text has a line for each problem."""

    def __init__(self, problems: tuple[FileProblem, ...]) -> None:
        super().__init__(problems)
        self.problems = problems

    def __str__(self) -> str:
        return "\n".join(str(problem) for problem in self.problems)


@dataclass(frozen=True, kw_only=True)
class PolicyFile:
    """A good policy with the text that it was read from. `version` is the text's whole SHA-256."""

    policy: Policy
    version: str
    text: str
    path: Path

    @property
    def version_shown(self) -> str:
        """The beginning of the version, enough for people."""
        return self.version[:VERSION_SHOWN]


def version_of(text: str) -> str:
    """The version of a policy with this text."""
    return sha256(text.encode()).hexdigest()


def read_policy(path: Path | str) -> PolicyFile:
    """Read and check the file and the templates it names; PolicyErrors holds everything that is wrong with it."""
    file = Path(path)
    return parse_policy(_text_of(file), file, templates=file.parent)


def parse_policy(text: str, path: Path | str, *, templates: Path | None = None) -> PolicyFile:
    """Check a policy's text; `path` is where it is said to come from.

    With `templates`, also whether each text that it names is there or in the folder of that name in this place: an
    earlier policy, of which only the targets count, is good without.
    """
    read = read_yaml(text)
    found = [(problem.line, problem.loc, problem.message, problem.mend) for problem in read.problems]
    policy: Policy | None = None
    if read.is_read:
        try:
            policy = _checked(read)
            if templates is not None:
                found += [_on_its_line(read, problem) for problem in _templates(policy, templates)]
        except UnfitPolicyError as unfit:
            said = {loc for _, loc, _, _ in found if loc}
            found += [_on_its_line(read, problem) for problem in unfit.problems if problem.loc not in said]
    if found or policy is None:
        found.sort(key=lambda problem: problem[0])
        raise PolicyErrors(tuple(_as_file_problem(str(path), *problem) for problem in found))
    return PolicyFile(policy=policy, version=version_of(text), text=text, path=Path(path))


def _on_its_line(read: YamlText, problem: Problem) -> tuple[int, Loc, str, str]:
    return read.line_of(problem.loc), problem.loc, problem.message, problem.mend


def _checked(read: YamlText) -> Policy:
    if not isinstance(read.data, dict):
        message = "a policy is made of keys with values, such as calendars: and people:"
        raise UnfitPolicyError([Problem(loc=(), message=message, mend=f"Write it like {_A_MODEL}")])
    return check_policy(read.data)


def _templates(policy: Policy, beside: Path) -> Iterator[Problem]:
    for index, tier in enumerate(policy.tiers):
        promise = tier.after_hours.acknowledge if tier.after_hours is not None else None
        if promise is None:
            continue
        try:
            load(promise.template, beside)
        except UnusableTemplate as problem:
            loc = ("tiers", index, "after_hours", "acknowledge", "template")
            yield Problem(loc=loc, message=problem.message, mend=problem.mend)


def _as_file_problem(file: str, line: int | None, loc: Loc, message: str, mend: str) -> FileProblem:
    path = Problem(loc=loc, message=message, mend=mend).path
    return FileProblem(file=file, line=line, path=path, message=message, mend=mend)


def _text_of(file: Path) -> str:
    """The file's text; a file that is missing, unreadable, too large or not UTF-8 is said as such."""
    try:
        with file.open("rb") as opened:
            raw = opened.read(BYTES_MAX + 1)
    except FileNotFoundError:
        mend = f"Write one after {_A_MODEL}, or give the path of yours"
        raise _cannot_read(file, "there is no such file", mend) from None
    except IsADirectoryError:
        raise _cannot_read(file, "this is a folder", "Give the path of the file in it") from None
    except OSError as error:
        reason = (error.strerror or type(error).__name__).lower()
        raise _cannot_read(file, f"it cannot be read ({reason})", "Let the bot's user read it") from None
    if len(raw) > BYTES_MAX:
        raise _cannot_read(file, "it is larger than 1 MiB", "Give the path of a policy file")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise _cannot_read(file, "this is not UTF-8 text", "Save the file as UTF-8", line) from None


def _cannot_read(file: Path, message: str, mend: str, line: int | None = None) -> PolicyErrors:
    return PolicyErrors((_as_file_problem(str(file), line, (), message, mend),))
