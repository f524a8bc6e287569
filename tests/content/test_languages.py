"""The two languages say the same: lessons block by block, strings key by key."""

import csv
import string
import tomllib
from collections import Counter
from decimal import Decimal

import pytest

import build
import prose
from checks import shapes

CONTENT = build.ROOT / "content"
LESSONS = [build.read_lesson(path) for path in build.lesson_paths()]
GLOSSARY = tomllib.loads((CONTENT / "glossary.toml").read_text("utf-8"))
NAMED_IN_PLANS = ("provider", "host_network")
CHINESE_VALUES = {"money": "15 美元", "data": "5 GB", "days": "30 天", "percent": "30%"}


def kept() -> set[str]:
    """What may stand in either language: the glossary's `keep`, and names in the catalogue."""
    with (CONTENT / "plans.csv").open(encoding="utf-8", newline="") as file:
        names = {row[column] for row in csv.DictReader(file) for column in NAMED_IN_PLANS}
    return {*GLOSSARY["keep"], *names} - {""}


KEPT = kept()


def prose_blocks(lesson: build.Lesson, language: str) -> dict[str, str]:
    """The lesson's prose in one language by slug, in order."""
    return {block.slug: block.source for block in lesson.blocks if block.lang == language}


PAIRS = [
    pytest.param(english, chinese, id=f"{lesson.name}:{slug}")
    for lesson in LESSONS
    for slug, english in prose_blocks(lesson, "en").items()
    if (chinese := prose_blocks(lesson, "zh-CN").get(slug)) is not None
]


def strings(language: str) -> dict[str, str]:
    """Every text of content/strings by dotted key, in the file's order; of plural forms `other`,
    which every language has."""
    tables = tomllib.loads((CONTENT / "strings" / f"{language}.toml").read_text("utf-8"))
    return dict(shapes.leaves(tables))


def filled(text: str) -> str:
    """A Chinese string with its placeholders filled; a dash where any word may come."""
    return "".join(
        before + (CHINESE_VALUES.get(spec, "—") if name is not None else "")
        for before, name, spec, _ in string.Formatter().parse(text)
    )


def complaints(text: str, language: str) -> list[str]:
    """What is wrong with a text of one language on its own."""
    strangers = [
        f"{word}: not {language}; if it may stay, add it to keep in content/glossary.toml"
        for word in prose.foreign(text, language, KEPT)
    ]
    return strangers + prose.misprints(text, language)


@pytest.mark.parametrize(("english", "chinese"), PAIRS)
def test_a_block_is_well_written(english, chinese):
    wrong = [
        complaint
        for language, source in (("en", english), ("zh-CN", chinese))
        for text in prose.taken_apart(source).texts
        for complaint in complaints(text, language)
    ]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize(("language", "shown"), [("en", shapes.own_words), ("zh-CN", filled)])
def test_strings_are_well_written(language, shown):
    wrong = [
        f"{key}: {complaint}"
        for key, text in strings(language).items()
        for complaint in complaints(prose.without_markup(shown(text)), language)
    ]
    assert not wrong, "\n".join(wrong)


def test_the_glossary_does_not_avoid_its_own_words():
    right = {term["zh-CN"] for term in GLOSSARY["term"]}
    avoided = {wrong for term in GLOSSARY["term"] for wrong in term.get("avoid", ())}
    assert {(wrong, word) for wrong in avoided for word in right if wrong in word} == set()


@pytest.mark.parametrize(
    ("english", "chinese"),
    [
        ("10 January 2027", "2027 年 1 月 10 日"),
        ("You may pay USD 1,500 in May 2027.", "您可在 2027 年 5 月付 1500 美元。"),
        ("2 May and 100,000 people", "5 月 2 日和 10 万人"),
        ("USD 12.50, 4G", "12.5 美元，4G"),
    ],
)
def test_the_same_figures_are_seen_as_the_same(english, chinese):
    assert prose.numbers(english) == prose.numbers(chinese)


def test_differing_figures_are_seen():
    assert prose.numbers("5 GB for USD 15") == Counter(map(Decimal, (5, 15)))
    assert prose.numbers("5 GB，15 美元") != prose.numbers("5 GB，12 美元")
    assert prose.numbers("5 GB") != prose.numbers("5 GB，共 5 天")


@pytest.mark.parametrize(
    "text",
    [
        "你好, 世界",
        "（见下文) 好",
        "流量5 GB",
        "5 GB流量",
        "按30%计算",
        "买`x`吧".replace("`x`", prose.CODE),
        "选套餐 ，再付款",
        "第一行\n第二行",
        "流量 套餐",
        "１０ 天",
        "**不是广告。**不推销",
        "先付款.",
        "用 eSIM. 然后",
    ],
)
def test_misprints_are_seen(text):
    (plain,) = prose.taken_apart(text).texts if prose.CODE not in text else (text,)
    assert prose.misprints(plain, "zh-CN")


@pytest.mark.parametrize(
    "text",
    [
        "1 GB 流量，15 美元（约 3.5 GB）：10:30 出发！",
        "**运行 ▸ 运行所有单元格**（英文界面为 **Run ▸ Run All Cells**）。",
        "“不限量”背后有什么？见[价格](x.ipynb)。",
        "买 `plans` 吧",
    ],
)
def test_good_chinese_is_left_alone(text):
    (plain,) = prose.taken_apart(text).texts
    assert prose.misprints(plain, "zh-CN") == []


def test_words_of_the_other_language_are_seen():
    assert prose.foreign("用 T-Mobile 的 hotspot", "zh-CN", {"T-Mobile"}) == ["hotspot"]
    assert prose.foreign("见 https://example.org/plans 的 5G", "zh-CN", {"T-Mobile"}) == []
    assert prose.foreign("renew 续费 now", "en", {"简体中文"}) == ["续费"]


def test_a_block_is_taken_apart():
    block = prose.taken_apart(
        "## Title\n\n- one [a](02.en.ipynb)\n\n| x |\n|---|\n| ![alt](p.png) |\n\n"
        "<details><summary>More</summary>\n"
    )
    assert block.skeleton == ("h2", "li", "tr", "tr", "img", "details", "summary")
    assert block.links == ("02.ipynb", "p.png")
    assert block.texts == ("Title", "one a", "x", "alt", "More")
