"""The ladder, the queue and the turns."""

CASES: dict[str, tuple[str, ...]] = {
    "Rounds end in review and never loop": (
        "tests/sla/test_laws.py::test_rounds_end_in_review_and_never_loop",
    ),
    "The backup queue is empty, full, away, or the lead's own former owner": (
        "tests/stories/test_queue.py::test_a_lead_without_anybody_left_to_claim_it_goes_to_the_managers_at_once",
        "tests/stories/test_right_person.py::test_a_queue_with_nobody_at_work_calls_the_managers_at_once",
        "tests/stories/test_right_person.py::test_who_has_as_many_leads_as_they_may_have_cannot_claim_another",
        "tests/stories/test_late_presses.py::test_who_had_the_lead_may_not_claim_it",
        "tests/sla/test_steps.py::test_with_no_backup_left_the_managers_decide_instead_of_a_hand_over",
    ),
    "A thousand leads at once are spread evenly": (
        "tests/bot/test_fair_turns.py::test_a_thousand_leads_at_once_spread_evenly",
        "tests/benchmarks/test_routing.py::test_a_thousand_leads_are_spread_evenly_over_those_who_are_there",
    ),
    "Somebody leaves the turns and comes back": (
        "tests/sla/test_shares.py::test_who_missed_turns_stands_where_the_others_were",
        "tests/sla/test_shares.py::test_who_is_new_stands_at_the_median_of_the_others",
        "tests/stories/test_right_person.py::test_who_counts_twice_gets_two_leads_of_three_and_who_was_away_is_not_owed_any",
    ),
    "The CRM gives the lead to somebody else behind our back": (
        "tests/bot/http/test_one_lead.py::test_a_new_owner_is_taken_over_whatever_the_case_of_the_address",
        "tests/bot/http/test_one_lead.py::test_the_owner_it_already_has_changes_nothing",
        "tests/bot/http/test_one_lead.py::test_an_owner_of_another_team_is_a_conflict_in_words",
    ),
    "A manager takes a lead from the queue for somebody else": (
        "tests/stories/test_queue.py::test_a_manager_assigns_a_lead_that_waits_in_the_queue",
        "tests/stories/test_queue.py::test_a_lead_in_review_that_gets_an_owner_leaves_it",
    ),
    "A closed lead is sent again, or its person comes back": (
        "tests/bot/http/test_one_lead.py::test_a_closed_lead_that_is_sent_again_stays_closed",
        "tests/bot/test_arrivals.py::test_who_was_closed_and_asks_again_is_a_new_lead_of_the_same_owner",
        "tests/bot/http/test_one_lead.py::test_a_closed_lead_takes_no_new_owner_and_no_contact",
    ),
}

KINDS: dict[int, tuple[str, ...]] = {
    58: ("Rounds end in review and never loop",),
    59: ("The backup queue is empty, full, away, or the lead's own former owner",),
    60: ("A thousand leads at once are spread evenly",),
    61: ("Somebody leaves the turns and comes back",),
    62: ("The CRM gives the lead to somebody else behind our back",),
    63: ("A manager takes a lead from the queue for somebody else",),
    # Nothing opens it again: whoever asks again is a new lead.
    64: ("A closed lead is sent again, or its person comes back",),
}
