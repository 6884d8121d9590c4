"""The database is locked, full, away, or comes back."""

CASES: dict[str, tuple[str, ...]] = {
    "SQLite's file is locked by another process, its disk is full, it may not be written": (
        "tests/storage/test_database.py::test_a_file_locked_by_another_process_is_away_until_it_lets_go",
        "tests/storage/test_database.py::test_a_full_disk_keeps_nothing_of_a_batch_and_goes_on_when_there_is_room",
        "tests/storage/test_database.py::test_a_read_only_file_is_away",
        "tests/faults/test_disk.py::test_a_lead_is_answered_503_and_taken_when_it_is_sent_again",
        "tests/faults/test_disk.py::test_a_press_is_told_that_it_was_not_saved_and_works_when_it_is_made_again",
        "tests/faults/test_disk.py::test_a_step_of_a_workflow_is_not_acknowledged_and_recorded_when_slack_sends_it_again",
        "tests/faults/test_disk.py::test_what_falls_due_meanwhile_is_said_once_afterwards",
        "tests/faults/test_disk.py::test_the_bot_says_that_it_is_not_ready_and_that_it_is_again",
    ),
    "PostgreSQL cuts a connection, idle, in a transaction, or before the commit": (
        "tests/storage/test_database.py::test_connections_cut_while_nobody_used_them_cost_nobody_an_error",
        "tests/storage/test_database.py::test_a_connection_cut_inside_a_transaction_keeps_nothing_and_the_next_one_works",
        "tests/storage/test_database.py::test_a_connection_cut_before_the_commit_keeps_nothing",
        "tests/storage/test_database.py::test_a_server_that_is_not_there_is_away",
    ),
    "The database is away when a lead comes": (
        "tests/bot/http/test_answers_of_the_door.py::test_a_database_that_is_away_asks_for_the_lead_again_later",
        "tests/bot/slack/door/test_lead_messages.py::test_a_lead_that_cannot_be_saved_is_sent_again_by_slack",
        "tests/bot/slack/door/test_start_lead_sla.py::test_a_step_that_cannot_be_saved_is_not_acknowledged_and_recorded_once_when_sent_again",
    ),
    "The database is away when Slack has answered": (
        "tests/bot/courier/test_at_work.py::test_an_answer_that_cannot_be_written_down_is_kept_until_it_can",
    ),
}
