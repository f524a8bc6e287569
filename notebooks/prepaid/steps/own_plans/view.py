"""The reader's own plans: a file or a quote in, what they change out, to save and to remove."""

import os
from collections.abc import Callable, Iterable
from functools import wraps

import ipywidgets as w

from prepaid.catalogue.faults import CatalogError
from prepaid.catalogue.labels import read_plans
from prepaid.catalogue.plans import template, to_csv
from prepaid.html import page
from prepaid.html.plans import caveats, firm, listing, plan_names, purchases, total
from prepaid.i18n import Refusal, Words, shortened
from prepaid.schedule import NoSchedule
from prepaid.steps.browse.model import with_price_per_gb
from prepaid.steps.own_plans.model import EXAMPLES, MAX_UPLOAD_MB, QUOTE, SAVED, OwnAnswer, OwnModel
from prepaid.steps.shelf import OWN, Shelf
from prepaid.steps.view import AUTO, StepView, button, grid, is_app, outcome, row, upload

EXAMPLE_DAYS = 30
FAULTS_SHOWN = 1000
NOTES_SHOWN = 50
LINK_ROWS = 5000  # more would make the page heavy; they can be saved, but not by an app's visitor
READERS = ("prepaid.load_catalog", "prepaid.read_broadband_labels")
AFTER_CAP = ("", "cut_off", "throttled", "pay_per_mb", "none")
YES_NO = ("", "yes", "no")


def _tells(do: Callable) -> Callable:
    """What a button does, and the sentence about it or about what was refused, on screen."""
    return wraps(do)(lambda view, *given: view._tell(lambda: do(view, *given)))


class OwnView(StepView):
    """Lesson 03's own plans, see :class:`prepaid.steps.own_plans.model.OwnModel`.

    Args:
        files: to take in at once; one that is refused is told of and leaves the rest alone.
    """

    model: OwnModel

    def __init__(self, model: OwnModel, words: Words, files: Iterable[str | os.PathLike] = ()):
        self._told = w.HTML()
        super().__init__(model, words)
        model.shelf.observe(self._offer_own, names="version")
        self._offer_own()
        for file in files:
            self._tell(lambda file=file: self._taken(model.add_file(file)))

    def controls(self) -> list[w.Widget]:
        return [
            self.heading("own.stay"),
            self.row("start", "days", "gb", "gb_per"),
            self.heading("own.file"), self._text("own.file_about", limit=MAX_UPLOAD_MB),
            w.HTML(self._page(page.paragraph(page.download(
                self.words("own.template", name="my-plans.csv"), "my-plans.csv", "text/csv",
                template())))),
            row(upload(self.words("own.upload"), "upload", ".csv,.txt,text/csv", self.upload),
                self._button("try_example", "flask")),
            self.heading("own.quote"), self._text("own.quote_about"), self._quote(),
            self._told, self._own(),
        ]

    def parts(self):
        return difference, firm_until, own_plans

    def preview(self) -> str:
        """The view as it opens, and with the example taken in."""
        if self.model.answer is None:
            return super().preview()
        ours, marked = self.model.shelf.ours, self.model.shelf.marked
        example = read_plans(EXAMPLES[self.words.language])
        with_it = Shelf(ours, marked)
        with_it.add(example)
        with_it.set_validity(example["plan_id"].tolist(), EXAMPLE_DAYS)
        alone = self.model.answer if self.model.shelf.own.empty else self.model.with_plans_of(
            Shelf(ours, marked))
        shown = self.model.with_plans_of(with_it)
        return self._page(
            page.note(self.words("view.run_to_change")),
            difference(alone, self.words),
            page.paragraph(self.words("own.preview", days=EXAMPLE_DAYS)),
            difference(shown, self.words),
            firm_until(shown, self.words),
            own_plans(shown, self.words),
        )

    def summary(self) -> str:
        return headline(self.model.answer, self.words)

    # what the buttons do

    @_tells
    def upload(self, name: str, content: bytes) -> str:
        """Take in a file that a browser sends."""
        return self._taken(self.model.add_upload(name, bytes(content)))

    @_tells
    def try_example(self) -> str:
        """Take in the example label file."""
        return self._taken(self.model.add_file(EXAMPLES[self.words.language]))

    @_tells
    def add_quote(self) -> str:
        """Take in what the fields say, and empty them if it fits."""
        said = {name: box.value for name, box in self._fields.items()}
        said["unlimited"] = "yes" if said["unlimited"] else "no"
        plans = self.model.add_quote(said, self.words("own.quote_source"))
        for box in self._fields.values():
            box.value = False if isinstance(box, w.Checkbox) else ""
        return self._taken(plans)

    @_tells
    def set_days(self) -> str:
        """Say how many days a cycle lasts."""
        self.model.set_validity(self._days_of.value or None, self._days.value)
        self._days.value = ""
        return self.words("own.days_set")

    @_tells
    def remove(self) -> str:
        """Leave out the plan chosen, or all."""
        self.model.shelf.remove(self._chosen.value or None)
        return self.words("own.removed")

    @_tells
    def save(self) -> str:
        """Write the reader's plans to a file."""
        return self.words("own.saved", name=self.model.save())

    def _taken(self, plans) -> str:
        words, attrs = self.words, plans.attrs
        told = [words("own.taken", n=len(plans))]
        left_out = attrs.get("left_out", {})
        told += [words(f"own.left_out_{kind}", n=n) for kind, n in left_out.items() if n]
        if guessed := {"cp1252": "western", "gb18030": "chinese"}.get(attrs.get("encoding")):
            told.append(words(f"own.{guessed}"))
        if ignored := attrs.get("ignored_columns"):
            told.append(words("own.ignored", columns=[name[:40] for name in ignored[:20]]))
        return words("text.space").join(told)

    def _tell(self, do: Callable[[], str]) -> None:
        self._told.value = self._page(outcome(do, lambda error: faults(error, self.words)))

    # inputs

    def _text(self, key: str, **values) -> w.HTML:
        return w.HTML(self._page(page.note(self.words(key, **values))))

    def _button(self, name: str, icon: str) -> w.Button:
        return button(self.words(f"own.{name}"), icon, getattr(self, name))

    def _quote(self) -> w.Widget:
        values = {"after_cap": ("at_cap", AFTER_CAP), "local_us_number": ("us_number", YES_NO)}
        self._fields: dict[str, w.Widget] = {}
        for name in QUOTE:
            label = self.words(f"input.own_{name}")
            if name in values:
                key, codes = values[name]
                options = [(self.words(f"value.{key}.{code or 'unknown'}"), code) for code in codes]
                self._fields[name] = w.Dropdown(options=options, description=label)
            elif name == "unlimited":
                self._fields[name] = w.Checkbox(description=label, indent=False)
            else:
                self._fields[name] = w.Text(description=label)
        return w.VBox([grid(*self._fields.values()), row(self._button("add_quote", "plus"))])

    def _own(self) -> w.VBox:
        """What can be done with plans that were taken in; shown while there are any."""
        def dropdown(name: str) -> w.Dropdown:
            return w.Dropdown(options=[("", "")], description=self.words(f"input.{name}"),
                              style={"description_width": "initial"}, layout=w.Layout(**AUTO))

        self._days_of, self._chosen = dropdown("own_waiting"), dropdown("own_chosen")
        self._days = w.Text(description=self.words("input.own_validity_days"),
                            style={"description_width": "initial"}, layout=w.Layout(**AUTO))
        self._ask_days = w.VBox([
            self.heading("own.days"), self._text("own.days_about"),
            row(self._days_of, self._days, self._button("set_days", "calendar")),
        ])
        self._have = w.VBox([
            self._ask_days, self.heading("own.yours"),
            row(self._chosen, self._button("remove", "trash"), *(
                [] if is_app() else [self._button("save", "save")])),
        ])
        return self._have

    def _offer_own(self, _change=None) -> None:
        own = self.model.shelf.own
        names = plan_names(self.model.plans, self.words)
        unknown = own.loc[own["validity_days"].isna(), "plan_id"]
        for box, ids in ((self._days_of, unknown), (self._chosen, own["plan_id"])):
            box.options = [(self.words("own.all"), ""),
                           *((names[OWN + plan_id], plan_id) for plan_id in ids)]
        self._have.layout.display = "flex" if len(own) else "none"
        self._ask_days.layout.display = "flex" if len(unknown) else "none"


def headline(own: OwnAnswer, words: Words) -> str:
    """What the reader's plans change, in one line."""
    if isinstance(own.all, NoSchedule):
        return own.all.tell(words)
    cents = total(own.all.total_cents, own.all.unknown_fees, words)
    if own.shelf.own.empty:
        return words("own.headline_none", total=cents, days=own.days)
    if isinstance(own.ours, NoSchedule):
        return words("own.headline_only", total=cents, days=own.days)
    key = "saves" if own.saved_cents > 0 else "costs" if own.saved_cents else "same"
    return words(f"own.headline_{key}", total=cents,
                 ours=total(own.ours.total_cents, own.ours.unknown_fees, words),
                 saved=abs(own.saved_cents), days=own.days)


def difference(own: OwnAnswer, words: Words) -> page.Cell:
    """What the reader's plans change, and the cheapest purchases with them."""
    if isinstance(own.all, NoSchedule):
        return page.alert(own.all.tell(words))
    names = plan_names(own.shelf.plans, words)
    return (
        page.status(headline(own, words)),
        purchases(own.all, own.start, names, words),
        caveats(own.all, names, words),
    )


def firm_until(own: OwnAnswer, words: Words) -> page.Cell:
    """How old the prices are, and up to which price the answer with the reader's plans holds."""
    if own.shelf.own.empty or own.firmness is None:
        return None
    return firm(own.firmness, own.shelf.plans, own.all, words)


def own_plans(own: OwnAnswer, words: Words) -> page.Cell:
    """The reader's plans: as a table, what they wait for, notes, and a file to take away."""
    plans, names = own.offered, plan_names(own.offered, words)
    if plans.empty:
        return None
    reasons = own.waiting["reason"].value_counts().sort_index()
    noted = [(page.named(words("view.input", name=names[plan.plan_id])), said)
             for plan in plans.head(NOTES_SHOWN).itertuples() if (said := words.cell(plan, "note"))]
    return (
        listing(with_price_per_gb(plans), words, words("own.caption")),
        page.bullets(words(f"aside.{reason}", n=n) for reason, n in reasons.items())
        if len(reasons) else None,
        page.details(words("own.notes"), page.bullets(noted)) if noted else None,
        _take_away(own, words) if words.today else None,
    )


def _take_away(own: OwnAnswer, words: Words) -> page.Cell:
    if len(own.shelf.own) > LINK_ROWS and not is_app():
        return page.note(words("own.take_large"))
    name = f"{SAVED}.csv"
    return page.paragraph(page.download(
        words("own.take", name=name), name, "text/csv", to_csv(own.shelf.own)))


def faults(error: Refusal, words: Words) -> page.Cell:
    """What is wrong with a file or a quote, each place at once."""
    if not isinstance(error, CatalogError):
        return page.alert(error.tell(words))
    if not error.problems:
        return page.alert(error.tell(words), page.paragraph(words("own.unchanged")))
    quoted = error.problems[0].row < 2
    told = [_field(problem, words) if quoted else problem.tell(words)
            for problem in error.problems[:FAULTS_SHOWN]]
    more = len(error.problems) - len(told)
    return page.alert(
        words("own.faults_quote" if quoted else "own.faults", n=len(error.problems)),
        page.bullets(told),
        page.paragraph(words("own.faults_more", n=more, names=READERS)) if more else None,
        page.paragraph(words("own.unchanged")),
    )


def _field(problem, words: Words) -> str:
    allowed = words(f"refusal.allowed_{problem.code}", **problem.values)
    return words("refusal.own_field" if problem.value else "refusal.own_field_empty",
                 field=words(f"input.own_{problem.column}"), value=shortened(problem.value),
                 allowed=allowed)
