"""A slow answer to "what does a top-up do?", day by day, package by package.

Written from the words of the five meanings.
"""

PLENTY = 10**12  # megabytes that nobody uses up


def top_up(meaning, *, validity_days, allowance_mb, need_mb, renew_day):
    """What each day of the stay sees; packages are purses that open and close.

    Returns a dict: served (a value per day), data_from, lost, days_lost, end.
    """
    holds = PLENTY if allowance_mb is None else allowance_mb
    first = {"mb": holds, "opens": 0, "closes": validity_days}
    purses, second = [first], None
    seen = {"served": [], "lost": 0, "days_lost": 0}
    stay = len(need_mb)
    waiting = False

    def open_second(day, closes):
        nonlocal second, waiting
        waiting = False
        second = {"mb": holds, "opens": day, "closes": closes}
        purses.append(second)

    for day in range(stay + validity_days + renew_day + 1):
        need = need_mb[day] if day < stay else 0
        first_ended = day >= validity_days

        # Packages whose days are over.
        for purse in list(purses):
            if purse["closes"] == day:
                purses.remove(purse)
                if day < stay and (purse is first or meaning == "data_only"):
                    seen["lost"] += purse["mb"]

        # The button is pressed.
        if day == renew_day:
            if meaning in ("queue", "wallet") and not first_ended:
                waiting = True
            elif first_ended:
                if meaning != "data_only":
                    open_second(day, day + validity_days)
            elif meaning == "data_only":
                open_second(day, validity_days)
            else:
                if day < stay and first["mb"] > 0:
                    seen["days_lost"] = validity_days - day
                purses.remove(first)
                open_second(day, day + validity_days)
                if meaning == "reset_keep":
                    second["mb"] += first["mb"]
                elif day < stay:
                    seen["lost"] += first["mb"]

        # Whatever waited may begin.
        at_hand = sum(purse["mb"] for purse in purses)
        if waiting and meaning == "queue" and (first_ended or need > at_hand):
            open_second(day, day + validity_days)  # the rest of the first goes today as well
        if waiting and meaning == "wallet" and first_ended:
            open_second(day, day + validity_days)
            waiting = False

        # The day is lived.
        at_hand = sum(purse["mb"] for purse in purses)
        seen["served"].append(need <= at_hand)
        for purse in purses:
            used = min(purse["mb"], need)
            purse["mb"] -= used
            need -= used

    last = second or first
    return {
        "served": tuple(seen["served"][:stay]),
        "data_from": second and second["opens"],
        "lost": 0 if allowance_mb is None else seen["lost"],
        "days_lost": seen["days_lost"],
        "end": last["closes"],
    }
