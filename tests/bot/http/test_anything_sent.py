"""Whatever is sent to the HTTP door, it answers as its contract says; never with a fault of its own."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sla.policy.fields import LEAD_FIELDS
from storage.database import Database
from tests.bot.http.served import HUBSPOT_KEY, Door, served

pytestmark = pytest.mark.thorough

TEXTS = st.text(st.characters(exclude_categories=()), max_size=30)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=8,
)
LEADS = st.dictionaries(st.sampled_from(LEAD_FIELDS), VALUES, max_size=8)
NAMED = st.builds(lambda lead, number: lead | {"external_id": f"F-{number}"}, LEADS, st.integers(0, 5))
ACTIVITIES = st.dictionaries(
    st.sampled_from(["external_id", "type", "outcome", "by", "occurred_at", "note", "other"]),
    VALUES | st.sampled_from(["call", "connected", "2026-11-23T15:00:00Z"]),
)
PATCHES = st.dictionaries(
    st.sampled_from(["owner", "status", "reason", "occurred_at", "other"]),
    VALUES | st.sampled_from(["closed", "bob@acme.example", "2026-11-23T15:00:00Z"]),
)
MANY = settings(
    deadline=None,
    max_examples=60,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@pytest.fixture(scope="module")
def _folder(tmp_path_factory: pytest.TempPathFactory, migrated_sqlite_file: Any) -> str:
    path = tmp_path_factory.mktemp("anything") / "lead-sla.db"
    path.write_bytes(migrated_sqlite_file.read_bytes())
    return f"sqlite:///{path}"


@pytest.fixture(scope="module")
def anybody(_folder: str) -> Iterator[Door]:
    """One door for all examples: what was sent before is part of what may happen."""
    database = Database(_folder)
    with served(database) as running:
        yield running
    database.close()


def sent(door: Door, method: str, path: str, body: Any, key: str = "website-key-1") -> tuple[int, Any]:
    content = json.dumps(body).encode()
    answer = door.ask(method, path, key, content=content)
    return answer.status_code, answer.json()


@MANY
@given(body=NAMED | LEADS | VALUES, mapped=st.booleans())
def test_a_lead_is_recorded_or_unreadable(anybody: Door, body: Any, mapped: bool) -> None:
    status, _ = sent(anybody, "POST", "/v1/leads", body, HUBSPOT_KEY if mapped else "website-key-1")

    assert status in (202, 422)


@MANY
@given(body=st.lists(NAMED | LEADS | VALUES, max_size=5))
def test_a_batch_has_an_answer_for_each_lead(anybody: Door, body: list[Any]) -> None:
    status, answers = sent(anybody, "POST", "/v1/leads/batch", body)

    # Numbers and signs that JSON does not know break it as a whole.
    if status == 202:
        assert len(answers) == len(body)
    else:
        assert (status, answers["detail"].startswith("The body is no JSON")) == (422, True)


@MANY
@given(lead=NAMED, activity=ACTIVITIES | VALUES, change=PATCHES | VALUES)
def test_one_lead_takes_or_refuses_what_is_done_to_it(
    anybody: Door, lead: Any, activity: Any, change: Any
) -> None:
    sent(anybody, "POST", "/v1/leads", lead)
    name = f"website:{lead['external_id']}"

    assert sent(anybody, "POST", f"/v1/leads/{name}/activities", activity)[0] in (202, 404, 409, 422)
    assert sent(anybody, "PATCH", f"/v1/leads/{name}", change)[0] in (200, 404, 409, 422)
    assert anybody.ask("GET", f"/v1/leads/{name}").status_code in (200, 404)


@MANY
@given(body=st.binary(max_size=50))
def test_bytes_of_any_kind_are_no_fault(anybody: Door, body: bytes) -> None:
    for path in ("/v1/leads", "/v1/leads/batch", "/v1/leads/website:F-1/activities"):
        assert anybody.ask("POST", path, content=body).status_code in (202, 404, 422)


@MANY
@given(name=TEXTS)
def test_any_name_of_a_lead_is_found_or_not(anybody: Door, name: str) -> None:
    raw = name.encode("utf-8", "surrogatepass")
    path = "/v1/leads/" + "".join(f"%{byte:02X}" for byte in raw)

    assert anybody.ask("GET", path).status_code in (200, 404)
