"""The three sizes side by side, what would change the answer, and where each size wins."""

import math
from functools import partial

import htpy as h
import ipywidgets as w
import pandas as pd

from prepaid.analysis.kinds import SIZES
from prepaid.analysis.sizes import ANY, FAR
from prepaid.html import charts_compare, page
from prepaid.html.drawing import PHONE, WIDE
from prepaid.html.plans import fees_unknown, plan_names, sources, total
from prepaid.i18n import Words
from prepaid.steps import inputs
from prepaid.steps.compare.model import CompareModel, Comparison
from prepaid.steps.keep.file import FIELDS
from prepaid.steps.keep.view import KeepRow
from prepaid.steps.view import StepView

COLUMNS = [*SIZES, ANY]
MIN_EDGE = 2  # packages; fewer make no line


class CompareView(StepView):
    """Lesson 03's comparison, see :class:`prepaid.steps.compare.model.CompareModel`."""

    model: CompareModel

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.once_stored.insert(0, lambda: self.model.begin(inputs.today()))

    def controls(self) -> list[w.Widget]:
        return [
            self.heading("pick.stay"),
            self.row("start", "days", "gb", "gb_per"),
            self.heading("pick.needs"), self.needs_row(),
        ]

    def foot(self) -> list[w.Widget]:
        return [KeepRow(self.model, ["start", "days", "gb", "gb_per", *FIELDS["needs"]],
                        self.words, lambda: {"mode": "gb"})]

    def parts(self):
        return sizes, break_even, what_if, edge, origins

    def summary(self) -> str:
        return headline(self.model.answer, self.words)


def size_name(size: str, words: Words) -> str:
    return words(f"size.{size}")


def headline(comparison: Comparison, words: Words) -> str:
    """At which use which size is the best, which one at the reader's, and what the stay costs if
    sizes may be mixed."""
    frame = comparison.break_even.dropna(subset="size")
    if frame.empty:
        return words("compare.no_size", days=comparison.days)
    last = len(frame) - 1
    where = [
        words("compare.above" if place == last else "compare.up_to", mb=row.from_mb - 1
              if place == last else row.to_mb, size=size_name(row.size, words))
        for place, row in enumerate(frame.itertuples())
    ] if last else [words("compare.always", size=size_name(frame["size"].iloc[0], words))]
    text = words("compare.headline", days=comparison.days, where="".join(
        words("compare.then") * bool(place) + one for place, one in enumerate(where)))
    if pd.isna(comparison.sizes.loc[ANY, "total_cents"]):
        return text
    use = -(-sum(comparison.need_mb) // comparison.days)
    best, any_size = comparison.best, _total(comparison, ANY, words)
    if best is None:
        return text + words("text.space") + words("compare.mixed_only", mb=use, total=any_size)
    same = comparison.sizes.loc[best, "total_cents"] == comparison.sizes.loc[ANY, "total_cents"]
    return text + words("text.space") + words(
        "compare.mixed_same" if same else "compare.mixed", mb=use, size=size_name(best, words),
        one=_total(comparison, best, words), total=any_size)


def _total(comparison: Comparison, size: str, words: Words) -> str:
    row = comparison.sizes.loc[size]
    return total(int(row["total_cents"]), fees_unknown(comparison.plans, row["plan_ids"]), words)


def _told(comparison: Comparison, size: str, words: Words) -> str:
    """The total of a size, or what it is more than."""
    frame = comparison.sizes
    if not pd.isna(frame.at[size, "total_cents"]):
        return _total(comparison, size, words)
    if not pd.isna(frame.at[size, "unserved_day"]):
        return words("view.none")
    return words("compare.far", cents=FAR * int(frame.at[ANY, "total_cents"]))


def sizes(comparison: Comparison, words: Words) -> page.Cell:
    """The sizes side by side, one column each."""
    names = plan_names(comparison.plans, words)
    frame = comparison.sizes
    by_size = frame.astype(object).where(frame.notna(), None).to_dict("index")

    def cells(key: str, show) -> list[page.Cell]:
        missing = words("view.none")
        return [
            words(f"compare.row.{key}"),
            *(missing if by_size[size]["total_cents"] is None else show(by_size[size])
              for size in COLUMNS),
        ]

    def codes(column: str):
        return lambda row: " / ".join(words(f"value.{column}.{code or 'unknown'}")
                                      for code in row[column])

    def money(column: str):
        return lambda row: words("view.none") if row[column] is None else words.money(row[column])

    rows = [
        [words("compare.row.total_cents"), *(_told(comparison, size, words) for size in COLUMNS)],
        cells("plan_ids", lambda row: words.list(
            words("compare.times", n=row["plan_ids"].count(plan_id), name=names[plan_id])
            for plan_id in dict.fromkeys(row["plan_ids"]))),
        # two may lie far from the middle of the stay
        cells("renew_days", lambda row: words("compare.twice") if row["purchases"] == 2
              else words("compare.renewed", n=row["purchases"],
                         days=words.number(row["renew_days"], 0))),
        cells("per_day_cents", money("per_day_cents")),
        cells("per_gb_cents", money("per_gb_cents")),
        cells("unused_mb", lambda row: words("purchase.no_limit") if row["unused_mb"] is None
              else words.data(row["unused_mb"])),
        *(cells(column, codes(column))
          for column in ("at_cap", "hotspot", "us_number", "tax_included")),
        cells("as_of", lambda row: words("source.undated") if pd.isna(row["as_of"])
              else words.as_of(row["as_of"])),
    ]
    ends = frame["unserved_day"].dropna()
    bought = [plan_id for ids in frame["plan_ids"].dropna() for plan_id in ids]
    fees = [names[plan_id] for plan_id in fees_unknown(comparison.plans, bought)]
    return (
        page.status(headline(comparison, words)),
        page.table(words("compare.caption", days=comparison.days),
                   [words("compare.what"), *(size_name(size, words) for size in COLUMNS)], rows),
        page.bullets(
            words("compare.unserved", size=size_name(size, words), day=int(day) + 1)
            for size, day in ends.items()) if len(ends) else None,
        page.note(words("purchase.fee_unknown", names=fees)) if fees else None,
    )


def origins(comparison: Comparison, words: Words) -> page.Cell:
    """Where the prices come from."""
    bought = comparison.sizes["plan_ids"].dropna()
    shown = dict.fromkeys(plan_id for ids in bought for plan_id in ids)
    return page.details(words("compare.sources"), sources(comparison.plans, shown, words))


def what_if(comparison: Comparison, words: Words) -> page.Cell:
    """What each size would cost if the stay turned out otherwise, and peace of mind."""
    frame = comparison.what_if

    def told(cents: int, any_cents: int) -> str:
        if cents is pd.NA:
            return words("view.none")
        if cents > FAR * any_cents:
            return words("compare.far", cents=FAR * any_cents)
        return words.money(cents)

    rows = (
        [words(f"what_if.{name}"),
         *(told(cents, frame.at[name, ANY]) for cents in frame.loc[name, COLUMNS])]
        for name in frame.index
    )
    gap = comparison.peace_of_mind_cents
    return (
        page.paragraph(words("what_if.peace", gap=gap)) if gap else None,
        page.details(words("what_if.caption"), page.table(
            words("what_if.caption"),
            [words("what_if.case"), *(size_name(size, words) for size in COLUMNS)], rows,
            numbers=range(1, 5))),
    )


def break_even(comparison: Comparison, words: Words) -> page.Cell:
    """From which use on each size is the cheapest: a picture and, folded, a table."""
    frame = comparison.break_even
    rows = [
        [
            words("break_even.range", low=row.from_mb, high=row.to_mb) if number < len(frame) - 1
            else words("break_even.from", low=row.from_mb),
            words("break_even.nothing") if pd.isna(row.size)
            else size_name(row.size, words),
            words("view.none") if row.from_cents is pd.NA
            else words("break_even.cost_same" if row.from_cents == row.to_cents
                       else "break_even.cost", low=row.from_cents, high=row.to_cents),
        ]
        for number, row in enumerate(frame.itertuples())
    ]
    told = " ".join(
        words("break_even.told", use=use, size=size, cost=cost) for use, size, cost in rows)
    names = {size: size_name(size, words) for size in SIZES}
    zones = [
        charts_compare.Zone(row.from_mb, row.to_mb,
                            None if pd.isna(row.size) else SIZES.index(row.size))
        for row in frame.itertuples()
    ]
    draw = partial(charts_compare.break_even, comparison.curve, zones, names, words)
    caption = words("break_even.caption", days=comparison.days)
    return (
        page.heading(caption),
        page.picture(draw(WIDE), words("break_even.kind") + words("text.space") + told,
                     draw(PHONE)),
        page.details(words("break_even.fold"), page.table(
            caption, words.each("break_even", "use size total"), rows)),
    )


def edge(comparison: Comparison, words: Words) -> page.Cell:
    """Price against data of packages of about a month, and those that none undercuts."""
    found = comparison.edge
    best = found[found["edge"]].sort_values("gb")
    if len(best) < MIN_EDGE:
        return None
    names = plan_names(comparison.plans, words)
    listed = [
        words("edge.endless" if one.gb == math.inf else "edge.one", name=names[one.plan_id],
              cents=one.cents, mb=None if one.gb == math.inf else round(one.gb * 1000))
        for one in best.itertuples()
    ]
    draw = partial(charts_compare.price_edge, found, words)
    told = " ".join(words("edge.told", n=n, text=text) for n, text in enumerate(listed, 1))
    return (
        page.heading(words("edge.caption")),
        page.paragraph(words("edge.read", n=len(best), total=len(found))),
        page.picture(draw(WIDE), words("edge.kind") + words("text.space") + told, draw(PHONE)),
        page.details(words("edge.fold"), h.ol[(h.li[text] for text in listed)]),
    )
