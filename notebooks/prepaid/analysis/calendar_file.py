"""Purchases to take along: as a calendar with reminders, and as a table for spreadsheets."""

import csv
import datetime as dt
import io
import zoneinfo
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from importlib import resources
from types import MappingProxyType
from uuid import NAMESPACE_URL, uuid5

import pandas as pd

from prepaid.analysis.keep_number import last_day_to_pay, plan_end
from prepaid.catalogue.plans import harmless, load_catalog
from prepaid.i18n import Refusal, Words, words
from prepaid.schedule import Purchase, Schedule


def renewal_calendar(
    schedule: Schedule, start: dt.date, timezone: str, *, language: str = "en",
    plans: pd.DataFrame | None = None, steps: Mapping[str, Sequence[str]] = MappingProxyType({}),
) -> bytes:
    """The purchases of a schedule as an iCalendar file with reminders.

    One event a purchase, on the last safe evening: that before the day on which the package before
    it ends or is used up, at seven in ``timezone``. What has to be bought on day 0 has its event at
    nine in the morning of that day. The event rings when it begins, ten days before and two days
    before, as far as that is not before day 0. A time and not a whole day, since a whole day's
    reminders ring at midnight, and one in China begins half a day before the same in the US. Two
    files of the same schedule are the same.

    Where the last purchase has a US number, and it is known how long the provider keeps it, one
    more event tells the last evening on which a payment saves the number.

    Args:
        schedule: what to buy; ``NextStep.schedule`` as well, with today as ``start``.
        start: the date of day 0.
        timezone: where the reader is, a name of the IANA time zone database such as
            ``America/New_York``.
        language: of the texts.
        plans: where names, prices' dates and sources stand; our catalogue by default.
        steps: by ``plan_id``, lines that are numbered and added to the event's description.

    Raises:
        Refusal: no such time zone or language, no date, nothing to buy.

    Example:
        >>> plans = pd.DataFrame({"plan_id": ["week"], "provider": ["A"], "price_usd": [3.0],
        ...                       "validity_days": [7], "data_gb": [1.0]})
        >>> answer = prepaid.cheapest_schedule(plans, [100] * 7)
        >>> renewal_calendar(answer, dt.date(2027, 3, 1), "America/New_York")[:15]
        b'BEGIN:VCALENDAR'
    """
    from icalendar import Calendar  # here, since it costs more than all the rest of this module

    texts, zone, start = words(language), _zone(timezone), _first_day(start)
    if not schedule.bought:
        raise Refusal("nothing_to_buy")
    rows = _rows_by_id(load_catalog() if plans is None else plans, texts)
    times = [_time(start, one, zone) for one in schedule.bought]
    last = schedule.bought[-1]
    kept = _number_event(texts, last, start, rows.get(last.plan_id, {}), zone)
    calendar = Calendar.new(
        prodid=f"-//prepaid//renewal//{language.upper()}", uid=_uid(f"{start}"),
        name=texts("renewal.calendar.title"),
        subcomponents=[
            _event(texts, one, at, start, rows.get(one.plan_id, {}), steps.get(one.plan_id, ()))
            for one, at in zip(schedule.bought, times, strict=True)
        ] + ([kept] if kept else []),
    )
    until = kept.start.date() if kept else times[-1].date()
    calendar.add_missing_timezones(times[0].date() - _AROUND, until + _AROUND)
    return calendar.to_ical()


def number_calendar(
    plan: Mapping, end: dt.date, timezone: str, *, language: str = "en"
) -> bytes:
    """The last evening for a US number as an iCalendar file with reminders.

    Args:
        plan: the catalogue row of the plan that the number is on.
        end: the first day without the plan. Where nobody knows how long the number is kept, the
            evening before is taken.
        timezone: where the reader is.
        language: of the texts.

    Raises:
        Refusal: no such time zone or language, no date.
    """
    from icalendar import Calendar

    texts, zone, end = words(language), _zone(timezone), _first_day(end)
    grace = last_day_to_pay(plan, end)
    last = grace or end - dt.timedelta(1)
    at, begin = dt.datetime.combine(last, _EVENING, zone), end - dt.timedelta(2 * _REMINDER_DAYS[0])
    name = f"{plan['provider']} · {texts.cell(plan, 'plan_name')}"
    calendar = Calendar.new(
        prodid=f"-//prepaid//renewal//{language.upper()}", uid=_uid(f"number:{last}"),
        name=texts("renewal.calendar.title"),
        subcomponents=[_ringing(
            texts, f"{last}:number:{plan['plan_id']}",
            texts("renewal.calendar.number", name=name), at, begin,
            _number_told(texts, plan, end, (last - end).days + 1))],
    )
    calendar.add_missing_timezones(last - _AROUND, last + _AROUND)
    return calendar.to_ical()


_MORNING, _EVENING = dt.time(9), dt.time(19)
_EVENT_LENGTH = dt.timedelta(minutes=30)
_REMINDER_DAYS = (10, 2, 0)
_AROUND = dt.timedelta(days=366)
_YEARS = range(2000, 2100)
_ZONES = ("America/New_York", "Asia/Shanghai")


def _zone(timezone: str) -> zoneinfo.ZoneInfo:
    """The zone of that name, where the IANA data base has one, whatever this machine has."""
    if timezone not in _zone_names():
        raise Refusal("timezone_unknown", value=timezone, examples=_ZONES)
    return zoneinfo.ZoneInfo(timezone)


@cache
def _zone_names() -> frozenset[str]:
    return frozenset(resources.files("tzdata").joinpath("zones").read_text("utf-8").split())


def _first_day(start: dt.date) -> dt.date:
    if not isinstance(start, dt.date):
        raise Refusal("date_missing")
    if start.year not in _YEARS:
        raise Refusal("date_far", value=start.isoformat(), first=_YEARS[0], last=_YEARS[-1])
    return start.date() if isinstance(start, dt.datetime) else start


def _uid(what: str) -> str:
    """The same for the same purchase: a file read in again replaces what it brought before."""
    return str(uuid5(NAMESPACE_URL, f"prepaid-renewal:{what}"))


def _time(start: dt.date, one: Purchase, zone: zoneinfo.ZoneInfo) -> dt.datetime:
    """When to buy: on the evening before its day, or on the morning of day 0."""
    if not one.day:
        return dt.datetime.combine(start, _MORNING, zone)
    return dt.datetime.combine(start + dt.timedelta(one.day - 1), _EVENING, zone)


def _rows_by_id(plans: pd.DataFrame, texts: Words) -> Mapping[str, Mapping]:
    wanted = ["provider", "plan_name", "tax_included", "source_url", "as_of", "local_us_number",
              "number_grace_days", "validity_days", "cycle_unit", "min_commitment_cycles"]
    if "plan_name" in plans:
        plans = plans.assign(plan_name=texts.column(plans, "plan_name"))
    rows = plans.set_index("plan_id").reindex(columns=wanted).astype(object)
    return rows.fillna("").to_dict("index")


def _event(
    texts: Words, one: Purchase, at: dt.datetime, start: dt.date, row: Mapping,
    steps: Sequence[str],
):
    summary = texts("renewal.calendar.buy", name=_name(row, one))
    day = start + dt.timedelta(one.day)
    return _ringing(texts, f"{at:%Y-%m-%d}:{one.at_mb}:{one.plan_id}", summary, at, start,
                    _description(texts, one, day, row, steps))


def _number_event(texts: Words, one: Purchase, start: dt.date, row: Mapping, zone):
    """The last evening on which a payment saves the number, where that is known."""
    end = plan_end(row, start + dt.timedelta(one.day)) if row else None
    last = last_day_to_pay(row, end) if end else None
    if last is None or last < start or last.year > _YEARS[-1]:
        return None
    at = dt.datetime.combine(last, _EVENING, zone)
    return _ringing(texts, f"{last}:number:{one.plan_id}", texts(
        "renewal.calendar.number", name=_name(row, one)), at, start,
        _number_told(texts, row, end, (last - end).days + 1))


def _number_told(texts: Words, row: Mapping, end: dt.date, grace: int) -> list[str]:
    key = "number_kept" if grace else "number_not_kept"
    return [texts(f"renewal.calendar.{key}", provider=row["provider"], days=grace, end=end),
            texts("renewal.calendar.number_rescue")]


def _name(row: Mapping, one: Purchase) -> str:
    return " · ".join(filter(None, (row.get("provider"), row.get("plan_name")))) or one.plan_id


def _ringing(
    texts: Words, what: str, summary: str, at: dt.datetime, start: dt.date, lines: Iterable[str]
):
    """An event that rings when it begins and some days before, as far as that is after today."""
    from icalendar import TRANSP, Alarm, Event

    event = Event.new(
        uid=_uid(what), summary=summary, start=at,
        end=at + _EVENT_LENGTH, stamp=dt.datetime.combine(start, dt.time(), dt.UTC),
        description="\n".join(lines), transparency=TRANSP.TRANSPARENT,
    )
    for days in _REMINDER_DAYS:
        if days and at.date() - dt.timedelta(days) < start:
            continue
        when = "soon" if days else "today"
        alarm = Alarm()
        alarm.add("action", "DISPLAY")
        alarm.add("trigger", -dt.timedelta(days))
        alarm.add("description", texts(f"renewal.calendar.{when}", days=days, event=summary))
        event.add_component(alarm)
    return event


def _description(
    texts: Words, one: Purchase, day: dt.date, row: Mapping, steps: Sequence[str]
) -> Iterator[str]:
    """The lines of an event: what is to be bought, for how much, and who says so."""

    def line(key: str, **values) -> str:
        return texts(f"renewal.calendar.{key}", **values)

    yield line("when", first=day)
    taxed = "price_tax_included" if row.get("tax_included") == "yes" else "price_before_tax"
    yield line("price_with_tax" if one.tax_cents else taxed, price=one.price_cents,
               tax=one.tax_cents, total=one.price_cents + one.tax_cents)
    if one.fee_cents:
        yield line("fee", fee=one.fee_cents)
    yield line("covers", first=day, last=day + dt.timedelta(one.serves_days - 1),
               days=one.serves_days, used=one.mb_used)
    url, as_of = row.get("source_url"), row.get("as_of")
    source = ("source" if as_of else "source_undated") if url else "source_none"
    yield line(source, as_of=texts.as_of(as_of) if as_of else "", url=url)
    yield line("check")
    if steps:
        yield line("steps")
    yield from (line("step", n=n, step=step) for n, step in enumerate(steps, 1))


def schedule_csv(
    schedule: Schedule, start: dt.date, names: Mapping[str, str], *, language: str = "en"
) -> bytes:
    """The purchases of a schedule as CSV that spreadsheets open rightly: UTF-8 with BOM.

    Cells that a spreadsheet would take for a formula get an apostrophe in front.

    Args:
        schedule: what was bought.
        start: the date of day 0.
        names: what to call each plan, by ``plan_id``; one without a name is called by its id.
        language: of the headings.

    Raises:
        Refusal: no such language, no date.

    Example:
        >>> plans = pd.DataFrame({"plan_id": ["week"], "provider": ["A"], "price_usd": [3.0],
        ...                       "validity_days": [7], "data_gb": [1.0]})
        >>> answer = prepaid.cheapest_schedule(plans, [100] * 7)
        >>> schedule_csv(answer, dt.date(2027, 3, 1), {"week": "A week"}).decode().split()[-1]
        'week,week,3.00,0.00,0.00,7,700,300'
    """
    texts, start = words(language), _first_day(start)
    file = io.StringIO()
    table = csv.writer(file)
    columns = texts.keys("renewal.csv")
    table.writerow(texts(f"renewal.csv.{column}") for column in columns)
    for one in schedule.bought:
        cells = {
            "date": (start + dt.timedelta(one.day)).isoformat(),
            "name": harmless(names.get(one.plan_id, one.plan_id)),
            "plan_id": harmless(one.plan_id),
            "price": _dollars(one.price_cents),
            "fee": _dollars(one.fee_cents),
            "tax": _dollars(one.tax_cents),
            "days": one.serves_days,
            "used": one.mb_used,
            "unused": "" if one.mb_unused is None else one.mb_unused,
        }
        table.writerow(cells[column] for column in columns)
    return file.getvalue().encode("utf-8-sig")


def _dollars(cents: int) -> str:
    return f"{cents // 100}.{cents % 100:02}"
