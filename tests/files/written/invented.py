"""Invented studies: every part of a study's format, at random, as arguments of from_tables."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

ARMS = ("intervention", "control")
PAYERS = ("municipality", "state", "region")
KINDS = ("gamma", "lognormal", "pert", "uniform", "fixed")


def invented(seed: int) -> dict[str, Any]:
    """Arguments of a study: of counts, suppressed or not, of persons, or of lines in strata."""
    rng = np.random.default_rng(seed)
    counted = bool(seed % 3)
    made = _settings(rng, counted)
    made |= _counts(rng, made, paired=seed % 3 == 1) if counted else {}
    made |= _money(rng, made, counted)
    return made | _accounts(rng, made) | _published(rng, made)


def some(rng: np.random.Generator, names: tuple[str, ...], least: int = 1) -> list[str]:
    """The first of some names, a random number of them."""
    return list(names[: rng.integers(least, len(names) + 1)])


def label(rng: np.random.Generator, text: str) -> dict[str, str]:
    """A label in Danish, and at random in English too, with marks that files quote."""
    odd = ("", ' "citat"', "; æøå", "\\n", "'", "\ttab", " = [x]")[rng.integers(7)]
    return {"da": text + odd} | ({"en": f"the {text}"} if rng.random() < 0.5 else {})


def _settings(rng: np.random.Generator, counted: bool) -> dict[str, Any]:
    def labelled(names: Any) -> dict[str, Any]:
        return {name: label(rng, name) for name in names}

    statuses = {name: label(rng, name) for name in some(rng, ("a", "b", "c", "d"), 2)}
    statuses |= {"moved": {"label": "flyttet", "lost": True}}
    items = {
        name: {**label(rng, name), "kind": ("recurring", "one_off")[rng.integers(2)]}
        for name in some(rng, ("cost", "other", "third"))
    }
    items["cost"]["investment"] = True
    strata = some(rng, ("s1", "s2", "s3"))
    times = some(rng, ("start", "mid", "end"))
    found: dict[str, Any] = {
        "id": f"study-{rng.integers(1000)}",
        "language": "da",
        "title": label(rng, "Titlen"),
        "price_year": 2020,
        "arms": {
            arm: {**label(rng, arm), "enrolled": 40, "analysed": 30, "source": "rapport"}
            for arm in ARMS
        },
        "payers": labelled(some(rng, PAYERS)),
        "times": {t: {**label(rng, t), "years": 0.5 * k} for k, t in enumerate(times)},
        "statuses": statuses if counted else None,
        "items": items,
        "strata": None
        if counted
        else [{"id": s, **label(rng, s), "citizens": int(rng.integers(1, 30))} for s in strata],
        "groups": {"both": {"members": ["a", "b"], "da": "begge"}} if counted else None,
        "sources": {
            "rates": {"da": "satser", **({"common_cv": 0.05} if rng.random() < 0.5 else {})},
            "investment": "prisen",
        },
        "assumptions": labelled(["because", "other"]),
        "notes": {"note": {"da": "En note", "source": "s. 4", "quote": "ordene"}},
        "references": labelled(["memo"]),
    }
    if rng.random() < 0.5:
        found["comparison"] = {"kind": "stated", "da": "skrevet", "over": {"da": "tre år"}}
    if counted and rng.random() < 0.5:
        found["stratification"] = {"da": "ved start", "groups": list(statuses)}
    found["alternatives"] = {"rates": labelled(some(rng, ("published", "low", "high")))}
    if not counted:
        found["alternatives"]["weights"] = {
            name: {"citizens": {s: int(rng.integers(1, 50)) for s in strata}}
            for name in ("own", "pooled")
        }
    if len(found["payers"]) > 1:
        swap = {"swap": ["state", "municipality"], "strata": ["all"] if counted else strata[:1]}
        found["alternatives"]["payers"] = {"as_said": "som sagt", "swapped": {"da": "byt", **swap}}
    found["conventions"] = {
        "rates": rng.choice(list(found["alternatives"]["rates"])),
        "horizon": "period_sum" if len(times) < 2 else "annual_end",
        "heads": ("averaged", "analysed", "enrolled")[rng.integers(3)],
        "perspective": rng.choice(["all", *found["payers"]]),
    }
    return found


def _counts(rng: np.random.Generator, made: dict[str, Any], *, paired: bool) -> dict[str, Any]:
    statuses, times = list(made["statuses"]), list(made["times"])
    paths = {arm: rng.choice(statuses[:-1], size=(30, len(times))) for arm in ARMS}
    if paired:
        rows = []
        for arm in ARMS:
            for k, path in enumerate(paths[arm]):
                own = {"age": int(rng.integers(18, 65)), "bmi": round(float(rng.normal(25, 4)), 1)}
                texts = {"code": f"{rng.integers(9):03d}", "area": ("nord", "syd;øst")[k % 2]}
                no = 2 * k + ARMS.index(arm)
                rows.append({"id": no, "arm": arm, **dict(zip(times, path, strict=True))})
                rows[-1] |= {**own, **texts} if k else {**texts, "age": None, "bmi": None}
        frame = pd.DataFrame(rows).sample(frac=1, random_state=int(rng.integers(99)))
        return {"persons": frame}
    rows = []
    for arm in ARMS:
        for status in rng.permutation(statuses):
            cells = [int((paths[arm][:, t] == status).sum()) for t in range(len(times))]
            rows.append([arm, status, *cells, "tabel 1"])
    table = pd.DataFrame(rows, columns=["arm", "status", *times, "source"], dtype=object)
    for time in times:  # of the small counts of an arm some are not shown
        small = table[time].map(lambda n: 0 < n < 9) & (rng.random(len(table)) < 0.7)
        table.loc[small, time] = "<9"
    return {"counts": table, "suppressed_zeros": bool(rng.random() < 0.3)}


def _spread(rng: np.random.Generator, kr: float, drawn_by: str) -> dict[str, Any]:
    kind = KINDS[rng.integers(len(KINDS))] if kr else "fixed"
    found: dict[str, Any] = {"distribution": kind, "assumption": "because"}
    if kind != "fixed":
        found["drawn_by"] = drawn_by
    if kind in ("gamma", "lognormal") and rng.random() < 0.5:
        return found | {"cv": round(float(rng.uniform(0.05, 0.3)), 3)}
    if kind in ("gamma", "lognormal"):  # a 90 % range around the mean, nearly even
        return found | {"low": round(kr * 0.84, 2), "high": round(kr * 1.175, 2)}
    if kind in ("pert", "uniform"):
        return found | {"low": round(kr * 0.8, 1), "high": round(kr * 1.2, 1)}
    return found


def _money(rng: np.random.Generator, made: dict[str, Any], counted: bool) -> dict[str, Any]:
    payers, times = list(made["payers"]), list(made["times"])
    bases = list(made["alternatives"]["rates"])
    found: dict[str, Any] = {}
    if counted:
        statuses = list(made["statuses"])
        rates = []
        for name in (*statuses, "spare"):
            kr = round(float(rng.uniform(8000, 20000)), int(rng.integers(3)))
            row = {"rate": name, "kr": kr, "unit": ("kr/month", "kr/year")[rng.integers(2)]}
            if rng.random() < 0.3:
                row["kr"] = f"{kr:.2f}".replace(".", ",")
            if rng.random() < 0.3:
                row |= {"implied_low": kr - 0.01, "implied_high": kr + 0.005}
            if rng.random() < 0.3:
                row |= {"printed": round(kr), "printed_unit": row["unit"], "en": "A rate"}
            rates.append(row | _spread(rng, kr, "rates") | {"source": "tabel 2"})
        prices = []
        for k, status in enumerate(statuses):
            payer = payers[k % len(payers)]
            at = ({}, {"arm": "control"}, {"time": times[-1]}, {"basis": bases[-1]})
            for place in (at[0], at[rng.integers(4)]):
                rate = "spare" if place else status
                prices.append({"status": status, "rate": rate, **place, "paid_by": payer})
        frame = pd.DataFrame(prices).drop_duplicates()
        found |= {"rates": rates, "prices": frame.assign(source="tabel 2")}
    rows: list[dict[str, Any]] = []
    strata = [None] if counted else [s["id"] for s in made["strata"]]
    for arm in ARMS:
        for item in made["items"]:
            for time in times:
                each_basis = rng.random() < 0.3
                of_strata = [None] if rng.random() < 0.4 else strata
                for stratum in of_strata:
                    facts: dict[str, Any] = {"paid_by": payers[0]}
                    if len(payers) > 1 and rng.random() < 0.6:
                        facts["shares"] = f"{payers[0]}=0,7 {payers[1]}=0,3"
                    if rng.random() < 0.3:
                        facts["units"] = int(rng.integers(1, 13))
                    if rng.random() < 0.3:
                        facts |= {"probability": 0.4, "included": ("yes", "no")[rng.integers(2)]}
                    if rng.random() < 0.3:
                        facts |= {"itemised": False, "note": "se s. 2; nederst"}
                    uncounted = rng.random() < 0.2
                    if uncounted:
                        facts = {"paid_by": payers[0], "counted": "no"}
                    elif rng.random() < 0.2:
                        facts["per"] = "group"
                    for basis in bases if each_basis else [None]:
                        kr = int(rng.integers(100, 900)) * 100
                        place = {"arm": arm, "stratum": stratum, "item": item, "time": time}
                        row = {**place, "basis": basis, "amount": kr, "unit": "kr", **facts}
                        if basis:  # amounts of one name are one price
                            row["rate"] = "/".join(filter(None, [*place.values(), basis]))
                        rows.append(row | _spread(rng, kr, "investment") | {"source": "tabel 3"})
    found["lines"] = [rows[k] for k in rng.permutation(len(rows))]
    rated = [row for row in found.get("rates", ()) if row["distribution"] != "fixed"]
    if len(rated) > 1:
        pair = {"rate": rated[0]["rate"], "with": rated[1]["rate"], "rank_correlation": 0.4}
        found["correlations"] = [{**pair, "assumption": "other"}]
    return found


def _accounts(rng: np.random.Generator, made: dict[str, Any]) -> dict[str, Any]:
    if rng.random() < 0.4:
        return {}
    contacts = (12, "<5", "<2", 0)
    activity = [
        {"item": "visits", "arm": arm, "year": year, "contacts": contacts[rng.integers(4)]}
        | {"kr": round(float(rng.uniform(0, 9e4)), 2), "source": "tabel 4"}
        | ({"citizens": 30} if rng.random() < 0.5 else {})
        for arm in ARMS
        for year in (2019, 2020)
    ]
    names = {
        "questions": {"work": label(rng, "arbejde")},
        "answers": {"yes": "ja", "no": "nej"},
        "times": {"t1": "før", "t2": "efter"},
    }
    survey = [
        {"question": "work", "answer": "yes", "time": "t1", "asked": 40, "count": 4},
        {"question": "work", "answer": "no", "time": "t1", "percent": "90,0", "arm": "control"},
        {"question": "work", "answer": "yes", "time": "t2", "percent": 12.5},
    ]
    return {
        "activity": activity,
        "activity_items": {"visits": {"da": "besøg", "counted": "besøg"}},
        "survey": [{**row, "source": "figur 1"} for row in survey],
        "survey_names": names,
    }


def _published(rng: np.random.Generator, made: dict[str, Any]) -> dict[str, Any]:
    rows: list[dict[str, Any]] = [
        {
            "figure": "diff",
            "measure": "difference",
            "value": -1234.5,
            "unit": "kr",
            "rounding": 0.1,
        },
        {"figure": "a.b", "value": 3, "unit": "count", "rounding": 0, "years": 1.5},
        {"figure": "sum", "value": 2_300_000, "unit": "kr", "rounding": 100_000, "low": 2.2e6}
        | {"high": 2.4e6, "said_as": "total", "follows": "diff * 2 + [a.b]", "quote": 'ca. "2,3"'},
        {"figure": "claim", "relation": ">", "value": 0, "unit": "kr", "rounding": 0},
    ]
    if made.get("survey_names"):
        rows.append(
            {"figure": "asked", "measure": "survey_share", "value": 12.5, "unit": "pct"}
            | {"rounding": 0.1, "of": 40}
        )
    return {"published": [{**row, "source": f"side {k}"} for k, row in enumerate(rows)]}
