"""An input is declared once: its widget, its place in the kept file and its bounds follow."""

import pytest

import prepaid
from prepaid import Refusal, i18n
from prepaid.steps import inputs
from prepaid.steps.keep import file as choices
from prepaid.steps.keep.view import KeepRow
from prepaid.steps.model import Model
from prepaid.steps.pick.model import PickModel, example
from prepaid.steps.pick.view import PickView
from prepaid.steps.typed import read_number

MODELS = [PickModel]
for _model in MODELS:
    MODELS += [one for one in (*_model.__subclasses__(), *Model.__subclasses__())
               if one not in MODELS]


class Budgeted(PickModel):
    """The picker with one more need."""

    budget_usd = inputs.Number(0, 10_000, 50, keep="needs")


@pytest.fixture
def budgeted(monkeypatch, tmp_path):
    """The package as if the input had been declared in it."""
    monkeypatch.setattr(choices, "FILE", tmp_path / "my-choices.json")
    monkeypatch.setattr(choices, "FIELDS", inputs.declared(Budgeted))
    monkeypatch.setattr(choices, "INPUTS", choices.FIELDS["stay"] | choices.FIELDS["use"]
                        | choices.FIELDS["needs"] | choices.INPUTS)
    words = i18n.words("en")
    texts = words._texts | {"input.budget_usd": "At most, USD"}
    return PickView(Budgeted(), i18n.Words("en", texts))


def test_an_input_that_is_declared_is_asked_for_shown_and_kept(budgeted):
    (box,) = [one for one in budgeted.inputs if one.description == "At most, USD"]
    assert box.value == "50"
    assert "At most, USD" in budgeted.preview()
    box.value = "20"
    row = next(child for child in budgeted.children if isinstance(child, KeepRow))
    row.keep()
    assert choices.load()["budget_usd"] == 20
    budgeted.model.reset()
    row.pick_up()
    assert box.value == "20"
    box.value = "10001"
    row.keep()
    assert "to 10000" in row.children[-1].value
    assert choices.load()["budget_usd"] == 20


def test_inputs_are_kept_in_the_order_of_their_declaration():
    sections = {name: list(fields) for name, fields in choices.FIELDS.items()}
    assert list(sections) == list(inputs.SECTIONS)
    assert sections["stay"] == [
        "start", "days", "arrive", "leave", "special_days", "network"]
    assert sections["needs"][0] == "sim"


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_what_is_declared_to_be_kept_is_kept(model):
    for section, fields in inputs.declared(model).items():
        if model is not Budgeted:
            assert fields.keys() <= choices.FIELDS[section].keys()


@pytest.mark.parametrize("value", [True, None, "3", 2.5, 0, 11, float("nan"), float("inf")])
def test_a_number_that_does_not_fit_is_refused_by_name(value):
    class Asked(Model):
        days = inputs.Number(1, 10, 3, whole=True)

        def solve(self):
            return self.checked("days")

    assert Asked().answer == 3
    problem = Asked(days=value).problem
    code = "whole_number_range" if value is not None else "whole_number_range_empty"
    assert (problem.code, problem.values["input"]) == (code, "days")


def test_a_date_that_is_none_or_far_is_refused():
    model = PickModel(start=None)
    assert model.problem.code == "date_missing"
    model.start = prepaid.tutorial("en").pick().model.start.replace(year=9999)
    assert model.problem.code == "date_far"
    with pytest.raises(Refusal):
        model.checked("start")


@pytest.mark.parametrize("value", [1e30, -1e308, float("inf"), float("nan")])
def test_a_view_is_shown_again_over_any_number(value):
    view = prepaid.tutorial("zh-CN").pick(mode="gb")
    view.model.gb = value
    assert read_number(view.named["gb"].value, "GB") in (value, None)  # none: no figure says it
    bundle = view._repr_mimebundle_()
    assert 'role="alert"' in bundle["text/html"]
    assert view.summary() in bundle["text/plain"]


@pytest.mark.parametrize(("view", "changes"), [
    ("pick", {"mode": "light"}),  # which brings its hours
    ("pick", {"hours": example()["hours"] | {"text-chat": 3}}),  # which are of no kind of use
    ("now", {"provider_id": "mint-mobile"}),  # which brings a plan
    ("now", {"plan_id": "saily-usa-1gb-7d"}),  # whose provider has another name, and no number
    ("walk", {"provider_id": "saily"}),  # whose channels are called otherwise
])
def test_an_input_that_brings_others_along_is_answered_once(view, changes):
    model = getattr(prepaid.tutorial("en"), view)().model
    ((name, value),) = changes.items()
    version = model.version
    setattr(model, name, value)
    assert (model.problem, model.version) == (None, version + 1)
