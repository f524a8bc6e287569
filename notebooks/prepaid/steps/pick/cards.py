"""The answers in words: a headline, three cards, and for one of them what to buy when."""

import htpy as h

from prepaid.analysis.calendar_file import renewal_calendar
from prepaid.catalogue.plans import price_age_days
from prepaid.html import charts, page
from prepaid.html.plans import (
    all_in,
    bought_names,
    caveats,
    covers,
    firm,
    pauses,
    plan_names,
    purchases_told,
    sources,
    total,
    when,
)
from prepaid.i18n import Words
from prepaid.steps.pick.answers import ANSWERS, RESERVE, Advice
from prepaid.steps.pick.model import PickAnswer

WORTH_CENTS = 300  # what trouble can save is told from there on
_CARD = ("flex:1 1 150px;min-width:0;border:1px solid rgba(128,128,128,.6);border-radius:6px;"
         "padding:.4em .7em;box-sizing:border-box")
_SMALL = "margin:.25em 0;font-size:.92em;line-height:1.35"


def headline(pick: PickAnswer, words: Words) -> str:
    """The cheapest answer in one line: all in, or from what."""
    return words("pick.headline" if pick.cheapest.all_in else "pick.headline_from",
                 days=pick.days, total=pick.schedule.total_cents)


def told_headline(pick: PickAnswer, words: Words) -> page.Cell:
    """The headline, and what kind of answer it is."""
    return (
        page.status(headline(pick, words)),
        page.note(words("pick.number_only")) if pick.number_only else None,
    )


def advice(pick: PickAnswer, kind: str) -> Advice:
    """One of the three answers."""
    return {"cheapest": lambda: pick.cheapest_so_far, "least": lambda: pick.least,
            "safest": lambda: pick.safest}[kind]()


def money(one: Advice, words: Words) -> str:
    """A total; "from" where more may be due."""
    return total(one.schedule.total_cents, () if one.all_in else ("more",), words)


def card(pick: PickAnswer, kind: str, words: Words) -> page.Cell:
    """An answer in short."""
    one = advice(pick, kind)
    title = h.p(style="margin:0")[h.strong[words(f"advice.title.{kind}")]]
    price = h.p(style="margin:0;font-size:1.1em")[h.strong[money(one, words)]]
    if one.same_as:
        same = words("advice.same", other=words(f"advice.title.{one.same_as}"))
        return title, price, _small(same), _small(words(f"advice.means.{kind}", n=RESERVE))
    return (
        title, price,
        h.p(style="margin:.25em 0")[
            bought_names(one.schedule.plan_ids, pick.market.names(words), words)],
        _small(words("text.dot").join(_facts(one, words))),
        [_small(page.named(words(f"advice.{name}")), words("text.comma_list").join(lines))
         for name, lines in (("gives_up", _gives_up(one, words)), ("unknown", _unknown(one, words)))
         if lines],
        _small(_age(pick, one, words)),
    )


def _small(*content: page.Cell) -> h.Element:
    return h.p(style=_SMALL)[content]


def _facts(one: Advice, words: Words) -> list[str]:
    return [words("pick.purchases", n=len(one.schedule.bought)),
            words(f"advice.install.{one.sim}", n=one.moves),
            words(f"advice.{one.number}")]


def _gives_up(one: Advice, words: Words) -> list[str]:
    lines = []
    if one.extra_cents > 0:
        lines.append(words("advice.extra", extra=one.extra_cents))
    if one.more_purchases > 0:
        lines.append(words("advice.more_purchases", n=one.more_purchases))
    return lines


def _unknown(one: Advice, words: Words) -> list[str]:
    return [words(f"advice.not_known.{name}") for name in one.unknown]


def _age(pick: PickAnswer, one: Advice, words: Words) -> str:
    """How old the oldest price is, and whether it is an offer that may have ended."""
    plan_id, as_of = one.oldest
    if not plan_id:
        return ""
    if not as_of:
        return words("advice.price_undated")
    date, age = words.as_of(as_of), None
    if one.promo:
        return words("advice.promo", as_of=date, regular=one.promo[1])
    if words.today:
        age = price_age_days(as_of, words.today)
    return (words("advice.price_of", as_of=date) if age is None or age < 0
            else words("advice.price_age", as_of=date, age=age))


def cards(pick: PickAnswer, words: Words) -> page.Cell:
    """The three answers side by side, as far as the window is wide enough."""
    for kind in ANSWERS:  # the first is held against the others
        advice(pick, kind)
    return h.div(style="display:flex;flex-wrap:wrap;gap:8px")[
        (h.div(style=_CARD)[card(pick, kind, words)] for kind in ANSWERS)]


# -------------------------------------------------------------------------- the one that is chosen


def chosen(pick: PickAnswer, kind: str, words: Words) -> page.Cell:
    """An answer at length: a picture, what to buy when, and how."""
    one, names = advice(pick, kind), pick.market.names(words)
    told = " ".join(purchases_told(one.schedule, pick.start, names, words))
    described = words("chart.stay_described", told=told)
    bars = charts.bought_bars(one.schedule, names, words)
    wide, narrow = (charts.stay(bars, one.schedule.need_mb, one.schedule.left_mb, pick.start,
                                words, width) for width in charts.WIDTHS)
    return (
        page.heading(words("advice.at_length", title=words(f"advice.title.{kind}"),
                           means=words(f"advice.means.{kind}", n=RESERVE)), level=2),
        page.picture(wide, described, narrow),
        purchases_table(pick, one, words),
        pauses(one.schedule, pick.start, words) if pick.number_only else None,
        caveats(one.schedule, names, words),
    )


def purchases_table(pick: PickAnswer, one: Advice, words: Words) -> page.Cell:
    """What to buy, and when: a row for each purchase."""
    names, rows = pick.market.names(words), pick.plans.set_index("plan_id")
    head = words.each("purchase", "day plan covers how all_in")
    return page.table(words("purchase.caption"), head, (
        [
            when(one.schedule, place, pick.start, words), names[bought.plan_id],
            covers(pick.start, bought, words),
            [page.lesson("04-renew", words("purchase.steps"), words.language), words("text.dot"),
             page.link(rows.at[bought.plan_id, "upstream_url"], words("purchase.check"))],
            all_in(bought, words),
        ]
        for place, bought in enumerate(one.schedule.bought)), numbers=[4])


def take_along(pick: PickAnswer, kind: str, words: Words) -> page.Cell:
    """Files to save, and a text to copy; what is stored in a notebook only names them."""
    one = advice(pick, kind)
    if words.today is None or not one.schedule.bought:
        return page.note(words("advice.take_preview"))
    calendar = renewal_calendar(one.schedule, pick.start, "America/New_York",
                                language=words.language, plans=pick.plans)
    text = as_text(pick, kind, words)
    return (
        page.paragraph([
            page.download(words("advice.calendar"), "renewal.ics", "text/calendar", calendar),
            words("text.dot"),
            page.download(words("advice.page"), "packages.html", "text/html",
                          printable(pick, kind, words).encode()),
        ]),
        page.details(words("advice.copy"), h.pre(
            tabindex="0", style="white-space:pre-wrap;overflow-wrap:anywhere;font:inherit")[text]),
    )


def as_text(pick: PickAnswer, kind: str, words: Words) -> str:
    """An answer in a few lines of plain text, to be sent to somebody."""
    one, names = advice(pick, kind), pick.market.names(words)
    return "\n".join([
        words("advice.text_head", title=words(f"advice.title.{kind}"), days=pick.days,
              start=pick.start, total=money(one, words)),
        *purchases_told(one.schedule, pick.start, names, words),
        _age(pick, one, words),
    ])


def printable(pick: PickAnswer, kind: str, words: Words) -> str:
    """An answer as one page of HTML that needs no network; addresses stand in full."""
    one = advice(pick, kind)
    undated = words.on(None)
    urls = pick.plans.set_index("plan_id").loc[[*dict.fromkeys(one.schedule.plan_ids)]]
    return page.document(
        words("advice.page_title"),
        page.heading(words("advice.page_title")), card(pick, kind, words),
        purchases_table(pick, one, words),
        sources(pick.plans, dict.fromkeys(one.schedule.plan_ids), undated),
        page.heading(words("renew.addresses")),
        page.bullets(filter(None, [*urls["upstream_url"], *urls["source_url"]])),
        lang=words.language)


# ---------------------------------------------------------------------------------- why not others


def beside(pick: PickAnswer, words: Words) -> page.Cell:
    """What belongs to the answers: two lines for a number, and what is left if an offer has ended.
    """
    names = pick.market.names(words)
    lines = []
    if two := pick.two_lines:
        line, data, plans = two
        others = plan_names(plans, words)
        told = words(
            "advice.two_lines", one=pick.schedule.total_cents,
            line=bought_names(line.plan_ids, others, words), number=line.total_cents,
            data=bought_names(data.plan_ids, others, words), other=data.total_cents,
            both=line.total_cents + data.total_cents)
        lines.append((told, pauses(line, pick.start, words)))
    if pick.cheapest.promo:
        rest = pick.without_offers
        lines.append(words("advice.ended_none") if rest is None else words(
            "advice.ended", plans=bought_names(rest.plan_ids, names, words),
            total=rest.total_cents))
    saved = pick.schedule.total_cents - pick.least_money.total_cents
    if saved >= WORTH_CENTS:
        lines.append(words("pick.saved_by_bother", n=len(pick.least_money.bought), saved=saved,
                           total=total(pick.least_money.total_cents,
                                       pick.least_money.unknown_fees, words),
                           plans=bought_names(pick.least_money.plan_ids, names, words)))
    return page.bullets(lines) if lines else None


def why_not(pick: PickAnswer, words: Words) -> page.Cell:
    """Why not another provider, and which packages were left out."""
    return None if pick.number_only else page.details(
        words("advice.why_not"), runner_up_table(pick, words), set_aside(pick, words))


def origins(pick: PickAnswer, words: Words) -> page.Cell:
    """How firm the prices are, and where they come from; the first takes long for long stays."""
    bought_ids = dict.fromkeys(pick.schedule.plan_ids)
    return page.details(words("advice.sources"),
                        firm(pick.firmness, pick.plans, pick.schedule, words),
                        sources(pick.plans, bought_ids, words))


def runner_up_table(pick: PickAnswer, words: Words, most: int = 6) -> page.Cell:
    """What other providers would cost, the cheapest first, and what makes the difference; those
    that cannot serve in one line."""
    found = pick.runner_ups
    able, unable = found[found["total_cents"].notna()], found[found["total_cents"].isna()]
    names = pick.market.names(words)
    rows = ([other.provider, words.money(other.total_cents),
             bought_names(other.plan_ids, names, words), difference(other, words)]
            for other in able.head(most).itertuples())
    rest = able["provider"].iloc[most:]
    return (
        page.table(words("pick.runner_ups"),
                   words.each("runner_up", "provider total plans why"), rows, numbers=[1]),
        page.note(words("pick.dearer_still", providers=rest)) if len(rest) else None,
        page.note(words("pick.cannot_serve", providers=unable["provider"]))
        if len(unable) else None,
    )


def difference(other, words: Words) -> str:
    """What sets a provider's answer apart from the cheapest one: money by part, and what else is
    worse there, never what is the same or better; see
    :func:`prepaid.analysis.sizes.runner_ups`."""
    parts = {part: getattr(other, f"{part}_extra_cents") for part in ("price", "fee", "tax")}
    lines = [words(f"why.{part}_{'more' if cents > 0 else 'less'}", cents=abs(cents))
             for part, cents in parts.items() if cents]
    if other.waste_extra_mb > 0:
        lines.append(words("why.waste", mb=other.waste_extra_mb))
    if other.why == "purchases":
        lines.append(words("why.purchases", n=other.n))
    return words.list(lines) if lines else words("why.tie")


def set_aside(pick: PickAnswer, words: Words) -> page.Cell:
    """How many plans were not considered, and for which need or lack."""
    why = pick.excluded.filter(like="_why").stack()
    unmet = why[why != ""].reset_index(level=1)
    counts = unmet.value_counts(sort=False).sort_index()
    lines = [words(f"aside.{need}_{why}".replace("_why_", "_"), n=n)
             for (need, why), n in counts.items()]
    lacks = pick.left_out["reason"].value_counts().sort_index()
    lines += [words(f"aside.{reason}", n=n) for reason, n in lacks.items()]
    whole = len(pick.plans) + len(pick.excluded)
    return (
        page.paragraph(words("aside.summary", considered=len(pick.plans) - len(pick.left_out),
                             total=whole)),
        page.bullets(lines),
    )

