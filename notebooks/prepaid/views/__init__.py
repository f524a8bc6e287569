"""What a notebook shows. A lesson makes one :class:`Tutorial` in its language and asks it for views."""

from prepaid.views.tutorial import Tutorial, tutorial

__all__ = ["Tutorial", "tutorial"]
