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
ARREARS_ONLY = {"capacity", "percentage", "graduated_percentage", "dynamic"}


def number(value):
    """The value of a decimal text, or None for everything that is none."""
    return None if decimal_rules(value) else Fraction(value)


def decimal_field(name, value):
    limits = {
        "integer_digits_max": 30 if name in QUANTITIES else 15,
        "fraction_digits_max": 0 if name in WHOLE else 12,
    }
    broken = decimal_rules(value, **limits)
    if not broken and name in POSITIVE and Fraction(value) == 0:
        broken = ["positive"]
    if not broken and name in MAXIMA and Fraction(value) > MAXIMA[name]:
        broken = ["max"]
    return broken


def field_rules(name, value):
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
    return decimal_field(name, value)


def fields_of(values, required, optional, path):
    for name in values:
        if name not in required | optional:
            yield path + name, "known"
    for name in required - values.keys():
        yield path + name, "required"
    for name in values.keys() & (required | optional):
        for rule in field_rules(name, values[name]):
            yield path + name, rule


def tiers_of(kind, tiers):
    if not isinstance(tiers, list) or len(tiers) == 0:
        yield "tiers", "tiers_min_1"
        return
    if len(tiers) > TIERS_MAX:
        yield "tiers", "tiers_max_1000"
        return
    required = TIER_REQUIRED.get(kind, set())
    optional = TIER_OPTIONAL.get(kind, set()) | {"from", "up_to"}
    below = Fraction(0)
    for at, tier in enumerate(tiers):
        path = f"tiers[{at}]"
        if not isinstance(tier, dict):
            yield path, "object"
            continue
        yield from fields_of(tier, required, optional, path + ".")
        yield from bounds_of(tier, below, at == len(tiers) - 1, path)
        below = number(tier.get("up_to"))


def bounds_of(tier, below, is_last, path):
    """A tier begins where the one before ends, ends above it, and only the last has no end."""
    start, end = number(tier.get("from")), number(tier.get("up_to"))
    if start is not None and below is not None and start != below:
        yield path + ".from", "no_gap" if start > below else "no_overlap"
    is_open = tier.get("up_to") is None
    if is_open != is_last:
        yield path + ".up_to", "last_open" if is_last else "only_last_open"
    if end is not None and below is not None and 0 < end <= below:
        yield path + ".up_to", "ascending"


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
    if not isinstance(kind, str) or kind not in REQUIRED:
        return [("kind", "known")]
    common = COMMON | OPTIONAL.get(kind, set())
    required = REQUIRED[kind] | {"version", "currency"}
    broken = list(fields_of(price, required, common - required, ""))
    if "tiers" in OPTIONAL.get(kind, set()):
        broken += tiers_of(kind, price.get("tiers"))
    broken += currency_rules(price)
    for low, high in (("minimum", "maximum"), ("event_minimum", "event_maximum")):
        least, most = number(price.get(low)), number(price.get(high))
        if least is not None and most is not None and least > most:
            broken.append((low, "not_above_maximum"))
    if kind in ARREARS_ONLY and price.get("timing") == "in_advance":
        broken.append(("timing", "in_arrears_only"))
    return broken
