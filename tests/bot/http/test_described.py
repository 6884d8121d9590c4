"""Whatever the description allows, and much that it does not, is sent to the door: it answers as described."""

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis.checks import CHECKS

from storage.database import Database
from tests.bot.http.served import ADMIN_KEY, Door, served

HELD_TO = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
    "allow_header_conformance",
    "unsupported_method",
    "ignored_auth",
)
"""Not that wrong values are refused: a lead with one is kept, and waits for who mends it."""
OPERATIONS = [
    ("POST", "/v1/leads"),
    ("POST", "/v1/leads/batch"),
    ("GET", "/v1/leads/{lead_id}"),
    ("PATCH", "/v1/leads/{lead_id}"),
    ("DELETE", "/v1/leads/{lead_id}"),
    ("POST", "/v1/leads/{lead_id}/activities"),
    ("GET", "/v1/people/{email}/absences"),
    ("PUT", "/v1/people/{email}/absences"),
    ("DELETE", "/v1/people/{email}/absences"),
    ("GET", "/healthz"),
    ("GET", "/readyz"),
    ("GET", "/metrics"),
]
CALM = settings(
    deadline=None,
    max_examples=12,
    suppress_health_check=list(HealthCheck),
)
FOR_LONG = settings(CALM, max_examples=400)


@pytest.fixture(scope="module")
def described_door(tmp_path_factory: pytest.TempPathFactory, migrated_sqlite_file: Any) -> Iterator[Door]:
    """One door for all examples: what was sent before is part of what may happen."""
    path = tmp_path_factory.mktemp("described") / "lead-sla.db"
    path.write_bytes(migrated_sqlite_file.read_bytes())
    database = Database(f"sqlite:///{path}")
    with served(database) as running:
        yield running
    database.close()


@pytest.fixture(scope="module")
def described(described_door: Door) -> Any:
    schema = schemathesis.openapi.from_dict(described_door.ask("GET", "/openapi.json", None).json())
    schema.config.base_url = str(described_door.client.base_url)
    return schema


def answers_as_described(described: Any, method: str, path: str, how: settings) -> None:
    checks = CHECKS.get_by_names(HELD_TO)

    @how
    @given(case=described[path][method].as_strategy())
    def whatever_is_sent(case: Any) -> None:
        case.call_and_validate(checks=checks, headers={"Authorization": f"Bearer {ADMIN_KEY}"})

    whatever_is_sent()


def test_every_operation_of_the_description_is_tried_here(described: Any) -> None:
    found = [operation.ok() for operation in described.get_all_operations()]

    assert sorted((one.method.upper(), one.path) for one in found) == sorted(OPERATIONS)


@pytest.mark.parametrize(("method", "path"), OPERATIONS)
def test_every_operation_answers_as_it_is_described(described: Any, method: str, path: str) -> None:
    answers_as_described(described, method, path, CALM)


@pytest.mark.slow
@pytest.mark.parametrize(("method", "path"), OPERATIONS)
def test_every_operation_answers_as_it_is_described_in_many_examples(
    described: Any, method: str, path: str
) -> None:
    answers_as_described(described, method, path, FOR_LONG)
