"""Lesson 05 in a real browser, by keyboard: search, check a seller, answer the quiz."""

import pytest
from playwright.sync_api import expect

from prepaid import i18n
from prepaid.catalogue.content import load
from prepaid.steps.help.model import questions
from prepaid.steps.quiz.model import QuizModel
from prepaid.steps.rescue.model import places
from prepaid.steps.seller_check.model import signs

TYPED = {"en": "how do I get a refund", "zh-CN": "怎么退款"}
HOSTILE = "<img src=x onerror=zzz()>"  # no word of it is in any question


@pytest.mark.parametrize("language", i18n.LANGUAGES)
def test_a_question_a_seller_and_a_quiz(open_lesson, language):
    words = i18n.words(language)
    lesson = open_lesson(f"05-help.{language}.ipynb", size=(480, 900), alone=True)
    keys = lesson.page.keyboard
    lesson.run_all()

    view = lesson.cell("rescue")
    told, first = view.get_by_role("status"), view.get_by_role("button", name="A", exact=True)
    expect(told).to_contain_text(places()["sims"][1]["ask"][language])
    first.focus()
    keys.press("Enter")  # airplane mode
    expect(told).to_contain_text(places()["airplane"][1]["title"][language])
    keys.press("Enter")  # the focus stays on the same button: it works
    expect(told).to_have_text(words("rescue.solved"))
    view.get_by_role("button", name=words("rescue.back")).press("Enter")
    expect(told).to_contain_text(places()["airplane"][1]["title"][language])

    view = lesson.cell("faq")
    search, told = view.get_by_label(words("input.query")), view.get_by_role("status")
    expect(told).to_have_text(words("questions.faq.count", n=len(questions())))
    search.focus()
    keys.insert_text(TYPED[language])
    expect(told).to_contain_text(questions()["refunds"].entry["ask"][language])
    view.get_by_label(words("input.provider")).select_option("Tello")
    expect(view.get_by_text("US Mobile")).to_have_count(1)  # left in the list of providers only
    search.fill(HOSTILE)
    expect(told).to_have_text(words("questions.faq.nothing", query=HOSTILE))
    assert view.locator("img").count() == 0

    view = lesson.cell("seller")
    told = view.get_by_role("status")
    view.get_by_label(words("input.seller")).select_option(index=3)
    number, sign = next((number, sign) for number, sign in enumerate(signs("chat_seller"), 1)
                        if sign["id"] == "whose-account")
    expect(view.get_by_text(words(
        "questions.seller.numbered", n=number, ask=sign["ask"][language]))).to_be_visible()
    answer = view.get_by_label(words("questions.seller.answer_to", n=number))
    answer.focus()
    keys.press("End")
    expect(answer.locator("option:checked")).to_have_text(words("view.no"))
    rule = load("seller_check")["rule"][0]
    expect(told).to_have_text(words("questions.seller.verdict.stop", told=rule[language]))

    view = lesson.cell("quiz")
    told = view.get_by_role("status")
    entry = load("quiz")["question"][0]
    first, second, *_ = entry["choice"]
    view.get_by_role("radio", name="A").focus()
    keys.press("Space")
    expect(told).to_have_text(words("questions.quiz.wrong", why=first["why"][language]))
    keys.press("Tab")
    keys.press("Space")
    expect(told).to_have_text(words("questions.quiz.right", why=second["why"][language]))
    expect(view.get_by_text(words(
        "questions.quiz.score", right=0, answered=1, total=len(QuizModel().asked)))).to_be_visible()
    view.get_by_role("button", name=words("questions.quiz.next")).press("Enter")
    expect(view.get_by_text(
        load("quiz")["question"][1]["ask"][language])).to_be_visible()
    assert lesson.page.title() != "1"
