"""Get ready: a checklist, the phone, what is left, paying, what to note down, the IMEI check."""

from collections.abc import Mapping

import htpy as h
import ipywidgets as w
import traitlets as tl
from IPython import get_ipython

from prepaid.catalogue import devices
from prepaid.catalogue.content import load
from prepaid.catalogue.devices import Device
from prepaid.html import page
from prepaid.html.charts_renew import phone_with_eid
from prepaid.html.citations import cite, in_brackets, links_to, sources_of, told
from prepaid.i18n import Words
from prepaid.steps.keep.view import KeepRow
from prepaid.steps.landing import WRAPS
from prepaid.steps.ready.model import (
    KEEP,
    ChecklistModel,
    DeviceModel,
    FittingPlans,
    ImeiModel,
    TypedNumber,
    checks_for,
    preparations,
)
from prepaid.steps.view import AUTO, StepView, put_choices_below, row

# ---------------------------------------------------------------------------------- the checklist


class ChecklistView(StepView):
    """The four preparations to tick off, see :class:`prepaid.steps.ready.model.ChecklistModel`."""

    model: ChecklistModel

    def controls(self) -> list[w.Widget]:
        self._parts: dict[str, tuple[w.Widget, dict[str, w.Widget]]] = {}
        shown = [self.widget("purpose")]
        for part in preparations():
            boxes = {check["id"]: self._box(check) for check in part["check"]}
            head = w.HTML(self._page(page.heading(self.words.text(part))))
            self._parts[part["id"]] = head, boxes
            shown += [head, *boxes.values()]
        self._show_asked()
        self.model.observe(self._show_asked, names="purpose")
        self.entry = shown[0]
        self.entry.tabbable = False  # as a whole: it is landed on, and no key ticks anything there
        claims = [check for part in preparations() for check in part["check"]]
        return [*shown, w.HTML(self._page(sources_of(claims, self.words))),
                KeepRow(self.model, ["purpose", "done"], self.words)]

    def _show_asked(self, _change=None) -> None:
        asked = checks_for(self.model.purpose)
        for head, boxes in self._parts.values():
            head.layout.display = "" if {*asked} & boxes.keys() else "none"
            for name, box in boxes.items():
                box.layout.display = "" if name in asked else "none"

    def _box(self, check: Mapping) -> w.Checkbox:
        name, box = check["id"], w.Checkbox(description=self.words.text(check), indent=False)
        box.add_class(WRAPS)
        return self.tied(box, "done", lambda: name in self.model.done,
                         lambda done: self.model.tick(name, done))

    def parts(self):
        return (progress,)

    def preview(self) -> str:
        return self._page(page.note(self.words("view.run_to_change")), *checklist(self.words))

    def summary(self) -> str:
        return _progress(self.model.answer, self.words)


def checklist(words: Words) -> page.Cell:
    """What to do before a new line, and, in a fold, before renewing."""
    def for_one(purpose: str) -> page.Cell:
        asked = checks_for(purpose)
        return [(page.heading(words.text(part)), page.bullets(["☐ ", told(check, words)]
                 for check in part["check"] if check["id"] in asked))
                for part in preparations() if {one["id"] for one in part["check"]} & {*asked}]

    claims = [check for part in preparations() for check in part["check"]]
    return [(page.heading(words("choice.purpose.new")), for_one("new")),
            page.details(words("choice.purpose.renew"), for_one("renew")),
            sources_of(claims, words)]


def progress(done: Mapping[str, tuple[int, int]], words: Words) -> page.Cell:
    """How much of the preparations is done."""
    return page.status(_progress(done, words))


def _progress(done: Mapping[str, tuple[int, int]], words: Words) -> str:
    n, total = (sum(counts) for counts in zip(*done.values(), strict=True))
    return words("ready.part.progress", done=n, total=total)


# -------------------------------------------------------------------------------------- the phone


class DeviceView(StepView):
    """The device check, see :class:`prepaid.steps.ready.model.DeviceModel`."""

    model: DeviceModel

    def controls(self) -> list[w.Widget]:
        words, model = self.words, self.model
        first = devices.brand_of(model.family)
        brand = w.Dropdown(
            options=[(brand_name(one, words), one) for one in devices.brands()], value=first,
            description=words("input.brand"), style={"description_width": "initial"},
            layout=w.Layout(**AUTO))

        def of_model(change):
            brand.value = devices.brand_of(change["new"])

        model.observe(of_model, names="family")  # before the list of models follows its model
        self.inputs.append(brand)
        family = self.select("family", _families(first, words))
        place = self.select("place", _places(first, words))

        def of_brand(change):
            wanted = model.family, model.place
            options = _families(change["new"], words), _places(change["new"], words)
            with model.one_answer():
                for box, choices, value in zip((family, place), options, wanted, strict=True):
                    values = [one for _, one in choices]
                    with box.hold_sync():
                        box.options = choices  # which chooses the first
                        box.value = value if value in values else values[-1 if box is place else 0]

        brand.observe(of_brand, names="value")
        put_choices_below(brand, family, place)
        return [row(brand, family, place)]

    def parts(self):
        return lambda fit, words: verdict(fit.device, words), fitting

    def summary(self) -> str:
        return self.words(f"ready.verdict.{self.model.answer.device.verdict}")


def brand_name(brand: str, words: Words) -> str:
    key = f"ready.brand.{brand}"
    return words(key) if key in words else brand


def family_name(device: Device, words: Words) -> str:
    return words.cell(device, "model_family")


def place_name(code: str, words: Words) -> str:
    """A place of sale, by the locale data of Unicode where the strings have no plainer name."""
    key = f"ready.place.{'elsewhere' if code == devices.ELSEWHERE else code}"
    return words(key) if key in words else words.place(code)


def _families(brand: str, words: Words) -> list[tuple[str, str]]:
    return [(family_name(device, words), device.model_family)
            for device in devices.families(brand)]


def _places(brand: str, words: Words) -> list[tuple[str, str]]:
    return [(place_name(code, words), code) for code in devices.places_of_sale(brand)]


def _about(device: Device, words: Words) -> page.Cell:
    """What is worth knowing of a phone, and where that was read."""
    where = words("ready.gap", as_of=words.as_of(device.as_of))
    if device.sources:
        where = links_to(device.sources, device.as_of, device.estimated, words)
    return words.cell(device, "note"), in_brackets(where, words)


def verdict(device: Device, words: Words) -> page.Cell:
    """What SIM a phone takes, what is worth knowing of it, and how to look where that decides."""
    return (
        page.status(words(f"ready.verdict.{device.verdict}")),
        page.paragraph(_about(device, words)),
        _how_to_look(device, words) if device.verdict == "eid" else None,
    )


def _how_to_look(device: Device, words: Words) -> page.Cell:
    check = next(check for part in preparations() for check in part["check"]
                 if check["id"] == "eid")
    return (
        page.paragraph(cite(check, words)),
        page.paragraph(words("ready.eid.card")) if "physical" in device.sims else None,
    )


def fitting(fit: FittingPlans, words: Words) -> page.Cell:
    """What of the catalogue a phone leaves, from whom, and what is to be found out first."""
    fits = fit.fitting
    said = fit.plans[["esim", "sim_card"]].ne("").any(axis=1)
    return (
        page.paragraph(
            words("ready.fit.sure", n=len(fits), total=len(fit.plans)) if fit.device.sims
            else words("ready.fit.unsure")),
        page.paragraph(words("ready.fit.sold_by", providers=[
            *fits["provider"].drop_duplicates().sort_values()])) if len(fits) else None,
        page.note(words("ready.fit.unsaid", n=int((~said).sum()))),
        page.paragraph(words("ready.fit.look_first"))
        if fit.device.verdict == "eid" and len(fits) else None,
    )


def device_tables(words: Words) -> page.Cell:
    """Every verdict, a table for each brand."""
    return [page.details(brand_name(brand, words), _device_table(brand, words))
            for brand in devices.brands()]


def _device_table(brand: str, words: Words) -> page.Cell:
    rows = (
        [
            family_name(device, words),
            words.list(place_name(code, words) for code in device.regions),
            words(f"ready.sim.{device.verdict}"), _about(device, words),
        ]
        for device in devices.devices() if device.brand == brand
    )
    return page.table(words("ready.devices.caption", brand=brand_name(brand, words)),
                      words.each("ready", "phone place_field sim_field worth_knowing"), rows)


# ------------------------------------------------------------------------------------- paying


def refused(words: Words) -> page.Cell:
    """What to try next in which order, what never; in a fold, why a card is refused, and what is
    open."""
    paying = load("payment")

    def claims(part: str) -> page.Cell:
        return page.bullets(told(claim, words) for claim in paying[part])

    parts = ("next_try", "never", "reason", "unknown")
    return (
        page.heading(words("ready.refused.tries")),
        h.ol(style="margin:.4em 0;padding-left:1.8em")[
            (h.li[told(claim, words)] for claim in paying["next_try"])],
        page.heading(words("ready.refused.nevers")), claims("never"),
        page.details(words("ready.refused.reasons"), claims("reason"), claims("unknown")),
        sources_of([claim for part in parts for claim in paying[part]], words),
    )


# --------------------------------------------------------------------------- notes and numbers


def notes(words: Words) -> page.Cell:
    """What may be written down and what never."""
    entries = sorted(load("prepare")["note"], key=lambda note: KEEP.index(note["keep"]))
    return page.table(
        words("ready.note.caption"), [words("ready.note.what"), words("ready.note.keep")],
        ([told(entry, words), words(f"ready.note.{entry['keep']}")] for entry in entries),
    ), sources_of(entries, words)


def eid_picture(words: Words) -> page.Cell:
    """Where a phone shows its EID."""
    return page.picture(phone_with_eid(words), words("ready.eid.picture_of"))


class _Unkept(w.Password):
    """A field whose value is not sent back to the browser, from where it could be stored.

    A password field, since browsers write what stands in other fields to their session files.
    """

    value = tl.Unicode().tag(sync=True, echo_update=False)


class ImeiView(StepView):
    """A typing check for an IMEI that keeps nothing, see :class:`ImeiModel`.

    JupyterLab can save what widgets hold into the notebook, so the field holds nothing: digits
    leave the browser when Enter is pressed or the field is left, not at every key, and the field
    is emptied at once, before they are looked at. While a cell runs, nobody could empty it, so it
    is locked.
    """

    model: ImeiModel

    def controls(self) -> list[w.Widget]:
        field = _Unkept(
            description=self.words("ready.imei.label"), placeholder=self.words("ready.imei.dots"),
            continuous_update=False, style={"description_width": "initial"},
            layout=w.Layout(width="32em", max_width="calc(100% - 4px)"))
        field.observe(self._take, names="value")
        _lock_while_cells_run(field)
        return [field]

    def _take(self, change) -> None:
        change["owner"].value = ""
        self.model.look_at(change["new"])

    def parts(self):
        return (imei_answer,)

    def preview(self) -> str:
        return self._page(page.note(self.words("view.run_to_change")),
                          imei_answers(self.words))

    def summary(self) -> str:
        return self.words("ready.imei.summary")


def _lock_while_cells_run(field: w.Text) -> None:
    shell = get_ipython()
    if shell is None:
        return

    def lock():
        field.disabled = True

    def unlock():
        field.disabled = False

    lock()
    shell.events.register("pre_execute", lock)
    shell.events.register("post_execute", unlock)


def imei_answer(typed: TypedNumber, words: Words) -> page.Cell:
    """What was found of a typed number, and what that does not prove."""
    if typed.verdict == "waiting":
        return page.paragraph(words("ready.imei.waiting"))
    proves = next(one for one in load("prepare")["number"] if one["id"] == "what-it-proves")
    return (
        page.status(words(f"ready.imei.{typed.verdict}", length=typed.length)),
        page.paragraph(cite(proves, words)) if typed.verdict == "fits" else None,
        page.note(words("ready.imei.gone")),
    )


def imei_answers(words: Words) -> page.Cell:
    """Every answer of the check, for where no kernel runs."""
    return page.table(
        words("ready.imei.answers"), [words("ready.imei.typed"), words("ready.imei.answer")],
        ([words(f"ready.imei.kind.{key}"), words(f"ready.imei.{key}")]
         for key in words.keys("ready.imei.kind")))


def numbers(words: Words) -> page.Cell:
    """What the numbers of a phone are, and what a right one does not prove."""
    claims = load("prepare")["number"]
    return page.facts((words("view.input", name=claim["name"]), told(claim, words))
                      for claim in claims), sources_of(claims, words)
