"""The walk and the time lines of lesson 04 without a browser: every provider, every channel."""

import datetime as dt
import re
from html import unescape

import ipywidgets as w
import pytest

import prepaid
from prepaid.catalogue import providers
from prepaid.catalogue.providers import all_providers
from prepaid.html.page import render
from prepaid.steps.walk import folds
from prepaid.steps.walk import view as renew_walk
from view_helpers import in_one_language, wrong

DATE = re.compile(r"\d{4}(-\d{2}){0,2}")


def all_of(view, kind) -> list[w.Widget]:
    """Every widget of a kind in a view, in order."""
    found = []
    for child in getattr(view, "children", ()):
        found += [child] if isinstance(child, kind) else all_of(child, kind)
    return found


def shown(view) -> str:
    """All HTML of a view as text that can be searched."""
    return unescape("".join(one.value for one in all_of(view, w.HTML)))


def from_browser(box: w.Widget, **state) -> None:
    """What the front end sends when a reader changes an input."""
    data = {"method": "update", "state": state, "buffer_paths": []}
    box._handle_msg({"content": {"data": data}, "buffers": []})


@pytest.mark.parametrize("provider_id", providers.providers())
def test_every_walk_has_steps_with_source_and_date_and_every_gap_a_reason(tutorial, provider_id):
    view, words = tutorial.walk(provider_id=provider_id), tutorial.words
    for channel in providers.CHANNELS:
        view.model.channel = channel
        way, page = view.model.answer, shown(view)
        assert view.model.problem is None
        boxes = all_of(view, w.Checkbox)
        assert len(boxes) == sum(len(walk["step"]) for walk in way.walks)
        if not way.walks:
            assert way.gap[words.language] in page
            continue
        for walk in way.walks:
            for part in (walk["title"], walk["success"], walk["failure"], walk["delay"]):
                assert part[words.language] in page
            assert walk["step"]
            for step in walk["step"]:
                told = str(render(renew_walk.step_told(step, words), lang=words.language))
                assert step[words.language] in unescape(told)
                old = step["status"] != "current"
                assert (words(f"walk.status.{step['status']}") in unescape(told)) == old
                assert told in "".join(one.value for one in all_of(view, w.HTML))
                assert all(f'href="{url}"' in page for url in step["source"])
        assert ("05-help" in page) == (channel == "third_party")


def fold_of(one, tutorial, usual=None) -> str:
    """A provider's fold as text that can be searched."""
    cell = folds.all_of(one, tutorial.words, usual)
    return unescape(render(cell, lang=tutorial.words.language))


@pytest.mark.parametrize("group", folds.GROUPS)
def test_what_is_usual_is_said_once_a_group_and_in_no_fold(tutorial, group):
    page, words = unescape(tutorial.walks().html), tutorial.words
    usual = folds.usual(group, words)
    assert bool(usual) == (group != "any")
    for topic, texts in usual.items():
        for text in texts:
            saying = [one for one in folds.members(group) for of, claim in folds.sentences(one)
                      if of == topic and folds.unnamed(words.text(claim), one, words) == text]
            assert len(saying) >= 3
            assert text in page
            assert not any(text in fold_of(one, tutorial, usual) for one in saying)


def test_every_sentence_stands_in_its_fold_or_above_it(tutorial):
    words = tutorial.words
    for group in folds.GROUPS:
        usual = folds.usual(group, words)
        for one in folds.members(group):
            short, whole = fold_of(one, tutorial, usual), fold_of(one, tutorial)
            for topic, claim in folds.sentences(one):
                text = words.text(claim)
                above = folds.unnamed(text, one, words) in usual.get(topic, ())
                assert (text in short) != above or one.kind == "generic"  # in part, it is there
                assert text in whole or one.kind == "generic"
            for claim in (one.auto_renewal, *one.money_life, *one.data_used_up):
                assert claim is None or words.text(claim) in short
            for walk in one.walk:
                if len(walk["step"]) > 1:
                    assert words.text(walk["title"]) in short
                    assert all(words.text(step) in short for step in walk["step"])
            steps = [walk["step"][0] for walk in one.walk if len(walk["step"]) == 1]
            above = any(folds.unnamed(words.text(step), one, words) in usual.get("steps", ())
                        for step in steps)
            assert (words("fold.as_above") in short) == above


def test_no_page_that_was_read_is_left_out_of_the_folds(tutorial):
    page = unescape(tutorial.walks().html)
    parts = page.split("<details")[1:]
    for one in all_providers():
        claims = [*one.balance, *one.payment, *one.timeline, *one.money_life, *one.data_used_up,
                  one.top_up, *([one.auto_renewal] if one.auto_renewal else []),
                  *(claim for walk in one.walk for claim in renew_walk.walk_claims(walk))]
        pages = {url for claim in claims if claim.get("known", True) for url in claim["source"]}
        own = next(at for at, fold in enumerate(parts) if one.name[tutorial.words.language]
                   in fold.partition("</summary>")[0])
        assert set(re.findall('href="(http[^"]*)"', "".join(parts[own:own + 2]))) >= pages


@pytest.mark.parametrize("one", providers.providers().values(), ids=lambda one: one.id)
def test_each_walk_to_read_has_its_own_ends(tutorial, one):
    language, html = tutorial.words.language, fold_of(one, tutorial)
    ordered = [walk for channel in providers.CHANNELS for walk in one.walk
               if walk["channel"] == channel]
    parts = html.split("<ol")[1:]
    assert len(parts) == len(ordered)
    for walk, part in zip(ordered, parts, strict=True):
        assert all(walk[end][language] in part for end in ("success", "failure", "delay"))


@pytest.mark.parametrize("walk", [
    pytest.param(walk, id=walk["id"]) for one in providers.providers().values() for walk in one.walk
])
def test_no_step_to_read_is_without_source_and_date(tutorial, walk):
    html = render(renew_walk.walk_steps(walk, tutorial.words),
                  lang=tutorial.words.language)
    steps = re.findall("<li>(.*?)</li>", html[html.index("<ol"):html.index("</ol>")], re.DOTALL)
    assert len(steps) == len(walk["step"])
    fold = html[html.index("<details"):]
    for step in walk["step"]:
        assert all(f'href="{unescape(url)}"' in unescape(fold) for url in step["source"])
        assert tutorial.words.as_of(step["as_of"]) in fold


LONGEST = max(
    ((one.id, walk) for one in providers.providers().values() for walk in one.walk
     if len(providers.walk(one.id, walk["channel"])) == 1),
    key=lambda pair: len(pair[1]["step"]),
)


def test_steps_are_ticked_off_and_counted(tutorial):
    provider_id, walk = LONGEST
    view, words = tutorial.walk(provider_id=provider_id, channel=walk["channel"]), tutorial.words
    boxes = all_of(view, w.Checkbox)
    for box in boxes[:3]:
        from_browser(box, value=True)
    assert words("walk.progress", done=3, total=len(boxes)) in shown(view)
    from_browser(boxes[1], value=False)
    assert words("walk.progress", done=2, total=len(boxes)) in shown(view)
    for box in boxes:
        from_browser(box, value=True)
    assert words("walk.finished", total=len(boxes)) in shown(view)


def test_ticks_survive_a_look_at_another_provider(tutorial):
    provider_id, walk = LONGEST
    view = tutorial.walk(provider_id=provider_id, channel=walk["channel"])
    other_id = next(one.id for one in all_providers()
                    if one.id != provider_id and providers.walk(one.id, walk["channel"]))
    [channel] = all_of(view, w.Dropdown)
    from_browser(all_of(view, w.Checkbox)[0], value=True)
    view.model.provider_id = other_id
    assert (view.model.provider_id, view.model.channel) == (other_id, walk["channel"])
    assert channel.value == walk["channel"]
    assert not any(box.value for box in all_of(view, w.Checkbox))
    view.model.provider_id = provider_id
    ticked = [box.value for box in all_of(view, w.Checkbox)]
    assert ticked == [True] + [False] * (len(walk["step"]) - 1)
    view.model.reset()
    assert not any(box.value for box in all_of(view, w.Checkbox))


def test_channels_without_steps_say_so_in_the_list(tutorial):
    view = tutorial.walk(provider_id="att-prepaid", channel="web")
    names = {value: name for name, value in all_of(view, w.Dropdown)[0].options}
    for channel, name in names.items():
        plain = name == renew_walk.channel_name(channel, tutorial.words)
        assert plain == bool(providers.walk("att-prepaid", channel))


@pytest.mark.parametrize("bad", [
    {"provider_id": "no-such"}, {"provider_id": ""}, {"channel": "pigeon"}])
def test_an_unknown_provider_or_channel_is_refused_and_the_steps_stay(tutorial, bad):
    view = tutorial.walk()
    before = view._walks.children
    view.model.update(**bad)
    told = view.model.problem.tell(tutorial.words)
    assert told in unescape(wrong(view))
    assert view._walks.children == before
    view.model.reset()
    assert not wrong(view)
    with pytest.raises(prepaid.Refusal):
        tutorial.walk(**bad)


def number_events(one, known):
    """What a provider's time line says of the number, with or without a count of days."""
    return [event for event in one.timeline if event["state"].startswith("number")
            and ("days_after_cycle_end" in event) == known]


def test_the_days_after_the_end_become_dates(tutorial):
    told = next(one for one in all_providers() if number_events(one, known=True))
    silent = next(one for one in all_providers()
                  if number_events(one, known=False) and not number_events(one, known=True))
    view, words = tutorial.late(provider_id=told.id), tutorial.words
    view.model.cycle_end = dt.date(2027, 6, 1)
    days = number_events(told, known=True)[0]["days_after_cycle_end"]
    assert words.date(dt.date(2027, 6, 1) + dt.timedelta(days)) in view.summary()
    assert words.date(dt.date(2027, 6, 1) + dt.timedelta(days)) in shown(view)
    view.model.provider_id = silent.id
    name = silent.name[words.language]
    assert view.summary() == words("late.number_unknown", provider=name,
                                   date=dt.date(2027, 6, 1))
    good = shown(view)
    for bad in (None, dt.date.max):
        view.model.update(provider_id=told.id, cycle_end=bad)
        assert words("refusal.cycle_end_missing") in unescape(wrong(view))
    view.model.update(provider_id=silent.id, cycle_end=dt.date(2027, 6, 1))
    assert shown(view) == good


def test_a_day_that_has_passed_is_no_advice_to_pay_before_it(tutorial):
    words, today = tutorial.words, dt.date(2027, 6, 1)
    told = next(one for one in all_providers() if number_events(one, known=True))
    silent = next(one for one in all_providers()
                  if number_events(one, known=False) and not number_events(one, known=True))
    days = number_events(told, known=True)[0]["days_after_cycle_end"]
    for one, end, key in (
        (told, today - dt.timedelta(days + 1), "late.headline_passed"),
        (silent, today, "late.number_unknown_today"),
        (silent, today + dt.timedelta(1), "late.number_unknown"),
    ):
        answer = tutorial.late(provider_id=one.id, cycle_end=end).model.answer
        line = renew_walk.late_headline(answer, words.on(today))
        assert line == words(key, provider=one.name[words.language], date=(
            today - dt.timedelta(1) if one is told else end))


@pytest.mark.parametrize("provider_id", providers.providers())
def test_a_time_line_says_all_that_is_known_and_where_it_was_read(tutorial, provider_id):
    view, words = tutorial.late(provider_id=provider_id), tutorial.words
    page, one = shown(view), providers.provider(provider_id)
    for claim in (*one.timeline, *one.money_life):
        assert claim[words.language] in page
        if claim.get("known", True):
            assert all(f'href="{url}"' in page for url in claim["source"])
        elif "days_after_cycle_end" not in claim and "months_after_purchase" not in claim:
            assert words("late.unknown") in page
    if one.kind == "travel_esim" and not any(number_events(one, known) for known in (True, False)):
        assert view.summary() == words("late.no_number", date=view.model.cycle_end,
                                       provider=one.name[words.language])


@in_one_language
def test_what_stands_below_follows_the_line_that_the_first_form_asks_for(tutorial):
    """Lesson 04 asks for the provider once; what is stored is the example all the same."""
    lesson = prepaid.tutorial(tutorial.words.language)
    now, *below = views = [getattr(lesson, name)() for name in ("now", "walk", "top_up", "late")]
    stored = [view._repr_mimebundle_()["text/html"] for view in views]
    now.model.update(provider_id="mint-mobile", days_left=9)
    assert now.model.answer.provider == "Mint Mobile"
    assert {view.model.provider_id for view in below} == {"mint-mobile"}
    assert below[-1].model.cycle_end == dt.date.today() + dt.timedelta(9)
    name = providers.provider("mint-mobile").name[lesson.words.language]
    assert all(name in shown(view) for view in below)
    below[0].model.reset()
    assert below[0].model.provider_id == "mint-mobile"
    now.model.provider_id = "skratch"  # of which we have no package
    assert now.model.problem.code == "provider_no_plan"
    assert {view.model.provider_id for view in below} == {"skratch"}
    again = prepaid.tutorial(tutorial.words.language)
    assert stored == [getattr(again, name)()._repr_mimebundle_()["text/html"]
                      for name in ("now", "walk", "top_up", "late")]


def test_previews_are_one_line_and_html_without_state(tutorial):
    for view in (tutorial.walk(), tutorial.late()):
        bundle = view._repr_mimebundle_()
        assert "\n" not in bundle["text/plain"]
        assert f'lang="{tutorial.words.language}"' in bundle["text/html"]
        assert "$" not in bundle["text/html"]
    assert "$" not in tutorial.walks().html


def test_ticks_of_shared_steps_stay_with_their_provider(tutorial):
    view = tutorial.walk(provider_id="t-mobile-prepaid", channel="third_party")
    [shared] = view.model.answer.walks
    view.model.tick(shared["id"], 0, True)
    assert view.model.answer.n_done(shared) == 1
    name = view.model.answer.provider.name[tutorial.words.language]
    assert tutorial.words("walk.general", provider=name) in shown(view)
    view.model.provider_id = "att-prepaid"
    assert view.model.answer.walks == (shared,)
    assert view.model.answer.n_done(shared) == 0
    view.model.provider_id = "t-mobile-prepaid"
    assert view.model.answer.n_done(shared) == 1
