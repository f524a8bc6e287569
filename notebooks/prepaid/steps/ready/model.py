"""Get ready: the phone, what is left, a payment that works, what to note down, and an IMEI."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd
import traitlets as tl

from prepaid.catalogue import devices
from prepaid.catalogue.content import load
from prepaid.catalogue.devices import Device
from prepaid.catalogue.plans import load_catalog, select
from prepaid.i18n import Refusal, seen
from prepaid.steps.browse.model import with_price_per_gb
from prepaid.steps.inputs import Choice, Input, among
from prepaid.steps.model import Model

KEEP = ("yes", "carrier_only", "never")
SIMS = ("esim", "physical")
PURPOSES = ("new", "renew")
_FOR_ONE = {"eid": "new", "region": "new", "tray": "new", "lock": "new", "volte": "new",
            "read": "renew", "meaning": "renew", "counter": "renew", "online": "renew",
            "shop": "renew", "password": "renew", "account-number": "renew",
            "pin": "renew"}

_SEPARATORS = str.maketrans("", "", "/.:#")


def preparations() -> list[Mapping]:
    """The four preparations, each with its checks."""
    return load("prepare")["preparation"]


def checks_for(purpose: str) -> list[str]:
    """The checks for a new line or for renewing, in order."""
    return [one for one in check_ids() if _FOR_ONE.get(one, purpose) == purpose]


def check_ids() -> list[str]:
    """Every check of the four preparations, in order."""
    return [check["id"] for part in preparations() for check in part["check"]]


class Ticked(Input, tl.Tuple):
    """Checks that are done, by id."""

    def checked(self, value) -> tuple[str, ...]:
        if not isinstance(value, list | tuple) or len(set(value)) < len(value):
            raise ValueError(value)
        return tuple(among(one, check_ids()) for one in value)


class ChecklistModel(Model):
    """What has been done, ids of checks; ``answer`` counts those that the purpose asks for, by
    preparation: done, and in all."""

    purpose = Choice(PURPOSES, buttons=True, keep="ready")
    done = Ticked(keep="ready")

    def solve(self) -> dict[str, tuple[int, int]]:
        asked = checks_for(self.purpose)
        unknown = [name for name in self.done if name not in check_ids()]
        if unknown:
            raise Refusal("check_unknown", value=unknown[0])
        ids = {part["id"]: [check["id"] for check in part["check"] if check["id"] in asked]
               for part in preparations()}
        return {part: (sum(one in self.done for one in found), len(found))
                for part, found in ids.items() if found}

    def tick(self, check_id: str, done: bool) -> None:
        """Mark a check as done or not."""
        ticked = {*self.done, check_id} if done else {*self.done} - {check_id}
        self.done = tuple(name for name in check_ids() if name in ticked)


@dataclass(frozen=True)
class FittingPlans:
    """What a phone takes, and what of the catalogue that leaves."""

    device: Device  # what is known of the phone
    plans: pd.DataFrame  # the whole catalogue, with the price per GB
    # of it, the rows known to come as an "esim" and on a "physical" card
    by_sim: Mapping[str, pd.DataFrame]

    @property
    def sim(self) -> str | None:
        """What to answer where the picker asks for the SIM; ``None`` until it has been looked up.

        A card is sure to work where only the eSIM is in doubt.
        """
        sims = self.device.sims
        return "either" if len(sims) == len(SIMS) else sims[0] if sims else None

    @property
    def fitting(self) -> pd.DataFrame:
        """The plans that work in the phone for sure."""
        kept = [self.by_sim[sim].index for sim in self.device.sims]
        return self.plans[self.plans.index.isin(kept[0].union(kept[-1]) if kept else [])]


class DeviceModel(Model):
    """A phone by model family and place of sale; ``answer`` is a :class:`FittingPlans`."""

    family = tl.Unicode("iPhone 13 / 13 Pro / 13 Pro Max").tag(input=True)
    place = tl.Unicode("CN").tag(input=True)

    def __init__(self, plans: pd.DataFrame | None = None, **inputs):
        plans = with_price_per_gb(load_catalog() if plans is None else plans)
        self.plans = select(plans)[0]  # those that are still sold
        super().__init__(**inputs)

    def carried(self) -> Mapping[str, str]:
        """The SIM that the phone takes; nothing until that is sure."""
        sim = self.answer.sim if self.answer else None
        return {"sim": sim} if sim else {}

    def solve(self) -> FittingPlans:
        device = devices.find(self.family, self.place)
        by_sim = {sim: select(self.plans, sim=sim)[0] for sim in SIMS}
        return FittingPlans(device, self.plans, by_sim)


@dataclass(frozen=True)
class TypedNumber:
    """What can be said of a typed number. None of its digits is in here."""

    # "waiting" (none was typed), "fits" (an IMEI whose check digit fits), "slip" (it does not
    # fit), "imeisv", "no_check_digit" (14 digits), "eid" or "iccid" (as long as one),
    # "length" (as long as none of them), "not_digits"
    verdict: str
    length: int  # how many digits it has; 0 where it is not made of digits


def look_at(typed: str) -> TypedNumber:
    """What a typed number is by its length and, for 15 digits, its check digit (Luhn).

    Spaces, hyphens, dots and slashes between digits do not count, nor do full width, signs that
    cannot be seen, and "IMEI" before them. 3GPP TS 23.003: 15 digits are an IMEI; 16 an IMEISV,
    which has a software version and no check digit.
    """
    from stdnum import imei
    from stdnum.exceptions import InvalidChecksum, InvalidFormat, InvalidLength

    typed = unicodedata.normalize("NFKC", seen(typed)).translate(_SEPARATORS)
    number = imei.compact(typed).removeprefix("IMEI")
    other = {19: "iccid", 20: "iccid", 32: "eid"}.get(len(number), "length")
    try:
        imei.validate(number)
    except InvalidLength:
        return TypedNumber(other, len(number))
    except InvalidFormat:  # of which InvalidLength is a kind
        return TypedNumber("not_digits", 0)
    except InvalidChecksum:
        return TypedNumber("slip", len(number))
    return TypedNumber({14: "no_check_digit", 15: "fits"}.get(len(number), "imeisv"), len(number))


class ImeiModel(Model):
    """Looks at typed numbers and keeps none: ``answer`` is the last :class:`TypedNumber`."""

    def solve(self) -> TypedNumber:
        return TypedNumber("waiting", 0)

    def look_at(self, typed: str) -> None:
        """Answer for a typed number; an empty one changes nothing."""
        if typed.strip():
            self.answer = look_at(typed)
            self.version += 1
