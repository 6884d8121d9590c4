"""Killed: at every moment, with what it was doing half done."""

CASES: dict[str, tuple[str, ...]] = {
    "The bot is killed with an event received and nothing recorded": (
        "tests/faults/test_kill.py::test_killed_between_a_claim_and_its_record_nothing_is_acknowledged_and_anybody_may_claim",
        "tests/bot/slack/door/test_start_lead_sla.py::test_a_step_that_cannot_be_saved_is_not_acknowledged_and_recorded_once_when_sent_again",
    ),
    "The bot is killed with a lead on disk and nothing acknowledged": (
        "tests/faults/test_kill.py::test_a_step_sent_again_to_the_heir_of_a_killed_bot_is_the_same_lead",
        "tests/faults/test_kill_intake.py::test_every_acknowledged_lead_survives_a_kill",
    ),
    "The bot is killed before or after the commit of a step": (
        "tests/faults/test_kill.py::test_killed_just_before_a_step_its_heir_takes_the_step_once_with_its_true_time",
        "tests/faults/test_kill.py::test_killed_between_a_step_and_its_messages_its_heir_sends_them_once",
    ),
    "The bot is killed after it took a message and before the call": (
        "tests/faults/test_kill.py::test_killed_between_a_claim_of_a_message_and_the_call_its_heir_sends_it_once",
        "tests/bot/courier/test_uncertain.py::test_a_crash_after_the_claim_and_before_the_call_sends_once",
    ),
    "The bot is killed with the request written and no answer": (
        "tests/faults/test_kill.py::test_killed_with_a_request_written_and_not_taken_its_heir_sends_it_once",
    ),
    "The bot is killed after Slack took it and before that is written down": (
        "tests/faults/test_kill.py::test_killed_after_slack_took_it_its_heir_finds_it_and_sends_nothing",
        "tests/faults/test_kill.py::test_killed_after_slack_took_it_the_next_process_finds_it_without_waiting_for_the_lease",
        "tests/bot/courier/test_uncertain.py::test_a_crash_after_slack_took_it_and_before_that_was_written_sends_nothing_more",
    ),
    "The bot is killed after Slack asked for a pause and before that is kept": (
        "tests/faults/test_kill.py::test_killed_as_slack_asks_for_a_pause_its_heir_sends_it_once",
        "tests/faults/test_kill.py::test_killed_after_slack_asked_for_a_pause_its_heir_keeps_to_it",
    ),
    "The bot is killed between a look into history and its record": (
        "tests/faults/test_kill.py::test_killed_while_it_looks_for_a_lost_answer_its_heir_looks_again",
    ),
    "The bot is killed between the commit of a press and its acknowledgement": (
        "tests/faults/test_kill.py::test_killed_between_a_claims_commit_and_its_acknowledgement_the_claim_stands_once",
        "tests/faults/test_kill.py::test_killed_between_a_claim_and_its_record_nothing_is_acknowledged_and_anybody_may_claim",
        "tests/faults/test_kill.py::test_a_step_sent_again_to_the_heir_of_a_killed_bot_is_the_same_lead",
    ),
    "The bot is killed while it pages somebody at night": (
        "tests/faults/test_kill_pages.py::test_killed_between_the_decision_and_the_page_its_heir_pages_on",
        "tests/faults/test_kill_pages.py::test_killed_after_slack_took_the_page_its_heir_sends_it_no_second_time",
        "tests/faults/test_kill_pages.py::test_killed_with_the_second_page_claimed_its_heir_sends_it_once",
    ),
    "A migration is broken off in the middle": (
        "tests/storage/test_schema.py::test_a_failing_migration_leaves_nothing_behind",
        "tests/faults/matrix/test_matrix.py::test_neighbouring_seeds_have_every_moment_between_them",
    ),
    "The bot is killed at any moment while leads come in": (
        "tests/faults/test_kill_intake.py::test_every_acknowledged_lead_survives_a_kill",
        "tests/faults/test_kill_intake.py::test_every_acknowledged_lead_survives_many_kills",
    ),
    "Anything goes wrong at any time": (
        "tests/faults/test_anything.py::test_whatever_goes_wrong_everything_owed_is_said_once_in_the_end",
    ),
    "A thousand leads under random kills, with one bot and with several": (
        "tests/faults/matrix/test_matrix.py::test_a_bot_on_sqlite_is_killed_and_nothing_is_lost_or_doubled",
        "tests/faults/matrix/test_matrix.py::test_bots_on_postgresql_are_killed_and_nothing_is_lost_or_doubled",
        "tests/faults/matrix/test_matrix.py::test_neighbouring_seeds_have_every_moment_between_them",
        "tests/faults/matrix/test_matrix.py::test_a_lead_that_is_gone_and_a_message_that_stands_twice_are_found",
        "tests/faults/matrix/test_matrix.py::test_two_people_who_both_believe_to_have_won_a_claim_are_found",
    ),
}

KINDS: dict[int, tuple[str, ...]] = {
    1: ("The bot is killed with an event received and nothing recorded",),
    2: ("The bot is killed with a lead on disk and nothing acknowledged",),
    3: ("The bot is killed before or after the commit of a step",),
    4: ("The bot is killed after it took a message and before the call",),
    5: ("The bot is killed with the request written and no answer",),
    6: ("The bot is killed after Slack took it and before that is written down",),
    7: ("The bot is killed after Slack asked for a pause and before that is kept",),
    8: ("The bot is killed between a look into history and its record",),
    9: ("The bot is killed between the commit of a press and its acknowledgement",),
    10: ("A migration is broken off in the middle",),
    11: (
        "The bot is killed at any moment while leads come in",
        "A thousand leads under random kills, with one bot and with several",
    ),
}
