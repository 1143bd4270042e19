"""The rules of @tollgate/rating a second time, on plain fractions, without the package's code.

Every function takes a vector and returns what the vector must hold, as the README says. What is
wrong with a price is in `price_rules.py`.
"""

import math
from datetime import timedelta
from fractions import Fraction
from functools import partial

from credit_note_reference import credit_notes
from money_reference import (
    amount_text,
    digits_of,
    discounted,
    exact_text,
    rounded,
    taxed,
    units_of,
)
from periods_reference import days_in, instant, period, time_share
from price_rules import broken_rules

AWAY = "half_away_from_zero"


def by_time(events):
    """In order of time, then of id by code unit."""
    return sorted(events, key=lambda e: (instant(e["time"]), e["id"].encode("utf-16-be")))


def sold(units, tier):
    """Units, or the packages started where the tier sells packages."""
    return math.ceil(units / Fraction(tier["package_size"])) if "package_size" in tier else units


def unit_price(tier):
    if "percent" in tier:
        return Fraction(tier["percent"]) / 100
    return Fraction(tier.get("unit_price", "0"))


def tier_cost(tier, units, fee_due):
    fee = Fraction(tier.get("amount", tier.get("flat_fee", "0")))
    return sold(units, tier) * unit_price(tier) + fee * fee_due


def is_above(quantity, tier):
    """Whether a quantity lies beyond the upper bound of a tier, which belongs to the tier."""
    bound = tier.get("up_to")
    return bound is not None and quantity > Fraction(bound)


def graduated(price, quantity, fees):
    total, lower = Fraction(0), Fraction(0)
    for at, tier in enumerate(price["tiers"]):
        bound = tier.get("up_to")
        upper = quantity if bound is None else min(quantity, Fraction(bound))
        if upper > lower or at == 0:
            due = upper > lower or price.get("flat_on_zero", True)
            total += tier_cost(tier, upper - lower, fees if due else 0)
        if bound is None or quantity <= Fraction(bound):
            break
        lower = Fraction(bound)
    return total


def volume(price, quantity, fees):
    tier = next(tier for tier in price["tiers"] if not is_above(quantity, tier))
    return tier_cost(tier, quantity, fees if quantity > 0 or price.get("flat_on_zero", True) else 0)


def package(price, quantity, due):
    started = math.ceil(quantity / Fraction(price["package_size"]))
    packages = max(started, int(price.get("minimum_packages", "0")) * due)
    return packages * Fraction(price["package_price"])


def percentage(price, events, terms):
    """Event by event: free while both free parts last; the fee and the bounds per charged event."""
    total, after = Fraction(0), Fraction(0)
    has_free = "free_events" in price or "free_amount" in price
    free_events = int(price["free_events"]) * terms if "free_events" in price else math.inf
    free_amount = Fraction(price["free_amount"]) * terms if "free_amount" in price else math.inf
    for at, event in enumerate(by_time(events)):
        amount = charged = Fraction(event["amount"])
        before, after = after, after + amount
        if has_free and at < free_events and before < free_amount:
            if after <= free_amount:
                continue
            charged = after - free_amount
        cost = charged * unit_price(price) + Fraction(price.get("fee_per_event", "0"))
        cost = max(cost, Fraction(price.get("event_minimum", cost)))
        total += min(cost, Fraction(price.get("event_maximum", cost)))
    return total


def priced(price, quantity, events, fees, interim):
    kind = price["kind"]
    if kind == "flat":
        return Fraction(price["amount"]) * fees
    if kind == "per_unit":
        return quantity * Fraction(price["unit_price"])
    if kind == "dynamic":
        return quantity * Fraction(price["multiplier"])
    if kind == "package":
        return package(price, quantity, 0 if interim else fees)
    if kind == "percentage":
        return percentage(price, events, fees)
    if kind in ("graduated", "graduated_percentage"):
        return graduated(price, quantity, fees)
    return volume(price, quantity, fees)


def prorates(price):
    return price.get("prorates", "amount" if price["kind"] in ("flat", "capacity") else "terms")


def exact_line(price, usage, share=Fraction(1), interim=False):
    """usage, free units, price, discount, minimum and maximum, proration: all exact."""
    events = usage.get("events")
    amounts = [usage["quantity"]] if events is None else [event["amount"] for event in events]
    terms = share if prorates(price) == "terms" else Fraction(1)
    quantity = sum(map(Fraction, amounts), Fraction(0))
    billable = max(quantity - Fraction(price.get("free_units", "0")) * terms, Fraction(0))
    amount = priced(price, billable, events, terms, interim)
    amount *= 1 - Fraction(price.get("discount_percent", "0")) / 100
    if "minimum" in price and not interim:
        amount = max(amount, Fraction(price["minimum"]) * terms)
    if "maximum" in price:
        # A segment that takes no share of its period keeps the whole maximum.
        amount = min(amount, Fraction(price["maximum"]) * (terms or 1))
    return amount * share if prorates(price) == "amount" else amount


def rounded_line(price, exact):
    return rounded(exact * 10 ** digits_of(price), price.get("rounding", AWAY))


def lines(vector):
    price, digits = vector["price"], digits_of(vector["price"])
    share, interim = Fraction(vector.get("share", "1")), vector.get("interim", False)
    exact = exact_line(price, vector["usage"], share, interim)
    units = rounded_line(price, exact)
    billed = units_of(vector.get("billed", "0"), digits)
    return {
        "exact": exact_text(exact),
        "rounded": amount_text(units, digits),
        "amount": amount_text(units - billed, digits),
    }


def deltas(vector):
    """Lines of one period, one after the other, each on all usage so far."""
    price, digits = vector["price"], digits_of(vector["price"])
    share, billed, amounts = Fraction(vector.get("share", "1")), 0, []
    for step in vector["steps"]:
        exact = exact_line(price, step["usage"], share, step.get("interim", False))
        units = rounded_line(price, exact)
        amounts.append(amount_text(units - billed, digits))
        billed = units
    return {"amounts": amounts, "total": amount_text(billed, digits)}


def partial_periods(vector):
    """A price over the segments of a period, each with its share as the price measures it."""
    price, digits = vector["price"], digits_of(vector["price"])
    whole, segments = period(vector["whole"]), []
    for segment in vector["segments"]:
        part = period(segment)
        if price.get("share_by", "day") == "day" and part != whole:
            zone = vector["zone"]
            share = Fraction(days_in(*part, zone), days_in(*whole, zone))
        else:
            share = time_share(part, whole)
        exact = exact_line(price, segment["usage"], share)
        segments.append(
            {"share": exact_text(share), "amount": amount_text(rounded_line(price, exact), digits)}
        )
    return {"results": segments}


def changes(vector):
    digits, mode = digits_of(vector), vector["mode"]
    old, new = Fraction(vector["old_price"]), Fraction(vector["new_price"])
    left = Fraction(vector["remaining"])
    back = charge = Fraction(0)
    if mode == "full_difference":
        charge = max(new - max(old, Fraction(vector["billed"])), Fraction(0))
    if mode in ("time_share", "credit_aware"):
        charge, share = new * left, left
        if mode == "credit_aware" and Fraction(vector["credits"]["granted"]) > 0:
            unused = Fraction(vector["credits"]["unused"])
            share = min(left, unused / Fraction(vector["credits"]["granted"]))
        back = min(old * share, Fraction(vector["billed"]))
    sides, net = {}, 0
    for side, exact in (("refund", -back), ("charge", charge)):
        units = rounded(exact * 10**digits, vector.get("currency_rounding", AWAY))
        sides[side] = {"exact": exact_text(exact), "amount": amount_text(units, digits)}
        net += units
    return {**sides, "net": amount_text(net, digits)}


def level_over_time(events, start, end, opening):
    """The level's integral over time, in microseconds, and the level at the end."""
    area, level, since = Fraction(0), opening, start
    for event in events:
        moment = instant(event["time"])
        area += level * ((moment - since) // timedelta(microseconds=1))
        level, since = level + Fraction(event["value"]), moment
    return area + level * ((end - since) // timedelta(microseconds=1)), level


def segment_quantity(aggregation, events, bounds, opening, whole):
    """What one segment comes to, and what `latest` and `weighted_sum` hand on to the next."""
    start, end = bounds
    inside = [event for event in by_time(events) if start <= instant(event["time"]) < end]
    if aggregation == "count":
        return len(inside), opening
    if aggregation == "unique":
        return len({event["key"] for event in inside}), opening
    values = [Fraction(event["value"]) for event in inside]
    if aggregation == "sum":
        return sum(values, Fraction(0)), opening
    if aggregation == "max":
        return max(values, default=Fraction(0)), opening
    if aggregation == "latest":
        last = values[-1] if values else opening
        return last, last
    area, level = level_over_time(inside, start, end, opening)
    return area / ((whole[1] - whole[0]) // timedelta(microseconds=1)), level


def rated(aggregation, own, carried):
    """What is rated of a segment, and what is below zero: sums hand it on, others have none."""
    if aggregation in ("sum", "weighted_sum"):
        own += carried
        return max(own, 0), min(own, 0)
    return max(own, 0), 0


def event_problems(aggregation, events):
    needed = {"count": None, "unique": "key"}.get(aggregation, "value")
    for at, event in enumerate(events):
        if event["id"] in [other["id"] for other in events[:at]]:
            yield f"events[{at}].id unique"
        if needed is not None and needed not in event:
            yield f"events[{at}].{needed} required"


def segments(vector):
    aggregation, events = vector["aggregation"], vector["events"]
    violations = sorted(event_problems(aggregation, events))
    if violations:
        return {"violations": violations, "segments": None, "whole": None}
    cuts = [instant(text) for text in vector["bounds"]]
    whole, opening = (cuts[0], cuts[-1]), Fraction(vector["opening"])
    quantities, carried = [], Fraction(0)
    for bounds in zip(cuts, cuts[1:]):
        own, opening = segment_quantity(aggregation, events, bounds, opening, whole)
        quantity, carried = rated(aggregation, own, carried)
        quantities.append(exact_text(quantity))
    once, _ = segment_quantity(aggregation, events, whole, Fraction(vector["opening"]), whole)
    quantity, rest = rated(aggregation, once, Fraction(0))
    return {
        "violations": None,
        "segments": quantities,
        "carried": exact_text(carried),
        "whole": exact_text(quantity),
        "whole_carried": exact_text(rest),
    }


def order_of_use(credit):
    expires = credit.get("expires_at")
    return (
        credit["source"] != "credit_note",
        credit["priority"],
        expires is None,
        instant(expires or credit["created_at"]),
        instant(credit["created_at"]),
        credit["id"].encode("utf-16-be"),
    )


def invoices(vector):
    digits, rates, inclusive = digits_of(vector), vector["rates"], vector["inclusive"]
    law = vector.get("currency_rounding", AWAY)
    shown = partial(amount_text, digits=digits)
    amounts = [units_of(amount, digits) for amount in vector["lines"]]
    left, applied = discounted(amounts, vector["coupons"], digits, law)
    codes = [rate["code"] for rate in rates]
    mode = vector.get("tax_rounding", "per_rate")
    taxes = taxed([(units, codes) for units in left], rates, inclusive, mode, law)
    tax = sum(sum(own.values()) for own in taxes)
    net = sum(left) - tax * inclusive
    due, postings = max(net + tax, 0), []
    for credit in sorted(vector["credits"], key=order_of_use):
        available = units_of(credit["available"], digits)
        paid = min(available, due)
        if paid > 0:
            due -= paid
            posting = {"id": credit["id"], "paid": shown(paid), "left": shown(available - paid)}
            postings.append(posting)
    return {
        "result": {
            "coupons": [shown(sum(parts)) for parts in applied],
            "net": shown(net),
            "tax": shown(tax),
            "gross": shown(net + tax),
            "postings": postings,
            "due": shown(due),
            "carried": shown(max(-net - tax, 0)),
        }
    }


def bills(vector):
    """Every step of an invoice, from usage to what is due."""
    amounts = [lines(item)["amount"] for item in vector["items"]]
    return {"lines": amounts, **invoices({**vector, "lines": amounts})}


def invalid_prices(vector):
    rules = broken_rules(vector["price"])
    return {"violations": sorted(f"{field} {rule}" for field, rule in rules)}


FILES = {
    "lines": lines,
    "deltas": deltas,
    "partial-periods": partial_periods,
    "changes": changes,
    "credit-notes": credit_notes,
    "segments": segments,
    "invoices": invoices,
    "bills": bills,
    "invalid-prices": invalid_prices,
}
