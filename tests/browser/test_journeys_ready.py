"""Lesson 01 and the keeping of choices, in a real browser."""

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, expect

from conftest import (
    ARTEFACTS,
    BROWSER_FLAGS,
    BROWSERS,
    KERNEL_IS_READY,
    NOTEBOOK_IS_THERE,
    READY_SECONDS,
    TOKEN,
    Lab,
    Lesson,
    end_kernels,
)
from prepaid import i18n
from prepaid.steps.keep import file as choices

IMEI = "490154203237518"
SAVE = "jupyterapp.commands.execute('docmanager:save')"
BUSY = """() => void jupyterapp.shell.currentWidget.sessionContext.session.kernel.requestExecute(
    {code: "import time; time.sleep(3)"})"""
WIDGET_SETTINGS = "@jupyter-widgets/jupyterlab-manager/plugin.jupyterlab-settings"


@pytest.mark.parametrize("language", i18n.LANGUAGES)
def test_a_phone_is_looked_up(open_lesson, language):
    words, lesson = i18n.words(language), open_lesson(f"01-ready.{language}.ipynb", alone=True)
    lesson.run_all()
    view = lesson.cell("device")
    answer = view.get_by_role("status")
    expect(answer).to_have_text(words("ready.verdict.physical"))
    view.get_by_label(words("input.place")).select_option("日本" if language != "en" else "Japan")
    expect(answer).to_have_text(words("ready.verdict.both"))
    view.get_by_label(words("input.brand")).select_option("Google")
    expect(view.locator("option:checked").last).to_have_text(words("ready.place.elsewhere"))
    view.get_by_label(words("input.family")).select_option("Pixel 10 / 10 Pro / 10 Pro XL")
    view.get_by_label(words("input.place")).select_option(
        {"en": "United States", "zh-CN": "美国"}[language])
    expect(answer).to_have_text(words("ready.verdict.esim"))


@pytest.mark.parametrize("language", i18n.LANGUAGES)
def test_a_phone_travels_to_lesson_2_by_itself(open_lesson, lab_server, language):
    words = i18n.words(language)
    lesson = open_lesson(f"01-ready.{language}.ipynb", alone=True)
    lesson.run_all()
    view = lesson.cell("device")
    where = view.get_by_text(words("travel.where.server"))
    expect(where).to_have_count(0)  # nobody has chosen anything
    view.get_by_label(words("input.place")).select_option(
        {"en": "United States", "zh-CN": "美国"}[language])
    view.get_by_label(words("input.brand")).select_option("Google")
    view.get_by_label(words("input.family")).select_option("Pixel 10 / 10 Pro / 10 Pro XL")
    view.get_by_label(words("input.place")).select_option(
        {"en": "United States", "zh-CN": "美国"}[language])
    expect(where).to_be_visible()
    lesson = open_lesson(f"02-pick.{language}.ipynb", alone=True)
    lesson.run_all()
    view = lesson.cell("pick")
    line = view.get_by_text(words("travel.from", lesson=words("travel.lesson", n=1)))
    expect(line).to_be_visible()
    expect(line.locator("xpath=..")).to_contain_text(words("choice.sim.esim"))
    lesson.page.screenshot(path=ARTEFACTS / f"travel.{language}.png")
    view.get_by_role("button", name=words("travel.forget")).first.click()
    expect(line).to_have_count(0)
    assert [*lab_server.runtime.glob("us-*")] == []


def test_choices_are_kept_picked_up_and_forgotten(open_lesson, lab_server, kept_file):
    words = i18n.words("en")
    lesson = open_lesson("02-pick.en.ipynb", alone=True)
    lesson.run_all()
    view = lesson.cell("pick")
    view.get_by_label(words("input.days"), exact=True).fill("7")
    expect(view.get_by_role("status").first).to_contain_text(words.days(7))
    assert not kept_file.exists()
    view.get_by_role("button", name=words("choices.keep")).click()
    expect(view.get_by_text(words("choices.section.plan"))).to_be_visible()
    assert json.loads(kept_file.read_text("utf-8"))["stay"]["days"] == 7

    expect(view.get_by_text(words("travel.where.server"))).to_be_visible()
    lab_server.forget()  # another day
    lesson = open_lesson("03-compare.en.ipynb", alone=True)
    lesson.run_all()
    view = lesson.cell("compare")
    expect(view.get_by_label(words("input.days"), exact=True)).to_have_value("33")
    view.get_by_role("button", name=words("choices.pick_up")).click()
    expect(view.get_by_label(words("input.days"), exact=True)).to_have_value("7")
    view.get_by_role("button", name=words("choices.forget")).click()
    expect(view.get_by_text(words("choices.forgotten", name=kept_file.name))).to_be_visible()
    assert not kept_file.exists()


def test_a_file_written_by_hand_is_refused_and_left_alone(open_lesson, kept_file):
    choices.save({"days": 30}, kept_file)
    kept_file.write_text(kept_file.read_text("utf-8").replace("30", "-3"), "utf-8")
    before, words = kept_file.read_bytes(), i18n.words("zh-CN")
    lesson = open_lesson("02-pick.zh-CN.ipynb", alone=True)
    lesson.run_all()
    view = lesson.cell("pick")
    for button in ("pick_up", "keep"):
        view.get_by_role("button", name=words(f"choices.{button}")).click()
        expect(view.get_by_role("alert")).to_contain_text(
            words("refusal.choices_field", name=kept_file.name, field="days"))
    expect(view.get_by_label(words("input.days"), exact=True)).to_have_value("33")
    assert kept_file.read_bytes() == before


# ------------------------------------------------------------------- an IMEI is nowhere on disk


@pytest.fixture
def own_browser(browser, tmp_path) -> Iterator[BrowserContext]:
    """A Chromium that keeps its profile on disk, as a reader's does."""
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    context = browser.browser_type.launch_persistent_context(
        tmp_path / "profile", executable_path=found, args=BROWSER_FLAGS)
    yield context
    context.close()


@pytest.fixture
def widget_state_is_saved(lab_server: Lab) -> Iterator[None]:
    """Settings > Save Widget State Automatically."""
    path = lab_server.settings / WIDGET_SETTINGS
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text('{"saveState": true}')
    yield
    path.unlink()


def holds(folder: Path, digits: str) -> list[Path]:
    """The files under a folder that hold the digits, whole or all but the last, in any of the
    encodings that browsers and JupyterLab write."""
    wanted = [text.encode(encoding) for text in (digits, digits[:-1])
              for encoding in ("ascii", "utf-16-le", "utf-16-be")]
    files = (path for path in folder.rglob("*") if path.is_file())
    return [path for path in files if any(part in path.read_bytes() for part in wanted)]


def test_an_imei_is_checked_and_kept_nowhere(
    lab_server, own_browser, widget_state_is_saved, tmp_path
):
    words, name = i18n.words("zh-CN"), "01-ready.zh-CN.ipynb"
    slugs, notebook = lab_server.lay_out(name), lab_server.tree / "notebooks" / name
    page = own_browser.new_page()
    page.goto(f"{lab_server.url}doc/tree/notebooks/{name}?reset&token={TOKEN}")
    page.wait_for_function(NOTEBOOK_IS_THERE, timeout=READY_SECONDS * 1000)
    page.evaluate(KERNEL_IS_READY)
    lesson = Lesson(page, slugs)
    lesson.run_all()
    view = lesson.cell("imei")
    field = view.get_by_label(words("ready.imei.label"))
    answer = view.get_by_role("status")

    field.press_sequentially(IMEI)
    page.evaluate(SAVE)
    expect(field).to_have_value(IMEI)
    field.press("Enter")
    expect(answer).to_have_text(words("ready.imei.fits"))
    expect(field).to_have_value("")
    page.evaluate(SAVE)
    field.press_sequentially(IMEI[:-1] + "9")
    page.keyboard.press("Tab")
    expect(answer).to_have_text(words("ready.imei.slip"))
    expect(field).to_have_value("")
    field.press_sequentially(IMEI[:-1] + "O")
    field.press("Enter")
    expect(answer).to_have_text(words("ready.imei.not_digits"))
    field.press_sequentially(IMEI)
    page.get_by_role("menuitem", name="File", exact=True).click()
    page.get_by_text("Save Notebook", exact=True).click()
    expect(answer).to_have_text(words("ready.imei.fits"))
    assert holds(lab_server.settings.parent, IMEI) == []
    page.evaluate(SAVE)
    page.evaluate(BUSY)
    expect(field).to_be_disabled()
    expect(field).to_be_enabled(timeout=READY_SECONDS * 1000)
    end_kernels(lab_server, own_browser)
    own_browser.close()

    saved = json.loads(notebook.read_text("utf-8"))
    state = saved["metadata"]["widgets"]["application/vnd.jupyter.widget-state+json"]["state"]
    (password,) = (one["state"] for one in state.values() if one["model_name"] == "PasswordModel")
    assert password.get("value", "") == ""
    assert re.search("check digit|校验位", json.dumps(state, ensure_ascii=False))
    assert holds(lab_server.settings.parent, IMEI) == []
    assert holds(tmp_path, IMEI) == []
