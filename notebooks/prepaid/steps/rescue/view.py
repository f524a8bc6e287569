"""No data: one question at a time where a kernel runs, the whole tree to read everywhere else."""

import re
from collections.abc import Callable, Mapping, Sequence
from string import ascii_uppercase

import htpy as h
import ipywidgets as w

from prepaid.catalogue import providers
from prepaid.catalogue.content import gathered, load
from prepaid.html import page
from prepaid.html.citations import Notes
from prepaid.i18n import Words
from prepaid.steps.landing import LAST
from prepaid.steps.rescue.model import STILL, WORKS, RescueAnswer, RescueModel, places
from prepaid.steps.view import StepView, button, row
from prepaid.steps.walk.view import gap_told

CONTACT = ("web", "phone", "shop")  # channels that say how to reach a provider


class RescueView(StepView):
    """The tree, see :class:`prepaid.steps.rescue.model.RescueModel`.

    A choice stands beside its button, since the label of a button does not wrap.
    """

    model: RescueModel

    def controls(self) -> list[w.Widget]:
        words, model = self.words, self.model
        phones = [(words.text(one), one["id"]) for one in load("rescue")["platform"]]
        named = [(words.text(one.name), one.id) for one in providers.named_providers()]
        self._now = w.HTML()
        most = max(len(one.get("choice", ())) for _, one in places().values())
        self._choices = [_Choice(place, self._choose) for place in range(most)]
        self._box = w.VBox(layout=w.Layout(width="100%"))
        self._put()
        model.observe(self._put, names="version")
        self.entry = button(words("rescue.back"), "arrow-left", model.back)
        self.entry.add_class(LAST)
        return [
            row(self.select("platform", phones),
                self.select("provider_id", [(words("rescue.any_provider"), ""), *named])),
            self._now, self._box,
            row(self.entry, button(words("rescue.restart"), "undo", model.restart)),
        ]

    def _choose(self, place: int) -> None:
        self.model.choose(options(self.model.answer, self.words)[place][0])

    def _put(self, _change=None) -> None:
        answer = self.model.answer
        if answer is None:
            return
        self._now.value = self._page(now(answer, self.words))
        offered = options(answer, self.words)
        for choice, (_, text) in zip(self._choices, offered, strict=False):
            choice.say(text, self._page(page.paragraph(text)))
        if len(self._box.children) != len(offered):
            self._box.children = self._choices[:len(offered)]

    def parts(self):
        return (so_far,)

    def preview(self) -> str:
        return self._page(page.note(self.words("rescue.static")),
                          page.details(self.words("rescue.tree"), whole(self.words)))

    def summary(self) -> str:
        return self.words("rescue.summary")


class _Choice(w.Box):
    """A button by letter, and the text of its choice beside it."""

    def __init__(self, place: int, choose):
        self._button = w.Button(description=ascii_uppercase[place],
                                layout=w.Layout(width="3em", flex="0 0 auto"))
        self._text = w.HTML(layout=w.Layout(flex="1 1 0", min_width="0", margin="2px 0 0 8px"))
        self._button.on_click(lambda _: choose(place))
        super().__init__([self._button, self._text], layout=w.Layout(
            display="flex", flex_flow="row nowrap", align_items="flex-start", width="100%"))

    def say(self, text: str, html: str) -> None:
        self._button.tooltip, self._text.value = text, html


def options(answer: RescueAnswer, words: Words) -> list[tuple[str, str]]:
    """What can be answered now: id and text of each answer."""
    if answer.kind == "question":
        return [(one["id"], words.text(one)) for one in answer.place["choice"]]
    if answer.kind == "repair":
        return [(one, words(f"rescue.{one}")) for one in (WORKS, STILL)]
    return []


def now(answer: RescueAnswer, words: Words) -> page.Cell:
    """The question that is asked, the repair to do, or whom to ask and what to say."""
    entry, notes = answer.place, Notes(words, gathered("rescue"))
    if answer.kind == WORKS:
        return page.status(words("rescue.solved")), page.paragraph(words("rescue.solved_note"))
    if answer.kind == "question":
        own = (providers.provider(answer.provider_id).balance
               if answer.provider_id and entry["id"] == "account" else ())
        return (
            page.status(words("rescue.question", n=answer.asked, ask=words.text(entry, "ask"))),
            page.note(words("rescue.first_fit")) if entry["id"] == next(iter(places())) else None,
            _menu(entry, answer.platform, words, notes.cite),
            page.bullets(map(notes.cite, own)) if own else None,
            notes.listed() if "menu" in entry or own else None,
        )
    if answer.kind == "repair":
        return (
            page.status(words("rescue.do", title=words.text(entry, "title"))),
            _steps(entry["step"], notes), _menu(entry, answer.platform, words, notes.cite),
            page.paragraph(h.strong[words("rescue.works_now")]), notes.listed(),
        )
    return (
        page.status(words.text(entry, "title")), _handover(entry, words, notes),
        page.heading(words("rescue.reach"), 4), _reach(answer.provider_id, words, notes),
        notes.listed(),
    )


def _steps(steps: Sequence[Mapping], notes: Notes) -> page.Cell:
    return page.bullets(map(notes.cite, steps))


def _menu(
    entry: Mapping, phone: str, words: Words, told: Callable[[Mapping], page.Cell]
) -> page.Cell:
    """Where the setting of a question or a repair is on a family of phones."""
    if "menu" not in entry:
        return None
    tree = load("rescue")
    (menu,) = (one for one in tree["menu"] if one["id"] == entry["menu"])
    names = {one["id"]: words.text(one) for one in tree["platform"]}
    return page.facts(
        (words("view.input", name=names[path["platform"]]), told(path))
        for path in menu["path"] if path["platform"] == phone)


def _handover(entry: Mapping, words: Words, notes: Notes, level: int = 4) -> page.Cell:
    return (
        _steps(entry["step"], notes), page.heading(words("rescue.tell"), level),
        page.bullets(_said(one, words) for one in entry["tell"]),
    )


def _said(one: Mapping, words: Words) -> page.Cell:
    """A sentence for a provider: in English too, since its support may speak nothing else."""
    said = words.text(one)
    return said if said == one["en"] else (said, h.br, h.span(lang="en")[one["en"]])


def _reach(provider_id: str, words: Words, notes: Notes) -> page.Cell:
    """How to reach a provider without data, and what one says of itself."""
    known = [
        said for channel in (CONTACT if provider_id else ())
        for said in ([notes.cite(walk["step"][0])
                      for walk in providers.walk(provider_id, channel)]
                     or [gap_told(providers.gap(provider_id, channel), words)])]
    name = words.text(providers.provider(provider_id).name) if provider_id else ""
    return (
        page.bullets(map(notes.cite, load("rescue")["reach"])),
        (page.heading(words("rescue.provider_says", provider=name), 4),
         page.bullets(known)) if known else None,
    )


def so_far(answer: RescueAnswer, words: Words) -> page.Cell:
    """The way to here, to look back at."""
    if not answer.way:
        return None
    return page.details(words("rescue.way", n=len(answer.way)), page.bullets(
        words("rescue.did", title=words.text(entry, "title")) if said == STILL
        else words("rescue.said", ask=words.text(entry, "ask"), choice=words.text(said))
        for entry, said in answer.way))


def whole(words: Words) -> page.Cell:
    """The whole tree to read: each question with its choices and the repairs that they lead to."""
    tree = load("rescue")
    numbers = {one["id"]: n for n, one in enumerate(tree["question"], 1)}
    notes, told, parts = Notes(words, gathered("rescue")), set(), []
    menus: dict[str, str] = {}  # where each has been shown
    for entry in tree["question"]:
        ask = words("rescue.question", n=numbers[entry["id"]], ask=words.text(entry, "ask"))
        parts += [
            page.heading(ask), _menus(entry, words("rescue.number", n=numbers[entry["id"]]), menus,
                                      words, notes),
            page.bullets((words.text(one), words("text.space"), "→ ",
                          _led(one["to"], numbers, words))
                         for one in entry["choice"]),
        ]
        for one in entry["choice"]:
            kind, next_one = places()[one["to"]]
            if kind == "repair" and one["to"] not in told:
                told.add(one["to"])
                title = words.text(next_one, "title")
                after = words("rescue.number", n=numbers[next_one["to"]]) \
                    if next_one["to"] in numbers \
                    else words.text(places()[next_one["to"]][1], "title")
                parts += [page.heading(words("rescue.then", title=title, after=after), 4),
                          _steps(next_one["step"], notes),
                          _menus(next_one, title, menus, words, notes)]
    parts.append(page.heading(words("rescue.when_to_ask")))
    for entry in tree["handover"]:
        parts += [page.heading(words.text(entry, "title"), 4), _handover(entry, words, notes, 5)]
    return [page.note(words("rescue.still_then")), *parts, page.heading(words("rescue.reach")),
            _reach("", words, notes), notes.listed()]


def _menus(
    entry: Mapping, title: str, shown: dict[str, str], words: Words, notes: Notes
) -> page.Cell:
    """Where a setting is on each family of phones that we know it of, and what to search for on
    the others; a menu that was shown before only says where.

    Args:
        title: of the part that shows it.
        shown: the title of the part that showed each menu; grows.
    """
    if "menu" not in entry:
        return None
    first = shown.setdefault(entry["menu"], title)
    if first != title:
        return page.paragraph(words("rescue.menu_above", title=first))
    tree = load("rescue")
    (menu,) = (one for one in tree["menu"] if one["id"] == entry["menu"])
    names = {one["id"]: words.text(one).partition(words("text.open"))[0]
             for one in tree["platform"]}
    unknown = [path for path in menu["path"] if not path.get("known", True)]
    quoted = dict.fromkeys(word for path in unknown
                           for word in re.findall("“([^“”]*)”", words.text(path))[:1])
    others = words("rescue.search", found=[words("rescue.quoted", word=word) for word in quoted]) \
        if quoted else unknown and words.text(unknown[0])
    lines = [(words("view.input", name=names[path["platform"]]), notes.cite(path))
             for path in menu["path"] if path not in unknown]
    if unknown:
        lines.append((words("view.input", name=words("rescue.other_phones")), others))
    return page.facts(lines)


def _led(to: str, numbers: Mapping[str, int], words: Words) -> str:
    return words("rescue.go_on", n=numbers[to]) if to in numbers \
        else words.text(places()[to][1], "title")


def rescue_link(words: Words) -> page.Cell:
    """A line that leads to the rescue of lesson 5."""
    before, after = words("rescue.stuck").split("|")
    lesson = page.lesson("05-help", words("rescue.lesson"), words.language)
    return page.paragraph([before, lesson, after])
