"""What comes in: twice, late, forged, in the wrong order, or too much of it."""

CASES: dict[str, tuple[str, ...]] = {
    "An event comes again, or only its repetition comes": (
        "tests/bot/slack/door/test_start_lead_sla.py::test_an_event_that_comes_again_after_minutes_or_a_day_changes_nothing",
        "tests/bot/slack/door/test_start_lead_sla.py::test_only_the_repeated_event_arriving_is_enough",
    ),
    "In the wrong order: closed or contacted before it came in": (
        "tests/bot/http/test_one_lead.py::test_what_comes_before_its_lead_is_told_so_and_taken_when_it_is_sent_again",
        "tests/faults/test_at_once.py::test_contact_at_the_very_moment_of_the_deadline_is_in_time",
        "tests/sla/test_people.py::test_im_on_it_of_an_older_card_does_not_act",
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
        "tests/bot/http/test_callers.py::test_a_signature_covers_the_id_the_time_and_the_body",
        "tests/bot/http/test_callers.py::test_a_signed_message_that_is_replayed_is_the_same_lead_and_says_nothing_twice",
        "tests/bot/http/test_callers.py::test_a_clock_that_is_off_by_minutes_on_either_side_is_no_hindrance",
    ),
    "A press by somebody who may not, whom nobody knows, or from outside": (
        "tests/bot/slack/door/test_presses.py::test_who_may_press_what",
        "tests/bot/slack/door/test_presses.py::test_nobody_from_outside_can_act",
        "tests/bot/slack/door/test_presses.py::test_somebody_with_a_colleagues_address_but_another_account_is_not_that_colleague",
        "tests/bot/slack/door/test_lead_messages.py::test_an_empty_list_of_apps_allows_nobody",
        "tests/bot/slack/door/test_who_may_press.py::test_every_button_form_and_command_has_its_row_here",
        "tests/bot/slack/door/test_who_may_press.py::test_no_button_does_or_shows_anything_to_somebody_from_outside",
        "tests/bot/slack/door/test_who_may_press.py::test_no_form_is_taken_from_somebody_from_outside",
        "tests/bot/slack/door/test_who_may_press.py::test_no_command_is_taken_from_somebody_from_outside",
    ),
    "A stale button": (
        "tests/bot/slack/door/test_stale_buttons.py::test_a_stale_button_never_acts",
        "tests/bot/slack/door/test_presses.py::test_a_press_on_an_old_copy_of_a_card_does_not_act",
        "tests/stories/test_late_presses.py::test_close_lead_after_a_reassignment_closes_nothing",
        "tests/stories/test_late_presses.py::test_a_correction_of_a_contact_that_was_taken_back_is_told_so",
    ),
    "Anything at all is sent to a door": (
        "tests/bot/http/test_anything_sent.py::test_a_lead_is_recorded_or_unreadable",
        "tests/bot/http/test_described.py::test_every_operation_answers_as_it_is_described",
        "tests/bot/slack/door/test_anything_sent.py::test_no_press_fails",
        "tests/bot/slack/door/test_anything_sent.py::test_no_form_fails",
        "tests/bot/slack/door/test_anything_sent.py::test_no_event_fails",
        "tests/bot/slack/door/test_anything_sent.py::test_no_command_fails",
        "tests/bot/slack/door/test_anything_sent.py::test_a_lead_of_a_step_is_on_disk_once_it_is_acknowledged_whatever_its_fields_hold",
    ),
    "More comes in than there is room for, or it never ends": (
        "tests/bot/http/test_crowds.py::test_one_request_too_many_is_asked_to_come_again_and_is_taken_when_there_is_room",
        "tests/bot/http/test_crowds.py::test_a_head_without_an_end_is_broken_off",
        "tests/bot/http/test_crowds.py::test_a_head_that_trickles_in_is_answered_408",
        "tests/bot/http/test_crowds.py::test_json_of_any_depth_is_taken_or_refused",
        "tests/bot/slack/door/test_http_route.py::test_a_body_that_does_not_come_is_not_waited_for",
        "tests/bot/slack/door/test_http_route.py::test_more_bodies_under_way_than_there_is_room_for_are_asked_to_come_later",
        "tests/bot/test_recorder.py::test_a_full_queue_says_later",
    ),
    "Presses while very many clocks are due": (
        "tests/bot/test_recorder.py::test_a_press_goes_before_the_next_work_of_the_bot",
        "tests/bot/test_recorder.py::test_a_press_goes_before_the_leads_of_programs_that_wait",
        "tests/benchmarks/test_start_with_thousands_due.py::test_pages_and_presses_do_not_wait_for_a_hundred_thousand_due_clocks",
        "tests/benchmarks/test_presses.py::test_a_press_while_thousands_are_due",
    ),
}

KINDS: dict[int, tuple[str, ...]] = {
    38: ("An event comes again, or only its repetition comes",),
    39: ("In the wrong order: closed or contacted before it came in",),
    40: ("The same lead twice, with the same and with another body",),
    41: ("A bad or old signature, a replayed press",),
    42: ("A press by somebody who may not, whom nobody knows, or from outside",),
    # After a reassignment, after the end, and where the lead runs on after all.
    43: ("A stale button",),
    # They are acknowledged in time.
    45: ("Presses while very many clocks are due",),
}
