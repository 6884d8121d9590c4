"""Text on the page: mrkdwn, dates in the viewer's zone, and what a hostile lead writes."""

from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.bot.slack.samples import at
from tests.browser.harness import ALICE, DIETER, show, sticks_out
from tests.browser.pieces import line, plain, rich, section, text

pytestmark = pytest.mark.browser

NOW = at("10:03").timestamp()


def html(page: Page, said: str, *, viewer: dict[str, Any] = ALICE, **more: Any) -> str:
    """A section's text as markup, without what only helps a mouse."""
    show(page, [section(said, **more)], now=NOW, viewer=viewer)
    return _bare(page)


def _bare(page: Page, selector: str = "#shown .text") -> str:
    script = """(node) => {
      for (const one of node.querySelectorAll("*"))
        for (const name of ["title", "datetime", "target", "rel", "data-changes"]) one.removeAttribute(name);
      return node.innerHTML;
    }"""
    return str(page.locator(selector).evaluate(script))


def date(page: Page, tokens: str, moment: float, *, now: float = NOW, viewer: dict[str, Any] = ALICE) -> str:
    show(page, [section(f"<!date^{int(moment)}^{tokens}|then>")], now=now, viewer=viewer)
    return page.locator("#shown time").inner_text()


@pytest.mark.parametrize(
    ("shown", "said"),
    [
        ("<strong>bold</strong> <em>so</em> <del>no</del>", "*bold* _so_ ~no~"),
        ("<strong>by <em>Bob</em></strong>, then", "*by _Bob_*, then"),
        ("2*3*4 snake_case_name a~b~", "2*3*4 snake_case_name a~b~"),
        ("* not * <strong>bold</strong>", "* not * *bold*"),
        ("*over<br>lines*", "*over\nlines*"),
        ('<code class="code">*x* &lt;</code>', "`*x* &lt;`"),
        ('a<pre class="code-block">x = *1*\ny</pre>b', "a\n```x = *1*\ny```\nb"),
        (
            'a<blockquote class="quote">one<br><strong>two</strong></blockquote>b',
            "a\n> one\n&gt; *two*\nb",
        ),
        ("Kessel &amp; Söhne &lt;b&gt;", "Kessel &amp; Söhne &lt;b&gt;"),
        ("&amp;lt;", "&amp;lt;"),
        ('<span class="mention">@Mia Moreno</span>', "<@U0MIA>"),
        ('<span class="mention mention-me">@Alice Anders</span>', "<@U0ALICE>"),
        ('<span class="mention">@new hand</span>', "<@U0NEW|new hand>"),
        ('<span class="mention">#general</span>', "<#C0GENERAL>"),
        ('<span class="mention mention-me">@here</span>', "<!here>"),
        ('<span class="mention">@sales</span>', "<!subteam^S0SALES|@sales>"),
        ('<a class="link" href="https://a.example/?b&amp;c">a *b*</a>', "<https://a.example/?b&amp;c|a *b*>"),
        ('<a class="link" href="mailto:d@a.example">d@a.example</a>', "<mailto:d@a.example>"),
        ('<a class="link" href="tel:+12125550142">call</a>', "<tel:+12125550142|call>"),
        ("a &lt; b &gt; c", "a < b > c"),
    ],
)  # fmt: skip
def test_mrkdwn_becomes_what_slack_makes_of_it(page: Page, shown: str, said: str) -> None:
    assert shown == html(page, said, verbatim=True)


def test_addresses_and_names_are_found_unless_the_text_is_verbatim(page: Page) -> None:
    said = "See https://a.example/x. Ask sam@loom.example in #general, @here; #nowhere."
    assert html(page, said) == (
        'See <a class="link" href="https://a.example/x">https://a.example/x</a>. '
        'Ask <a class="link" href="mailto:sam@loom.example">sam@loom.example</a> '
        'in <span class="mention">#general</span>, <span class="mention mention-me">@here</span>; #nowhere.'
    )
    assert said == html(page, said, verbatim=True)


def test_links_open_elsewhere_and_tell_nothing_of_where_they_were(page: Page) -> None:
    show(page, [section("<https://a.example|there>")], now=NOW)
    link = page.get_by_role("link", name="there")
    assert (link.get_attribute("target"), link.get_attribute("rel")) == ("_blank", "noopener noreferrer")


def test_known_emoji_are_shown_and_unknown_names_stay_as_typed(page: Page) -> None:
    show(page, [section("Won :tada: at 10:30:15 :our-own:")], now=NOW)
    page.locator(".emoji[title=':tada:']").wait_for()
    assert page.locator("#shown .text").inner_text() == "Won 🎉 at 10:30:15 :our-own:"


def test_plain_text_without_emoji_is_literal(page: Page) -> None:
    literal = {"type": "section", "text": plain(":tada: *x* <@U0MIA>", emoji=False)}
    show(page, [literal], now=NOW)
    assert _bare(page) == ":tada: *x* &lt;@U0MIA&gt;"


MONDAY_TEN = at("10:06").timestamp()


@pytest.mark.parametrize(
    ("shown", "tokens"),
    [
        ("2026-11-23", "{date_num}"),
        ("11/23/2026", "{date_slash}"),
        ("November 23rd", "{date}"),
        ("Nov 23", "{date_short}"),
        ("Monday, November 23rd", "{date_long}"),
        ("Monday, November 23, 2026", "{date_long_full}"),
        ("today", "{date_pretty}"),
        ("today at 10:06 AM", "{date_short_pretty} at {time}"),
        ("10:06:00 AM", "{time_secs}"),
        ("in 3 minutes", "{ago}"),
        ("then", "{no_such_token}"),
    ],
)
def test_every_date_token_is_written_in_the_viewers_zone(page: Page, shown: str, tokens: str) -> None:
    assert shown == date(page, tokens, MONDAY_TEN)


def test_a_clock_of_24_hours_and_the_viewers_language_where_those_are_usual(page: Page) -> None:
    assert date(page, "{date_short_pretty}, {time}", MONDAY_TEN, viewer=DIETER) == "heute, 16:06"
    assert date(page, "{date}", MONDAY_TEN, viewer=DIETER) == "23. November"


@pytest.mark.parametrize(
    ("shown", "days"),
    [("yesterday", -1), ("tomorrow", 1), ("Nov 25", 2), ("May 27", -180), ("Nov 23, 2027", 365)],
)
def test_days_that_are_near_have_a_name_and_far_ones_a_year(page: Page, shown: str, days: int) -> None:
    moment = at("10:06") + timedelta(days=days)
    assert shown == date(page, "{date_short_pretty}", moment.timestamp())


def test_midnight_is_the_viewers_own(page: Page) -> None:
    late = at("18:30").timestamp()
    assert date(page, "{date_pretty}", late) == "today"
    assert date(page, "{date_pretty}", late, viewer=DIETER) == "morgen"


def test_a_date_follows_the_clock(page: Page) -> None:
    ahead = (at("10:03") + timedelta(days=1)).timestamp()
    assert date(page, "{date_pretty}", ahead) == "tomorrow"
    page.evaluate(f"setTime({ahead})")
    page.locator("time", has_text="today").wait_for()


# What a lead may write

HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "*bold* _so_ `code`",
    "<@U0MIA> <!channel> @here",
    "javascript:alert(1) https://phish.example",
    ":tada: &lt;b&gt;",
]


@pytest.mark.parametrize("words", HOSTILE)
def test_literal_text_is_nothing_but_its_characters(page: Page, words: str) -> None:
    table = {"type": "table", "rows": [[{"type": "raw_text", "text": words}]]}
    header = {"type": "header", "text": plain(words, emoji=False)}
    show(page, [rich(line(text(words))), table, header], now=NOW)
    for place in (".rich-line", "th", ".header"):
        found = page.locator(f"#shown {place}")
        assert (words, 0) == (found.inner_text(), found.locator("*").count())


@pytest.mark.parametrize("words", HOSTILE[:2])
def test_markup_in_mrkdwn_is_shown_and_not_run(page: Page, words: str) -> None:
    show(page, [section(words)], now=NOW)
    assert (words, 0) == (page.locator(".text").inner_text(), page.locator(".text *").count())


@pytest.mark.parametrize(
    "address",
    ["javascript:alert(1)", "JaVaScRiPt:alert(1)", "data:text/html,x", "vbscript:x", "file:///etc/passwd"],
)
def test_only_harmless_addresses_become_links(page: Page, address: str) -> None:
    show(page, [section(f"<{address}|harmless>")], now=NOW)
    assert (0, f"harmless ({address})") == (
        page.get_by_role("link").count(),
        page.locator(".text").inner_text(),
    )
    show(page, [rich(line({"type": "link", "url": address, "text": "harmless"}))], now=NOW)
    assert page.get_by_role("link").count() == 0


def test_a_text_that_turns_the_direction_turns_only_itself(page: Page) -> None:
    show(page, [rich(line(text("Dana \u202eseyeR"), text(" · due 10:06")))], now=NOW)
    assert page.locator(".rich-line").inner_html() == "<bdi>Dana \u202eseyeR</bdi> · due 10:06"


def test_three_thousand_characters_without_a_space_stay_on_the_screen(phone: Page) -> None:
    endless = "x" * 3000
    option = {"text": plain(endless[:75]), "value": "x"}
    button = {"type": "button", "action_id": "b", "text": plain(endless[:75])}
    blocks = [
        {"type": "header", "text": plain(endless[:150])},
        section(endless),
        {"type": "section", "fields": [plain(endless[:2000]), plain("short")], "accessory": button},
        rich(line(text(endless))),
        {"type": "context", "elements": [plain(endless)]},
        {
            "type": "actions",
            "elements": [button, {"type": "static_select", "action_id": "s", "options": [option]}],
        },
        {"type": "image", "image_url": f"https://away.example/{endless[:2900]}", "alt_text": endless[:2000]},
    ]
    show(phone, blocks, now=NOW)
    assert not sticks_out(phone)
