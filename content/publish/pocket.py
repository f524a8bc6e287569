"""The pocket guide: one file a language that answers on a phone without network, without script.

It is put together from what the lessons show, so nothing is calculated here: the break points that
the build has stored, the rescue tree, the deadlines and how to keep a number.
"""

import datetime as dt
import re
from collections.abc import Iterable
from pathlib import Path

import pandas as pd
from jinja2 import Environment, FileSystemLoader
from markupsafe import Markup

from prepaid import i18n, load_catalog
from prepaid.analysis.stored import stored
from prepaid.catalogue.providers import all_providers
from prepaid.html import page
from prepaid.html.citations import in_brackets, source, told
from prepaid.html.plans import plan_names
from prepaid.i18n import LANGUAGES, Words
from prepaid.steps.read_only import answers
from prepaid.steps.rescue.view import whole
from prepaid.steps.two_lines.view import two_lines

HERE = Path(__file__).parent
# Of the stays that are stored.
STAYS = (3, 4, 5, 6, 7, 10, 12, 14, 15, 20, 21, 28, 30, 35, 45, 60, 90, 120, 180)
MOST_BYTES = 150_000
SOURCE = re.compile(r'<a href="https?://[^"]*"[^>]*>(.*?)</a>', re.DOTALL)
NEEDLESS = re.compile(r' (?:style="text-align:left"|class="s"|rel="noopener"|target="_blank")')


def build(folder: Path, updated: dt.date) -> None:
    """Write ``pocket.html`` for each language."""
    for language in LANGUAGES:
        path = folder / language / "pocket.html"
        path.parent.mkdir(exist_ok=True)
        path.write_text(guide(i18n.words(language), updated), "utf-8")


def guide(words: Words, updated: dt.date) -> str:
    """The whole file in one language.

    Args:
        words: the language.
        updated: the day of the last change.
    """
    plans = load_catalog()
    points = stored("break_points")
    points = points[points["days"].isin(STAYS)]
    parts = {
        "stuck": whole(words),
        "buy": answers.break_points(rounded(points), plans, words, "pocket.points"),
        "late": deadlines(words),
        "keep": two_lines(words),
        "prices": ages(plans, points["plan_ids"], words),
    }
    frame = Environment(loader=FileSystemLoader(HERE), autoescape=True).get_template("pocket.html")
    return frame.render(
        lang=words.language, words=words, updated=words.date(updated),
        parts=[(name, light(page.render(*_listed(cell), lang=words.language)))
               for name, cell in parts.items()])


def rounded(points: pd.DataFrame) -> pd.DataFrame:
    """Break points with each upper end rounded down to two figures. Where several round to the
    same the first stays, which holds there; who needs more finds it in the next line, which serves.
    """
    ends = points["to_mb"].map(lambda mb: mb // (unit := 10 ** max(len(str(mb)) - 2, 0)) * unit)
    return points.assign(to_mb=ends).drop_duplicates(["need", "days", "to_mb"])


def deadlines(words: Words) -> page.Cell:
    """What happens after the last paid day: a fold for each provider, with where it was read."""
    return [
        page.details(words.text(one.name), page.bullets(
            (page.named(words("view.input", name=words(f"late.state.{event['state']}"))),
             told(event, words), in_brackets(source(event, words), words))
            for event in one.timeline))
        for one in all_providers() if one.timeline
    ]


def ages(plans: pd.DataFrame, used: Iterable[tuple[str, ...]], words: Words) -> page.Cell:
    """The packages in some answers, each with its price and the day on which it was read."""
    names = plan_names(plans, words)
    there = {plan_id for plan_ids in used for plan_id in plan_ids}
    rows = plans[plans["plan_id"].isin(there)].sort_values(["as_of", "plan_id"])
    return page.table(words("pocket.age"), words.each("pocket", "plan price read"), (
        [names[row.plan_id], words.money(round(row.price_usd * 100)),
         row.as_of or words("pocket.unknown")] for row in rows.itertuples()))


def light(html: str) -> Markup:
    """What a phone without network can use: the name of a source instead of a link to it."""
    return Markup(NEEDLESS.sub("", SOURCE.sub(r"\1", html)))


def _listed(cell: page.Cell) -> Iterable[page.Cell]:
    return cell if isinstance(cell, (list, tuple)) else (cell,)
