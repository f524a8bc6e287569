"""Whether a phone takes an eSIM, a physical SIM card or both: by model and by where it was sold."""

import csv
from functools import cache
from typing import NamedTuple

from prepaid.i18n import CONTENT, Refusal

ELSEWHERE = "other"


class Device(NamedTuple):
    """What is known of one model family, as sold in some places, and where that was read."""

    device_id: str
    brand: str  # the maker, "any" for a phone that is not listed
    # its name in English, which no other brand's family has; `model_family_zh` in Chinese
    model_family: str
    model_family_zh: str
    # the places of sale: ISO 3166-1 codes, "other" (everywhere that the family's other rows do
    # not name) or "any"
    regions: tuple[str, ...]
    esim: str  # "yes", "no", "depends" (on the single phone) or "unknown"
    sim_card: str  # "yes", "no" or "unknown"
    sources: tuple[str, ...]  # the pages that were read; none where nothing is known
    as_of: str  # the day, month or year they speak for, or `from/to`
    estimated: bool  # whether `as_of` is, since the page carries no date
    note: str
    note_zh: str

    @property
    def verdict(self) -> str:
        """``"both"``, ``"esim"``, ``"physical"``, ``"esim_tray"`` (an eSIM; look whether there is
        a tray too) or ``"eid"`` (look for an EID: it has an eSIM if it shows one)."""
        if self.esim == "no":
            return "physical"
        if self.esim != "yes":
            return "eid"
        return {"yes": "both", "no": "esim"}.get(self.sim_card, "esim_tray")

    @property
    def sims(self) -> tuple[str, ...]:
        """The kinds of SIM that it takes for sure, of ``"esim"`` and ``"physical"``."""
        has = {"esim": self.esim, "physical": self.sim_card}
        return tuple(sim for sim, known in has.items() if known == "yes")


@cache
def devices() -> tuple[Device, ...]:
    """Every row of the table, in its order."""
    with (CONTENT / "devices.csv").open(encoding="utf-8", newline="") as file:
        return tuple(_device(row) for row in csv.DictReader(file))


def _device(row: dict[str, str]) -> Device:
    made = {
        "regions": tuple(row["regions"].split(";")),
        "sources": tuple(filter(None, row["source_url"].split(";"))),
        "estimated": row["estimated"] == "yes",
    }
    return Device(**made, **{name: row[name] for name in Device._fields if name not in made})


def brands() -> list[str]:
    """The makers, in the table's order."""
    return list(dict.fromkeys(device.brand for device in devices()))


def brand_of(family: str) -> str:
    """The maker of a model family; the first of the list for one that is not in it."""
    return next((device.brand for device in devices() if device.model_family == family),
                devices()[0].brand)


def families(brand: str) -> list[Device]:
    """One row, the first, for each model family of a brand."""
    found = {}
    for device in devices():
        if device.brand == brand:
            found.setdefault(device.model_family, device)
    return list(found.values())


def places_of_sale(brand: str) -> list[str]:
    """The places of sale that make a difference to some family of a brand, then ``"other"``."""
    named = (region for device in devices() if device.brand == brand for region in device.regions)
    return [*dict.fromkeys(region for region in named if region not in (ELSEWHERE, "any")),
            ELSEWHERE]


def find(family: str, place: str) -> Device:
    """What is known of a model family sold in a place (an ISO 3166-1 code that the table names, or
    ``"other"``): the row that names the place, else the one for elsewhere, else the one for
    anywhere."""
    own = [device for device in devices() if device.model_family == family]
    if not own:
        raise Refusal("device_unknown", value=family)
    if place not in {ELSEWHERE, *(code for brand in brands() for code in places_of_sale(brand))}:
        raise Refusal("place_unknown", value=place)
    return next(device for region in (place, ELSEWHERE, "any") for device in own
                if region in device.regions)
