"""Slack says no, later, nothing, or something nobody knows."""

CASES: dict[str, tuple[str, ...]] = {
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
    "A lost message or the first of its thread was deleted by somebody": (
        "tests/bot/courier/test_uncertain.py::test_a_lost_message_that_somebody_deleted_is_said_again",
        "tests/bot/courier/test_uncertain.py::test_a_lost_line_is_looked_for_in_its_thread",
        "tests/faults/test_long_away.py::test_a_lost_line_of_a_thread_whose_first_message_somebody_deleted_ends",
        "tests/storage/test_outbox.py::test_a_line_whose_card_was_deleted_in_slack_is_dropped",
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
    "Slack is away over a night or a weekend": (
        "tests/faults/test_long_away.py::test_what_was_owed_arrives_once_and_nobody_is_blamed_for_the_silence",
        "tests/bot/courier/test_uncertain.py::test_after_a_weekend_a_lost_message_is_still_found",
        "tests/stories/test_other_ways.py::test_while_slack_is_away_what_is_urgent_goes_by_e_mail_and_text_and_is_not_said_again",
    ),
    "The token is revoked, the app is taken out and put in again": (
        "tests/bot/courier/test_sending.py::test_a_token_that_was_revoked_loses_nothing",
        "tests/bot/slack/test_gateway.py::test_a_token_that_is_refused_loses_no_message",
        "tests/faults/test_long_away.py::test_an_app_that_was_taken_out_and_put_in_again_says_all_that_was_owed_once",
        "tests/bot/test_doctor_slack.py::test_an_app_that_was_taken_out_is_to_be_installed_again",
    ),
    "A channel is archived, left, deleted, renamed, made public or private": (
        "tests/faults/test_refused.py::test_a_backup_channel_that_refuses_is_told_to_the_managers",
        "tests/faults/test_refused.py::test_a_managers_channel_that_refuses_is_told_to_lead_ops",
        "tests/faults/test_refused.py::test_a_channel_that_was_renamed_or_made_public_gets_its_messages",
        "tests/faults/test_long_away.py::test_a_channel_that_was_made_private_gets_its_messages",
        "tests/faults/test_refused.py::test_a_managers_channel_that_comes_back_is_used_again",
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
}

KINDS: dict[int, tuple[str, ...]] = {
    22: ("Too many requests, on a post, an edit and a look, with any Retry-After",),
    23: ("A storm of one channel does not delay another",),
    24: ("Slack took it, and the answer is lost, cut short or an error",),
    25: ("Slack did not take it, and the answer is lost, cut short or an error",),
    # An error of Slack's own that says neither that it took the message nor that it did not: it may be either.
    26: (
        "Slack took it, and the answer is lost, cut short or an error",
        "Slack did not take it, and the answer is lost, cut short or an error",
    ),
    27: (
        "History lags, for a while or for ever",
        "A lost message or the first of its thread was deleted by somebody",
    ),
    28: ("History may not be read",),
    29: (
        "Slack is away for minutes or hours",
        "Slack is away over a night or a weekend",
    ),
    30: ("The token is revoked, the app is taken out and put in again",),
    31: ("A channel is archived, left, deleted, renamed, made public or private",),
    32: ("A person is deactivated, deleted, a guest, or closed to messages",),
    33: ("An error that nobody knows",),
    34: ("The first message to a person is uncertain",),
    35: ("Longer than Slack's limits, and text that would mention or link",),
    36: ("No client repeats a call by itself",),
    37: ("An edit of a message that was deleted",),
}
