"""What a notebook shows: a lesson makes a :class:`Tutorial` in its language and asks it."""

from prepaid.views.tutorial import Tutorial, tutorial

__all__ = ["Tutorial", "tutorial"]
