"""What a reader does, in a real browser."""

import pytest


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_start_here_runs(open_lesson, dark):
    lesson = open_lesson("00-start-here.ipynb", dark=dark, size=(700, 900), alone=True)
    lesson.run_all()
    for slug in ("prices-en", "prices-zh-CN"):
        assert lesson.cell(slug).locator("table").is_visible()
