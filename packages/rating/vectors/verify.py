#!/usr/bin/env python3
"""Recomputes every expected value of all golden vectors with a second implementation.

It reads the vector files of packages/money, packages/periods and packages/rating, computes what
each vector must hold (the `*_reference.py` modules beside them: Python 3.9 or newer, its standard
library, no code of the packages), and prints each disagreement. Run it as it is:

    python3 packages/rating/vectors/verify.py

Exit code 0 when all agree.
"""

import json
import sys
from fractions import Fraction
from pathlib import Path

sys.dont_write_bytecode = True
PACKAGES = Path(__file__).resolve().parents[2]
FOLDERS = {name: PACKAGES / name / "vectors" for name in ("money", "periods", "rating")}
sys.path[:0] = [str(folder) for folder in FOLDERS.values()]

import money_reference  # noqa: E402
import periods_reference  # noqa: E402
import rating_reference  # noqa: E402

REFERENCES = {
    "money": money_reference.FILES,
    "periods": periods_reference.FILES,
    "rating": rating_reference.FILES,
}


def parts_of_note(note):
    """The net amount of a credit note's first line, and its taxes."""
    line = note["lines"][0]
    return [line["net"], *line["taxes"].values()]


# Which of the expected values a published figure is about.
PUBLISHED = {
    "money/rounding": lambda vector: vector["amount"],
    "money/discounts": lambda vector: sum(map(Fraction, vector["result"]["lines"])),
    "money/tax": lambda vector: vector["result"]["gross"],
    "periods/cycles": lambda vector: [bound[:10] for bound in vector["bounds"]],
    "periods/shares": lambda vector: vector["by_day"],
    "periods/terms": lambda vector: [own["end"][:10] for own in vector["periods"] if own],
    "rating/lines": lambda vector: vector["amount"],
    "rating/deltas": lambda vector: vector["amounts"][-1],
    "rating/partial-periods": lambda vector: sum(Fraction(r["amount"]) for r in vector["results"]),
    "rating/changes": lambda vector: vector["net"],
    "rating/credit-notes": lambda vector: parts_of_note(vector["notes"][0]["result"]),
    "rating/invoices": lambda vector: vector["result"]["due"],
    "rating/bills": lambda vector: vector["result"]["due"],
}


def same(published, expected):
    """Dates and day counts literally, amounts by value."""
    if isinstance(expected, list) or "/" in str(expected):
        return published == expected
    return Fraction(published) == Fraction(expected)


def source_problems(name, vector):
    """A figure that was published agrees, or is recorded as wrong or another rule, and why."""
    figures = {"published", "published_wrong", "published_other"} & vector.keys()
    if (len(figures) != 1) if "source" in vector else figures:
        yield "a source comes with exactly one figure that was published there"
    for figure in figures & vector.keys():
        value, ours = vector[figure], PUBLISHED[name](vector)
        if same(value, ours) != (figure == "published"):
            yield f"{figure} is {value}, and the vector holds {ours}"
        if figure != "published" and "note" not in vector:
            yield f"no note says why {figure} differs"


def problems(name, reference, vector):
    """Every disagreement of one vector, as sentences."""
    try:
        computed = reference(vector)
    except Exception as error:  # a vector that cannot be read is a disagreement, not the end
        yield f"cannot be computed: {error!r}"
        return
    for field, value in computed.items():
        if vector.get(field) != value:
            yield f"{field} is {json.dumps(vector.get(field))}, computed {json.dumps(value)}"
    yield from source_problems(name, vector)


def main(folders):
    count, published, wrong = 0, 0, 0
    for package, references in REFERENCES.items():
        found = {path.stem: path for path in sorted(folders[package].glob("*.json"))}
        if found.keys() != references.keys():
            print(f"{package}: files without a reference or the other way round:", end=" ")
            print(*sorted(found.keys() ^ references.keys()))
            wrong += 1
        for stem in found.keys() & references.keys():
            vectors = json.loads(found[stem].read_text(encoding="utf-8"))
            names = [vector["name"] for vector in vectors]
            for name in {name for name in names if names.count(name) > 1}:
                print(f"{package}/{stem}: the name {name!r} comes twice")
                wrong += 1
            for vector in vectors:
                count += 1
                published += "source" in vector
                for problem in problems(f"{package}/{stem}", references[stem], vector):
                    print(f"{package}/{stem}: {vector['name']}: {problem}")
                    wrong += 1
    if wrong > 0:
        print(f"{wrong} disagreements in {count} vectors")
        return 1
    print(f"{count} vectors agree, {published} of them with a published figure")
    return 0


if __name__ == "__main__":
    sys.exit(main(FOLDERS))
