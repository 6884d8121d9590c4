"""The OpenAPI description tells the truth: every answer has the shape that it says."""

from collections.abc import Iterator
from typing import Any

import httpx
import jsonschema
import pytest

from tests.bot.http.served import HUBSPOT_KEY, NORTHWIND, Door

CALL = {"external_id": "call-1", "type": "call", "outcome": "connected", "by": "alice@acme.example"}


@pytest.fixture
def described(door: Door) -> dict[str, Any]:
    told: dict[str, Any] = door.client.get("/openapi.json").json()
    return told


def references(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for name, inner in value.items():
            if name == "$ref":
                yield inner
            else:
                yield from references(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from references(inner)


def holds(described: dict[str, Any], operation: str, answer: httpx.Response) -> None:
    """Whether the answer is one that the operation promises, in kind and shape."""
    method, path = operation.split()
    promised = described["paths"][path][method.lower()]["responses"][str(answer.status_code)]
    kind = answer.headers["content-type"].partition(";")[0]
    schema = promised["content"][kind]["schema"]
    jsonschema.Draft202012Validator(schema | {"components": described["components"]}).validate(answer.json())


def test_every_reference_leads_somewhere(described: dict[str, Any]) -> None:
    known = {f"#/components/schemas/{name}" for name in described["components"]["schemas"]}

    assert set() == set(references(described)) - known


def test_it_lists_every_address_of_the_contract(described: dict[str, Any]) -> None:
    assert {
        "/v1/leads": {"post"},
        "/v1/leads/batch": {"post"},
        "/v1/leads/{lead_id}": {"get", "patch", "delete"},
        "/v1/leads/{lead_id}/activities": {"post"},
        "/v1/people/{email}/absences": {"get", "put", "delete"},
        "/healthz": {"get"},
        "/readyz": {"get"},
        "/metrics": {"get"},
    } == {path: set(operations) for path, operations in described["paths"].items()}


def test_its_examples_are_taken_as_they_stand(door: Door, described: dict[str, Any]) -> None:
    taken = {}
    for path in ("/v1/leads", "/v1/leads/batch", "/v1/leads/{lead_id}", "/v1/leads/{lead_id}/activities"):
        for method in ("post", "patch"):
            operation = described["paths"][path].get(method)
            if operation is None:
                continue
            media = operation["requestBody"]["content"]["application/json"]
            example = media["examples"]["example"]["value"]
            jsonschema.Draft202012Validator(
                media["schema"] | {"components": described["components"]}
            ).validate(example)
            door.at = door.at.replace(hour=15, minute=5) if "activities" in path else door.at
            answer = door.ask(method.upper(), path.replace("{lead_id}", "website:00Q-1001"), json=example)
            taken[f"{method} {path}"] = answer.status_code

    assert {200, 202} == set(taken.values()), taken


def test_every_answer_has_the_shape_that_it_promises(door: Door, described: dict[str, Any]) -> None:
    lead_id = door.sent()
    one, act = "/v1/leads/{lead_id}", "/v1/leads/{lead_id}/activities"

    holds(described, "POST /v1/leads", door.send())
    holds(described, "POST /v1/leads", door.send(external_id="2", company=None))
    holds(described, "POST /v1/leads", door.send(external_id=None))
    holds(described, "POST /v1/leads", door.send(None))
    holds(described, "POST /v1/leads", door.send(message="x" * 300_000))
    holds(described, "POST /v1/leads", door.ask("POST", "/v1/leads", headers={"Content-Type": "text/plain"}))
    holds(described, "POST /v1/leads/batch", door.ask("POST", "/v1/leads/batch", json=[NORTHWIND, 7]))
    holds(
        described,
        f"PATCH {one}",
        door.ask("PATCH", f"/v1/leads/{lead_id}", json={"owner": "bob@acme.example"}),
    )
    holds(
        described,
        f"PATCH {one}",
        door.ask("PATCH", f"/v1/leads/{lead_id}", json={"owner": "mia@acme.example"}),
    )
    holds(described, f"PATCH {one}", door.ask("PATCH", f"/v1/leads/{lead_id}", json={}))
    holds(described, f"POST {act}", door.ask("POST", f"/v1/leads/{lead_id}/activities", json=CALL))
    holds(described, f"POST {act}", door.ask("POST", f"/v1/leads/{lead_id}/activities", json={}))
    holds(described, f"GET {one}", door.ask("GET", f"/v1/leads/{lead_id}"))
    holds(described, f"GET {one}", door.ask("GET", f"/v1/leads/{lead_id}", HUBSPOT_KEY))
    holds(described, "GET /healthz", door.client.get("/healthz"))
    holds(described, "GET /readyz", door.client.get("/readyz"))
    door.ticked_at = None
    holds(described, "GET /readyz", door.client.get("/readyz"))


def test_the_page_needs_nothing_from_anywhere_else(door: Door) -> None:
    answer = door.client.get("/docs")

    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert "<script" not in answer.text
    assert "://" not in answer.text.replace("https://northwind.example", "")
    assert "POST /v1/leads/{lead_id}/activities" in answer.text
