"""The rules of @tollgate/periods a second time: datetime and zoneinfo, found by looking around.

Every function takes a vector and returns what the vector must hold, as the README says. Periods
are found by walking from the anchor, days by counting midnights: slow, and easy to believe.
"""

import calendar
from datetime import datetime, timedelta, timezone
from fractions import Fraction
from zoneinfo import ZoneInfo, available_timezones

CALENDAR_ANCHOR = datetime(2001, 1, 1)


def instant(text):
    return datetime.fromisoformat(text.replace("Z", "+00:00"))


def instant_text(moment):
    text = moment.astimezone(timezone.utc).isoformat(timespec="microseconds")
    text = text.removesuffix("+00:00")
    return (text.rstrip("0").rstrip(".") if "." in text else text) + "Z"


def at_wall(local, zone):
    """The instant of a wall-clock time: after the gap when skipped, the first when it comes twice.

    That is what fold 0 means for both: the offset from before the change.
    """
    return local.replace(tzinfo=ZoneInfo(zone), fold=0).astimezone(timezone.utc)


def wall(moment, zone):
    return moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None, fold=0)


def plus_units(local, unit, count):
    """Units later on the calendar; a day that the month has not becomes its last."""
    if unit in ("day", "week"):
        return local + timedelta(days=count * (7 if unit == "week" else 1))
    in_unit = {"year": 12, "quarter": 3, "month": 1}[unit]
    months = local.year * 12 + local.month - 1 + count * in_unit
    year, month = divmod(months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return local.replace(year=year, month=month + 1, day=min(local.day, last))


def cycle_start(cycle, number):
    """Period 0 of an anniversary begins at its start, even when its wall-clock time came before."""
    if number == 0 and "start" in cycle:
        return instant(cycle["start"])
    anchor = wall(instant(cycle["start"]), cycle["zone"]) if "start" in cycle else CALENDAR_ANCHOR
    return at_wall(plus_units(anchor, cycle["unit"], number * cycle["count"]), cycle["zone"])


def cycle_number(cycle, moment):
    """Walks from the anchor to the one period with start <= moment < end."""
    number = 0
    while cycle_start(cycle, number) > moment:
        number -= 1
    while cycle_start(cycle, number + 1) <= moment:
        number += 1
    return number


def bounds_text(start, end):
    return {"start": instant_text(start), "end": instant_text(end)}


def period(value):
    return instant(value["start"]), instant(value["end"])


def cycles(vector):
    numbers = range(vector["first"], vector["first"] + len(vector["bounds"]))
    return {"bounds": [instant_text(cycle_start(vector, number)) for number in numbers]}


def numbers(vector):
    number = cycle_number(vector, instant(vector["instant"]))
    found = bounds_text(cycle_start(vector, number), cycle_start(vector, number + 1))
    return {"number": number, "period": found}


def named_calendar(vector):
    """A month by its name, the month or day around an instant, the end of a date."""
    zone = vector["zone"]
    if "date" in vector:
        day = datetime.fromisoformat(vector["date"])
        return {"end_of_day": instant_text(at_wall(day + timedelta(days=1), zone))}
    if "month" in vector:
        first = datetime.fromisoformat(vector["month"] + "-01")
        end = at_wall(plus_units(first, "month", 1), zone)
        return {"period": bounds_text(at_wall(first, zone), end)}
    cycle = {"unit": vector["unit"], "count": 1, "zone": zone}
    number = cycle_number(cycle, instant(vector["instant"]))
    found = bounds_text(cycle_start(cycle, number), cycle_start(cycle, number + 1))
    if vector["unit"] == "day":
        return {"period": found}
    name = plus_units(CALENDAR_ANCHOR, "month", number).strftime("%Y-%m")
    return {"period": found, "month_name": name}


def days_in(start, end, zone):
    """How many days begin after `start`, up to and including `end`."""
    day, count = wall(start, zone).date() - timedelta(days=2), 0
    while day <= wall(end, zone).date() + timedelta(days=2):
        midnight = at_wall(datetime.combine(day, datetime.min.time()), zone)
        count += start < midnight <= end
        day += timedelta(days=1)
    return count


def microseconds(start, end):
    return (end - start) // timedelta(microseconds=1)


def day_share(part, whole, zone):
    return f"{days_in(*part, zone)}/{days_in(*whole, zone)}"


def time_share(part, whole):
    return Fraction(microseconds(*part), microseconds(*whole))


def shares(vector):
    part, whole = period(vector["part"]), period(vector["whole"])
    by_time = time_share(part, whole)
    return {
        "by_day": day_share(part, whole, vector["zone"]),
        "by_time": f"{by_time.numerator}/{by_time.denominator}",
    }


def splits(vector):
    whole = period(vector["whole"])
    inside = {instant(text) for text in vector["changes"]}
    cuts = [whole[0], *sorted(cut for cut in inside if whole[0] < cut < whole[1]), whole[1]]
    pairs = list(zip(cuts, cuts[1:]))
    return {
        "segments": [
            {**bounds_text(*pair), "by_day": day_share(pair, whole, vector["zone"])}
            for pair in pairs
        ]
    }


def terms(vector):
    cycle, start = vector["cycle"], instant(vector["start"])
    end = instant(vector["end"]) if "end" in vector else None
    first = cycle_number(cycle, start)
    periods = []
    for number in range(len(vector["periods"])):
        whole = [cycle_start(cycle, first + number + step) for step in (0, 1)]
        own = (max(whole[0], start), whole[1] if end is None else min(whole[1], end))
        empty = own[0] >= own[1]
        periods.append(None if empty else {**bounds_text(*own), "whole": bounds_text(*whole)})
    return {"periods": periods}


def trials(vector):
    end = wall(instant(vector["start"]), vector["zone"])
    end = plus_units(end, "month", vector.get("months", 0))
    end = plus_units(end, "day", vector.get("weeks", 0) * 7 + vector.get("days", 0))
    nothing = not any(vector.get(unit, 0) for unit in ("months", "weeks", "days"))
    return {"end": vector["start"] if nothing else instant_text(at_wall(end, vector["zone"]))}


def hours(vector):
    start, end = period(vector["period"])
    hour = start.replace(minute=0, second=0, microsecond=0)
    found = []
    while hour < end:
        found.append(hour)
        hour += timedelta(hours=1)
    return {
        "count": len(found),
        "first": instant_text(found[0]),
        "last": instant_text(found[-1]),
    }


def zones(vector):
    names = {name.lower(): name for name in available_timezones()}
    return {"id": names.get(vector["zone"].lower())}


FILES = {
    "zones": zones,
    "cycles": cycles,
    "numbers": numbers,
    "calendar": named_calendar,
    "shares": shares,
    "splits": splits,
    "terms": terms,
    "trials": trials,
    "hours": hours,
}
