"""The files to deploy with: each is what its own tool takes, and they agree with each other and with the bot."""

import json
import re
import shutil
import subprocess
import sys
import tomllib
from fnmatch import fnmatch
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema
import kubernetes_validate
import pytest
import yaml

from bot.app import STOP_WITHIN
from bot.policy_file import parse_policy
from bot.settings import Settings
from tests.bot.deployed import (
    DEPLOY,
    KUBERNETES,
    ROOT,
    check_of_image,
    command_of_image,
    compose,
    image,
    instructions,
    kubernetes,
    of_unit,
    settings_of_image,
    settings_of_unit,
    text_of,
    unit,
)

PROGRAMS = Path(sys.executable).parent
OBJECTS = [path for path in KUBERNETES if path.name != "kustomization.yaml"]
NOBODY = 10001
SETTINGS = {str(field.validation_alias) for field in Settings.model_fields.values()}
SECRET = re.compile(r"xox[bp]-|xapp-|whsec_")


def container() -> dict[str, Any]:
    [found] = kubernetes("Deployment")["spec"]["template"]["spec"]["containers"]
    read: dict[str, Any] = found
    return read


def pod() -> dict[str, Any]:
    read: dict[str, Any] = kubernetes("Deployment")["spec"]["template"]["spec"]
    return read


class TestDockerfile:
    def test_hadolint_has_nothing_to_say(self) -> None:
        done = subprocess.run(
            [str(PROGRAMS / "hadolint"), "--no-color", str(DEPLOY / "Dockerfile")],
            capture_output=True,
            text=True,
            check=False,
        )
        assert (done.returncode, done.stdout) == (0, "")

    def test_it_runs_as_nobody_who_has_a_name(self) -> None:
        assert [rest for word, rest in image() if word == "USER"] == [f"{NOBODY}:{NOBODY}"]

    def test_everything_that_it_copies_is_there_and_let_through(self) -> None:
        copied = [
            source
            for word, rest in instructions()
            if word == "COPY" and "--from" not in rest
            for source in rest.split()[:-1]
        ]
        let_through = {
            line[1:] for line in text_of("Dockerfile.dockerignore").splitlines() if line.startswith("!")
        }
        assert set(copied) == let_through
        assert [source for source in copied if not (ROOT / source).exists()] == []

    def test_it_installs_what_the_lock_names_and_nothing_of_the_tests(self) -> None:
        [build] = [rest for word, rest in instructions() if word == "RUN" and "pip install" in rest]
        assert "--constraint requirements.lock ." in build
        assert "test" not in build

    def test_its_settings_are_settings_of_the_bot(self) -> None:
        ours = {name for name in settings_of_image() if name.startswith("LEAD_SLA_")}
        assert ours <= SETTINGS
        assert settings_of_image()["LEAD_SLA_HTTP"].endswith(":8080")
        assert ("EXPOSE", "8080") in image()


def test_every_file_beside_the_code_is_installed_with_it() -> None:
    said = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    data: dict[str, list[str]] = said["tool"]["setuptools"]["package-data"]
    left_out = []
    for package in ("bot", "sla", "storage"):
        for path in sorted((ROOT / package).rglob("*")):
            if not path.is_file() or path.suffix == ".py" or "__pycache__" in path.parts:
                continue
            inside = path.relative_to(ROOT)
            found = any(
                fnmatch(str(inside.relative_to(name.replace(".", "/"))) if name != "*" else path.name, form)
                for name, forms in data.items()
                if name == "*" or inside.is_relative_to(name.replace(".", "/"))
                for form in forms
            )
            if not found:
                left_out.append(str(inside))
    assert left_out == []


class TestCompose:
    def test_it_is_what_the_compose_specification_describes(self) -> None:
        schema = files("check_jsonschema") / "builtin_schemas" / "vendor" / "compose-spec.json"
        jsonschema.validate(compose(), json.loads(schema.read_text(encoding="utf-8")))

    def test_two_bots_wait_for_the_migration_and_it_for_the_database(self) -> None:
        services = compose()["services"]
        assert services["bot"]["deploy"]["replicas"] == 2
        assert services["bot"]["depends_on"]["migrate"]["condition"] == "service_completed_successfully"
        assert services["migrate"]["depends_on"]["database"]["condition"] == "service_healthy"

    @pytest.mark.parametrize("name", ["bot", "migrate"])
    def test_a_process_may_write_nothing_and_do_nothing_special(self, name: str) -> None:
        service = compose()["services"][name]
        assert (service["read_only"], service["cap_drop"]) == (True, ["ALL"])
        assert service["security_opt"] == ["no-new-privileges:true"]
        ours = {one for one in service["environment"] if one.startswith("LEAD_SLA_")}
        assert ours <= SETTINGS

    def test_it_builds_the_image_from_the_folder_of_the_project(self) -> None:
        build = compose()["services"]["bot"]["build"]
        assert (build["context"], (ROOT / build["dockerfile"]).resolve()) == (".", DEPLOY / "Dockerfile")

    def test_a_stop_is_waited_for_as_long_as_it_may_take(self) -> None:
        grace = int(compose()["services"]["bot"]["stop_grace_period"].removesuffix("s"))
        assert grace > STOP_WITHIN.total_seconds()


class TestKubernetes:
    @pytest.mark.parametrize("path", OBJECTS, ids=lambda path: path.name)
    def test_each_object_is_what_kubernetes_describes(self, path: Path) -> None:
        for one in yaml.safe_load_all(path.read_text(encoding="utf-8")):
            kubernetes_validate.validate(one, "1.30", strict=True)
            kubernetes_validate.validate(one, kubernetes_validate.latest_version(), strict=True)

    def test_every_object_is_applied(self) -> None:
        assert sorted(kubernetes("Kustomization")["resources"]) == [path.name for path in OBJECTS]

    def test_one_of_two_is_always_left(self) -> None:
        deployment, budget = kubernetes("Deployment")["spec"], kubernetes("PodDisruptionBudget")["spec"]
        assert (deployment["replicas"], budget["minAvailable"]) == (2, 1)
        assert deployment["strategy"]["rollingUpdate"]["maxUnavailable"] == 0
        labels = deployment["template"]["metadata"]["labels"].items()
        for selector in (
            budget["selector"]["matchLabels"],
            deployment["selector"]["matchLabels"],
            kubernetes("Service")["spec"]["selector"],
        ):
            assert selector.items() <= labels

    def test_a_process_is_nobody_and_may_write_nothing(self) -> None:
        assert pod()["securityContext"]["runAsNonRoot"]
        assert pod()["securityContext"]["runAsUser"] == NOBODY
        assert not pod()["automountServiceAccountToken"]
        for one in (container(), *pod()["initContainers"]):
            inside = one["securityContext"]
            assert inside["readOnlyRootFilesystem"]
            assert not inside["allowPrivilegeEscalation"]
            assert inside["capabilities"] == {"drop": ["ALL"]}
            assert {"cpu", "memory"} <= set(one["resources"]["requests"])

    def test_the_probes_ask_at_doors_that_the_bot_has(self) -> None:
        [port] = container()["ports"]
        asked = {
            name: container()[f"{name}Probe"]["httpGet"] for name in ("startup", "liveness", "readiness")
        }
        assert {name: one["path"] for name, one in asked.items()} == {
            "startup": "/healthz",
            "liveness": "/healthz",
            "readiness": "/readyz",
        }
        assert {one["port"] for one in asked.values()} == {port["name"]}
        [service] = kubernetes("Service")["spec"]["ports"]
        assert service["targetPort"] == port["name"]

    def test_a_stop_is_waited_for_as_long_as_it_may_take(self) -> None:
        pause = re.search(r"sleep\((\d+)\)", " ".join(container()["lifecycle"]["preStop"]["exec"]["command"]))
        assert pause is not None
        assert pod()["terminationGracePeriodSeconds"] > int(pause[1]) + STOP_WITHIN.total_seconds()

    def test_its_policy_is_good(self) -> None:
        parse_policy(kubernetes("ConfigMap")["data"]["policy.yaml"], "policy.yaml")

    def test_the_policy_stands_where_the_setting_says(self) -> None:
        settings = {one["name"]: one["value"] for one in container()["env"]}
        [mount] = [one for one in container()["volumeMounts"] if one["name"] == "policy"]
        assert settings["LEAD_SLA_POLICY"] == f"{mount['mountPath']}/policy.yaml"
        assert set(settings) <= SETTINGS


class TestUnit:
    def test_reload_and_stop_are_what_the_bot_understands(self) -> None:
        assert of_unit("ExecReload") == ["/bin/kill -HUP $MAINPID"]
        assert of_unit("KillSignal") == []
        assert int(of_unit("TimeoutStopSec")[0]) > STOP_WITHIN.total_seconds()

    def test_its_settings_are_settings_of_the_bot_and_its_file_stands_in_its_own_folder(self) -> None:
        ours = {name for name in settings_of_unit() if name.startswith("LEAD_SLA_")}
        assert ours <= SETTINGS
        state = of_unit("StateDirectory")[0]
        assert settings_of_unit()["LEAD_SLA_DATABASE_URL"].startswith(f"sqlite:////var/lib/{state}/")

    def test_it_is_shut_in(self) -> None:
        for key, value in {
            "NoNewPrivileges": "yes",
            "ProtectSystem": "strict",
            "ProtectHome": "yes",
            "CapabilityBoundingSet": "",
            "User": "lead-sla",
        }.items():
            assert of_unit(key) == [value], key

    def test_every_line_stands_in_a_section_and_says_something(self) -> None:
        assert {section for section, _, _ in unit()} == {"Unit", "Service", "Install"}
        assert [key for _, key, _ in unit() if not key.isalnum()] == []

    @pytest.mark.skipif(
        shutil.which("systemd-analyze") is None,
        reason="systemd-analyze is not installed here; Debian's package systemd has it",
    )
    def test_systemd_itself_has_nothing_to_say(self, tmp_path: Path) -> None:
        here = text_of("lead-sla.service").replace("/opt/lead-sla/bin", str(PROGRAMS))
        copy = tmp_path / "lead-sla.service"
        copy.write_text(here, encoding="utf-8")
        done = subprocess.run(
            ["systemd-analyze", "verify", "--man=no", str(copy)], capture_output=True, text=True, check=False
        )
        assert (done.returncode, [line for line in done.stderr.splitlines() if "lead-sla" in line]) == (0, [])


def test_every_way_starts_the_bot_by_the_same_command() -> None:
    starts = {
        "image": command_of_image(),
        "compose": compose()["services"]["bot"]["command"],
        "kubernetes": container()["command"],
        "systemd": of_unit("ExecStart")[0].removeprefix("/opt/lead-sla/bin/").split(),
    }
    assert set(map(tuple, starts.values())) == {("lead-sla", "run")}
    [migrate] = pod()["initContainers"]
    assert migrate["command"] == compose()["services"]["migrate"]["command"] == ["lead-sla", "db", "upgrade"]
    assert "/readyz" in check_of_image()[-1]


def test_no_secret_stands_in_any_file() -> None:
    for path in (*DEPLOY.glob("*"), *KUBERNETES):
        if path.is_file():
            assert not SECRET.search(path.read_text(encoding="utf-8")), path.name
    for one in (container(), *pod()["initContainers"]):
        assert one["envFrom"] == [{"secretRef": {"name": "lead-sla"}}]
