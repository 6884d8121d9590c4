"""The README's pictures are those that are taken, and small enough for whoever clones the repository."""

import re
from pathlib import Path

from tests.browser.pictures import STORED

README = Path(__file__).parents[2] / "README.md"
LARGEST_BYTES = 200_000


def test_the_readme_shows_every_picture_that_is_taken_and_no_other() -> None:
    shown = re.findall(r"tests/browser/pictures/(\w+\.png)", README.read_text(encoding="utf-8"))
    assert {one.name for one in STORED.glob("*.png")} == set(shown)


def test_each_picture_is_small() -> None:
    large = {one.name for one in STORED.glob("*.png") if one.stat().st_size > LARGEST_BYTES}
    assert large == set()
