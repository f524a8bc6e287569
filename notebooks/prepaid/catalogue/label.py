"""One broadband label: what each of its cells says, and what of it counts.

The layouts of the FCC's template, of AT&T's file and of some other providers' are known; an odd
word or identifier is noted, and only what would make a price wrong is a fault.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import ROUND_CEILING, Decimal
from functools import cached_property

from prepaid.catalogue.cells import (
    LONGEST,
    gb,
    says_endless,
    says_nothing,
    tidy,
    usd,
    yes_or_no,
)
from prepaid.catalogue.faults import Problem

# by column of the FCC's template, or by a name of ours: what else the heading is called
HEADINGS = {
    "unique_plan_id": "FCCPlanId FCCUniquePlanId UPI",
    "monthly_price": "priceAmount",
    "provider_name": "",
    "service_plan_name": "planName productName",
    "tier_plan_name": "",
    "connection_type": "serviceType FixedMobile",
    "intro_rate": "introductoryRateValue introductoryRate",
    "intro_rate_price": "",
    "price_after_intro": "priceAfterIntroductory",
    "intro_rate_time": "introductoryPeriodLength timeIntroApplies",
    "contract_req": "contractStatus",
    "early_termination_fee": "terminationFee ETF",
    "single_purchase_fee_descr": "onTimeyFeeType oneTimeFeeType singlePurchaseFeeDescription",
    "single_purchase_fees": "oneTimeFee singlePurchaseFee",
    "monthly_provider_fee_descr": "monthlyFeeType",
    "monthly_provider_fee": "monthlyProviderFees monthlyFee monthlyProviderFee01",
    "tax": "governmentTaxes gvtTaxes",
    "typical_download_speed": "speedsDownloadSpeed",
    "typical_upload_speed": "speedsUploadSpeed",
    "typical_latency": "speedsLatency",
    "monthly_data_allow": "dataMonthly dataIncluded dataIncludedWithMonthlyPrice",
    "over_usage_data_price": "dataAadditionalUsageCharge dataAdditionalUsageCharge",
    "additional_data_increment": "additionalDataIncrements",
    "data_speed": "dataSpeedDescription",
    "price_description": "priceDescription",
    "plan_disclaimer": "planDisclaimer",
    "customer_support_web": "customerSupportLinkText",
}

_SHOWN = 80  # characters of a cell that a note repeats
_PLAN_ID = re.compile("[FM][0-9]{10}[A-Za-z0-9]{1,15}")
_FIXED = re.compile(r"\b(?:fixed|fib(?:er|re)|cable|dsl|wired|copper|satellite|f)\b")
_MOBILE = re.compile(r"\b(?:mobile|cellular|m)\b")
_REQUIRES = re.compile(r"(?<!not )\brequire[sd]\b|^is$")
_NOT = re.compile(r"\b(?:not|no)\b")
_AFTER_AMOUNT = re.compile(r" ?(?:(?:/|per) ?mo(?:nth)?|\([^()]{0,150}\))$")
_PER_DATA = re.compile(r"\$?([0-9.]{1,15}) ?(?:/|per) ?([0-9.]{0,8}) ?([kmgt]b)\b")
_KB = {"kb": Decimal("0.000001"), "mb": Decimal("0.001"), "gb": Decimal(1), "tb": Decimal(1000)}
# fees that nobody pays who buys, uses and goes; one for activation counts, whatever else it is for
_LATER = re.compile(
    r"\b(?:late|re-?connect\w*|restor\w*|restart\w*|re-?instat\w*|re-?activat\w*|suspen\w*|"
    r"(?:non-?|un)?return\w*|insufficient|nsf|chang\w*|paper|printed|replac\w*|damag\w*|"
    r"downgrad\w*|cancel\w*|terminat\w*|hourly)\b")
_OPTIONAL = re.compile(r"\boptional\w*\b")
_ACTIVATION = re.compile(r"(?<!re-)(?<!re )\bactivat\w*\b")
_AFTER = re.compile(r"\bafter ([0-9]{1,5}(?:\.[0-9]{1,3})? ?[mg]b)\b")
_SLOWED = re.compile(r"\bslowed to (?:a )?(?:max(?:imum)?\.? )?(?:of )?"
                     r"([0-9]{1,5}(?:\.[0-9]{1,3})?) ?([km])bps\b")
_UP_FRONT = re.compile(
    r"\$ ?([0-9]{1,5}(?:\.[0-9]{1,2})?) (?:due |paid )?(?:up[ -]?front|in advance)")
_AT_ONCE = re.compile(r"\bup[ -]?front\b|\bin advance\b|\b(?:semi|bi)?-?annual(?:ly)?\b|\byearly\b")
_MONTHS = re.compile(r"\b([0-9]{1,2})[ -]?mo(?:nths?)?\b")


@dataclass(frozen=True)
class Price:
    """US dollars for a month, without monthly fees."""

    usd: Decimal  # the regular price; of several months paid up front, their sum divided by them
    months: int = 1  # how many are paid up front
    intro_usd: Decimal | None = None  # a new customer's price, `None` where there is none
    intro_months: str = ""  # for how long, as a cell; empty where it is not said


@dataclass
class Fees:
    """Fees of one kind that count, in US dollars."""

    usd: Decimal = Decimal(0)  # their sum
    counted: bool = False  # whether the label gives an amount for any, 0 included
    unknown: bool = False  # whether there is one without a readable amount
    what: list[str] = field(default_factory=list)  # those that count, as the label calls them
    later: list[str] = field(default_factory=list)  # those that do not count, as the label has them


@dataclass
class Label:
    """One row of a label file."""

    row: int  # its number
    cells: Mapping[str, str]  # by names of `HEADINGS`
    headings: Mapping[str, str]  # what the file calls them
    problems: list[Problem] = field(repr=False)  # the list that its faults go to
    # cells that could not be made sense of, by names of `HEADINGS`
    odd: dict[str, str] = field(default_factory=dict)
    _faulty: set[str] = field(default_factory=set, repr=False)

    def text(self, name: str) -> str:
        """A cell, empty where it says that there is nothing."""
        cell = self.cells.get(name, "")
        return "" if says_nothing(cell) else cell

    def heading(self, name: str) -> str:
        """What the file calls a column."""
        return self.headings.get(name, name)

    def kind(self) -> str:
        """``mobile``, ``fixed``, ``contract`` or ``upfront`` (several months are paid at once, and
        it is not clear how many); empty where that is at fault."""
        plan_id, said = self.text("unique_plan_id"), _small(self.text("connection_type"))
        first = plan_id[0] if _PLAN_ID.fullmatch(plan_id) else ""
        if not first:
            self.odd["unique_plan_id"] = plan_id
        if _FIXED.search(said):
            return "fixed"
        if not _MOBILE.search(said):
            if said and "wireless" not in said:
                self.odd["connection_type"] = said
            if not first and "wireless" not in said:
                self._fault("connection_type", "enum", choices=["Mobile", "Fixed"])
                return ""
            if first == "F":
                return "fixed"
        if self._yes("contract_req"):
            return "contract"
        return "mobile" if self._up_front[0] else "upfront"

    @cached_property
    def _up_front(self) -> tuple[int, Decimal]:
        """How many months are paid at once, and their sum; 0 months where that is not clear."""
        name = " ".join(map(_small, map(self.text, ("service_plan_name", "tier_plan_name"))))
        told = name + " " + _small(self.text("price_description"))
        price = dollars(self.text("monthly_price")) or Decimal(0)
        total, named = _UP_FRONT.search(told), _MONTHS.search(name)
        named = int(named[1]) if named else 1
        if not (total and price):
            return (0 if named > 1 or _AT_ONCE.search(told) else 1), price
        months = round(Decimal(total[1]) / price)
        near = abs(price * months - Decimal(total[1])) <= months * Decimal("0.01")
        clear = near and named in (1, months) and 1 <= months <= 36
        return (months if clear else 0), Decimal(total[1])

    @cached_property
    def price(self) -> Price:
        """What a month costs; a price that cannot be read is a fault."""
        now, (months, total) = self._amount("monthly_price"), self._up_front
        if months > 1:
            now = total / months
        if not self._yes("intro_rate"):
            return Price(now, months)
        found = re.search("[0-9]{1,2}", self.text("intro_rate_time")[:LONGEST])
        time = found[0] if found and 1 <= int(found[0]) <= 36 else ""
        if "price_after_intro" in self.cells:  # there the price is the introductory one
            return Price(self._amount("price_after_intro"), months, now, time)
        return Price(now, months, self._amount("intro_rate_price"), time)

    @cached_property
    def once(self) -> Fees:
        """What is paid once, at purchase."""
        return self._fees("single_purchase_fees", "single_purchase_fee_descr")

    @cached_property
    def monthly(self) -> Fees:
        """What is paid each month besides the price."""
        return self._fees("monthly_provider_fee", "monthly_provider_fee_descr")

    def _fees(self, name: str, described_in: str) -> Fees:
        fees, listed = Fees(), self.text(name).rstrip("; ")
        described = self.text(described_in).rstrip("; ")
        amounts = [part.strip() for part in listed.split(";")] if listed else []
        what = [part.strip() for part in described.split(";")] if described else []
        if amounts and len(what) != len(amounts):
            what = [described] if not any(map(_is_later, what)) else [""]
            what *= len(amounts)
        for place, one in enumerate(what):
            amount = amounts[place] if amounts else ""
            if _is_later(one):
                fees.later.append(f"{one} {amount}".strip())
            elif (value := dollars(amount)) is not None:
                fees.usd, fees.counted = fees.usd + value, True
                fees.what += [one] if one and one not in fees.what else []
            elif _small(amount).startswith("up to ") or not any(
                    map(str.isdecimal, amount[:LONGEST])):
                fees.unknown = True
            else:
                self._fault(name, "amounts")
                return Fees()
        return fees

    def tax(self) -> str:
        """Whether the price includes taxes: ``yes``, ``no`` or ``unknown``."""
        said = _small(self.text("tax"))
        amount = dollars(said)
        on_top = said.startswith("varies") or (amount is not None and amount > 0)
        return "no" if on_top else "yes" if said == "included" else "unknown"

    def data(self) -> dict[str, str]:
        """What the label says of data, as cells of the catalogue; nothing where it is not clear."""
        if "monthly_data_allow" not in self.cells:
            return {}
        said, amount = self.text("monthly_data_allow"), gb(self.text("monthly_data_allow"))
        slows = self._slows()
        if not said or says_endless(said):
            charged = dollars(self.text("over_usage_data_price"))
            if self.text("over_usage_data_price") and charged != 0 and not slows:
                return {}
            return {"unlimited": "yes"} | slows
        if amount is None:
            return {}
        more = self.more_data()
        if amount:
            slows.pop("premium_data_gb", None)
            after = slows if slows.get("after_cap") == "throttled" else {}
            paid = {"after_cap": "pay_per_mb"} if more else {}
            return {"unlimited": "no", "data_gb": written(amount)} | (after or paid)
        if not more:
            return {"unlimited": "no"}
        per_gb = (more[0] / more[1]).quantize(Decimal("0.01"), ROUND_CEILING)
        return {"unlimited": "no", "per_gb_usd": written(per_gb)}

    def more_data(self) -> tuple[Decimal, Decimal] | None:
        """US dollars for so many GB more, where both can be read and are above 0."""
        said = self.text("over_usage_data_price")
        price, size = dollars(said), gb(self.text("additional_data_increment"))
        if price is None and (found := _PER_DATA.match(_small(said))):
            price, size = usd(found[1]), (gb(found[2] or "1") or 0) * _KB[found[3]]
        return (price, size) if price and size else None

    def _slows(self) -> dict[str, str]:
        """What the label says of the speed once so much data is used, as cells of the catalogue."""
        said = _small(self.text("data_speed"))
        if "slow" not in said or "after" in _small(self.text("over_usage_data_price")):
            said = _small(self.text("over_usage_data_price")) + " " + said
        if "slow" not in said:
            return {}
        after, speed = _AFTER.search(said), _SLOWED.search(said)
        fast = {"premium_data_gb": written(gb(after[1]))} if after else {}
        if speed:
            kbps = Decimal(speed[1]) * (1000 if speed[2] == "m" else 1)
            return fast | {"after_cap": "throttled", "after_cap_kbps": written(kbps)}
        busy = "busy" in said or "congest" in said
        return fast | {"after_cap": "none" if busy else "throttled"}

    def _yes(self, name: str) -> bool:
        said = _small(self.text(name))
        answer = yes_or_no(said)
        if answer is not None:
            return answer == "yes"
        if _REQUIRES.search(said):
            return True
        if not _NOT.search(said):
            self.odd[name] = said
        return False

    def _amount(self, name: str) -> Decimal:
        """US dollars, which have to be there."""
        found = dollars(self.text(name))
        if found is None:
            self._fault(name, "amount")
        return found or Decimal(0)

    def _fault(self, name: str, code: str, **values) -> None:
        if name not in self._faulty:
            self._faulty.add(name)
            cell = self.cells.get(name, "")
            self.problems.append(Problem(self.row, self.heading(name), cell, code, values))

    def said(self, *names: str) -> str:
        """The first of these cells that says something, cut to what a note repeats."""
        return cut(next(filter(None, map(self.text, names)), ""))


def _small(cell: str) -> str:
    """A cell in small letters with single blanks; of a long one the start."""
    return tidy(cell[:LONGEST])


def dollars(cell: str) -> Decimal | None:
    """US dollars, also ``15/mo`` and ``15.00 (only in shops)``; ``None`` where there are none."""
    if len(cell) > LONGEST:
        return None
    return usd(_AFTER_AMOUNT.sub("", tidy(cell)))


def _is_later(what: str) -> bool:
    said = _small(what)
    return bool(_OPTIONAL.search(said) or (_LATER.search(said) and not _ACTIVATION.search(said)))


def cut(text: str) -> str:
    """As much of a cell as a note repeats."""
    return text if len(text) <= _SHOWN else text[:_SHOWN] + "…"


def written(value: Decimal) -> str:
    """A number as a cell of the catalogue.

    >>> written(Decimal("20.00"))
    '20'
    """
    return format(value.normalize(), "f")
