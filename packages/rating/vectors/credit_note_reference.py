"""Credit notes a second time: what is left of an invoice, and what a note takes of it.

A line is a dictionary of parts in smallest units: `net`, and each of its taxes by code.
"""

import math
from fractions import Fraction
from functools import partial

from money_reference import amount_text, digits_of, largest_remainder, rounded, split, units_of

AWAY = "half_away_from_zero"


def parts_of(line, digits):
    taxes = {code: units_of(tax, digits) for code, tax in line["taxes"].items()}
    return {"net": units_of(line["net"], digits), **taxes}


def above(units):
    return max(units, 0)


def left_of(invoice, issued):
    """What credit notes may still take of each line, part by part, and of all lines together."""
    lines = []
    for at, line in enumerate(invoice):
        taken = [note[at] for note in issued if at in note]
        rest = {part: units - sum(own[part] for own in taken) for part, units in line.items()}
        most, parts = above(sum(rest.values())), list(map(above, rest.values()))
        if sum(parts) > most:  # some part is below zero
            parts = split(most, list(map(Fraction, parts))) if most > 0 else [0] * len(parts)
        lines.append(dict(zip(line, parts)))
    credited = sum(sum(line.values()) for note in issued for line in note.values())
    return lines, sum(sum(line.values()) for line in invoice) - credited


def in_turn(amounts):
    """Splits pairs of an amount and its parts, one after another, each in proportion.

    Rounded up is what most is missing of in the amounts so far, this one included.
    """
    splits, owed = [], {}
    for units, sizes in amounts:
        whole = sum(sizes.values())
        exact = {part: Fraction(units * size, max(whole, 1)) for part, size in sizes.items()}
        split_up = {part: math.floor(share) for part, share in exact.items()}
        due = {part: share - split_up[part] + owed.get(part, 0) for part, share in exact.items()}
        broken = [part for part, share in exact.items() if share != split_up[part]]
        broken.sort(key=lambda part: -due[part])
        for part in broken[: units - sum(split_up.values())]:
            split_up[part] += 1
            due[part] -= 1
        owed.update(due)
        splits.append(split_up)
    return splits


def total_parts(units, lines):
    """The total over net amounts and taxes of all lines, then each of these over the lines."""
    names = list({part: None for line in lines for part in line})
    columns = [{at: line[part] for at, line in enumerate(lines) if part in line} for part in names]
    shares = split(units, [Fraction(sum(column.values())) for column in columns])
    splits = dict(zip(names, in_turn(list(zip(shares, columns)))))
    note = {at: {part: splits[part][at] for part in line} for at, line in enumerate(lines)}
    return {at: line for at, line in note.items() if sum(line.values()) > 0}


def gross_parts(requests, lines):
    """Each amount over the parts of its line."""
    splits = in_turn([(units, lines[at]) for at, units in requests.items()])
    return dict(zip(requests, splits))


def net_parts(requests, lines):
    """Each tax of all lines together: n / N of what is left of it, the sum rounded once."""
    notes = {at: {"net": units} for at, units in requests.items()}
    for code in {code: None for at in requests for code in lines[at] if code != "net"}:
        exact = [
            Fraction(lines[at].get(code, 0) * units, lines[at]["net"])
            for at, units in requests.items()
        ]
        shares = largest_remainder(rounded(sum(exact), AWAY), exact)
        for at, share in zip(requests, shares):
            if code in lines[at]:
                notes[at][code] = share
    return notes


def credited(credit, lines, digits):
    """What a note takes: by the position of the line, its parts."""
    if isinstance(credit, dict):
        return total_parts(units_of(credit["total"], digits), lines)
    wanted = sorted((c["line"], c["of"], units_of(c["amount"], digits)) for c in credit)
    nets = {at: units for at, of, units in wanted if of == "net"}
    grosses = {at: units for at, of, units in wanted if of == "gross"}
    note = {**net_parts(nets, lines), **gross_parts(grosses, lines)}
    return {at: {part: note[at][part] for part in lines[at]} for at in sorted(note)}


def left_by(of, line):
    return line["net"] if of == "net" else sum(line.values())


def request_rules(credit, lines, digits):
    seen = set()
    for index, request in enumerate(credit):
        field, at = f"credit[{index}]", request["line"]
        units = units_of(request["amount"], digits)
        if units <= 0:
            yield f"{field}.amount positive"
        if at in seen:
            yield f"{field}.line unique"
        seen.add(at)
        if at >= len(lines):
            yield f"{field}.line existing"
        if request["of"] not in ("net", "gross"):
            yield f"{field}.of known"
        elif at < len(lines) and units > left_by(request["of"], lines[at]):
            yield f"{field}.amount within_line"


def broken_rules(credit, lines, total, digits):
    if isinstance(credit, dict):
        units = units_of(credit["total"], digits)
        above = units > max(total, 0)
        return ["credit.total positive"] * (units <= 0) + ["credit.total within_invoice"] * above
    broken = ["credit lines_min_1"] if len(credit) == 0 else []
    broken += request_rules(credit, lines, digits)
    if not broken:
        note = credited(credit, lines, digits)
        if sum(sum(line.values()) for line in note.values()) > max(total, 0):
            broken.append("credit within_invoice")
    return broken


def shown_note(note, digits):
    shown = partial(amount_text, digits=digits)
    lines, net, gross = [], 0, 0
    for at, parts in note.items():
        taxes = {code: shown(units) for code, units in parts.items() if code != "net"}
        net, gross = net + parts["net"], gross + sum(parts.values())
        own = {"line": at, "net": shown(parts["net"]), "taxes": taxes}
        lines.append({**own, "gross": shown(sum(parts.values()))})
    totals = {"net": shown(net), "tax": shown(gross - net), "gross": shown(gross)}
    return {"lines": lines, **totals}


def credit_notes(vector):
    digits = digits_of(vector)
    invoice = [parts_of(line, digits) for line in vector["invoice"]]
    issued, notes = [], []
    for entry in vector["notes"]:
        issued.append(credited(entry["credit"], left_of(invoice, issued)[0], digits))
        note = {"credit": entry["credit"]}
        if "result" in entry:
            note["result"] = shown_note(issued[-1], digits)
        notes.append(note)
    lines, total = left_of(invoice, issued)
    computed = {"notes": notes}
    if "left" in vector:
        computed["left"] = [amount_text(sum(line.values()), digits) for line in lines]
        computed["left_of_invoice"] = amount_text(max(total, 0), digits)
    if "refused" in vector:
        credit = vector["refused"]["credit"]
        rules = broken_rules(credit, lines, total, digits)
        computed["refused"] = {"credit": credit, "violations": rules}
    return computed
