"""Lesson 6 without a browser: right answers in any shape, typical mistakes, odd objects."""

import ast
import builtins
import csv
import html
import re
from decimal import Decimal
from fractions import Fraction
from importlib import import_module

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import build
import prepaid
from prepaid import i18n
from prepaid.steps.exercises import output
from prepaid.steps.exercises.model import Practice, exercise, exercises, worked_out

lesson_frame_module = import_module("prepaid.catalogue.lesson_frame")
mpl.use("Agg")
NAMES = list(exercises())
MISTAKES = [(name, place) for name in NAMES
            for place in range(len(exercises()[name]["mistake"]))]
LESSON = build.read_lesson(build.ROOT / "content/lessons/06-pandas.md")
each_exercise = pytest.mark.parametrize("name", NAMES)


@pytest.fixture(params=i18n.LANGUAGES)
def tutorial(request):
    """The tutorial as it opens: nothing tried."""
    return prepaid.tutorial(request.param)


def said(shown) -> str:
    """What stands on the page, without its tags."""
    return html.unescape(re.sub("<[^>]+>", "", shown.html))


def plain(text: str) -> str:
    """A text of the content as it is shown."""
    return text.replace("`", "").replace("$", "＄")


def judged(name: str, answer) -> str:
    return Practice().check(name, answer).code


# ------------------------------------------------------------------------------- what is answered


def test_there_are_twelve_in_the_order_of_the_lesson():
    asked = [block.slug.removeprefix("try-") for block in LESSON.blocks
             if block.slug.startswith("try-")]
    assert asked == NAMES
    assert len(NAMES) == 12


def test_every_typical_mistake_gets_an_answer_of_its_own(tutorial):
    given = []
    for name, place in MISTAKES:
        shown = said(tutorial.check(name, exercise(name).wrong[place]))
        entry = exercises()[name]["mistake"][place]
        assert plain(entry[tutorial.words.language]) in shown, (name, place)
        given.append(entry[tutorial.words.language])
    assert len(set(given)) == len(given) >= 36


@each_exercise
def test_no_mistake_is_right_and_no_two_are_the_same(name):
    ours = exercise(name)
    answers = [ours.right, *ours.wrong]
    for one in range(len(answers)):
        for other in range(len(answers)):
            assert ours.reader.same(answers[one], answers[other]) == (one == other), (one, other)


@pytest.mark.parametrize(("times", "more"), [(1, 1), (2, 0), (1, -0.5)])
def test_a_change_of_prices_changes_the_answers_with_it(monkeypatch, times, more):
    raw = prepaid.load_catalog()
    dearer = raw.assign(price_usd=(raw["price_usd"] * times + more).clip(lower=0))
    for module in (prepaid, lesson_frame_module):
        monkeypatch.setattr(module, "load_catalog", dearer.copy)
    before = exercise("group").right
    for entry in exercises().values():
        ours = worked_out(entry)
        assert not any(ours.reader.same(wrong, ours.right) for wrong in ours.wrong), entry["id"]
    now = worked_out(exercises()["group"]).right
    pd.testing.assert_series_equal(now, (before * times + more).clip(lower=0))


def by_hand() -> dict:
    """The right answers, worked out from the files without pandas and without the solutions."""
    with (build.ROOT / "content/plans.csv").open(encoding="utf-8") as file:
        rows = {row["plan_id"]: row for row in csv.DictReader(file)}
    frame = {row.plan_id: row for row in prepaid.lesson_frame().itertuples()}
    number = {name: float(row["price_usd"]) for name, row in rows.items()}
    size = {name: None if pd.isna(row.data_gb) else
            "small" if row.data_gb <= 2 else "medium" if row.data_gb <= 8 else "large"
            for name, row in frame.items()}
    per_gb = {name: None if pd.isna(row.data_gb) or pd.isna(row.fee_usd)
              else (number[name] + row.fee_usd) / row.data_gb for name, row in frame.items()}
    whole = [name for name in rows if rows[name]["kind"] != "addon" and per_gb[name] is not None]
    days = {row["as_of"] and np.datetime64(f"{row['as_of']}-01"[:10]) for row in rows.values()}
    newest = max(days - {""})
    with (build.ROOT / "content/usage_rates.csv").open(encoding="utf-8") as file:
        rates = {row["activity_id"]: row for row in csv.DictReader(file)
                 if row["per"] != "ceiling" and row["mb_per_hour_typical"]}

    def lowest(*keys):
        found = {}
        for name in rows:
            key = tuple(one(name) for one in keys)
            found[key] = min(found.get(key, 1e9), number[name])
        return {key if len(key) > 1 else key[0]: price for key, price in found.items()
                if None not in key}

    def provider(name):
        return rows[name]["provider"]

    return {
        "read": {name: row["unlimited"] == "yes" for name, row in rows.items()},
        "select": [name for name, row in rows.items() if row["kind"] == "travel_esim"
                   and frame[name].data_gb >= 20],
        "per-gb": per_gb,
        "sort": sorted(whole, key=per_gb.get)[:5],
        "group": lowest(provider),
        "merge": sum(hours * float(rates[name]["mb_per_hour_typical"]) for name, hours in
                     {"web-browsing": 2, "tiktok-douyin": 0.5, "voip-voice-call": 1}.items()),
        "pivot": lowest(provider, size.get),
        "reshape": {(name, f"mb_{level}"): float(row[f"mb_per_hour_{level}"])
                    for name, row in rates.items() for level in ("low", "typical", "high")},
        "dates": sum(newest - np.datetime64(f"{row['as_of']}-01"[:10]) > np.timedelta64(60, "D")
                     for row in rows.values() if row["as_of"]),
        "unknown": {word: sum(row["esim"] == code for row in rows.values())
                    for word, code in {"True": "yes", "False": "no", "not known": ""}.items()},
        "trust": [],
    }


@pytest.mark.parametrize("name", sorted({*NAMES} - {"plot"}))
def test_the_answers_are_those_worked_out_by_hand(name):
    assert judged(name, by_hand()[name]) == "right"


def shapes(name: str) -> list:
    """The right answer to an exercise in shapes that a learner may give it."""
    right, hand = exercise(name).right, by_hand().get(name)
    plans = prepaid.lesson_frame()
    match exercise(name).reader.kind:
        case "number":
            return [float(right), Decimal(str(right)), Fraction(str(right)), np.float32(right),
                    pd.Series([right]), [right], pd.DataFrame({"mb": [right]}), str(right)]
        case "rows":
            ids = list(right["plan_id"])
            return [right, right.sample(frac=1, random_state=1), right["plan_id"], ids, set(ids),
                    tuple(reversed(ids)), right.index, right["price_usd"], np.array(ids),
                    right.set_index("plan_id"), plans["plan_id"].isin(ids)]
        case "order":
            ids = list(right)
            return [right, ids, tuple(ids), np.array(ids), pd.Index(ids), right.index,
                    plans.set_index("plan_id").loc[ids], pd.DataFrame({"plan_id": ids})]
        case "by_key":
            pairs = list(hand.items())
            series = pd.Series(hand)
            named = series.rename_axis("name").reset_index(name=exercise(name).reader.value or "n")
            whole_rows = [plans.loc[plans.groupby("provider")["price_usd"].idxmin()]
                          ] if name == "group" else []
            return [right, hand, pairs, series, series[::-1], named, named.sample(
                frac=1, random_state=1), list(map(list, pairs)), *whole_rows]
        case "by_two":
            return [right, right.T, right.stack(), hand, right.reset_index(), right.to_dict(),
                    right.stack().reset_index(name="low"), [(*k, v) for k, v in hand.items()]]
        case "long":
            wide = right.pivot(index="activity_id", columns="variable", values="value")
            return [right, right[::-1], wide.stack(), hand, [(*k, v) for k, v in hand.items()],
                    right.rename(columns={"variable": "level"}), right.assign(per="hour"),
                    right.set_index(["activity_id", "variable"])]
        case "bars":
            lowest = plans.groupby("kind")["price_usd"].min()
            figure, axes = plt.subplots()
            bars = axes.bar(list(lowest.index), lowest.to_numpy())
            lying = plt.figure().add_subplot()
            lying.barh(list(lowest.index[::-1]), lowest.to_numpy()[::-1])
            framed = lowest.to_frame().plot.bar(ax=plt.figure().add_subplot())
            return [axes, figure, bars, lying, np.array([axes]), framed, [axes]]
        case _:
            return [[], (), pd.Series([], dtype=object), pd.DataFrame(), {}, np.array([])]


@each_exercise
def test_a_right_answer_is_taken_in_any_shape(name):
    given = shapes(name)
    assert [judged(name, answer) for answer in given] == ["right"] * len(given)
    assert len({type(answer) for answer in given}) >= 4


@each_exercise
def test_the_solution_leaves_the_learners_picture_alone(name):
    figure = plt.figure()
    exercise.cache_clear()
    assert judged(name, 1) != "right"
    assert plt.get_fignums() == [figure.number]
    assert figure.axes == []


# -------------------------------------------------------------------------------- help on request


@each_exercise
def test_nothing_is_said_before_it_is_asked_for(tutorial, name):
    entry, language = exercises()[name], tutorial.words.language
    nudge, code = (plain(one[language]) for one in entry["hint"])
    first = said(tutorial.check(name, ...))
    assert tutorial.words("task.open") in first
    assert nudge not in first
    assert entry["solution"].strip() not in said(tutorial.solution(name))
    assert nudge in said(tutorial.hint(name))
    assert code in said(tutorial.hint(name))
    assert code in said(tutorial.hint(name))
    tutorial.check(name, "a try")
    assert entry["solution"].strip() in said(tutorial.solution(name))
    tutorial.check(name, exercise(name).right)
    assert tutorial.words("task.progress", n=1, total=12) in said(tutorial.progress())


def test_an_answer_that_is_near_hears_how_far_it_is(tutorial):
    words, right = tutorial.words, exercise("group").right
    shown = said(tutorial.check("group", right.drop(right.index[:2]) + 1))
    assert words("task.wrong", n=len(right) - 2) in shown
    assert words("task.missing", n=2) in shown
    merge = exercise("merge").right
    assert words("task.low") in said(tutorial.check("merge", merge - 1))
    assert words("task.high") in said(tutorial.check("merge", merge + 1))
    backwards = list(exercise("sort").right)[::-1]
    assert words("task.in_order") in said(tutorial.check("sort", backwards))
    shown = said(tutorial.check("merge", prepaid.lesson_frame()))
    assert words("task.wanted.number") in shown


def test_every_sort_of_answer_and_of_wish_has_a_name(tutorial):
    odd = [..., 1, "x", True, pd.DataFrame({"a": [1, 2]}), pd.Series([1, 2]), [1, 2], object(),
           plt.figure().add_subplot()]
    shown = {said(tutorial.check(name, answer)) for name in NAMES for answer in odd}
    assert len(shown) > len(NAMES)


# ------------------------------------------------------------------------------------- odd objects


class Hostile:
    """An object that fails whatever is done to it."""

    def __getattribute__(self, name):
        raise RuntimeError(name)

    def __eq__(self, other):
        raise RuntimeError

    def __repr__(self):
        raise RuntimeError

    __hash__ = __len__ = __iter__ = __bool__ = __str__ = __float__ = __eq__


def endless():
    while True:
        yield 1


nested: list = []
nested.append(nested)
ODD = [
    Hostile(), Hostile, [Hostile()], {"a": Hostile()}, endless(), nested, float("nan"), 10**9000,
    "\ud800", b"x", lambda: 1, pd, prepaid, pd.NA, pd.NaT, np.array(3), np.zeros((0, 3)),
    np.zeros((2, 2, 2)), pd.DataFrame(columns=["plan_id"]), pd.DataFrame({"plan_id": [1, None]}),
    pd.DataFrame([[1, 2], [3, 4]], columns=["a", "a"]), pd.Series([], dtype=float), range(10**9),
    pd.Series([Hostile()], dtype=object), complex(1, 2), {1: {2: 3}, 4: 5}, {(): ()}, [()], "<b>$",
    pd.DataFrame({("a", "b"): [1]}), pd.MultiIndex.from_tuples([("a", 1)]), pd.Timedelta(days=3),
    pd.Categorical(["a"]), iter([]), slice(1), NotImplemented, Exception("x"), type, {1, "a"},
]
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary()
    | st.decimals() | st.dates() | st.sampled_from(["plan_id", "tello-2gb", "True", "yes"]),
    lambda inner: st.lists(inner) | st.tuples(inner, inner) | st.dictionaries(
        st.text() | st.integers(), inner)
    | st.lists(inner, min_size=1, max_size=4).map(lambda one: pd.Series(one, dtype=object))
    | st.lists(inner, min_size=1, max_size=4).map(
        lambda one: pd.DataFrame({"plan_id": pd.Series(one, dtype=object)})),
    max_leaves=8)


@pytest.mark.parametrize("odd", range(len(ODD)), ids=lambda place: type(ODD[place]).__name__)
def test_an_odd_object_gets_a_sentence(odd):
    tutorial = prepaid.tutorial("en")
    for name in NAMES:
        shown = tutorial.check(name, ODD[odd])
        assert "✔" not in shown.html or name == "trust"  # where nothing at all is right
        assert said(shown).strip()
    for ask in (tutorial.check, tutorial.hint, tutorial.solution):
        assert 'role="alert"' in ask(ODD[odd]).html


@settings(max_examples=60, deadline=None)
@given(values)
@pytest.mark.slow
def test_no_value_ends_in_a_traceback(value):
    tutorial = prepaid.tutorial("en")
    for name in NAMES:
        assert said(tutorial.check(name, value)).strip()


@pytest.mark.parametrize("code", [
    "prepaid.check_schedule(raw, 4800, schedule)", "prepaid.check_schedule(raw, 'all', schedule)",
    "prepaid.check_schedule(3, need_mb, schedule)", "prepaid.check_schedule(raw, need_mb, 3)",
    "prepaid.check_schedule(raw, schedule, need_mb)", "prepaid.lesson_frame('prices')",
    "prepaid.cheapest_schedule(raw, 400)", "prepaid.cheapest_schedule(plans, need_mb)",
])
def test_what_is_refused_is_told_in_a_sentence_without_a_traceback(code):
    space = {"prepaid": prepaid, "pd": pd}
    exec(exercises()["trust"]["given"], space)
    with pytest.raises(prepaid.Refusal) as refused:
        exec(code, space)
    assert refused.value._render_traceback_() == [str(refused.value)]
    for language in i18n.LANGUAGES:
        assert refused.value.tell(i18n.words(language))


@pytest.mark.parametrize(("lesson", "told"), [("06-pandas", "app.code"), ("02-pick", "app.note")])
def test_an_app_says_that_code_is_done_elsewhere(monkeypatch, capsys, lesson, told):
    monkeypatch.setenv("VOILA_KERNEL_ID", "x")
    monkeypatch.setenv("SCRIPT_NAME", f"/voila/render/{lesson}.en.ipynb")
    tutorial = prepaid.tutorial("en")
    assert tutorial.words(told) in capsys.readouterr().out
    assert tutorial.words("app.task") in said(tutorial.check("read", 1))


# ------------------------------------------------------------------------ the lesson and the files


def known_before(name: str) -> set[str]:
    """What a learner has seen when an exercise comes: names and signs in code and prose."""
    seen = {"=", "."}
    for block in LESSON.blocks:
        if block.slug == f"try-{name}":
            return seen
        if block.kind == "code" and not block.slug.startswith("try-"):
            seen |= parts(block.source)
        elif block.lang == "en":
            for code in re.findall("`([^`]+)`", block.source):
                seen |= {code, code.strip("()"), code.removeprefix(".").removesuffix("()")}
                seen |= {*re.findall(r"\w+", code)}
        if block.slug.startswith("try-"):
            seen |= parts(exercises()[block.slug.removeprefix("try-")]["solution"])
    raise AssertionError(name)


SIGNS = {ast.Add: "+", ast.Mult: "*", ast.Div: "/", ast.Sub: "-", ast.BitAnd: "&", ast.BitOr: "|",
         ast.Gt: ">", ast.GtE: ">=", ast.Lt: "<", ast.LtE: "<=", ast.Eq: "==", ast.NotEq: "!=",
         ast.Invert: "~"}


def parts(code: str) -> set[str]:
    """The functions, attributes, options and signs that a code uses."""
    found = set()
    for node in ast.walk(ast.parse(code)):
        match node:
            case ast.Attribute(attr=name) | ast.keyword(arg=str(name)):
                found.add(name)
            case ast.Call(func=ast.Name(id=name)):
                found.add(name)
            case _ if type(node) in SIGNS:
                found.add(SIGNS[type(node)])
    return found


@each_exercise
def test_an_exercise_needs_only_what_came_before(name):
    solution = exercises()[name]["solution"]
    assert parts(solution) - known_before(name) - {*dir(builtins)} == set()


def test_the_lesson_with_solutions_solves_every_exercise():
    space, solved = {}, 0
    for block in LESSON.in_language("en"):
        if block.kind != "code":
            continue
        name = block.slug.removeprefix("try-")
        code = block.source
        if name in exercises():
            code = code.replace("answer = ...", exercises()[name]["solution"].strip())
            code = code.replace("tutorial.check", "shown = tutorial.check")
        exec(code, space)
        if name in exercises() and block.slug != name:
            assert "✔" in space["shown"].html, name
            solved += 1
    assert solved == 12


# -------------------------------------------------------------------- a learner's own tables, seen


def test_a_table_is_shown_with_names_as_they_are():
    words = i18n.words("en")
    shown = output.table(prepaid.lesson_frame(), words)
    assert shown.count('scope="col"') == 11
    assert shown.count('scope="row"') == output.ROWS
    assert ">price_usd<" in shown
    frames = [pd.DataFrame({"a$": ["<b>$1"]}), pd.DataFrame(), pd.DataFrame({"a": [pd.NaT]}),
              pd.DataFrame([[1, 2]], columns=["a", "a"]), exercise("pivot").right,
              pd.DataFrame({("a", "b"): [1.5]}, index=pd.MultiIndex.from_tuples([("x", 1)]))]
    for frame in frames:
        assert "$" not in output.table(frame, words)
        assert "<b>" not in output.table(frame, words)


@pytest.mark.parametrize("language", i18n.LANGUAGES)
def test_a_picture_says_its_figures_and_is_the_same_each_time(language):
    words, lowest = i18n.words(language), prepaid.lesson_frame().groupby("kind")["price_usd"].min()

    def drawn() -> str:
        return output.picture(lowest.plot.barh(ax=plt.figure().add_subplot()), words)

    first = drawn()
    assert first == drawn()
    assert plt.get_fignums() == []
    for name, price in lowest.items():
        assert f"{name}" in first
        assert words.number(price) in html.unescape(re.search('alt="([^"]*)"', first)[1])
