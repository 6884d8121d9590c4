"""Two things at the same time."""

CASES: dict[str, tuple[str, ...]] = {
    "Two claims at once, by two people, by a double click, in two processes": (
        "tests/faults/test_at_once.py::test_of_two_people_who_claim_at_once_one_has_it_and_the_other_is_told_who",
        "tests/faults/test_at_once.py::test_a_double_click_that_reaches_two_processes_claims_once",
        "tests/bot/slack/door/test_door.py::test_two_people_claim_at_the_same_time_and_one_of_them_has_it",
    ),
    "A press and a step at the same microsecond, in both orders": (
        "tests/faults/test_at_once.py::test_a_claim_at_the_very_moment_of_the_review_wins_or_is_told_where_the_lead_is",
        "tests/faults/test_at_once.py::test_contact_at_the_very_moment_of_the_deadline_is_in_time",
        "tests/faults/test_at_once.py::test_contact_at_the_very_moment_of_the_hand_over_leaves_nothing_to_claim",
    ),
    "A reassignment against a contact": (
        "tests/faults/test_at_once.py::test_a_reassignment_and_the_owners_contact_at_once_leave_one_truth",
        "tests/faults/test_at_once.py::test_of_two_managers_who_reassign_at_once_the_second_is_told_who_has_it",
    ),
    "A lease ends while the call is running": (
        "tests/bot/courier/test_uncertain.py::test_a_lease_that_ends_while_the_call_is_running_posts_once",
        "tests/bot/courier/test_holding_back.py::test_the_late_answer_of_a_process_that_was_given_up_is_taken_back",
    ),
    "The same event through two sockets or two processes": (
        "tests/bot/slack/door/test_start_lead_sla.py::test_the_same_event_over_two_sockets_is_one_lead",
        "tests/faults/test_at_once.py::test_one_lead_that_comes_through_two_doors_at_once_is_one_lead",
    ),
    "Steps against presses without a deadlock": (
        "tests/faults/test_at_once.py::test_steps_and_presses_from_two_processes_never_wait_for_each_other_for_ever",
        "tests/storage/test_races.py::test_tickers_and_recorders_never_wait_for_each_other_crosswise",
        "tests/bot/courier/test_holding_back.py::test_a_card_that_was_deleted_while_its_lead_changes_locks_in_the_same_order",
    ),
    "Several bots pace, edit and send from one database": (
        "tests/faults/test_replicas.py::test_two_processes_keep_slacks_pace_together",
        "tests/faults/test_replicas.py::test_a_pause_that_slack_asked_of_one_process_is_kept_by_the_other",
        "tests/faults/test_replicas.py::test_a_card_that_another_process_edits_is_left_to_it_and_shows_the_newest_in_the_end",
    ),
    "The old and the new version side by side": (
        "tests/faults/test_replicas_upgrade.py::test_the_old_version_works_on_beside_the_new_one_and_starts_again_if_it_must",
        "tests/storage/test_schema.py::test_what_a_newer_version_only_added_this_one_works_with_and_nothing_else",
        "tests/storage/test_schema.py::test_a_database_that_a_newer_version_made_is_refused_and_left_as_it_is",
    ),
}

KINDS: dict[int, tuple[str, ...]] = {
    12: ("Two claims at once, by two people, by a double click, in two processes",),
    13: ("A press and a step at the same microsecond, in both orders",),
    14: ("A reassignment against a contact",),
    15: ("A lease ends while the call is running",),
    16: ("The same event through two sockets or two processes",),
    17: ("Steps against presses without a deadlock",),
    18: ("The old and the new version side by side",),
}
