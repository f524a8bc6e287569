"""Purchases to take along: as a calendar with reminders, and as a table for spreadsheets."""

import datetime as dt
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
    texts, zone, start = words(language), _zone(timezone), _first_day(start)
    if not schedule.bought:
        raise Refusal("nothing_to_buy")
    rows = _rows_by_id(load_catalog() if plans is None else plans, texts)
    events = [_purchase_event(texts, one, start, zone, rows.get(one.plan_id, {}),
                              steps.get(one.plan_id, ())) for one in schedule.bought]
    last = schedule.bought[-1]
    row = rows.get(last.plan_id, {})
    end = plan_end(row, start + dt.timedelta(last.day))
    pay = last_day_to_pay(row, end) if end else None
    if pay and start <= pay and pay.year in _YEARS:
        events.append(_number_event(texts, last.plan_id, row, end, pay, start, zone))
    return _calendar(texts, f"{start}", events)


def number_calendar(
    plan: Mapping, end: dt.date, timezone: str, *, language: str = "en"
) -> bytes:
    """The last evening for a US number as an iCalendar file with reminders.

    ``plan`` is the catalogue row that the number is on, ``end`` the first day without it. Where
    nobody knows how long the number is kept, the evening before is taken. Refuses as
    :func:`renewal_calendar`.
    """
    texts, zone, end = words(language), _zone(timezone), _first_day(end)
    plan_id = plan["plan_id"]
    row = _rows_by_id(pd.DataFrame([dict(plan)]), texts)[plan_id]
    last = last_day_to_pay(row, end) or end - dt.timedelta(1)
    begin = end - dt.timedelta(2 * _REMINDER_DAYS[0])
    return _calendar(texts, f"number:{last}", [
        _number_event(texts, plan_id, row, end, last, begin, zone)])


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


def _rows_by_id(plans: pd.DataFrame, texts: Words) -> Mapping[str, Mapping]:
    wanted = ["provider", "plan_name", "tax_included", "source_url", "as_of", "local_us_number",
              "number_grace_days", "validity_days", "cycle_unit", "min_commitment_cycles"]
    if "plan_name" in plans:
        plans = plans.assign(plan_name=texts.column(plans, "plan_name"))
    rows = plans.set_index("plan_id").reindex(columns=wanted).astype(object)
    return rows.fillna("").to_dict("index")


def _calendar(texts: Words, what: str, events: Sequence) -> bytes:
    from icalendar import Calendar  # here, since it costs more than all the rest of this module

    calendar = Calendar.new(
        prodid=f"-//prepaid//renewal//{texts.language.upper()}", uid=_uid(what),
        name=texts("renewal.calendar.title"), subcomponents=events)
    calendar.add_missing_timezones(
        events[0].start.date() - _AROUND, events[-1].start.date() + _AROUND)
    return calendar.to_ical()


def _purchase_event(
    texts: Words, one: Purchase, start: dt.date, zone: zoneinfo.ZoneInfo, row: Mapping,
    steps: Sequence[str],
):
    """What to buy, on the evening before its day, or on the morning of day 0."""
    day = start + dt.timedelta(one.day)
    at = dt.datetime.combine(day - dt.timedelta(1), _EVENING, zone) if one.day \
        else dt.datetime.combine(day, _MORNING, zone)
    summary = texts("renewal.calendar.buy", name=_name(row, one.plan_id))
    return _ringing(texts, f"{at:%Y-%m-%d}:{one.at_mb}:{one.plan_id}", summary, at, start,
                    _description(texts, one, day, row, steps))


def _number_event(
    texts: Words, plan_id: str, row: Mapping, end: dt.date, last: dt.date, begin: dt.date,
    zone: zoneinfo.ZoneInfo,
):
    """The last evening on which a payment saves the number."""
    grace = (last - end).days + 1
    key = "number_kept" if grace else "number_not_kept"
    lines = [texts(f"renewal.calendar.{key}", provider=row["provider"], days=grace, end=end),
             texts("renewal.calendar.number_rescue")]
    summary = texts("renewal.calendar.number", name=_name(row, plan_id))
    return _ringing(texts, f"{last}:number:{plan_id}", summary,
                    dt.datetime.combine(last, _EVENING, zone), begin, lines)


def _name(row: Mapping, plan_id: str) -> str:
    return " · ".join(filter(None, (row.get("provider"), row.get("plan_name")))) or plan_id


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
        yield line("fee", fee=one.fee_cents, total=one.paid_cents)
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

    Cells that a spreadsheet would take for a formula get an apostrophe in front. A plan of which
    ``names`` says nothing is called by its id.

    Example:
        >>> plans = pd.DataFrame({"plan_id": ["week"], "provider": ["A"], "price_usd": [3.0],
        ...                       "validity_days": [7], "data_gb": [1.0]})
        >>> answer = prepaid.cheapest_schedule(plans, [100] * 7)
        >>> schedule_csv(answer, dt.date(2027, 3, 1), {"week": "A week"}).decode().split()[-1]
        'week,week,3.00,0.00,0.00,7,700,300'
    """
    texts, start = words(language), _first_day(start)
    columns = texts.keys("renewal.csv")
    rows = [
        {
            "date": (start + dt.timedelta(one.day)).isoformat(),
            "name": harmless(names.get(one.plan_id, one.plan_id)),
            "plan_id": harmless(one.plan_id),
            "price": f"{one.price_cents / 100:.2f}",
            "fee": f"{one.fee_cents / 100:.2f}",
            "tax": f"{one.tax_cents / 100:.2f}",
            "days": one.serves_days,
            "used": one.mb_used,
            "unused": "" if one.mb_unused is None else one.mb_unused,
        }
        for one in schedule.bought
    ]
    head = [texts(f"renewal.csv.{column}") for column in columns]
    table = pd.DataFrame(rows, columns=columns, dtype=object)
    return table.to_csv(index=False, header=head, lineterminator="\r\n").encode("utf-8-sig")
