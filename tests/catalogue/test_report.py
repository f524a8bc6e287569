"""Saying that a price is wrong."""

from types import SimpleNamespace
from urllib.parse import parse_qs, urlsplit

import pandas as pd
import pytest
from markupsafe import escape

from prepaid import i18n, load_catalog
from prepaid.catalogue import report
from prepaid.html import page
from prepaid.html.plans import cards, sources
from prepaid.schedule import Offers
from view_helpers import market

WORDS = [i18n.words(language) for language in i18n.LANGUAGES]
ROW = {"plan_id": "a-1", "provider": "Ã & B", "plan_name": "5 GB + calls #1", "price_usd": 12.5,
       "plan_name_zh": "5 GB + 通话", "as_of": "2026-10-07",
       "source_url": "https://example.org/a?b=c&d=%20"}


@pytest.mark.parametrize("words", WORDS, ids=i18n.LANGUAGES)
def test_the_text_says_what_we_say_and_asks_what_we_need(words):
    text = report.report_text(ROW, words)
    for part in ("a-1", "Ã & B", words.cell(ROW, "plan_name"), words.money(1250),
                 words.as_of("2026-10-07"), ROW["source_url"]):
        assert part in text
    assert "$" not in text
    assert "{" not in text
    asked = [line for line in text.splitlines() if line.endswith((":", "："))]
    assert len(asked) == 3
    assert report.report_text(pd.Series(ROW), words) == text
    assert report.report_text(SimpleNamespace(**ROW), words) == text
    lacking = report.report_text(ROW | {"price_usd": float("nan"), "as_of": ""}, words)
    assert words("report.no_price") in lacking
    assert words("source.undated") in lacking


@pytest.mark.parametrize("words", WORDS, ids=i18n.LANGUAGES)
def test_the_text_names_what_an_answer_shows(words):
    frame = market({"plan_id": "a", "provider": "A", "price_usd": 12.5, "intro_price_usd": 5.0,
                    "intro_cycles": 1, "validity_days": 30, "min_commitment_cycles": 3,
                    "data_gb": 9})
    text = report.report_text(frame.iloc[0], words)
    for new_customer in (True, False):
        schedule = Offers(frame, new_customer=new_customer).cheapest([1])
        assert words.money(schedule.purchases["price_cents"].iloc[0]) in text


def test_every_row_of_ours_has_a_text():
    for row in load_catalog().itertuples():
        for words in WORDS:
            assert row.plan_id in report.report_text(row, words)


def test_there_is_no_link_without_a_public_address(monkeypatch):
    monkeypatch.setattr(report, "load", lambda name: {"public_address": ""})
    assert report.report_link(ROW, WORDS[0]) == ""


@pytest.mark.parametrize("words", WORDS, ids=i18n.LANGUAGES)
def test_the_link_opens_a_form_with_the_text(monkeypatch, words):
    monkeypatch.setattr(
        report, "load", {"project": {"public_address": "https://github.com/some/one"}}.get)
    parts = urlsplit(report.report_link(ROW, words))
    assert (parts.scheme, parts.netloc, parts.path) == (
        "https", "github.com", "/some/one/issues/new")
    assert parts.fragment == ""
    asked = parse_qs(parts.query, strict_parsing=True)
    assert asked == {"title": [words("report.title", plan_id="a-1")],
                     "body": [report.report_text(ROW, words)]}


@pytest.mark.parametrize("words", WORDS, ids=i18n.LANGUAGES)
def test_a_reader_can_say_so_wherever_a_price_is_cited(words):
    plans = load_catalog()
    cited = plans.iloc[[3, 0]]
    for shown in (sources(plans, cited["plan_id"], words), cards(cited.iloc[:1], words)):
        told = page.render(shown, lang=words.language)
        assert str(escape(report.report_text(cited.iloc[0], words))) in told
    assert str(escape(report.report_text(cited.iloc[1], words))) in page.render(
        sources(plans, cited["plan_id"], words), lang=words.language)
