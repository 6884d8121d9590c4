"""A rolling upgrade: the old version and the new one side by side on one database, for one migration."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from storage import schema
from tests.databases import Open, PostgresqlServer
from tests.processes import ROOT, Served, bot_before_no_slack
from tests.storage.newer import REVISION, add_migration

pytestmark = [pytest.mark.process, pytest.mark.timeout(300)]

KEY = "upgrade-key"
PACKAGES = ("bot", "sla", "storage")


@pytest.fixture
def url(postgresql_server: PostgresqlServer) -> Iterator[str]:
    """A database of its own: its tables do not stay those of this version."""
    with postgresql_server.fresh("migrated") as url:
        yield url


@pytest.fixture
def newer(tmp_path: Path) -> Path:
    """The whole program again, with a migration more."""
    tree = tmp_path / "newer"
    for package in PACKAGES:
        shutil.copytree(ROOT / package, tree / package, ignore=shutil.ignore_patterns("__pycache__"))
    add_migration(tree / "storage" / "migrations", only_adds=True)
    return tree


def upgraded(url: str, newer: Path) -> None:
    """As whoever rolls out the new version does first."""
    settings = {
        "PYTHONPATH": str(newer),
        "LEAD_SLA_DATABASE_URL": url,
        "SLACK_BOT_TOKEN": "xoxb-1",
        "LEAD_SLA_POLICY": str(ROOT / "manifests" / "policy.example.yaml"),
    }
    done = subprocess.run(
        [sys.executable, "-m", "bot", "db", "upgrade"],
        cwd=newer,
        env=os.environ | settings,
        capture_output=True,
        check=False,
        text=True,
    )
    assert (done.returncode, done.stdout) == (0, f"The tables are now at {REVISION}.\n"), done.stderr


def takes(bot: Served, external_id: str) -> str:
    """What becomes of a lead that is sent to this bot."""
    answer = httpx.post(
        f"http://127.0.0.1:{bot.port}/v1/leads",
        json={
            "external_id": external_id,
            "email": f"{external_id}@northwind.example",
            "company": "Northwind",
        },
        headers={"Authorization": f"Bearer {KEY}"},
        timeout=20,
    )
    assert answer.status_code == 202, answer.text
    return str(answer.json()["outcome"])


def test_the_old_version_works_on_beside_the_new_one_and_starts_again_if_it_must(
    url: str, newer: Path, tmp_path: Path, opened: Open
) -> None:
    old_folder, new_folder = tmp_path / "old-bot", tmp_path / "new-bot"
    old_folder.mkdir()
    new_folder.mkdir()
    old = bot_before_no_slack(url, old_folder, KEY)
    new = bot_before_no_slack(url, new_folder, KEY)
    new.runs_from(newer)
    try:
        old.start()
        assert takes(old, "before") == "accepted"
        upgraded(url, newer)
        assert takes(old, "during") == "accepted"

        old.kill()
        old.start()
        new.start()

        assert [takes(bot, name) for name in ("before", "during") for bot in (old, new)] == ["duplicate"] * 4
        assert (takes(old, "by-old"), takes(new, "by-new")) == ("accepted", "accepted")
        assert (takes(new, "by-old"), takes(old, "by-new")) == ("duplicate", "duplicate")
    finally:
        old.kill()
        new.kill()
    assert schema.revision(opened(url)) == REVISION
