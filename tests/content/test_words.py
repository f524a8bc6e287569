"""What stands in a language, and what stands in for it where the language lacks it."""

from types import SimpleNamespace

import pandas as pd
import pytest

import build
from prepaid import i18n

BOTH = pd.DataFrame({"note": ["one", "two"], "note_zh": ["一", ""]})


@pytest.mark.parametrize(("language", "notes"), [("en", ["one", "two"]), ("zh-CN", ["一", "two"])])
def test_a_row_speaks_the_language_or_english(language, notes):
    words = i18n.words(language)
    assert [words.cell(row, "note") for _, row in BOTH.iterrows()] == notes
    assert [words.cell(row, "note") for row in BOTH.itertuples()] == notes
    assert words.column(BOTH, "note").tolist() == notes
    assert words.column(BOTH[["note"]], "note").tolist() == ["one", "two"]
    assert words.cell(SimpleNamespace(note="one"), "note") == "one"


def test_a_text_that_a_language_lacks_is_english():
    words = i18n.words("zh-CN")
    assert words.text({"en": "one", "zh-CN": "一"}) == "一"
    assert words.text({"title": {"en": "one"}}, "title") == "one"


def test_languages_are_listed_in_one_place():
    listed = ", ".join(f'"{language}"' for language in i18n.LANGUAGES)
    code = [*(build.NOTEBOOKS / "prepaid").rglob("*.py"), *(build.ROOT / "content").rglob("*.py")]
    assert [path.name for path in code if listed in path.read_text("utf-8")] == ["i18n.py"]
