"""Alerts and dashboard: their questions can be asked, of numbers that the bot really gives."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import promql_parser
import pytest
import yaml
from prometheus_client import Metric

from bot.metrics import REGISTRY

DEPLOY = Path(__file__).parents[2] / "manifests" / "deploy"
ALERTS: list[dict[str, Any]] = [
    rule
    for group in yaml.safe_load((DEPLOY / "alerts.yaml").read_text(encoding="utf-8"))["groups"]
    for rule in group["rules"]
]
DASHBOARD: dict[str, Any] = json.loads((DEPLOY / "grafana-dashboard.json").read_text(encoding="utf-8"))
PANELS: list[dict[str, Any]] = DASHBOARD["panels"]
OF_PROMETHEUS = {"instance", "job"}
"""Labels that whoever collects the numbers adds."""
SUFFIXES = {"counter": ("_total",), "histogram": ("_bucket", "_count", "_sum"), "gauge": ("",)}


def families() -> dict[str, Metric]:
    """The bot's numbers by the names under which they are asked for."""
    return {
        f"{family.name}{suffix}": family
        for family in REGISTRY.collect()
        for suffix in SUFFIXES.get(family.type, ())
    }


def labels_of(family: Metric) -> set[str]:
    """A gauge or counter that was never set gives no sample, so its labels are looked up in what made it."""
    [made] = {id(one): one for one in REGISTRY._names_to_collectors.values() if _is(one, family)}.values()
    return set(getattr(made, "_labelnames", ())) | ({"le"} if family.type == "histogram" else set())


def _is(collector: Any, family: Metric) -> bool:
    return any(one.name == family.name for one in collector.collect())


def selectors(expr: str) -> list[Any]:
    """Every place where an expression asks for a number by name."""
    found: list[Any] = []

    def seen(node: Any) -> None:
        selector = getattr(node, "vector_selector", node)
        if isinstance(selector, promql_parser.VectorSelector):
            found.append(selector)

    promql_parser.walk(promql_parser.parse(expr), pre_visit=seen)
    return found


def expressions() -> Iterator[tuple[str, str]]:
    for rule in ALERTS:
        yield rule["alert"], rule["expr"]
    for panel in PANELS:
        for target in panel.get("targets", ()):
            # What the reader of the dashboard chooses is a word here.
            yield panel["title"], target["expr"].replace("$instance", "any")


@pytest.mark.parametrize(("where", "expr"), list(expressions()))
def test_what_is_asked_for_is_a_number_of_the_bot_with_its_labels(where: str, expr: str) -> None:
    asked = selectors(expr)
    assert asked, where
    known = families()
    for selector in asked:
        assert selector.name in known, f"{where}: there is no {selector.name}"
        if selector.name.startswith("lead_sla_"):
            labels = {matcher.name for matcher in selector.matchers.matchers}
            assert labels <= labels_of(known[selector.name]) | OF_PROMETHEUS, where


def test_the_dashboard_shows_every_number_of_the_bot() -> None:
    shown = {
        selector.name
        for panel in PANELS
        for target in panel.get("targets", ())
        for selector in selectors(target["expr"].replace("$instance", "any"))
    }
    ours = {family.name for family in families().values() if family.name.startswith("lead_sla_")}
    assert {name for name in ours if not any(one.startswith(name) for one in shown)} == set()


def test_each_alert_says_what_is_so_and_what_to_do() -> None:
    assert len({rule["alert"] for rule in ALERTS}) == len(ALERTS)
    for rule in ALERTS:
        assert set(rule) <= {"alert", "expr", "for", "labels", "annotations"}, rule["alert"]
        assert rule["labels"]["severity"] in ("page", "ticket")
        assert set(rule["annotations"]) == {"summary", "action"}
        assert re.fullmatch(r"\d+[smh]", rule.get("for", "1m"))


def test_a_sentence_of_an_alert_names_only_labels_that_its_question_keeps() -> None:
    for rule in ALERTS:
        named = set(re.findall(r"\$labels\.(\w+)", " ".join(rule["annotations"].values())))
        kept = set(re.findall(r"\bby \((\w+)\)", rule["expr"])) or (
            OF_PROMETHEUS if not re.search(r"\b(max|min|sum|absent)\(", rule["expr"]) else set()
        )
        assert named <= kept, rule["alert"]


def test_the_dashboards_panels_lie_side_by_side() -> None:
    assert len({panel["id"] for panel in PANELS}) == len(PANELS)
    taken: set[tuple[int, int]] = set()
    for panel in PANELS:
        place = panel["gridPos"]
        cells = {
            (x, y)
            for x in range(place["x"], place["x"] + place["w"])
            for y in range(place["y"], place["y"] + place["h"])
        }
        assert not cells & taken, panel["title"]
        assert place["x"] + place["w"] <= 24, panel["title"]
        taken |= cells


def test_the_dashboard_is_one_that_grafana_takes() -> None:
    assert {"uid", "title", "schemaVersion", "templating", "time", "panels"} <= set(DASHBOARD)
    assert "id" not in DASHBOARD, "Grafana gives it its own"
    variables = {one["name"] for one in DASHBOARD["templating"]["list"]}
    for panel in PANELS:
        assert panel["type"] in ("row", "stat", "timeseries")
        if panel["type"] == "row":
            continue
        assert panel["datasource"] == {"type": "prometheus", "uid": "${datasource}"}
        assert [target["refId"] for target in panel["targets"]] == list("ABC"[: len(panel["targets"])])
        used = set(re.findall(r"\$\{?(\w+)", json.dumps(panel)))
        assert used <= variables, panel["title"]
