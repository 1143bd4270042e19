"""What makes a price document invalid, a second time: pairs of a field and the rule it breaks."""

import re
from fractions import Fraction

from money_reference import MINOR_UNIT_DIGITS, decimal_rules

TIERS_MAX = 1_000
FIXED = {"flat": {"amount"}, "per_unit": {"unit_price"}, "dynamic": {"multiplier"}}
REQUIRED = {
    **FIXED,
    "package": {"package_size", "package_price"},
    "percentage": {"percent"},
    "graduated": set(),
    "volume": set(),
    "capacity": set(),
    "graduated_percentage": set(),
}
OPTIONAL = {
    "per_unit": {"free_units"},
    "package": {"minimum_packages", "free_units"},
    "percentage": {
        "fee_per_event", "free_events", "free_amount", "event_minimum", "event_maximum",
    },
    "graduated": {"tiers", "free_units", "flat_on_zero"},
    "volume": {"tiers", "free_units", "flat_on_zero"},
    "capacity": {"tiers", "free_units", "flat_on_zero"},
    "graduated_percentage": {"tiers", "free_units", "flat_on_zero"},
    "dynamic": {"free_units"},
}  # fmt: skip
COMMON = {
    "kind", "version", "currency", "minor_unit_digits", "rounding", "timing", "prorates",
    "share_by", "discount_percent", "minimum", "maximum",
}  # fmt: skip
TIER_REQUIRED = {"capacity": {"amount"}, "graduated_percentage": {"percent"}}
TIER_OPTIONAL = {
    "graduated": {"unit_price", "flat_fee", "package_size"},
    "volume": {"unit_price", "flat_fee", "package_size"},
    "graduated_percentage": {"flat_fee"},
}
CHOICES = {
    "rounding": ("half_away_from_zero", "half_even"),
    "timing": ("in_advance", "in_arrears"),
    "prorates": ("amount", "terms", "nothing"),
    "share_by": ("day", "second"),
}
PATTERNS = {
    "kind": r"[a-z_]+",
    "version": r"[A-Za-z0-9_.-]{1,64}",
    "currency": r"[A-Z][A-Z0-9_]{2,11}",
}
# Fields with other limits than 15 digits before and 12 after the point, from 0 on.
QUANTITIES = {"free_units", "package_size", "free_amount", "from", "up_to"}
WHOLE = {"minimum_packages", "free_events"}
MAXIMA = {"percent": 100, "discount_percent": 100, "multiplier": 1_000_000}
POSITIVE = {"package_size", "up_to"}
NO_AMOUNTS = QUANTITIES | WHOLE | MAXIMA.keys()
INT64_MAX = 2**63 - 1
ARREARS_ONLY = {"capacity", "percentage", "graduated_percentage", "dynamic"}


def number(value):
    """The value of a decimal text, or None for everything that is none."""
    return None if decimal_rules(value) else Fraction(value)


def decimal_field(name, value, digits):
    limits = {
        "integer_digits_max": 30 if name in QUANTITIES else 15,
        "fraction_digits_max": 0 if name in WHOLE else 12,
    }
    broken = decimal_rules(value, **limits)
    if not broken and name in POSITIVE and Fraction(value) == 0:
        broken = ["positive"]
    if not broken and name in MAXIMA and Fraction(value) > MAXIMA[name]:
        broken = ["max"]
    if not broken and name not in NO_AMOUNTS and digits is not None:
        if Fraction(value) * 10**digits > INT64_MAX:
            broken = ["int64"]
    return broken


def field_rules(name, value, digits):
    if name in CHOICES:
        return [] if value in CHOICES[name] else ["choice"]
    if name in PATTERNS:
        fits = isinstance(value, str) and re.fullmatch(PATTERNS[name], value, re.ASCII)
        return [] if fits else ["pattern"]
    if name == "flat_on_zero":
        return [] if isinstance(value, bool) else ["boolean"]
    if name == "minor_unit_digits":
        whole = isinstance(value, int) and not isinstance(value, bool)
        return [] if whole and 0 <= value <= 8 else ["digits"]
    if name == "tiers" or (name == "up_to" and value is None):
        return []
    return decimal_field(name, value, digits)


def fields_of(values, required, optional, path, digits):
    for name in values:
        if name not in required | optional:
            yield path + name, "known"
    for name in required - values.keys():
        yield path + name, "required"
    for name in values.keys() & (required | optional):
        for rule in field_rules(name, values[name], digits):
            yield path + name, rule


def tiers_of(kind, tiers, digits):
    if not isinstance(tiers, list) or len(tiers) == 0:
        yield "tiers", "tiers_min_1"
        return
    if len(tiers) > TIERS_MAX:
        yield "tiers", "tiers_max_1000"
        return
    required = TIER_REQUIRED.get(kind, set())
    optional = TIER_OPTIONAL.get(kind, set()) | {"from", "up_to"}
    below, known = Fraction(0), True
    for at, tier in enumerate(tiers):
        path = f"tiers[{at}]"
        if not isinstance(tier, dict):
            yield path, "object"
            known = False
            continue
        yield from fields_of(tier, required, optional, path + ".", digits)
        if "unit_price" in optional and not {"unit_price", "flat_fee"} & tier.keys():
            yield path, "unit_price_or_flat_fee"
        yield from bounds_of(tier, below, known, path)
        is_open = tier.get("up_to") is None
        if is_open != (at == len(tiers) - 1):
            yield path + ".up_to", "only_last_open" if is_open else "last_open"
        end = number(tier.get("up_to"))
        below, known = (below, False) if end is None else (end, True)


def bounds_of(tier, below, known, path):
    """A tier begins where the one before ends, if that is known, and ends above all before."""
    start, end = number(tier.get("from")), number(tier.get("up_to"))
    if start is not None and start < below:
        yield path + ".from", "no_overlap"
    if start is not None and start > below and known:
        yield path + ".from", "no_gap"
    if end is not None and 0 < end <= below:
        yield path + ".up_to", "ascending"


def digits_of(price):
    """The scale of the amounts, None while the currency is wrong itself."""
    code, own = price.get("currency"), price.get("minor_unit_digits")
    if isinstance(code, str) and code in MINOR_UNIT_DIGITS:
        return MINOR_UNIT_DIGITS[code]
    return own if isinstance(own, int) and own in range(9) and own is not True else None


def currency_rules(price):
    code, own = price.get("currency"), "minor_unit_digits" in price
    if not isinstance(code, str):
        return
    if code in MINOR_UNIT_DIGITS:
        if own:
            yield "minor_unit_digits", "custom_only"
    elif not own:
        yield "currency", "iso_4217"
    elif not re.fullmatch(r"[A-Z][A-Z0-9_]{3,11}", code, re.ASCII):
        yield "currency", "custom_code"


def broken_rules(price):
    """Every broken rule of a price, once. A list of pairs, empty when the price is valid."""
    if not isinstance(price, dict):
        return [("price", "object")]
    kind = price.get("kind")
    digits = digits_of(price)
    if isinstance(kind, str) and kind in REQUIRED:
        common = COMMON | OPTIONAL.get(kind, set())
        required = REQUIRED[kind] | {"version", "currency"}
        broken = list(fields_of(price, required, common - required, "", digits))
        if "tiers" in common:
            broken += tiers_of(kind, price.get("tiers"), digits)
    else:
        # Only its kind would tell which other fields belong there.
        broken, required = [("kind", "known")], {"version", "currency"}
        known = {name: price[name] for name in price.keys() & (COMMON - {"kind"})}
        broken += fields_of(known, required, COMMON - required, "", digits)
    broken += currency_rules(price)
    for low, high in (("minimum", "maximum"), ("event_minimum", "event_maximum")):
        least, most = number(price.get(low)), number(price.get(high))
        if least is not None and most is not None and least > most:
            broken.append((low, "not_above_maximum"))
    if isinstance(kind, str) and kind in ARREARS_ONLY and price.get("timing") == "in_advance":
        broken.append(("timing", "in_arrears_only"))
    return broken
