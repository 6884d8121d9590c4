"""Size, and what watches over it."""

CASES: dict[str, tuple[str, ...]] = {
    "Very many clocks are open and nothing is due": (
        "tests/benchmarks/test_ticker.py::test_an_idle_tick_costs_the_same_among_ten_times_the_clocks",
    ),
    "What is asked every second, however much has ended": (
        "tests/storage/test_query_plans.py::test_a_question_of_every_second_uses_its_partial_index",
        "tests/storage/test_query_plans.py::test_leads_are_loaded_in_three_queries_by_index",
        "tests/storage/test_audit.py::test_every_question_of_a_round_is_answered_from_its_index",
    ),
    "What must always hold is broken by hand": (
        "tests/storage/test_audit.py::test_what_is_broken_by_hand_is_found_and_nothing_else",
        "tests/storage/test_audit.py::test_every_kind_that_is_about_the_data_is_broken_once",
    ),
}
