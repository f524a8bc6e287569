"""Where a lesson is shown: in a notebook of the reader's own, or as an app that others use too."""

import os


def is_app() -> bool:
    """Whether Voilà shows this lesson: without code, from a folder that its visitors share."""
    return "VOILA_KERNEL_ID" in os.environ
