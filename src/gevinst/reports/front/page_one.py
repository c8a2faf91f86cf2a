"""The first page, as what a template shows: places in per cent, words, and plain numbers."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gevinst.analyses.gain import Gain
from gevinst.reports.front import people
from gevinst.reports.front.axis import Axis
from gevinst.reports.front.dots import dots
from gevinst.reports.front.quote import quoted
from gevinst.reports.front.turns import turns
from gevinst.reports.front.verdict import verdict
from gevinst.reports.results import Results
from gevinst.stats.standardisation import WEIGHTS
from gevinst.study.prices import priced_alike
from gevinst.study.study import Study
from gevinst.text.language import LANGUAGES, Language, language, rounded

Floats = NDArray[np.float64]

_SURER = 3
"""Things to know that are named on the page."""


@dataclass(frozen=True)
class Row:
    """A row of the table: what is counted, and what the difference is then.

    Parameters
    ----------
    key : str
        Of its texts.
    point : float or None
        A value without a range.
    band : tuple of float or None
        What the tables, or the readings, leave open.
    interval : tuple of float or None
        What chance leaves open.
    quote : bool
        Whether it is the one to quote.
    """

    key: str
    point: float | None = None
    band: tuple[float, float] | None = None
    interval: tuple[float, float] | None = None
    quote: bool = False

    @property
    def ends(self) -> tuple[float, ...]:
        """Every value that is drawn."""
        point = () if self.point is None else (self.point,)
        return (*point, *(self.band or ()), *(self.interval or ()))

    def to_dict(self) -> dict[str, Any]:
        """Return plain values."""
        pairs = {"band": self.band, "interval": self.interval}
        ranges = {k: v and {"low": v[0], "high": v[1]} for k, v in pairs.items()}
        return {"row": self.key, "point": self.point, **ranges, "quote": self.quote}


def rows(results: Results) -> list[Row]:
    """Return the rows: as published, with chance, with all that is declared, and other choices."""
    simulation = results.simulation
    point, wide = simulation.point, simulation.widest.found
    everything = (wide.low, wide.high) if simulation.varied else None
    published = Row("published", point=None if math.isnan(point) else point)
    if results.study.stated:
        return [published, *_stated_rows(results, everything)]
    found = [published]
    if not results.bootstrap.reason:
        outer = results.bootstrap.outer()
        middle = published.point
        found.append(Row("small", point=middle, interval=outer.limits))
    if everything is not None:
        found.append(Row("everything", interval=everything, quote=True))
    if results.stratified is not None:
        each = results.stratified
        pooled = each.of(WEIGHTS[0], each.basis, each.moved)
        interval = pooled.interval.limits if pooled.interval.available else None
        found.append(Row("same_mix", band=(pooled.low, pooled.high), interval=interval))
    return found


def _stated_rows(results: Results, everything: tuple[float, float] | None) -> list[Row]:
    borrowed = results.simulation.provenance.borrowed
    ours = borrowed is not None
    found = [] if everything is None else [Row("prices", interval=everything, quote=ours)]
    if borrowed is not None:
        return [*found, *(Row(key, point=kr) for key, kr in borrowed.without())]
    if results.scenarios.axes:
        found.append(Row("readings", band=(results.scenarios.low, results.scenarios.high)))
    if results.cases is not None:
        left = [c.without for c in results.cases.cases if not math.isnan(c.without)]
        if left:
            found.append(Row("chosen", band=(min(left), max(left)), quote=True))
    return found


def page_one(results: Results, text: Language) -> dict[str, Any]:
    """Return everything on the first page."""
    study, simulation = results.study, results.simulation
    table, values = rows(results), equally_likely(results)
    cases = results.cases.cases if study.stated and results.cases else ()
    axis = Axis.of(
        [
            *(value for row in table for value in row.ends),
            *([] if values is None else values.tolist()),
            *(case.difference for case in cases),
        ]
    )
    first, others = verdict(results, text)
    return {
        "title": text("front.title", study=text.label(study.title)),
        "opening": simulation.foremost(text.code),
        "verdict": first,
        "others": others,
        "axis": axis,
        "ticks": [(axis.at(kr), text.number(kr)) for kr in axis.ticks],
        "heading": _heading(study, text),
        "dots": None if values is None else _dots(results, values, axis, text),
        "cases": [_case(case, axis, text) for case in cases],
        "rows": [_row(row, results, axis, text) for row in table],
        "thin": text("front.thin_stated" if study.stated else "front.thin"),
        "people": _people(results, text),
        "turns": turns(results, text),
        "surer": _surer(results, text),
        "counted_by": _counted_by(study, text),
        "unit": _unit(results.gain, text),
    }


def equally_likely(results: Results) -> Floats | None:
    """Equally likely differences of the row to quote; None where there are none to count."""
    simulation = results.simulation
    wide = simulation.widest
    compared = not results.study.stated and results.deadweight is None
    if not (compared and simulation.varied) or wide.few:
        return None
    return None if np.ptp(wide.difference) == 0.0 else wide.dots()


def _heading(study: Study, text: Language) -> str:
    arms = [study.arms[study.axes.at("arm", arm)] for arm in study.contrast.arms]
    names = [
        text("front.arm", arm=text.label(arm.label), n=text.number(arm.analysed)) for arm in arms
    ]
    if study.stated:
        return text("front.cases_heading")
    return text("front.heading", pair=text("front.and").join(names))


def _dots(results: Results, values: Floats, axis: Axis, text: Language) -> dict[str, Any]:
    """Place the dots, count them, and say what they are."""
    laid, n = dots(values, axis), len(values)
    above = sum(dot.above for dot in laid)
    simulation = results.simulation
    counts = [int((draws.dots() > 0.0).sum()) for draws in simulation.by_coupling.values()]
    said = [text("front.dot", n=n)]
    if min(counts) != max(counts):
        said.append(text("front.dots_depend", low=min(counts), high=max(counts), n=n))
    middle = float(np.median(values))
    moving = [text.label(source.label) for source in simulation.varied if source.moves_mean]
    if moving and rounded(middle) != rounded(simulation.point):
        said.append(
            text(
                "front.middle",
                middle=text.kr(rounded(middle)),
                point=text.kr(simulation.point),
                sources=", ".join(moving),
            )
        )
    point = simulation.point
    return {
        "laid": laid,
        "levels": max(dot.level for dot in laid) + 1,
        "below": text("front.below", k=n - above, n=n),
        "above": text("front.above", k=above, n=n),
        "said": said,
        "point": None if math.isnan(point) else axis.at(point),
        "point_label": text("front.point_label", kr=text.number(point)),
        "alt": text("front.dots_alt", below=n - above, above=above, n=n),
    }


def _row(row: Row, results: Results, axis: Axis, text: Language) -> dict[str, Any]:
    shown = row.interval or row.band
    if shown is None:
        said = text.number(row.point) if row.point is not None else ""
    else:
        low, high = (text.number(rounded(kr)) for kr in shown)
        said = text("bootstrap.limits", low=low, high=high)
    sources = ", ".join(text.label(source.label) for source in results.simulation.varied)
    return {
        "label": text(f"front.row.{_called(row.key, results)}"),
        "counted": text(f"front.counted.{_counted(row.key, results)}", sources=sources),
        "point": None if row.point is None else axis.at(row.point),
        "band": row.band and axis.bar(*row.band),
        "interval": row.interval and axis.bar(*row.interval),
        "said": said,
        "quote": row.quote and text(f"front.to_quote.{row.key}"),
    }


def _called(key: str, results: Results) -> str:
    """Name the text of what a row is called, by what is published and which row is before it."""
    if key == "published" and not results.simulation.published:
        return "calculated"
    return "everything_alone" if key == "everything" and results.bootstrap.reason else key


def _counted(key: str, results: Results) -> str:
    """Name the text of what a row counts, which says what it leaves out."""
    if key == "everything" and results.stratified is not None:
        return "everything_but"
    if key == "everything" and len(results.simulation.varied) == 1:
        return "prices_stated"  # which names it
    ranged = results.sensitivity.break_even.ranged
    return "prices_stated" if key == "prices" and ranged else key


def _case(case: Any, axis: Axis, text: Language) -> dict[str, Any]:
    low, high = sorted((0.0, case.difference))
    return {
        "label": text("cases.named", case=text.label(case.label), n=text.number(case.citizens)),
        "figures": round(case.citizens) if case.citizens <= 60 else 0,
        "bar": axis.bar(low, high),
        "saves": case.difference > 0.0,
        "own": text.number(rounded(case.difference)),
        "without": text.number(rounded(case.without)),
    }


def _people(results: Results, text: Language) -> dict[str, Any] | None:
    """Who was where, and how many are sure to cost less at the end; None of nobody counted."""
    study, found = results.study, results.cheaper
    if found is None:
        return None
    step = people.each_stands_for(study)
    arms = []
    for arm in study.contrast.arms:
        count = found.arms[arm]
        low, high, seen = (text.number(n) for n in (count.low, count.high, count.seen[1]))
        key = "front.cheaper_known" if count.low == count.high else "front.cheaper"
        label = text.label(study.labels[arm])
        arms.append(
            {
                "said": text(key, arm=label, low=low, high=high, seen=seen),
                "rows": [
                    (row, [max(1, round(block.citizens / step)) for block in row.blocks])
                    for row in people.rows(study, arm, text)
                ],
            }
        )
    stands = text("front.stands_for", n=text.number(step)) if step > 1 else ""
    unlike = not np.array_equal(priced_alike(study).status_costs, study.status_costs)
    return {"arms": arms, "stands": stands, "alike": text("front.people_alike") if unlike else ""}


def _counted_by(study: Study, text: Language) -> str:
    """Say by which reading each case stands for so many, where there are several."""
    readings = study.alternatives.get("weights", ())
    own = [text.label(r.label) for r in readings if r.id == study.conventions.weights]
    return text("front.counted_by", reading=own[0]) if study.stated and len(readings) > 1 else ""


def _surer(results: Results, text: Language) -> str:
    """Name what the most hangs on, and nobody wrote down."""
    first, *others = [gap.named(text) for gap in results.plan.gaps[:_SURER]] or [""]
    return "; ".join([first, *(f"{said[0].lower()}{said[1:]}" for said in others)])


def _unit(gain: Gain, text: Language) -> str:
    study = gain.study
    said = [text(f"horizon.{gain.convention}"), text("front.unit")]
    if study.whose_money:
        said.append(text("front.whose", payer=text.label(study.whose_money)))
    if study.references:
        said.append(text("front.source", source=text.label(next(iter(study.references.values())))))
    return " ".join(said)


def to_dict(results: Results) -> dict[str, Any]:
    """Return the numbers of the first page, and what it says in each language."""
    values = equally_likely(results)
    return {
        "rows": [row.to_dict() for row in rows(results)],
        "dots": None if values is None else values.tolist(),
        "sentences": {lang: _sentences(results, language(lang)) for lang in LANGUAGES},
    }


def _sentences(results: Results, text: Language) -> dict[str, Any]:
    page = page_one(results, text)
    dots = page["dots"]
    return {
        "verdict": [*page["opening"], page["verdict"], *page["others"]],
        "quote": quoted(results, text),
        "dots": [dots["below"], dots["above"], *dots["said"]] if dots else [],
        "people": [arm["said"] for arm in page["people"]["arms"]] if page["people"] else [],
        "turns": [" ".join(turn) for turn in page["turns"]],
        "unit": page["unit"],
    }
