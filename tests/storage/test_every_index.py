"""Every partial index is there for a question that is known, and whose plan is looked at."""

from storage.tables import metadata
from tests.storage import test_audit, test_query_plans

ASKED_ELSEWHERE = {
    # Small tables, which a database may as well go through.
    "ix_spells_email",
    "ix_covers_rotation",
    # The same questions as of the outbox, with the same conditions.
    "ix_outbox_archive_refused",
    "ix_outbox_archive_list_id",
}


def test_a_partial_index_without_a_question_is_noticed() -> None:
    partial = {
        str(index.name)
        for table in metadata.tables.values()
        for index in table.indexes
        if index.dialect_options["sqlite"]["where"] is not None
    }
    questions = [*test_query_plans.QUESTIONS.values(), *test_audit.QUESTIONS.values()]
    assert partial - ASKED_ELSEWHERE == {index for index, _ in questions}
