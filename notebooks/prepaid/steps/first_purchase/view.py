"""What to buy first when unsure: the safest start, beside the cheapest if all goes as expected."""

from collections.abc import Iterable, Iterator, Mapping

import ipywidgets as w

from prepaid.analysis.first_purchase import Start
from prepaid.catalogue.usage import LEVELS
from prepaid.html import charts, page
from prepaid.html.charts import CostRange
from prepaid.html.drawing import PHONE, WIDE
from prepaid.html.plans import plan_names, sources
from prepaid.i18n import Words
from prepaid.steps.first_purchase.model import LENGTHS, FirstPurchaseAnswer, FirstPurchaseModel
from prepaid.steps.pick.view import relaxed
from prepaid.steps.view import StepView


class FirstPurchaseView(StepView):
    """Lesson 02's range of stays, see :class:`FirstPurchaseModel`."""

    model: FirstPurchaseModel

    def controls(self) -> list[w.Widget]:
        return [
            self.heading("unsure.stay"),
            self.row("start", *LENGTHS),
            self.heading("unsure.use"),
            self.row(*(f"mb_{level}" for level in LEVELS)),
            self.heading("pick.needs"), self.needs_row(),
        ]

    def parts(self):
        return answer, picture, rest

    def helps(self) -> page.Cell:
        return relaxed(self.model, self.words)

    def summary(self) -> str:
        return headline(self.model.answer, self.words)


def headline(unsure: FirstPurchaseAnswer, words: Words) -> str:
    """The safest start in one sentence."""
    safest = unsure.starts.safest
    key = "safest" if safest.most_overpaid else "never_wrong"
    name = _short(safest, plan_names(unsure.plans, words), words)
    return words(f"unsure.{key}", name=name, overpaid=safest.most_overpaid)


def if_typical(unsure: FirstPurchaseAnswer, words: Words) -> str:
    """The cheapest start of the typical case in one sentence."""
    best, saved = unsure.starts.cheapest_typical, unsure.saved_if_typical
    key = "typical_same" if saved is None else "typical" if best.possible else "typical_only"
    name = _short(best, plan_names(unsure.plans, words), words)
    return words(f"unsure.{key}", days=unsure.likely, name=name, saved=saved,
                 overpaid=best.most_overpaid)


def never_thinking(unsure: FirstPurchaseAnswer, words: Words) -> str:
    """What unlimited packages alone would cost, in one sentence."""
    habit = unsure.unlimited
    if not habit.possible:
        return words("unsure.unlimited_none")
    key = "unlimited" if habit.most_overpaid else "unlimited_best"
    return words(f"unsure.{key}", range=_range(habit, words), overpaid=habit.most_overpaid)


def answer(unsure: FirstPurchaseAnswer, words: Words) -> page.Cell:
    """Two sentences, and a table of the starts worth a thought."""
    typical = [(unsure.likely, level) for level in LEVELS]
    rows = (
        [
            label, *(_money(start.cents[case], words) for case in typical), _range(start, words),
            _money(start.most_overpaid, words),
            _case(start.worst, words) if start.most_overpaid else words("view.none"),
        ]
        for label, start in _labelled(unsure, unsure.shown(), words, short=True)
    )
    head = [
        words("unsure.head.start"), *(_case(case, words) for case in typical),
        *words.each("unsure.head", "all overpaid worst"),
    ]
    caption = "unsure.caption_with_tax" if unsure.tax_rate else "unsure.caption_before_tax"
    beaten = unsure.starts.beaten
    return (
        page.status(headline(unsure, words)),
        page.note(words("unsure.differs", n=len(unsure.starts.known))),
        page.paragraph(if_typical(unsure, words)),
        page.table(words(caption), head, rows, numbers=range(1, 6)),
        page.paragraph(never_thinking(unsure, words)),
        page.note(words("unsure.beaten", n=beaten)) if beaten else None,
    )


def picture(unsure: FirstPurchaseAnswer, words: Words) -> page.Cell:
    """What each start costs at least and at most, under what it costs had one known."""
    known, names = unsure.starts.known.values(), plan_names(unsure.plans, words)
    measure = CostRange(min(known), max(known), words("unsure.known"), words("unsure.marks"))
    starts = [(_short(start, names, words), start) for start in unsure.shown()]
    starts.append((words("unsure.head.unlimited"), unsure.unlimited))
    ranges = [measure, *(
        CostRange(*start.range, label, words("unsure.remark", overpaid=start.most_overpaid))
        for label, start in starts if start.possible
    )]
    told = " ".join(
        words("unsure.told", label=one.label, range=_span(one.low, one.high, words),
              remark=one.remark)
        for one in ranges
    )
    wide, narrow = (charts.cost_ranges(ranges, words, width) for width in (WIDE, PHONE))
    return page.picture(wide, told, narrow)


def rest(unsure: FirstPurchaseAnswer, words: Words) -> page.Cell:
    """All cases, and where the prices come from."""
    return every_case(unsure, words), origins(unsure, words)


def every_case(unsure: FirstPurchaseAnswer, words: Words) -> page.Cell:
    """Every start worth a thought in every case, a table for each length of the stay."""
    starts = unsure.starts

    def cell(start: Start, case) -> str:
        key = "cell_overpaid" if start.overpaid[case] else "cell"
        return words("view.none") if start.cents[case] is None else words(
            f"unsure.{key}", total=start.cents[case], overpaid=start.overpaid[case])

    def of_length(days: int) -> page.Cell:
        cases = [(days, level) for level in LEVELS]
        known = [words("unsure.known"), *(words.money(starts.known[case]) for case in cases)]
        return page.table(
            words("unsure.if_days", days=days),
            [words("unsure.head.start"),
             *(words("unsure.use_of", level=words(f"choice.level.{level}"), mb=unsure.mb[level])
               for level in LEVELS)],
            [known, *([label, *(cell(start, case) for case in cases)]
                      for label, start in _labelled(unsure, starts.worth, words))],
            numbers=range(1, 4),
        )

    return page.details(
        words("unsure.every_case", n=len(starts.known)), map(of_length, unsure.days))


def origins(unsure: FirstPurchaseAnswer, words: Words) -> page.Cell:
    """Where the prices of the starts in the first table come from."""
    shown = [plan_id for start in unsure.shown() for plan_id in start.plan_ids]
    return page.details(words("compare.sources"), sources(unsure.plans, shown, words))


def _labelled(
    unsure: FirstPurchaseAnswer, starts: Iterable[Start], words: Words, *, short: bool = False
) -> Iterator[tuple[str, Start]]:
    """Starts and what to call each, what it is best at included; at last unlimited packages."""
    names, found = plan_names(unsure.plans, words), unsure.starts
    for start in starts:
        label = _short(start, names, words) if short else _every_name(start, names, words)
        is_safest, is_best = start is found.safest, start is found.cheapest_typical
        mark = ("both" if is_best else "safe") if is_safest else "best" if is_best else "plain"
        yield words(f"unsure.mark.{mark}", label=label), start
    yield words("unsure.head.unlimited"), unsure.unlimited


def _every_name(start: Start, names: Mapping[str, str], words: Words) -> str:
    name, *alike = (names[plan_id] for plan_id in start.plan_ids)
    return words("unsure.or", name=name, alike=alike) if alike else name


def _short(start: Start, names: Mapping[str, str], words: Words) -> str:
    first, n = names[start.plan_ids[0]], len(start.plan_ids) - 1
    return words("unsure.alike", name=first, n=n) if n else first


def _case(case: tuple[int, str], words: Words) -> str:
    days, level = case
    return words("unsure.case", days=days, level=words(f"choice.level.{level}"))


def _money(cents: int | None, words: Words) -> str:
    return words("view.none") if cents is None else words.money(cents)


def _range(start: Start, words: Words) -> str:
    return _span(*start.range, words) if start.possible else words("view.none")


def _span(low: int, high: int, words: Words) -> str:
    return words.money(low) if low == high else words("unsure.range", low=low, high=high)
