"""Renew: the walk by provider and channel to tick off, every walk to read, and who is late."""

import datetime as dt
from collections.abc import Mapping

import htpy as h
import ipywidgets as w

from prepaid.catalogue.providers import CHANNELS, all_providers, providers, walk
from prepaid.html import page
from prepaid.html.charts_renew import Station, late_line
from prepaid.html.citations import in_brackets, sources_of, told
from prepaid.i18n import Words
from prepaid.steps.view import StepView, row
from prepaid.steps.walk.model import LateAnswer, LateModel, WalkAnswer, WalkModel

ENDS = ("success", "failure", "delay")


def provider_choice(view: StepView) -> w.Widget:
    """The input for a provider: all that renewals are known of."""
    options = [(view.words.text(one.name), one.id) for one in all_providers()]
    return view.select("provider_id", options)


def channel_name(channel: str, words: Words) -> str:
    return words(f"walk.channel.{channel}")


# --------------------------------------------------------------------------------------- the walk


class WalkView(StepView):
    """Steps to tick off, see :class:`prepaid.steps.walk.model.WalkModel`.

    A step stands beside its box, since the label of a box does not wrap.
    """

    model: WalkModel

    def __init__(self, model: WalkModel, words: Words, **kwargs):
        self._laid_out: tuple[str, ...] | None = None
        self._progress: dict[str, w.HTML] = {}
        self._boxes: dict[tuple[str, int], w.Checkbox] = {}
        self._walks = w.VBox(layout=w.Layout(width="100%"))
        super().__init__(model, words, **kwargs)
        self.children = (*self.children, self._walks)
        self._lay_out()
        model.observe(self._lay_out, names="version")

    def controls(self) -> list[w.Widget]:
        channel = self.select("channel", self._channels())

        def offer(_change=None):
            if channel.options == tuple(self._channels()):
                return
            wanted, channel.options = self.model.channel, self._channels()  # chooses the first
            channel.value = wanted if wanted in CHANNELS else CHANNELS[0]

        self.model.observe(offer, names="provider_id")
        return [row(channel)]

    def _channels(self) -> list[tuple[str, str]]:
        known = self.model.provider_id if self.model.provider_id in providers() else None
        return [
            (channel_name(one, self.words) if known is None or walk(known, one)
             else self.words("walk.no_steps", channel=channel_name(one, self.words)), one)
            for one in CHANNELS
        ]

    def parts(self):
        return (way_head,)

    def preview(self) -> str:
        if self.model.answer is None:
            return super().preview()
        return self._page(
            page.note(self.words("view.run_to_change")),
            page.details(self.words("view.chosen"), self.chosen()),
            way_head(self.model.answer, self.words),
            ((walk_head(one, self.words), walk_steps(one, self.words))
             for one in self.model.answer.walks),
        )

    def summary(self) -> str:
        return headline(self.model.answer, self.words)

    def _lay_out(self, _change=None) -> None:
        """Boxes for the walks chosen, ticked as far as they have been gone.

        They are made anew only for other walks: a box that is replaced loses the focus.
        """
        way = self.model.answer
        if self.model.problem or way is None:
            return
        shown = tuple(one["id"] for one in way.walks)
        if self._laid_out != shown:
            self._laid_out = shown
            self._progress = {one["id"]: w.HTML() for one in way.walks}
            self._boxes = {(one["id"], number): self._box(one, number)
                           for one in way.walks for number in range(len(one["step"]))}
            self._walks.children = [part for one in way.walks for part in self._parts_of(one)]
        for (walk_id, number), box in self._boxes.items():
            box.value = number in way.done.get(walk_id, ())
        for one in way.walks:
            say = page.status if way.n_done(one) else page.paragraph  # once is enough to hear
            self._progress[one["id"]].value = self._page(say(progress(way, one, self.words)))

    def _box(self, one: Mapping, number: int) -> w.Checkbox:
        box = w.Checkbox(
            number in self.model.answer.done.get(one["id"], ()), indent=False,
            description=self.words("walk.step", n=number + 1),
            tooltip=self.words.text(one["step"][number]),
            layout=w.Layout(flex="0 0 auto", width="auto"))
        box.observe(lambda change: self.model.tick(one["id"], number, change["new"]), names="value")
        return box

    def _parts_of(self, one: Mapping) -> list[w.Widget]:
        return [
            w.HTML(self._page(walk_head(one, self.words))),
            *(self._beside(self._boxes[one["id"], number], step)
              for number, step in enumerate(one["step"])),
            self._progress[one["id"]],
            w.HTML(self._page(walk_ends(one, self.words))),
        ]

    def _beside(self, box: w.Checkbox, step: Mapping) -> w.Box:
        text = w.HTML(self._page(step_told(step, self.words)),
                      layout=w.Layout(flex="1 1 0", min_width="0", margin="4px 0 0 10px"))
        return w.Box([box, text], layout=w.Layout(
            display="flex", flex_flow="row nowrap", align_items="flex-start", width="100%"))


def headline(way: WalkAnswer, words: Words) -> str:
    """The way in one line."""
    name, channel = words.text(way.provider.name), channel_name(way.channel, words)
    key = "walk.headline" if way.walks else "walk.headline_none"
    return words(key, provider=name, channel=channel, n=len(way.walks))


def progress(way: WalkAnswer, one: Mapping, words: Words) -> str:
    """How far a walk has been gone."""
    done, total = way.n_done(one), len(one["step"])
    return words("walk.finished" if done == total else "walk.progress", done=done, total=total)


def way_head(way: WalkAnswer, words: Words) -> page.Cell:
    """Which way it is, why there are no steps, and the seller check where it comes first."""
    others = [channel_name(one, words) for one in CHANNELS if walk(way.provider.id, one)]
    return (
        page.status(headline(way, words)),
        page.paragraph(gap_told(way.gap, words)) if not way.walks and way.gap else None,
        page.paragraph(words("walk.others", channels=others))
        if not way.walks and others else None,
        page.paragraph(words("walk.general", provider=words.text(way.provider.name)))
        if way.general else None,
        seller_first(words) if way.channel == "third_party" else None,
    )


def gap_told(entry: Mapping, words: Words) -> page.Cell:
    """Why no steps are known, and when they were looked for."""
    looked = words("walk.looked", as_of=words.as_of(entry["as_of"]))
    return words.text(entry), in_brackets(looked, words)


def seller_first(words: Words) -> page.Cell:
    """The seller check of lesson 05 comes before money is paid to a third party."""
    before, after = words("walk.seller_first").split("|")
    lesson = page.lesson("05-help", words("walk.seller_lesson"), words.language)
    return page.paragraph([h.strong["⚠ ", before], lesson, after])


def walk_head(one: Mapping, words: Words, channels: str = "") -> page.Cell:
    """What a walk is called, on which channels it is gone, what is worth knowing before it."""
    title = words.text(one["title"])
    return (
        page.heading(words("fold.title", channels=channels, title=title), 4) if channels
        else page.heading(title),
        page.note(words.text(one["note"])) if "note" in one else None,
    )


def step_told(step: Mapping, words: Words) -> page.Cell:
    """A step, with what weakens it."""
    return told(step, words)


def walk_ends(one: Mapping, words: Words) -> page.Cell:
    """How a walk ends, and where all of it was read."""
    ends = ((words("view.input", name=words(f"walk.{part}")), told(one[part], words))
            for part in ENDS)
    return page.facts(ends), sources_of(walk_claims(one), words)


def walk_claims(one: Mapping) -> list[Mapping]:
    """All sentences of a walk that have a source."""
    return [*one["step"], *(one[part] for part in ENDS)]


def walk_steps(one: Mapping, words: Words) -> page.Cell:
    """The steps of a walk to read, and how it ends."""
    return steps_told(one, words), walk_ends(one, words)


def steps_told(one: Mapping, words: Words) -> page.Cell:
    """The steps of a walk by number."""
    return h.ol(style="margin:.4em 0;padding-left:1.8em")[
        (h.li[step_told(step, words)] for step in one["step"])]


# ------------------------------------------------------------------------------------ who is late


class LateView(StepView):
    """What happens at one provider, see :class:`prepaid.steps.walk.model.LateModel`."""

    model: LateModel

    def controls(self) -> list[w.Widget]:
        return [self.row("cycle_end")]

    def parts(self):
        return (late,)

    def summary(self) -> str:
        return late_headline(self.model.answer, self.words)


def late_headline(answer: LateAnswer, words: Words) -> str:
    """From when on the number is at risk, in one line."""
    one, name = answer.provider, words.text(answer.provider.name)
    known = [(event, date) for event, date in answer.events
             if event["state"].startswith("number") and date]
    today = words.today or answer.cycle_end
    if known:
        event, date = known[0]
        if date < today:
            return words("late.headline_passed", provider=name, date=date)
        return words(f"late.headline_{event['state']}", provider=name, date=date,
                     days=event["days_after_cycle_end"])
    no_number = one.kind == "travel_esim" and not any(
        event["state"].startswith("number") for event in one.timeline)
    if not no_number and words.today and answer.cycle_end <= today:
        return words("late.number_unknown_today", provider=name)
    return words("late.no_number" if no_number else "late.number_unknown", provider=name,
                 date=answer.cycle_end)


def late(answer: LateAnswer, words: Words) -> page.Cell:
    """What happens on which date at one provider, as a time line and in words."""
    events = [(event, date) for event, date in answer.events
              if not (event["state"] == "cycle_end" and date == answer.cycle_end)]
    stations = [Station(words("late.state.cycle_end"), words.date(answer.cycle_end), True), *(
        Station(words(f"late.state.{event['state']}"), _dated(event, date, words),
                date is not None or "months_after_purchase" in event)
        for event, date in events)]
    caption = words("late.caption", provider=words.text(answer.provider.name),
                    date=answer.cycle_end)
    described = words("text.space").join([words("late.picture_of", caption=caption), *(
        words("renew.told", name=words("view.input", name=one.state), value=one.when)
        for one in stations)])
    claims = [event for event, _ in answer.events] + list(answer.provider.money_life)
    return (
        page.status(late_headline(answer, words)),
        page.heading(caption),
        page.picture(late_line(stations, words), described),
        page.bullets(told(claim, words) for claim in claims) if claims else None,
        sources_of(claims, words),
    )


def _dated(event: Mapping, date: dt.date | None, words: Words) -> str:
    when = _when(event, words)
    return when if date is None else words("late.dated", date=date, when=when)


def _when(event: Mapping, words: Words) -> str:
    if "months_after_purchase" in event:
        return words("late.months", n=event["months_after_purchase"])
    days = event.get("days_after_cycle_end")
    if days is None:
        return words("late.unknown")
    return words("late.after", days=days) if days else words("late.at_once")
