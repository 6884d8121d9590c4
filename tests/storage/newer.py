"""A newer version of the program, as far as its migrations go: one more than there are."""

import shutil
from pathlib import Path

from storage import schema

MIGRATIONS = Path(schema.__file__).with_name("migrations")
REVISION = "9999"
_MIGRATION = """
import sqlalchemy as sa
from alembic import op

revision = "{revision}"
down_revision = "{before}"
branch_labels = None
depends_on = None
{works_from}


def upgrade():
    op.add_column("leads", sa.Column("mood", sa.Text()))
    op.create_table("moods", sa.Column("name", sa.Text(), primary_key=True))


def downgrade():
    op.drop_table("moods")
    op.drop_column("leads", "mood")
"""


def add_migration(migrations: Path, *, only_adds: bool) -> None:
    """One after the newest; `only_adds` says that this version, which lacks it, can work with its tables."""
    before = schema.newest()
    works_from = f'works_from = "{before}"' if only_adds else ""
    text = _MIGRATION.format(revision=REVISION, before=before, works_from=works_from)
    (migrations / "versions" / f"{REVISION}_moods.py").write_text(text, encoding="utf-8")


def migrations_of_newer(folder: Path, *, only_adds: bool) -> Path:
    migrations = folder / "migrations"
    shutil.copytree(MIGRATIONS, migrations, ignore=shutil.ignore_patterns("__pycache__"))
    add_migration(migrations, only_adds=only_adds)
    return migrations
