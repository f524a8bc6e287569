"""Lessons 02 to 04 and an exercise by keyboard alone: run, tab to inputs, choose, follow.

At every Tab the focus has to be visible, in the notebook, and further on the page than before.
"""

import datetime as dt
import json
import re

import pytest
from icalendar import Calendar
from playwright.sync_api import Locator, expect

import prepaid
from conftest import ALL_RAN, READY_SECONDS, Lesson, kernels_today
from prepaid import i18n
from prepaid.catalogue import providers
from prepaid.catalogue.providers import all_providers
from prepaid.html.plans import full_name
from prepaid.steps.exercises.model import exercises

ACTIVE = "() => jupyterapp.shell.currentWidget.content.activeCellIndex"
REACHED = "a, button, input, select, summary, [tabindex]"
LOOK = """element => {
    const { outline, boxShadow, borderColor, backgroundColor } = getComputedStyle(element);
    return [outline, boxShadow, borderColor, backgroundColor].join();
}"""
BEFORE_TAB = f"""output => {{
    const look = {LOOK};
    for (const element of output.querySelectorAll('{REACHED}')) {{
        if (element !== document.activeElement) element.unfocused = look(element);
    }}
    window.focusedBefore = output.contains(document.activeElement) ? document.activeElement : null;
}}"""
AFTER_TAB = f"""output => {{
    const look = {LOOK}, now = document.activeElement, before = window.focusedBefore;
    const [one, other] = [before ?? now, now].map(element => element.getClientRects()[0]);
    return {{
        element: now.outerHTML.slice(0, 200),
        inside: now.matches('.jp-Cell *'),
        visible: !output.contains(now) || now === before || look(now) !== now.unfocused,
        ordered: !before || !output.contains(now)
            || other.top >= one.bottom - 4 || other.left >= one.left,
    }};
}}"""
BEGIN_ONCE_THERE = """() => {
    const find = () => document.querySelector('.jupyter-widgets input[type=text]');
    const begin = () => find() ? find().focus() : requestAnimationFrame(begin);
    begin();
}"""
CALM = (1440, 900)  # wide enough that nothing scrolls sideways


class Keyboard:
    """A reader without a mouse."""

    def __init__(self, lesson: Lesson):
        self.lesson, self.press = lesson, lesson.page.keyboard.press

    def run_all(self) -> None:
        """Shift+Enter through all cells."""
        for _ in self.lesson.slugs[:-1]:
            self.press("Shift+Enter")
        self.press("Control+Enter")
        self.lesson.page.wait_for_function(ALL_RAN, timeout=READY_SECONDS * 1000)

    def go_to(self, slug: str) -> Locator:
        """Arrows to a cell; the cell."""
        wanted = self.lesson.slugs.index(slug)
        while (active := self.lesson.page.evaluate(ACTIVE)) != wanted:
            self.press("ArrowUp" if active > wanted else "ArrowDown")
            assert self.lesson.page.evaluate(ACTIVE) != active, f"stuck on the way to {slug}"
        cell = self.lesson.cell(slug)
        self._output = cell.locator(".jp-Cell-outputArea")
        return cell

    def tab_to(self, target: Locator, most: int = 40) -> Locator:
        """Tab until it has the focus."""
        passed = []
        for _ in range(most):
            self._output.evaluate(BEFORE_TAB)
            self.press("Tab")
            at = self._output.evaluate(AFTER_TAB)
            assert at["inside"], f"focus lost after {passed[-1:]}: {at}"
            assert at["visible"], f"nothing shows the focus: {at}"
            assert at["ordered"], f"focus jumps back from {passed[-1:]}: {at}"
            passed.append(at["element"])
            if target.evaluate("element => element === document.activeElement"):
                return target
        raise AssertionError(f"not reached: {target}; passed {passed}")

    def fill(self, target: Locator, text: str) -> None:
        """Tab to a box and type over what it holds, unless the focus is there."""
        if not target.evaluate("element => element === document.activeElement"):
            self.tab_to(target)
        self.press("Control+A")
        self.lesson.page.keyboard.type(text)
        expect(target).to_be_focused()

    def choose(self, target: Locator, label: str) -> None:
        """Tab to a list, open it, go to a choice by arrows, take it."""
        self.tab_to(target)
        expect(target.locator(f'option:text-is("{label}")')).to_have_count(1)
        labels = [" ".join(one.split()) for one in target.locator("option").all_inner_texts()]
        way = labels.index(" ".join(label.split())) - target.evaluate("list => list.selectedIndex")
        self.press("Space")
        for _ in range(abs(way)):
            self.press("ArrowDown" if way > 0 else "ArrowUp")
        self.press("Enter")
        expect(target.locator("option:checked")).to_have_text(label)
        expect(target).to_be_focused()


@pytest.mark.parametrize("language", i18n.LANGUAGES)
def test_a_stay_is_picked(open_lesson, kept_file, language):
    today, words, tutorial = kernels_today(), i18n.words(language), prepaid.tutorial(language)
    lesson = open_lesson(f"02-pick.{language}.ipynb", alone=True, size=CALM)
    keys = Keyboard(lesson)
    keys.run_all()
    view = keys.go_to("pick")
    told, alert = view.get_by_role("status").last, view.get_by_role("alert")
    field = input_of(view, words)
    example = tutorial.pick(start=today).summary()
    expect(told).to_have_text(example)

    keys.fill(field("days"), "7")
    expect(told).to_have_text(tutorial.pick(start=today, days=7).summary())
    keys.fill(field("days"), "-3")
    expect(alert).to_contain_text("-3")
    expect(told).to_have_count(0)  # the last answer stays, dimmed
    expect(view).to_contain_text(tutorial.pick(start=today, days=7).summary())
    keys.fill(field("days"), "7")
    expect(alert).to_have_count(0)
    expect(told).to_have_text(tutorial.pick(start=today, days=7).summary())

    keys.tab_to(view.get_by_role("button", name=words("choice.mode.gb")))
    keys.press("Space")
    expect(field("gb")).to_be_visible()
    chosen = {"days": 7, "mode": "gb", "gb": 30, "gb_per": "month"}
    keys.fill(field("gb"), "30")
    keys.choose(field("gb_per"), words("choice.gb_per.month"))
    expect(told).to_have_text(tutorial.pick(start=today, **chosen).summary())
    number = keys.tab_to(view.get_by_label(words("input.us_number"), exact=True))
    keys.press("Space")
    expect(number).to_be_focused()
    expect(told).to_have_text(tutorial.pick(start=today, **chosen, us_number=True).summary())
    keys.tab_to(view.get_by_role("button", name=words("pick.more_you")))
    keys.press("Space")
    expect(field("slow_ok_kbps")).to_be_visible()
    keys.choose(field("slow_ok_kbps"), words("choice.slow_ok_kbps.512"))
    keys.fill(field("tax_percent"), "8")
    chosen |= {"us_number": True, "slow_ok_kbps": 512, "tax_percent": 8}
    expect(told).to_have_text(tutorial.pick(start=today, **chosen).summary())

    reset = keys.tab_to(view.get_by_role("button", name=words("view.reset")))
    keys.press("Enter")
    expect(told).to_have_text(example)
    expect(reset).to_be_focused()
    show = re.compile(words("advice.show") + "$")  # an icon is before it
    keys.tab_to(view.get_by_role("button", name=show).first)
    keys.press("Enter")
    expect(view).to_contain_text(words(
        "advice.at_length", title=words("advice.title.least"), means=words("advice.means.least")))
    keep = keys.tab_to(view.get_by_role("button", name=words("choices.keep")))
    keys.press("Enter")
    kept = words("choices.kept", name=kept_file.name, what=words.each(
        "choices.section", "stay use needs plan"))
    expect(view.get_by_text(kept, exact=True)).to_be_visible()
    expect(keep).to_be_focused()
    assert json.loads(kept_file.read_text("utf-8"))["stay"]["days"] == 33
    keys.tab_to(view.get_by_role("button", name=words("choices.forget")))
    keys.press("Space")
    expect(view.get_by_text(words("choices.forgotten", name=kept_file.name))).to_be_visible()
    assert not kept_file.exists()


# Nothing on the page has changed for three seconds: the parts that take longest are drawn, too.
UNCHANGED = """() => {
    const now = document.body.innerHTML.length;
    if (now !== window.seen) [window.seen, window.since] = [now, Date.now()];
    return Date.now() - window.since > 3000;
}"""


@pytest.mark.parametrize("language", i18n.LANGUAGES)
def test_sizes_a_card_and_the_catalogue(open_lesson, language):
    words, tutorial = i18n.words(language), prepaid.tutorial(language)
    lesson = open_lesson(f"03-compare.{language}.ipynb", alone=True, size=CALM)
    keys = Keyboard(lesson)
    keys.run_all()
    view = keys.go_to("compare")
    told, field = view.get_by_role("status").last, input_of(view, words)
    keys.fill(field("days"), "14")
    keys.tab_to(field("us_number"))
    keys.press("Space")
    lesson.settle()
    expect(told).to_have_text(tutorial.compare(days=14, us_number=True).summary())
    expect(view.get_by_role("table", name=words("compare.caption", days=14))).to_contain_text(
        words("value.us_number.yes"))
    lesson.page.wait_for_function(UNCHANGED, polling=250)
    keys.tab_to(view.locator("summary", has_text=words("compare.sources")))
    keys.press("Space")
    expect(view.get_by_role("link").first).to_be_visible()

    view = keys.go_to("card")
    plans = prepaid.load_catalog().set_index("plan_id", drop=False)
    plan = plans.loc["tello-2gb"]
    name, other = full_name(plan, words), full_name(plans.loc["google-fi-flexible"], words)
    keys.choose(input_of(view, words)("plan_id"), name)
    lesson.settle()
    card = view.get_by_role("table", name=words("card.caption", names=[name, other]))
    expect(card).to_contain_text(words.money(round(plan["price_usd"] * 100)))
    keys.tab_to(view.locator("summary", has_text=words("card.sources")))
    keys.press("Space")
    keys.tab_to(view.get_by_role("link").first)

    view = keys.go_to("catalogue")
    keys.choose(input_of(view, words)("size"), words("choice.size.unlimited"))
    expect(view.get_by_role(
        "table", name=tutorial.catalogue(size="unlimited").summary())).to_be_visible()


@pytest.mark.parametrize("language", i18n.LANGUAGES)
def test_an_exercise(open_lesson, language):
    words, entry = i18n.words(language), exercises()["select"]
    lesson = open_lesson(f"06-pandas.{language}.ipynb", alone=True, size=CALM)
    keys = Keyboard(lesson)
    keys.run_all()
    cell = keys.go_to("try-select")
    output = cell.locator(".jp-OutputArea-output")
    expect(output).to_contain_text(words("task.open"))
    for code, told in [
        (entry["mistake"][0]["code"], entry["mistake"][0][language]),
        (entry["solution"], entry["right"][language]),
    ]:
        keys.press("Enter")
        keys.press("Control+A")
        lesson.page.keyboard.insert_text(f'{code}\ntutorial.check("select", answer)')
        keys.press("Control+Enter")
        expect(output).to_contain_text(told.replace("`", ""))


@pytest.mark.parametrize("language", i18n.LANGUAGES)
def test_a_line_is_renewed(open_lesson, language):
    today = kernels_today()
    longest, walk = max(
        ((one, walk) for one in all_providers() for walk in one.walk
         if len(providers.walk(one.id, walk["channel"])) == 1),
        key=lambda pair: len(pair[1]["step"]))
    words, tutorial = i18n.words(language), prepaid.tutorial(language)
    lesson = open_lesson(f"04-renew.{language}.ipynb", alone=True, size=CALM)
    keys = Keyboard(lesson)
    keys.run_all()
    view = keys.go_to("now")
    told, alert = view.get_by_role("status").last, view.get_by_role("alert")
    field, link = input_of(view, words), view.get_by_role("link", name="renewal.ics")
    first = view.get_by_role("listitem").filter(has_text=words("renew.first"))
    files = link.get_attribute("href")
    keys.fill(field("days_left"), "-1")
    expect(alert).to_contain_text("-1")
    expect(told).to_have_count(0)  # the last answer stays, dimmed
    expect(view).to_contain_text(tutorial.now(start=today).summary())
    keys.fill(field("days_left"), "3")
    expect(alert).to_have_count(0)
    keys.fill(field("gb_left"), "5")
    expect(first).to_contain_text(words("renew.first_days"))
    expect(link).not_to_have_attribute("href", files)  # the files follow in a pause
    reset = keys.tab_to(view.get_by_role("button", name=words("view.reset")))
    keys.press("Enter")
    expect(first).to_contain_text(words("renew.first_data"))
    expect(told).to_have_text(tutorial.now(start=today).summary())
    expect(link).to_have_attribute("href", files)
    expect(reset).to_be_focused()
    keys.tab_to(link)
    with lesson.page.expect_download() as download:
        keys.press("Enter")
    calendar = Calendar.from_ical(download.value.path().read_bytes())
    [event, *_] = calendar.walk("VEVENT")
    step = tutorial.now(start=today).model.answer.step
    assert event.start.date() == today + dt.timedelta(step.last_safe_day)
    assert all(alarm["TRIGGER"].dt.days <= 0 for alarm in event.walk("VALARM"))

    keys.go_to("top-up")
    view = keys.go_to("now")  # from its head on again
    keys.choose(input_of(view, words)("provider_id"), longest.name[language])
    view = keys.go_to("walk")
    field = input_of(view, words)
    keys.choose(field("channel"), words(f"walk.channel.{walk['channel']}"))
    # the text of the last step, since the walk before may have had as many
    expect(view.locator(".jp-OutputArea")).to_contain_text(walk["step"][-1][language])
    expect(view.get_by_role("checkbox")).to_have_count(len(walk["step"]))
    for number in (1, 2, 3):
        box = keys.tab_to(view.get_by_label(words("walk.step", n=number)))
        keys.press("Space")
        expect(box).to_be_checked()
        expect(box).to_be_focused()
    expect(view).to_contain_text(words("walk.progress", done=3, total=len(walk["step"])))
    read_where, _ = words("ready.sources", n=0).split("0")
    keys.tab_to(view.locator("summary", has_text=read_where))
    keys.press("Enter")
    keys.tab_to(view.locator("a[href^='https://']").last)

    view = keys.go_to("top-up")
    expect(view).to_contain_text(longest.top_up[language])
    keys.fill(input_of(view, words)("renew_day"), "9")
    expect(view).to_contain_text(words("top_up.caption", day=9))
    keys.tab_to(view.get_by_role("button", name=words("view.reset")))
    keys.press("Enter")
    expect(view).to_contain_text(words("top_up.caption", day=21))

    view = keys.go_to("late")
    expect(view.get_by_role("status").first).to_contain_text(longest.name[language])

    keys.go_to("walks")
    fold = keys.tab_to(lesson.cell("walks").locator("summary").first)
    keys.press("Enter")
    expect(lesson.cell("walks").locator("details").first).to_have_attribute("open", "")
    expect(fold).to_be_focused()


@pytest.mark.parametrize("begun", [False, True])
def test_a_reader_who_has_begun_keeps_the_focus(open_lesson, begun):
    words, lesson = i18n.words("en"), open_lesson("04-renew.en.ipynb", alone=True)
    if begun:
        lesson.page.evaluate(BEGIN_ONCE_THERE)
    lesson.run_all()
    lesson.page.wait_for_timeout(1000)
    view = lesson.cell("now")
    fold = view.get_by_role("button", name=words("pick.rare"))
    expect(view.get_by_label(words("input.days_left")) if begun else fold).to_be_focused()
    expect(fold).to_be_visible()


def input_of(view: Locator, words: i18n.Words):
    """The inputs of a view, by name."""
    return lambda name: view.get_by_label(words(f"input.{name}"), exact=True)
