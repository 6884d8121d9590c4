"""Time: calendars, nights, clock changes, and absences of the bot."""

CASES: dict[str, tuple[str, ...]] = {
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
    "The clock of one process is minutes ahead or behind, or is set back": (
        "tests/faults/test_other_clocks.py::test_each_step_is_taken_once_by_processes_whose_clocks_differ",
        "tests/faults/test_other_clocks.py::test_a_contact_now_is_taken_of_a_lead_that_a_process_ahead_of_us_received",
        "tests/faults/test_other_clocks.py::test_a_process_ahead_takes_a_call_under_way_for_lost_and_it_is_seen_once_all_the_same",
        "tests/faults/test_other_clocks.py::test_a_clock_that_is_set_back_by_an_hour_repeats_nothing_and_holds_up_no_new_lead",
        "tests/faults/test_other_clocks.py::test_a_press_just_after_the_clock_was_set_back_is_taken",
        "tests/bot/courier/test_sending.py::test_a_pause_is_kept_when_the_wall_clock_is_not_what_the_database_says",
        "tests/bot/test_doctor_slack.py::test_a_clock_that_is_off_is_told_by_how_much",
    ),
    "The rules of a time zone change": (
        "tests/faults/test_other_clocks.py::test_other_rules_of_a_time_zone_move_no_deadline_that_was_promised",
    ),
    "A holiday is added, hours are cut short or made longer while clocks run": (
        "tests/stories/test_policy_changes.py::test_a_holiday_added_today_does_not_move_a_promise_made_before",
        "tests/stories/test_policy_changes.py::test_hours_cut_short_make_no_running_clock_late_at_once",
        "tests/stories/test_policy_changes.py::test_longer_hours_make_no_running_clock_shorter",
    ),
    "A lead that comes in when its team is closed, a hot one and another": (
        "tests/stories/test_days.py::test_a_lead_on_a_holiday_starts_at_the_next_opening",
        "tests/sla/test_nights.py::test_a_hot_lead_at_night_pages_who_is_on_call_at_once",
        "tests/sla/test_nights.py::test_a_standard_lead_at_night_pages_nobody_and_starts_at_the_opening",
        "tests/stories/test_nights.py::test_a_night_with_one_page",
    ),
    "The shift changes at the moment of a page; gaps, overlaps and clock changes in a rotation": (
        "tests/sla/test_on_call.py::test_a_shift_holds_from_its_beginning_to_its_end",
        "tests/sla/test_on_call.py::test_the_shifts_of_a_month_follow_each_other_without_a_gap",
        "tests/sla/test_on_call.py::test_of_two_covers_the_one_set_last_holds",
        "tests/sla/test_on_call.py::test_a_hand_over_in_the_skipped_hour_is_shifted_forward",
        "tests/sla/test_on_call.py::test_a_hand_over_in_the_doubled_hour_is_its_first_occurrence",
        "tests/sla/test_planned.py::test_a_time_for_which_everybody_of_a_rotation_is_away_is_noted",
        "tests/stories/test_nights.py::test_over_a_weekend_the_shift_that_holds_is_paged",
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
}

KINDS: dict[int, tuple[str, ...]] = {
    21: ("The clock of one process is minutes ahead or behind, or is set back",),
    46: ("Working time over closing, holidays, nights and clock changes",),
    47: ("A holiday is added, hours are cut short or made longer while clocks run",),
    # The laws of working time also draw pauses around changes of the clock.
    48: (
        "Pauses over closing, a holiday and the due time",
        "Working time over closing, holidays, nights and clock changes",
    ),
    49: ("A reminder earlier than the clock's start",),
    50: ("The rules of a time zone change",),
    51: ("A lead that comes in when its team is closed, a hot one and another",),
    52: ("The shift changes at the moment of a page; gaps, overlaps and clock changes in a rotation",),
    53: ("A calendar that is never open",),
    54: ("The bot is away for ten minutes, eight hours, three days",),
    55: ("The bot is away over the whole ladder",),
    56: ("The bot is away again while it catches up",),
}
