"""The office of the stories, for what the README tells."""

from tests.stories.conftest import front_door, office

__all__ = ["front_door", "office"]
