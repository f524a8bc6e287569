"""What a catalogue must have before anybody stakes money on it: sources, dates, coverage."""

import datetime as dt
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from urllib.parse import urlsplit

from checks.files import Fault, Files, fault, next_place, tables_of
from prepaid.catalogue.plans import OLD_PRICE_DAYS, price_age_days
from prepaid.catalogue.providers import CHANNELS
from prepaid.i18n import LANGUAGES

# The channels for which a provider without steps of its own takes those of a generic file.
GENERAL = {"carrier": {"third_party"}, "mvno": {"third_party"}, "travel_esim": {"app"},
           "generic": set()}
PARTS = ("top_up", "timeline", "balance", "payment")
AT_END = ("number_at_risk", "number_lost")
DAYS_NAMED = r"(\d+)(?=(?: (?:to|至) \d+)? ?(?:days|天))"
SPOKEN = ("note", "note_zh", "status_reason", "status_reason_zh")
MONEY = re.compile(
    r"[$€£¥]\s?\d|\bUSD\s?\d|\d\s?(USD|dollars?|cents?)\b|\d\s?(美元|美分|元)"
    r"|\d\s?% (fee|surcharge)|\d\s?% ?的?(手续费|附加费)", re.IGNORECASE)
PAGE = re.compile(r"https?://[^\s<>\"'`]+")
ON_GITHUB = re.compile(r"https://(github\.com|raw\.githubusercontent\.com)/")
PINNED = re.compile(
    r"https://github\.com/[^/]+/[^/]+/((blob|raw|tree|blame)/[0-9a-f]{40}/|commit/[0-9a-f]{40}"
    r"|(issues|pull|discussions)/\d+)"
    r"|https://raw\.githubusercontent\.com/[^/]+/[^/]+/[0-9a-f]{40}/")
SIZE = re.compile(r"(\d+(?:\.\d+)?) GB (?:plan|package|tier|option)s?\b")
NO_PRICE = re.compile(
    r"\b\d{4}-\d\d(-\d\d)?\b|\d+(\.\d+)?[ -]?(GB|MB|[MGk]bps|kbit/s|%|months?|days?|hours?"
    r"|minutes|texts|countries|cycles)", re.IGNORECASE)
READ = re.compile(r"\bPrice read: (\d+(?:\.\d+)?)\b")
NO_PAGE = ("derived", "arithmetic", "not established")  # in usage_rates.csv instead of an address


# ------------------------------------------------------------------------------------- addresses


def addresses(files: Files) -> Iterator[Fault]:
    """Every address can be opened and stays what it is."""
    for entry in files.package["resources"]:
        for row, cells in files.tables[entry["name"]]:
            for column, cell in cells.items():
                if column.endswith("_url"):
                    for address in filter(None, cell.split(";")):
                        place = f"Row {row}, column {column}"
                        yield from address_faults(entry["path"], place, address.strip())
    for name, data in files.tomls.items():
        for place, table in tables_of(data):
            source = table.get("source")
            for address in source if isinstance(source, list) else ():
                yield from address_faults(name, next_place(place, "source"), str(address))


def address_faults(file: str, place: str, address: str) -> Iterator[Fault]:
    """What is wrong with one address of a source."""
    if address in NO_PAGE:
        return
    if "about:blank" in address or not PAGE.fullmatch(address):
        yield fault(file, place, address, "the address of a page, with https:// before it")
    elif ON_GITHUB.match(address) and not PINNED.match(address):
        yield fault(file, place, address, "on GitHub an address that names one commit by its 40 "
                    "characters (press y on the page), since what HEAD or a branch shows changes")


# ----------------------------------------------------------------------------------------- plans


def plans(files: Files) -> Iterator[Fault]:
    """Dates, reasons, what notes say, what was read, add-ons."""
    known = {row["plan_id"] for row in files.rows("plans")}
    sizes = {(row["provider"], float(row["data_gb"])) for row in files.rows("plans")
             if re.fullmatch(r"\d+(\.\d+)?", row["data_gb"])}
    for row, plan in files.tables["plans"]:
        for found in SIZE.finditer(plan["note"]):
            if (plan["provider"], float(found[1])) not in sizes:
                yield fault("plans.csv", f"Row {row}, column note", found[0],
                            "a size that has a row: add the plan, or count it in left_out.csv and "
                            "leave it out of the note")
        for column in SPOKEN:
            if MONEY.search(plan.get(column, "")):
                yield fault("plans.csv", f"Row {row}, column {column}", plan[column],
                            "no amount of money: a price or fee has a column or a row in fees.csv")
        status = plan.get("status", "")
        if not plan["as_of"] and status not in ("doubtful", "gone"):
            yield fault("plans.csv", f"Row {row}, column status", status or "current",
                        "doubtful or gone, since the row has no date in as_of")
        elif plan["confidence"] == "low" and status not in ("doubtful", "gone"):
            yield fault("plans.csv", f"Row {row}, column status", status or "current",
                        "doubtful or gone, since its confidence is low")
        if status in ("doubtful", "gone") and not plan.get("status_reason"):
            yield fault("plans.csv", f"Row {row}, column status_reason", "",
                        f"the reason why it is {status}, for a reader")
        read = READ.search(plan["evidence"])
        if read and float(read[1]) != float(plan["price_usd"] or "nan"):
            yield fault("plans.csv", f"Row {row}, column price_usd", plan["price_usd"],
                        f"{read[1]}, the price that the column evidence says was read; python "
                        "content/fresh.py writes both")
        elif plan["price_usd"] and not _price_kept(plan):
            yield fault("plans.csv", f"Row {row}, column evidence", plan["evidence"],
                        f"the price {plan['price_usd']} and where it was read, such as: Price "
                        f"read: {plan['price_usd']} in the table of plans")
        bases = {name.strip() for name in plan["addon_for"].split(";")} - {""}
        for name in sorted(bases - known):
            yield fault("plans.csv", f"Row {row}, column addon_for", name, "a plan_id of this file")


def facts(files: Files) -> Iterator[Fault]:
    """A figure of a fee or condition stands in the evidence that is kept of its source; the day on
    which a page without a date was read is no date of it."""
    for name in ("fees", "conditions"):
        for row, fact in files.tables[name]:
            if bool(fact["as_of"]) == ("carries no date" in fact["dated_by"]):
                yield fault(f"{name}.csv", f"Row {row}, column as_of", fact["as_of"],
                            "the date that the page carries; nothing where dated_by says that it "
                            "carries no date")
            figure = re.fullmatch(r"(\d+)(\.\d+)?", fact["value"])
            if figure and float(figure[0]) and not _stands(figure[0], fact["evidence"]):
                yield fault(f"{name}.csv", f"Row {row}, column evidence", fact["evidence"],
                            f"the figure {figure[0]} of the column value, and where it was read")


def _price_kept(plan: dict[str, str]) -> bool:
    """Whether evidence has the price of a cycle, or the sum of the cycles paid at once.

    Dates, sizes and lengths are no prices, so that 3 GB is no evidence of USD 3.
    """
    text = NO_PRICE.sub(" ", plan["evidence"])
    price, cycles = float(plan["price_usd"]), float(plan["min_commitment_cycles"] or 1)
    return _stands(plan["price_usd"], text) or (
        cycles > 1 and _stands(f"{price * cycles:.0f}", text))


def _stands(figure: str, text: str) -> bool:
    found = re.findall(r"\d+(?:\.\d+)?", re.sub(r"(?<=\d),(?=\d{3})", "", text))
    return float(figure) in map(float, found)


def names(files: Files) -> Iterator[Fault]:
    """No plan_id is used again for another plan, and none of the history is lost."""
    known = {row["plan_id"]: row for row in files.rows("plans")}
    given_up = {row["old_value"]: number for number, row in files.tables["price_history"]
                if row["column"] == "plan_id"}
    for row, plan in files.tables["plans"]:
        if plan["plan_id"] in given_up:
            yield fault("plans.csv", f"Row {row}, column plan_id", plan["plan_id"],
                        "a name that was never used: price_history.csv, row "
                        f"{given_up[plan['plan_id']]}, says that another plan had it")
    latest = {}
    for row, change in files.tables["price_history"]:
        plan_id, column = change["plan_id"], change["column"]
        if plan_id not in known and plan_id not in given_up:
            yield fault("price_history.csv", f"Row {row}, column plan_id", plan_id,
                        "a plan_id of plans.csv: a plan that is no longer sold stays there with "
                        "the status gone, so that no other plan gets its name")
        if column in ("provider", "kind"):
            yield fault("price_history.csv", f"Row {row}, column column", column,
                        "a column that can change while the plan stays the same plan")
        latest[plan_id, column] = (row, change)
    for (plan_id, column), (row, change) in latest.items():
        cell = known.get(plan_id, {}).get(column)
        if cell is not None and cell != change["new_value"] and column != "as_of":
            yield fault("price_history.csv", f"Row {row}, column new_value", change["new_value"],
                        f"{cell or 'empty'}, as plans.csv says now; python content/fresh.py keeps "
                        "the history", warning=True)


def counted(files: Files) -> dict[str, dict[str, int]]:
    """For each cited file of prices, how many rows of it were taken and how many left out.

    A plan whose price was read elsewhere since then, by ``price_history.csv``, counts as taken.
    """
    taken, left = defaultdict(set), Counter(row["source_url"] for row in files.rows("left_out"))
    for row in files.rows("plans"):
        taken[row["source_url"]].add(row["plan_id"])
    for row in files.rows("price_history"):
        taken[row["old_source_url"]].add(row["plan_id"])
    return {url: {"taken": len(taken[url]), "left_out": left[url]}
            for url in sorted(set(taken) | set(left)) if url}


def all_rows_counted(files: Files) -> Iterator[Fault]:
    """No row of a cited file gets lost: it is a plan, or left out with a reason.

    A warning only, where no fewer rows are counted in all: then a plan got another source by hand.
    """
    before = {url: sum(there.values()) for url, there in
              files.package.get("census", {}).get("source_rows", {}).items()}
    now = {url: sum(there.values()) for url, there in counted(files).items()}
    for url, there in before.items():
        if now.get(url, 0) < there:
            yield fault("left_out.csv", f"rows of {url.rpartition('/')[2]}", now.get(url, 0),
                        f"{there} together with plans.csv: a row of {url} that is no plan any more "
                        "needs a row here with the reason, or its old price a row in "
                        "price_history.csv, as python content/fresh.py writes it; if the file has "
                        "fewer rows, correct source_rows in datapackage.json",
                        warning=sum(now.values()) >= sum(before.values()))


# ------------------------------------------------------------------------------------- providers


def providers(files: Files) -> Iterator[Fault]:
    """Every provider of a plan has its lines, and no two files speak of one."""
    renewal = files.in_folder("renewal")
    by_provider = defaultdict(list)
    for name, data in renewal.items():
        by_provider[data.get("provider")].append(name)
        if data.get("id") != name.removeprefix("renewal/").removesuffix(".toml"):
            yield fault(name, "id", data.get("id", ""), "the name of the file")
        yield from _channels(name, data)
        yield from _ways(name, data, files.tomls.get("payment.toml", {}))
    for provider, where in by_provider.items():
        if provider != "any" and len(where) > 1:
            yield fault(where[1], "provider", provider, f"another one than in {where[0]}: a copied "
                        "file needs a provider of its own")
    first_row = {}
    for row, plan in files.tables["plans"]:
        first_row.setdefault(plan["provider"], row)
    for provider, row in first_row.items():
        if provider not in by_provider:
            yield fault("plans.csv", f"Row {row}, column provider", provider,
                        "a provider that has a file in content/renewal with this name as provider")
            continue
        name = by_provider[provider][0]
        yield from _parts(name, renewal[name])
    themes = files.in_folder("faq")
    for name, data in themes.items():
        for place, table in tables_of(data):
            if "provider" in table and table["provider"] not in by_provider:
                yield fault(name, next_place(place, "provider"), table["provider"],
                            "a provider that has a file in content/renewal")


def ways_to_ask(files: Files) -> Iterator[Fault]:
    """The search learns how readers ask each question of the FAQ, and of no other."""
    asked = files.tomls.get("asked.toml", {})
    known = {question["id"]: name for name, data in files.in_folder("faq").items()
             for question in data.get("question", ()) if "id" in question}
    for one in known.keys() - asked.keys():
        yield fault("asked.toml", f"[{one}]", "", f"how readers ask this question of {known[one]}")
    for one in asked.keys() - known.keys() - {"elsewhere"}:
        yield fault("asked.toml", "id", one, "the id of a question in content/faq, or elsewhere")


def copied_sources(files: Files) -> Iterator[Fault]:
    """No statement about one provider rests on pages of another, as after copying its file."""
    hosts = defaultdict(set)
    for plan in files.rows("plans"):
        hosts[plan["provider"]].add(_site(plan["upstream_url"]))
    cited = {
        name: [(next_place(place, "source"), table["source"])
               for place, table in tables_of(data) if isinstance(table.get("source"), list)]
        for name, data in files.in_folder("renewal").items()}
    of = {name: data.get("provider") for name, data in files.in_folder("renewal").items()}
    named = [name for name in cited if of[name] != "any"]
    for name in named:
        for other in named:
            theirs = {address for _, addresses in cited[other] for address in addresses}
            own = hosts[of[other]] - hosts[of[name]] - {""}
            for place, addresses in cited[name]:
                found = [one for one in addresses if _site(one) in own]
                if found and theirs.issuperset(addresses):
                    yield fault(name, place, found[0], f"a page about {of[name]}: this one is "
                                f"about {of[other]}, and {other} cites it")


def _site(address: str) -> str:
    """The site that an address is on, without www or help before it."""
    return ".".join((urlsplit(address).hostname or "").split(".")[-2:])


def kept_days(files: Files) -> Iterator[Fault]:
    """No number is counted as kept for longer than the earliest that any source says: in
    conditions.csv, by which lesson 5 and the search count, stand no more days than the fewest that
    the deadlines of lesson 4 have, in a figure or in a sentence."""
    counted = defaultdict(set)
    for row in files.rows("conditions"):
        if row["column"] == "number_grace_days":
            counted[row["provider"]].add(int(row["value"]))
    for name, data in files.in_folder("renewal").items():
        told = set()
        for event in data.get("timeline", ()):
            if event.get("state") in AT_END and event.get("known", True):
                told |= _days_told(event)
        days = counted[data.get("provider")]
        if max(days, default=None) != min(told, default=None):
            yield fault(name, "timeline, days_after_cycle_end",
                        ", ".join(map(str, sorted(told))),
                        f"the number_grace_days of {data.get('provider')} in conditions.csv: "
                        f"{', '.join(map(str, sorted(days))) or 'no row'}")


def _days_told(event: dict) -> set[int]:
    """The days after a plan that an event counts, and those that its sentences name; a credit is
    the plan, and ends with it."""
    sentences = " ".join(str(event.get(language, "")) for language in LANGUAGES)
    named = map(int, re.findall(DAYS_NAMED, sentences))
    return {event.get("days_after_cycle_end", 0), *named}


def _walked(data: dict) -> set[str]:
    return {channel for walk in data.get("walk", ()) if isinstance(walk, dict)
            for channel in (walk.get("channel"), *walk.get("also", ()))}


def _channels(name: str, data: dict) -> Iterator[Fault]:
    walked = _walked(data)
    gaps = Counter(channel for gap in data.get("unknown_channel", ())
                   for channel in gap.get("channels", ()))
    general = GENERAL.get(data.get("kind"), set())
    for channel in CHANNELS:
        if channel not in walked and not gaps[channel] and channel not in general:
            yield fault(name, f"channel {channel}", "",
                        "a walk for it, or its name in an unknown_channel that says what to do")
        if gaps[channel] > 1 or (gaps[channel] and channel in walked):
            yield fault(name, "unknown_channel, channels", channel,
                        "a channel that has no walk, and once")


def _ways(name: str, data: dict, payment: dict) -> Iterator[Fault]:
    known = [way["id"] for way in payment.get("way", ())]
    for number, way in enumerate(data.get("payment", ()), 1):
        if known and way.get("way") not in known:
            yield fault(name, f"payment {number}, way", way.get("way", ""),
                        f"one of {', '.join(known)}")


def _parts(name: str, data: dict) -> Iterator[Fault]:
    if not _walked(data) & {"web", "app"} and "app" not in GENERAL.get(data.get("kind"), set()):
        yield fault(name, "walk", "", "a walk in the app or on the web that says how to renew")
    for part in PARTS:
        if not data.get(part):
            yield fault(name, part, "", "at least that we could not find out (known = false), "
                        "since the provider has plans in plans.csv")
    ways = [way.get("way") for way in data.get("payment", ())]
    if ways and "foreign_card" not in ways:
        yield fault(name, "payment, way", ", ".join(map(str, ways)),
                    "also foreign_card, since travellers ask for it")


def rescue(files: Files) -> Iterator[Fault]:
    """The rescue tree holds together: what is named is there, on every family of phones; from the
    first question everything is reached, and only repairs lead back."""
    name, tree = "rescue.toml", files.tomls.get("rescue.toml")
    if tree is None:
        return
    phones = [one["id"] for one in tree["platform"]]
    menus = {one["id"]: [path["platform"] for path in one["path"]] for one in tree["menu"]}
    for menu, there in menus.items():
        if sorted(there) != sorted(phones):
            yield fault(name, f"menu {menu}, platform", ", ".join(there),
                        f"each once of {', '.join(phones)}")
    questions = {one["id"]: one for one in tree["question"]}
    after = {key: [choice["to"] for choice in one["choice"]] for key, one in questions.items()}
    after |= {one["id"]: [one["to"]] for one in tree["repair"]}
    after |= {one["id"]: [] for one in tree["handover"]}
    wrong = False
    used = set()
    for one in (*tree["question"], *tree["repair"], *tree["handover"]):
        used.add(one.get("menu"))
        for key, there, known in (("menu", [one.get("menu", next(iter(menus)))], menus),
                                  ("to", after[one["id"]], after)):
            for name_of in set(there) - set(known):
                wrong = True
                yield fault(name, f"{one['id']}, {key}", name_of, f"one of {', '.join(known)}")
    if wrong:
        return
    for menu in set(menus) - used:
        yield fault(name, "menu, id", menu, "a menu that a question or a repair names")
    reached, wait = set(), [tree["question"][0]["id"]]
    while wait:
        place = wait.pop()
        if place not in reached:
            reached.add(place)
            wait += after[place]
    lost = set(after) - reached
    for place in lost - {to for one in lost for to in after[one]}:
        yield fault(name, "id", place, "what a choice or a repair leads to")
    asked = {key: {to for to in after[key] if to in questions} for key in questions}
    while asked:
        free = [key for key, to in asked.items() if not to & set(asked)]
        if not free:
            yield fault(name, "question, to", ", ".join(asked), "no circle without a repair")
            return
        for key in free:
            del asked[key]


def identifiers(files: Files) -> Iterator[Fault]:
    """No id stands twice in the list to which it belongs."""
    seen: dict[tuple[str, str], str] = {}
    for name, data in files.tomls.items():
        kind = name.partition("/")[0]
        for place, table in tables_of(data):
            if isinstance(table.get("id"), str) and place:
                part = re.sub(r" \d+", "", place)
                key = (f"{kind}, {part}", table["id"])
                if key in seen:
                    yield fault(name, next_place(place, "id"), table["id"],
                                f"an id that {seen[key]} does not have already")
                seen.setdefault(key, name)


# ------------------------------------------------------------------------------------------- age


def ages(files: Files, wins, today: dt.date) -> Iterator[Fault]:
    """How old the rows are that can win an answer: a warning where the bound is passed.

    Args:
        wins: the ``plan_id`` of the rows that can win.
    """
    old = []
    for plan in files.rows("plans"):
        age = price_age_days(plan["as_of"], today)
        if plan["plan_id"] in wins and (age is None or age > OLD_PRICE_DAYS):
            old.append((-1 if age is None else age, plan["plan_id"]))
    if old:
        age, plan_id = max(old)
        yield Fault("plans.csv", f"{len(old)} of the {len(wins)} plans that can win an answer are "
                    f"older than {OLD_PRICE_DAYS} days; the oldest, {plan_id}, is {age} days old. "
                    "Run python content/fresh.py.", warning=True)
