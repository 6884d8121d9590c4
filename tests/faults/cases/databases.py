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
    "Every connection of the pool is in use": (
        "tests/storage/test_database.py::test_who_finds_every_connection_in_use_is_told_so_and_served_when_one_is_free",
    ),
    "The database is away when a lead comes": (
        "tests/bot/http/test_answers_of_the_door.py::test_a_database_that_is_away_asks_for_the_lead_again_later",
        "tests/bot/slack/door/test_lead_messages.py::test_a_lead_that_cannot_be_saved_is_sent_again_by_slack",
        "tests/bot/slack/door/test_start_lead_sla.py::test_a_step_that_cannot_be_saved_is_not_acknowledged_and_recorded_once_when_sent_again",
    ),
    "The database is away when Slack has answered": (
        "tests/bot/courier/test_at_work.py::test_an_answer_that_cannot_be_written_down_is_kept_until_it_can",
    ),
    "PostgreSQL is lost under load, and a commit's outcome is not known": (
        "tests/faults/test_replicas_failover.py::test_a_bot_under_load_comes_back_by_itself_when_its_server_does_and_nothing_is_lost",
        "tests/faults/test_replicas_failover.py::test_a_lead_whose_commit_is_unknown_is_not_acknowledged_and_sent_again_it_is_one_lead",
        "tests/faults/test_replicas_failover.py::test_a_claim_whose_commit_is_unknown_is_told_to_be_tried_again_and_wins_once",
        "tests/faults/test_replicas_failover.py::test_steps_whose_commit_is_unknown_fire_once",
    ),
    "A back-up of an hour ago is restored": (
        "tests/faults/test_restore.py::test_nothing_that_was_sent_in_the_lost_hours_is_sent_again",
        "tests/faults/test_restore.py::test_what_had_not_left_before_the_restore_leaves_after_one_look",
        "tests/faults/test_restore.py::test_a_call_that_was_under_way_is_looked_for_in_all_the_lost_hours",
        "tests/faults/test_restore.py::test_a_message_that_the_database_knows_nothing_of_is_left_alone_and_said_so",
        "tests/faults/test_restore.py::test_a_bot_notices_by_itself_that_its_file_is_older_than_what_it_did",
        "tests/bot/test_restored_run.py::test_a_bot_on_a_file_from_before_notices_it_or_is_told_and_says_nothing_twice",
    ),
}

KINDS: dict[int, tuple[str, ...]] = {
    19: ("SQLite's file is locked by another process, its disk is full, it may not be written",),
    # Also a commit of which nobody knows whether it was made.
    20: (
        "PostgreSQL cuts a connection, idle, in a transaction, or before the commit",
        "Every connection of the pool is in use",
        "PostgreSQL is lost under load, and a commit's outcome is not known",
    ),
    # Nothing is acknowledged, so that it comes again.
    44: ("The database is away when a lead comes",),
    # What was sent in the lost hour is not said again.
    73: ("A back-up of an hour ago is restored",),
}
