"""The files of manifests/deploy as a test reads them: settings and commands, as they stand."""

import json
import re
import shlex
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "manifests" / "deploy"
KUBERNETES = sorted((DEPLOY / "kubernetes").glob("*.yaml"))


def text_of(name: str) -> str:
    return (DEPLOY / name).read_text(encoding="utf-8")


def compose() -> dict[str, Any]:
    read: dict[str, Any] = yaml.safe_load(text_of("compose.yaml"))
    return read


def kubernetes(kind: str) -> dict[str, Any]:
    """The one object of that kind."""
    [found] = [
        one
        for path in KUBERNETES
        for one in yaml.safe_load_all(path.read_text(encoding="utf-8"))
        if one["kind"] == kind
    ]
    read: dict[str, Any] = found
    return read


def instructions() -> list[tuple[str, str]]:
    """Those of the Dockerfile, with continued lines as one."""
    lines = re.sub(r"\\\n\s*", "", re.sub(r"^#.*\n", "", text_of("Dockerfile"), flags=re.MULTILINE))
    return [(word, rest) for word, _, rest in (line.partition(" ") for line in lines.splitlines()) if word]


def image() -> list[tuple[str, str]]:
    """The instructions of the last stage, which is what runs."""
    found = instructions()
    last = max(index for index, (word, _) in enumerate(found) if word == "FROM")
    return found[last:]


def settings_of_image() -> dict[str, str]:
    pairs = [pair for word, rest in image() if word == "ENV" for pair in shlex.split(rest)]
    return dict(pair.split("=", 1) for pair in pairs)


def command_of_image() -> list[str]:
    [said] = [rest for word, rest in image() if word == "CMD"]
    command: list[str] = json.loads(said)
    return command


def check_of_image() -> list[str]:
    [said] = [rest for word, rest in image() if word == "HEALTHCHECK"]
    command: list[str] = json.loads(said[said.index("[") :])
    return command


def unit() -> Iterator[tuple[str, str, str]]:
    """Section, key and value of each line of the systemd unit."""
    section = ""
    for line in text_of("lead-sla.service").splitlines():
        if line.startswith("["):
            section = line.strip("[]")
        elif line and not line.startswith("#"):
            key, _, value = line.partition("=")
            yield section, key, value


def of_unit(key: str) -> list[str]:
    return [value for _, known, value in unit() if known == key]


def settings_of_unit() -> Mapping[str, str]:
    return dict(value.split("=", 1) for value in of_unit("Environment"))
