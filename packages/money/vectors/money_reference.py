"""The rules of @tollgate/money a second time, on plain fractions, without the package's code.

Every function takes a vector and returns what the vector must hold, as the README says.
"""

import math
import re
from fractions import Fraction
from functools import partial

# Decimal places of the smallest unit by ISO 4217, for the currencies that the vectors use.
MINOR_UNIT_DIGITS = {
    "BHD": 3, "CAD": 2, "CLF": 4, "EUR": 2, "GBP": 2, "HUF": 2, "JPY": 0, "KRW": 0, "KWD": 3,
    "MRU": 2, "TND": 3, "USD": 2, "UYW": 4, "VND": 0,
}  # fmt: skip

TEXT_LENGTH_MAX = 100


def digits_of(vector):
    """The scale of a vector's currency; that of a custom one stands in the vector."""
    own = vector.get("minor_unit_digits")
    return MINOR_UNIT_DIGITS[vector["currency"]] if own is None else own


def exact_text(value):
    """A decimal without trailing zeros where one exists, else a fraction in lowest terms."""
    value = Fraction(value)
    rest, places = value.denominator, 0
    for prime in (2, 5):
        count = 0
        while rest % prime == 0:
            rest //= prime
            count += 1
        places = max(places, count)
    if rest != 1:
        return f"{value.numerator}/{value.denominator}"
    return amount_text(int(value * 10**places), places)


def amount_text(units, digits):
    """Smallest units as a decimal with all digits of the currency."""
    whole, part = divmod(abs(units), 10**digits)
    fraction = f".{part:0{digits}d}" if digits > 0 else ""
    return f"{'-' if units < 0 else ''}{whole}{fraction}"


def units_of(amount, digits):
    """An amount in smallest units; more digits than the currency has are an error."""
    units = Fraction(amount) * 10**digits
    if units.denominator != 1:
        raise ValueError(f"{amount} has more than {digits} decimal places")
    return int(units)


def rounded(value, rounding):
    """The nearest whole number; a tie goes away from zero, or to the even neighbour."""
    below, up = math.floor(abs(value)), 0
    rest = abs(value) - below
    if rest > Fraction(1, 2):
        up = 1
    if rest == Fraction(1, 2):
        up = 1 if rounding == "half_away_from_zero" else below % 2
    return (below + up) * (-1 if value < 0 else 1)


def largest_remainder(total, values, room=None):
    """Whole parts that add up to `total`: each value cut, what is left to those cut the most.

    With `room`, a list of numbers, to values without room only when there are no others.
    """
    parts = [math.trunc(value) for value in values]
    left = total - sum(parts)
    unit = 1 if left > 0 else -1
    lost = [at for at in range(len(values)) if unit * (values[at] - parts[at]) > 0]
    full = [room is not None and room[at] <= 0 for at in range(len(values))]
    lost.sort(key=lambda at: (full[at], -unit * (values[at] - parts[at])))
    for at in lost[: abs(left)]:
        parts[at] += unit
    return parts


def split(total, weights):
    return largest_remainder(total, [total * weight / sum(weights) for weight in weights])


def rounding(vector):
    digits = digits_of(vector)
    exact = Fraction(vector["quantity"]) * Fraction(vector["unit_price"]) * 10**digits
    return {"amount": amount_text(rounded(exact, vector["rounding"]), digits)}


def allocation(vector):
    digits = digits_of(vector)
    parts = split(units_of(vector["total"], digits), [Fraction(w) for w in vector["weights"]])
    return {"parts": [amount_text(part, digits) for part in parts]}


def together(vector):
    digits = digits_of(vector)
    values = [Fraction(value) * 10**digits for value in vector["values"]]
    total = rounded(sum(values, Fraction(0)), vector["currency_rounding"])
    parts = largest_remainder(total, values)
    return {
        "total": amount_text(total, digits),
        "parts": [amount_text(part, digits) for part in parts],
    }


def within_room(vector):
    digits = digits_of(vector)
    room = [units_of(amount, digits) for amount in vector["room"]]
    results = []
    for total in vector["totals"]:
        units = units_of(total, digits)
        if units > sum(room):
            results.append({"refused": "within_room"})
            continue
        parts = split(units, [Fraction(r) for r in room]) if units > 0 else [0] * len(room)
        room = [left - part for left, part in zip(room, parts)]
        results.append({"parts": [amount_text(part, digits) for part in parts]})
    return {"results": results, "left": [amount_text(left, digits) for left in room]}


def discounted(left, discounts, digits, currency_rounding="half_away_from_zero"):
    """What is left of the lines, in smallest units, and what each discount took off each line.

    A percentage takes of all its lines, of those below zero below zero; an amount only of those
    above zero.
    """
    applied = []
    for discount in discounts:
        scope = discount.get("lines", range(len(left)))
        own = [units if at in scope else 0 for at, units in enumerate(left)]
        if "percent" in discount:
            shares = [units * Fraction(discount["percent"]) / 100 for units in own]
            total = rounded(sum(shares, Fraction(0)), currency_rounding)
            parts = largest_remainder(total, shares)
        else:
            room = [max(units, 0) for units in own]
            total = min(units_of(discount["amount"], digits), sum(room))
            parts = split(total, [Fraction(r) for r in room]) if total > 0 else [0] * len(room)
        left = [units - part for units, part in zip(left, parts)]
        applied.append(parts)
    return left, applied


def discounts(vector):
    digits = digits_of(vector)
    lines = [units_of(amount, digits) for amount in vector["lines"]]
    law = vector.get("currency_rounding", "half_away_from_zero")
    left, applied = discounted(lines, vector["discounts"], digits, law)
    shown = partial(amount_text, digits=digits)
    taken = [{"total": shown(sum(own)), "lines": [shown(p) for p in own]} for own in applied]
    return {"result": {"lines": [shown(units) for units in left], "applied": taken}}


def line_taxes(units, codes, rates, inclusive):
    """The exact taxes of one line by code: a compound rate is also levied on those before it."""
    factors, before = {}, Fraction(0)
    for rate in rates:
        if rate["code"] in codes:
            factor = Fraction(rate["percent"]) / 100
            if rate.get("compound", False):
                factor *= 1 + before
            factors[rate["code"]] = factor
            before += factor
    net = units / (1 + before) if inclusive else Fraction(units)
    return {code: net * factor for code, factor in factors.items()}


def taxed(lines, rates, inclusive, mode, currency_rounding):
    """Taxes of each line by code, in smallest units. `lines` are pairs of units and codes.

    Taxes that a line contains may be rounded up by at most what they leave of it, if they can.
    """
    exact = [line_taxes(units, codes, rates, inclusive) for units, codes in lines]
    taxes = [{} for _ in lines]
    room = None
    if inclusive:
        cut = [sum(math.floor(abs(value)) for value in own.values()) for own in exact]
        room = [abs(units) - gone for (units, _), gone in zip(lines, cut)]
    for rate in rates:
        code = rate["code"]
        values = [line.get(code, Fraction(0)) for line in exact]
        if mode == "per_line":
            parts = [rounded(value, currency_rounding) for value in values]
        else:
            total = rounded(sum(values, Fraction(0)), currency_rounding)
            parts = largest_remainder(total, values, room)
            if room is not None:
                ups = [abs(part) - math.floor(abs(v)) for part, v in zip(parts, values)]
                room = [rest - up for rest, up in zip(room, ups)]
        for at, (_, codes) in enumerate(lines):
            if code in codes:
                taxes[at][code] = parts[at]
    if inclusive and mode == "per_rate":
        codes = [rate["code"] for rate in rates]
        for at, (units, _) in enumerate(lines):
            while abs(sum(taxes[at].values())) > abs(units):
                if not relieved(at, lines, taxes, exact, codes):
                    break
    return taxes


def relieved(start, lines, taxes, exact, codes):
    """Moves one unit off a line along the shortest chain to a line with room, if there is one.

    A link goes from a line with a tax that was rounded up to one where the same tax was cut.
    """

    def up(at, code):
        return code in taxes[at] and abs(taxes[at][code]) > abs(exact[at][code])

    def cut(at, code):
        return code in taxes[at] and abs(taxes[at][code]) < abs(exact[at][code])

    def has_room(at):
        return abs(sum(taxes[at].values())) < abs(lines[at][0])

    def linked(giver, taker, code):
        same_side = up(giver, code) and cut(taker, code)
        return same_side and exact[giver][code] * exact[taker][code] > 0

    # Chains of 1, 2, 3 ... links, in the order of their lines' discovery.
    chains, seen = [[(start, None)]], {start}
    for chain in chains:
        last = chain[-1][0]
        for code in codes:
            for after in range(len(lines)):
                if after in seen or not linked(last, after, code):
                    continue
                seen.add(after)
                chains.append(chain + [(after, code)])
                if has_room(after):
                    for (giver, _), (taker, moved) in zip(chains[-1], chains[-1][1:]):
                        unit = 1 if exact[taker][moved] > 0 else -1
                        taxes[giver][moved] -= unit
                        taxes[taker][moved] += unit
                    return True
    return False


def tax(vector):
    digits, inclusive = digits_of(vector), vector["inclusive"]
    shown = partial(amount_text, digits=digits)
    lines = [(units_of(line["amount"], digits), line["taxes"]) for line in vector["lines"]]
    laws = (vector["rounding"], vector["currency_rounding"])
    taxes = taxed(lines, vector["rates"], inclusive, *laws)
    nets = [units - sum(own.values()) * inclusive for (units, _), own in zip(lines, taxes)]
    grosses = [net + sum(own.values()) for net, own in zip(nets, taxes)]
    totals = []
    for rate in vector["rates"]:
        code = rate["code"]
        concerned = [at for at, own in enumerate(taxes) if code in own]
        if concerned:
            net = sum(nets[at] for at in concerned)
            levied = sum(taxes[at][code] for at in concerned)
            totals.append({"code": code, "net": shown(net), "tax": shown(levied)})
    result_lines = [
        {
            "net": shown(net),
            "taxes": [{"code": code, "tax": shown(own[code])} for code in own],
            "gross": shown(gross),
        }
        for net, own, gross in zip(nets, taxes, grosses)
    ]
    sums = {"net": sum(nets), "tax": sum(grosses) - sum(nets), "gross": sum(grosses)}
    result = {"lines": result_lines, "totals": totals}
    return {"result": {**result, **{name: shown(units) for name, units in sums.items()}}}


def decimal_rules(text, fraction_digits_max=12, integer_digits_max=30, allow_negative=False):
    """The rules that a text breaks as a decimal; none when it is one."""
    if not isinstance(text, str):
        return ["text"]
    if text == "":
        return ["not_empty"]
    if len(text) > TEXT_LENGTH_MAX:
        return ["length_max"]
    negative = text[0] == "-"
    body = text[1:] if negative else text
    integer, point, rest = body.partition(".")
    fraction = rest.split(".")[0]
    broken = {
        "no_spaces": re.search(r"\s", text),
        "no_exponent": re.search("[eE]", text),
        "no_plus_sign": "+" in text,
        "no_grouping": re.search("[,_']", text),
        "ascii_digits": re.search(r"[^0-9.\-+eE,_'\s]", text),
        "not_negative": negative and not allow_negative,
        "no_negative_zero": negative and re.fullmatch(r"[0.]+", body),
        "one_minus_sign": "-" in body,
        "one_point": "." in rest,
        "integer_digits_min": integer == "",
        "fraction_digits_min": point == "." and fraction == "",
        "no_leading_zero": re.match("0[0-9]", integer),
        "integer_digits_max": len(integer) > integer_digits_max,
        "fraction_digits_max": len(fraction) > fraction_digits_max,
    }
    return sorted(rule for rule, found in broken.items() if found)


def decimals(vector):
    names = ("fraction_digits_max", "integer_digits_max", "allow_negative")
    limits = {name: vector[name] for name in names if name in vector}
    rules = decimal_rules(vector["text"], **limits)
    return {"rules": rules} if rules else {"value": exact_text(vector["text"])}


FILES = {
    "rounding": rounding,
    "allocation": allocation,
    "together": together,
    "within-room": within_room,
    "discounts": discounts,
    "tax": tax,
    "decimals": decimals,
}
