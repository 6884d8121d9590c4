"""Size, and what watches over it."""

CASES: dict[str, tuple[str, ...]] = {
    "Very many clocks are open and nothing is due": (
        "tests/benchmarks/test_ticker.py::test_an_idle_tick_costs_the_same_among_ten_times_the_clocks",
        "tests/benchmarks/test_a_million.py::test_an_idle_tick_costs_the_same_among_a_million_on_sqlite",
        "tests/benchmarks/test_a_million.py::test_an_idle_tick_costs_at_most_twice_as_much_among_a_million_on_postgresql",
    ),
    "What is asked every second, however much has ended": (
        "tests/bot/test_idle_second.py::test_no_question_of_an_idle_second_reads_through_what_has_ended",
        "tests/storage/test_query_plans.py::test_a_question_of_every_second_uses_its_partial_index",
        "tests/storage/test_query_plans.py::test_leads_are_loaded_in_three_queries_by_index",
        "tests/storage/test_audit.py::test_every_question_of_a_round_is_answered_from_its_index",
    ),
    "What must always hold is broken by hand": (
        "tests/storage/test_audit.py::test_what_is_broken_by_hand_is_found_and_nothing_else",
        "tests/storage/test_audit.py::test_every_kind_that_is_about_the_data_is_broken_once",
        "tests/storage/test_audit_fence.py::test_the_end_counts_from_when_it_was_logged",
        "tests/bot/test_auditor.py::test_a_late_clock_that_lost_its_hand_over_gets_it_again",
        "tests/bot/test_auditor.py::test_a_card_that_stays_behind_is_told_only_after_a_while",
    ),
    "A hundred thousand clocks are due at the start": (
        "tests/benchmarks/test_start_with_thousands_due.py::test_pages_and_presses_do_not_wait_for_a_hundred_thousand_due_clocks",
        "tests/bot/test_ticker.py::test_more_than_one_commit_holds_is_taken_in_one_tick",
    ),
    "A transaction that is never ended holds up what is finished": (
        "tests/benchmarks/test_held_snapshot.py::test_a_tick_stays_short_while_an_old_state_is_held_open_on_postgresql",
        "tests/benchmarks/test_held_snapshot.py::test_a_tick_stays_short_while_an_old_state_is_held_open_on_sqlite",
        "tests/storage/test_old_state_held.py::test_what_was_fired_is_passed_over_once_each_while_it_is_held_and_is_gone_once_it_is_let_go",
        "tests/storage/test_old_state_held.py::test_clocks_are_fired_beside_a_reader_and_the_log_is_begun_anew_once_it_lets_go",
        "tests/storage/test_audit.py::test_a_transaction_that_somebody_keeps_open_is_counted",
        "tests/storage/test_audit.py::test_the_log_of_a_file_grows_while_somebody_reads_an_old_state",
        "tests/bot/test_auditor.py::test_a_full_disk_and_a_log_that_grows_are_told",
    ),
    "Random faults go on for hours": (
        "tests/faults/test_soak.py::test_after_minutes_of_random_faults_nothing_has_grown_and_everything_holds",
        "tests/storage/test_archive.py::test_what_ended_before_then_is_archived_and_found_by_all_who_ask",
        "tests/storage/test_archive.py::test_the_chore_archives_by_the_policy_a_part_with_each_heartbeat",
        "tests/storage/test_log_mover.py::test_a_log_that_nobody_moves_stays_within_bounds",
    ),
    "One channel is owed ten thousand messages": (
        "tests/bot/courier/test_fairness.py::test_ten_thousand_messages_of_one_channel_hold_up_nobody_else",
        "tests/bot/courier/test_sending.py::test_a_full_channel_does_not_hold_up_another",
        "tests/bot/courier/test_at_work.py::test_calls_that_hang_in_one_place_leave_senders_for_others",
    ),
    "More that is urgent than Slack takes": (
        "tests/bot/courier/test_fairness.py::test_what_is_not_urgent_leaves_at_last_however_much_is_more_urgent",
        "tests/bot/courier/test_fairness.py::test_nothing_goes_before_a_page",
        "tests/bot/courier/test_cards.py::test_a_crowd_of_posts_does_not_starve_an_edit",
        "tests/storage/test_audit.py::test_the_oldest_of_each_lane_is_measured_from_when_it_could_leave",
    ),
    "The auditor among a million leads": (
        "tests/benchmarks/test_a_million.py::test_memory_and_auditor_know_no_million_on_sqlite",
        "tests/storage/test_audit.py::test_every_question_of_a_round_is_answered_from_its_index",
        "tests/storage/test_audit.py::test_the_walks_go_along_keys",
    ),
}

KINDS: dict[int, tuple[str, ...]] = {
    # Pages do not wait for them.
    57: ("A hundred thousand clocks are due at the start",),
    65: ("Very many clocks are open and nothing is due",),
    66: ("What is asked every second, however much has ended",),
    # The clocks go on, and whoever looks after the bot hears of it.
    67: ("A transaction that is never ended holds up what is finished",),
    68: ("Random faults go on for hours",),
    69: ("One channel is owed ten thousand messages",),
    70: ("More that is urgent than Slack takes",),
    71: ("The auditor among a million leads",),
    72: ("What must always hold is broken by hand",),
}
