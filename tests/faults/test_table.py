"""Which test stands for which case of what can go wrong; a case without a test, or a test that is gone, is noticed."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

CASES: dict[str, tuple[str, ...]] = {
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
    "The bot is killed at any moment while leads come in": (
        "tests/faults/test_kill_intake.py::test_every_acknowledged_lead_survives_a_kill",
        "tests/faults/test_kill_intake.py::test_every_acknowledged_lead_survives_many_kills",
    ),
    "Anything goes wrong at any time": (
        "tests/faults/test_anything.py::test_whatever_goes_wrong_everything_owed_is_said_once_in_the_end",
    ),
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
    "Too many requests, on a post, an edit and a look, with any Retry-After": (
        "tests/bot/slack/test_gateway.py::test_too_many_requests_is_not_sent_and_waits_as_slack_says_within_limits",
        "tests/bot/slack/test_gateway.py::test_too_many_requests_may_also_be_said_in_the_body",
        "tests/bot/courier/test_sending.py::test_a_post_waits_as_long_as_slack_asks_and_not_longer",
        "tests/bot/courier/test_cards.py::test_too_many_edits_wait_and_hold_up_no_post",
        "tests/bot/courier/test_uncertain.py::test_a_limited_history_is_waited_for_and_counts_as_no_look",
    ),
    "A storm of one channel does not delay another": (
        "tests/bot/courier/test_sending.py::test_a_storm_of_too_many_requests_in_one_channel_does_not_delay_another",
    ),
    "Slack took it, and the answer is lost, cut short or an error": (
        "tests/bot/slack/test_gateway.py::test_an_answer_that_says_nothing_clear_is_uncertain_and_the_post_is_made_once",
        "tests/bot/courier/test_uncertain.py::test_a_post_that_slack_took_without_saying_so_is_found_and_not_repeated",
    ),
    "Slack did not take it, and the answer is lost, cut short or an error": (
        "tests/bot/courier/test_uncertain.py::test_a_post_that_slack_did_not_take_is_sent_again_after_two_looks",
    ),
    "History lags, for a while or for ever": (
        "tests/bot/courier/test_uncertain.py::test_history_that_lags_fifteen_seconds_is_waited_for",
        "tests/bot/courier/test_uncertain.py::test_a_copy_that_shows_only_after_the_second_send_is_deleted",
        "tests/bot/courier/test_uncertain.py::test_a_message_that_never_shows_in_history_is_sent_again_and_left_at_that",
        "tests/bot/courier/test_holding_back.py::test_a_lost_answer_is_looked_for_from_the_first_try_on",
    ),
    "History may not be read": (
        "tests/bot/courier/test_uncertain.py::test_without_the_right_to_read_history_a_lost_post_is_repeated_after_the_same_waits",
    ),
    "Slack is away for minutes or hours": (
        "tests/faults/test_slack_away.py::test_what_was_owed_in_five_minutes_without_slack_arrives_once",
        "tests/faults/test_slack_away.py::test_a_card_that_slack_took_as_it_went_away_is_found_and_not_sent_again",
        "tests/faults/test_slack_away.py::test_a_reminder_that_is_stale_when_slack_is_back_is_not_said",
        "tests/faults/test_slack_away.py::test_a_breach_whose_owner_never_got_the_card_is_not_counted",
        "tests/faults/test_slack_away.py::test_nobody_loses_a_lead_while_slack_is_away_nor_in_the_grace_after_it",
        "tests/faults/test_slack_away.py::test_more_than_a_handful_that_became_overdue_without_slack_is_one_summary",
        "tests/bot/courier/test_absence.py::test_on_return_the_urgent_leaves_first_and_stale_reminders_are_not_said",
    ),
    "A channel is archived, left, deleted, renamed or made public": (
        "tests/faults/test_refused.py::test_a_backup_channel_that_refuses_is_told_to_the_managers",
        "tests/faults/test_refused.py::test_a_managers_channel_that_refuses_is_told_to_lead_ops",
        "tests/faults/test_refused.py::test_a_channel_that_was_renamed_or_made_public_gets_its_messages",
        "tests/bot/courier/test_holding_back.py::test_a_channel_that_is_made_anew_under_its_name_is_found",
    ),
    "A person is deactivated, deleted, a guest, or closed to messages": (
        "tests/faults/test_refused.py::test_an_owner_who_cannot_be_reached_is_told_to_the_managers_with_reassign",
        "tests/faults/test_refused.py::test_an_owner_who_cannot_be_reached_is_told_of_once_and_gets_nothing_more",
        "tests/faults/test_refused.py::test_a_guest_among_the_reps_gets_the_card",
        "tests/bot/courier/test_sending.py::test_an_owner_who_is_deactivated_after_the_first_message_loses_both_leads_to_the_queue",
    ),
    "Nobody is left to be told": (
        "tests/faults/test_refused.py::test_where_nobody_at_all_can_be_told_everything_ends_and_the_clocks_run_on",
    ),
    "An error that nobody knows": (
        "tests/bot/slack/test_gateway.py::test_any_other_error_of_slack_is_a_refusal_for_good",
        "tests/faults/test_refused.py::test_an_owner_who_cannot_be_reached_is_told_to_the_managers_with_reassign",
    ),
    "The first message to a person is uncertain": (
        "tests/bot/courier/test_sending.py::test_the_conversation_with_a_person_is_stored_before_their_first_message",
        "tests/faults/test_slack_away.py::test_a_card_that_slack_took_as_it_went_away_is_found_and_not_sent_again",
    ),
    "Longer than Slack's limits, and text that would mention or link": (
        "tests/bot/courier/test_sending.py::test_whatever_a_lead_says_is_taken_by_slack_and_mentions_nobody",
        "tests/bot/slack/test_card_rules.py::test_slack_accepts_every_message",
        "tests/bot/slack/test_card_rules.py::test_a_hostile_lead_can_neither_mention_nor_link_nor_format",
    ),
    "No client repeats a call by itself": (
        "tests/bot/slack/test_gateway.py::test_no_client_that_the_bot_builds_anywhere_repeats_a_call_by_itself",
        "tests/bot/slack/door/test_door.py::test_no_client_of_the_door_repeats_a_call_by_itself",
    ),
    "An edit of a message that was deleted": (
        "tests/bot/courier/test_cards.py::test_the_card_of_an_open_lead_that_somebody_deleted_is_posted_anew",
        "tests/bot/courier/test_cards.py::test_the_managers_card_that_somebody_deleted_is_posted_anew",
    ),
    "An event comes again, or only its repetition comes": (
        "tests/bot/slack/door/test_start_lead_sla.py::test_an_event_that_comes_again_after_minutes_or_a_day_changes_nothing",
        "tests/bot/slack/door/test_start_lead_sla.py::test_only_the_repeated_event_arriving_is_enough",
    ),
    "The same lead twice, with the same and with another body": (
        "tests/bot/http/test_leads.py::test_the_same_external_id_again_is_a_duplicate_without_a_second_message",
        "tests/bot/http/test_leads.py::test_a_duplicate_with_another_body_takes_over_what_changed",
    ),
    "A bad or old signature, a replayed press": (
        "tests/bot/slack/door/test_http_route.py::test_what_slack_did_not_sign_is_answered_401",
        "tests/bot/slack/door/test_http_route.py::test_a_signature_is_good_for_five_minutes",
        "tests/bot/http/test_callers.py::test_an_old_signature_or_one_of_the_future_is_refused",
        "tests/bot/slack/door/test_presses.py::test_a_replayed_press_claims_once",
    ),
    "A press by somebody who may not, whom nobody knows, or from outside": (
        "tests/bot/slack/door/test_presses.py::test_who_may_press_what",
        "tests/bot/slack/door/test_presses.py::test_nobody_from_outside_can_act",
        "tests/bot/slack/door/test_presses.py::test_somebody_with_a_colleagues_address_but_another_account_is_not_that_colleague",
        "tests/bot/slack/door/test_lead_messages.py::test_an_empty_list_of_apps_allows_nobody",
    ),
    "A stale button": (
        "tests/bot/slack/door/test_stale_buttons.py::test_a_stale_button_never_acts",
        "tests/bot/slack/door/test_presses.py::test_a_press_on_an_old_copy_of_a_card_does_not_act",
    ),
    "The database is away when a lead comes": (
        "tests/bot/http/test_answers_of_the_door.py::test_a_database_that_is_away_asks_for_the_lead_again_later",
        "tests/bot/slack/door/test_lead_messages.py::test_a_lead_that_cannot_be_saved_is_sent_again_by_slack",
        "tests/bot/slack/door/test_start_lead_sla.py::test_a_step_that_cannot_be_saved_is_not_acknowledged_and_recorded_once_when_sent_again",
    ),
    "The database is away when Slack has answered": (
        "tests/bot/courier/test_at_work.py::test_an_answer_that_cannot_be_written_down_is_kept_until_it_can",
    ),
    "Working time over closing, holidays, nights and clock changes": (
        "tests/sla/test_calendar_cases.py::test_it_is_due_when_the_source_says",
        "tests/sla/test_calendar_laws.py::test_the_fast_calendar_says_what_the_slow_one_says",
    ),
    "Pauses over closing, a holiday and the due time": (
        "tests/sla/test_calendar.py::test_a_pause_before_the_due_time_moves_it_and_one_after_it_does_not",
        "tests/sla/test_calendar.py::test_a_pause_over_a_holiday_costs_its_working_time_only",
    ),
    "A reminder earlier than the clock's start": (
        "tests/sla/test_steps.py::test_half_of_five_minutes_is_the_one_reminder",
    ),
    "A calendar that is never open": (
        "tests/sla/test_calendar.py::test_a_calendar_that_cannot_be_meant_is_refused_with_the_mend",
    ),
    "The bot is away for ten minutes, eight hours, three days": (
        "tests/faults/test_catch_up.py::test_after_an_absence_of_any_length_one_lead_speaks_for_itself_once",
        "tests/faults/test_catch_up.py::test_the_breach_bears_its_true_deadline_and_when_it_was_noticed",
        "tests/faults/test_catch_up.py::test_more_than_a_handful_of_overdue_leads_become_one_summary_for_each_place",
        "tests/faults/test_catch_up.py::test_a_lead_whose_card_never_left_before_the_absence_is_not_counted",
        "tests/faults/test_catch_up.py::test_the_hand_over_waits_for_the_grace_after_the_card_that_came_late",
        "tests/faults/test_catch_up.py::test_a_reminder_whose_time_fell_into_the_absence_is_not_said_late",
    ),
    "The bot is away over the whole ladder": (
        "tests/faults/test_catch_up.py::test_nobody_loses_a_lead_to_an_absence_over_the_whole_ladder",
        "tests/faults/test_catch_up.py::test_in_the_queue_only_the_latest_step_speaks_after_an_absence",
    ),
    "The bot is away again while it catches up": (
        "tests/faults/test_catch_up.py::test_a_second_absence_in_the_middle_of_the_catch_up_repeats_nothing",
        "tests/bot/test_ticker.py::test_what_a_crash_left_half_gathered_is_released_by_the_next_tick",
        "tests/bot/courier/test_holding_back.py::test_what_is_gathered_later_of_one_absence_is_summed_up_too",
    ),
    "Rounds end in review and never loop": (
        "tests/sla/test_laws.py::test_rounds_end_in_review_and_never_loop",
    ),
}


def names_in(file: Path) -> set[str]:
    """The names of the tests that a file defines."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    return {
        node.name for node in tree.body if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    }


@pytest.mark.parametrize("case", CASES)
def test_every_case_has_tests_that_exist(case: str) -> None:
    assert CASES[case], "no test stands for it"
    for test in CASES[case]:
        path, _, name = test.partition("::")
        assert name in names_in(ROOT / path), test


def test_every_kill_stands_in_the_table() -> None:
    named = {test for tests in CASES.values() for test in tests}
    kills = ROOT / "tests" / "faults" / "test_kill.py"
    assert names_in(kills) <= {test.partition("::")[2] for test in named}
