"""Citizens: counts turned into a row per citizen, paired as a coupling pairs them; no arrays."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np

from gevinst.reports.workbook.calculation import Calculated
from gevinst.reports.workbook.inputs import MOST, Given, arms_of
from gevinst.reports.workbook.live import Live, number, sentence_if, summed
from gevinst.reports.workbook.sheet import Sheet
from gevinst.stats.margins.band import offsetting
from gevinst.study.people import OBSERVED, couplings_of
from gevinst.study.study import Study
from gevinst.text.language import Language

FIRST = 4
LAST = FIRST + MOST - 1
"""Rows of citizens."""

MOST_TIMES = 40
"""Times that a formula can add up."""


@dataclass
class Spread:
    """What one arm's mean gain spreads under one coupling.

    Parameters
    ----------
    n : Live
        Citizens.
    variance : Live
        Of the mean, n - 1 in its denominator.
    flat : str
        A test of whether all gain the same.
    is_flat : bool
        Whether they now do.
    """

    n: Live
    variance: Live
    flat: str
    is_flat: bool


@dataclass
class Spreads:
    """Of each coupling, the arms'; and what is wrong with the rows."""

    by_coupling: dict[str, list[Spread]] = field(default_factory=dict)
    stops: list[Live] = field(default_factory=list)


def fits(study: Study) -> bool:
    """Whether the citizens' rows can be written out."""
    most = max(study.arms[a].analysed for a in arms_of(study))
    return most <= MOST and len(counted_times(study)) <= MOST_TIMES and not study.stated


def counted_times(study: Study) -> list[int]:
    """Positions of the times that count for something; the first where none does."""
    return np.flatnonzero(study.status_horizon).tolist() or [0]


def path_cells(sheet: Sheet, study: Study) -> dict[int, list[str]]:
    """Return where the citizens' statuses of paired data stand, per arm and time."""
    if study.paths is None:
        return {}
    found = {}
    for a in arms_of(study):
        left = _left(study, a)
        found[a] = [
            sheet.area(FIRST, left + 1 + t, LAST, left + 1 + t) for t in range(len(study.times))
        ]
    return found


def _left(study: Study, a: int) -> int:
    """Return the first column of an arm."""
    wide = len(study.times) + 3 if study.paths is not None else len(counted_times(study)) + 4
    return arms_of(study).index(a) * wide


def citizens(
    sheet: Sheet, study: Study, given: Given, calculated: Calculated, text: Language
) -> Spreads:
    """Write the rows, a block of columns for each arm, and find what they spread."""
    found = Spreads({kind: [] for kind in couplings_of(study)})
    sheet.said(0, text("book.citizens.title"), 6, "title")
    paired = study.paths is not None
    sheet.said(1, text(f"book.citizens.{'paired' if paired else 'about'}", n=MOST), 6)
    for a in arms_of(study):
        left = _left(study, a)
        sheet.text(FIRST - 2, left, text.label(study.arms[a].label), "section")
        write = _paired if paired else _margins
        for kind, spread in write(sheet, study, a, given, calculated, found, text).items():
            found.by_coupling[kind].append(spread)
    sheet.page.freeze_panes(FIRST, 0)
    return found


def _margins(
    sheet: Sheet,
    study: Study,
    a: int,
    given: Given,
    calculated: Calculated,
    found: Spreads,
    text: Language,
) -> dict[str, Spread]:
    """Write each citizen's cost at each time in the order of the statuses, and pair them sorted."""
    left, times, items = _left(study, a), counted_times(study), given.statuses[a]
    label = text.label(study.arms[a].label)
    heads = [text("book.citizens.cost", time=text.label(study.times[t].label)) for t in times]
    heads = [text("book.citizens.citizen"), *heads]
    heads += [
        text("book.citizens.gain", coupling=text(f"coupling.{kind}"))
        for kind in ("narrowest", "widest")
    ]
    sheet.heads(FIRST - 1, left, heads)
    total, n = given.totals[a, times[0]], int(given.totals[a, times[0]].value)
    most = ",".join(given.totals[a, t].said for t in times)
    over_many = text("book.stop.rows", arm=label, n=MOST)
    found.stops.append(sentence_if(f"MAX({most})>{MOST}", over_many))
    columns, costs = [], []
    for c, t in enumerate(times):
        columns.append(sheet.area(FIRST, left + 1 + c, LAST, left + 1 + c))
        rates = [calculated.cost[a, t, i].value for i in items]
        costs.append(np.repeat(rates, [int(given.counts[a, t, i].value) for i in items]))
    horizon = [given.horizon[t, study.items[study.statuses[0]].kind] for t in times]
    ways = offsetting([h.value for h in horizon])
    ordered = [way * np.sort(way * each) for way, each in zip(ways, costs, strict=True)]
    narrow = np.sum([h.value * each for h, each in zip(horizon, ordered, strict=True)], axis=0)
    wide = np.sum([np.sort(h.value * each) for h, each in zip(horizon, costs, strict=True)], axis=0)
    for k in range(MOST):
        row = FIRST + k
        citizen = sheet.number(row, left, k + 1)
        for c, t in enumerate(times):
            here = f"{citizen.said}<={given.totals[a, t].said}"
            before = f'COUNTIF({calculated.before[a, t]},"<="&({citizen.said}-1))'
            said = f'IF({here},INDEX({calculated.costs[a, t]},{before}),"")'
            cost = float(costs[c][k]) if k < len(costs[c]) else ""
            sheet.live(row, left + 1 + c, Live(said, cost))
        small = [f"SMALL({column},{citizen.said})" for column in columns]
        large = [f"LARGE({column},{citizen.said})" for column in columns]
        sorted_so = [
            low if way > 0 else high for way, low, high in zip(ways, small, large, strict=True)
        ]
        terms = [f"{h.said}*{each}" for h, each in zip(horizon, sorted_so, strict=True)]
        both = [
            f"{h.said}*IF({h.said}<0,{high},{low})"
            for h, low, high in zip(horizon, small, large, strict=True)
        ]
        for c, (parts, values) in enumerate(((terms, narrow), (both, wide))):
            value = float(values[k]) if k < n else ""
            live = Live(f'IF({citizen.said}<={total.said},{"+".join(parts)},"")', value)
            sheet.live(row, left + 1 + len(times) + c, live)
    areas = [
        sheet.area(FIRST, left + 1 + len(times) + c, LAST, left + 1 + len(times) + c)
        for c in (0, 1)
    ]
    apart = [
        (h * h, column, each)
        for h, column, each in zip(horizon, columns, costs, strict=True)
        if h.value or len(times) == 1
    ]
    one = number(1)
    return {
        "narrowest": _spread(total, [(one, areas[0], narrow)]),
        "independent": _spread(total, apart),
        "widest": _spread(total, [(one, areas[1], wide)]),
    }


def _paired(
    sheet: Sheet,
    study: Study,
    a: int,
    given: Given,
    calculated: Calculated,
    found: Spreads,
    text: Language,
) -> dict[str, Spread]:
    """Write each citizen's status at each time, which a user may change, and the gain."""
    left, times, items = _left(study, a), range(len(study.times)), given.statuses[a]
    label, arm = text.label(study.arms[a].label), study.arms[a]
    heads = [text("book.citizens.status", time=text.label(study.times[t].label)) for t in times]
    gain_head = text("book.citizens.gain", coupling=text(f"coupling.{OBSERVED}"))
    sheet.heads(FIRST - 1, left, [text("book.citizens.citizen"), *heads, gain_head])
    paths = (study.paths or {})[arm.id]
    horizon = [given.horizon[t, study.items[study.statuses[0]].kind] for t in times]
    counted = [t for t in times if study.status_horizon[t]] or [0]
    costs = np.array([[calculated.cost[a, t, i].value for i in items] for t in times])
    codes = np.searchsorted(items, paths)
    gains = sum(horizon[t].value * costs[t][codes[:, t]] for t in counted)
    last = left + len(study.times)
    for k in range(MOST):
        row = FIRST + k
        sheet.number(row, left, k + 1)
        for t in times:
            at = row, left + 1 + t
            if k < len(paths):
                sheet.given(*at, int(codes[k, t]) + 1, f"path.{arm.id}.{k + 1}.{study.times[t].id}")
            else:
                sheet.page.write_blank(*at, None, sheet.book.styles["input"])
        own = sheet.area(row, left + 1, row, last)
        said = "+".join(
            f"{horizon[t].said}*INDEX({calculated.costs[a, t]},{sheet.at(row, left + 1 + t)})"
            for t in counted
        )
        value = float(gains[k]) if k < len(paths) else ""
        sheet.live(row, last + 1, Live(f'IF(COUNT({own})={len(study.times)},{said},"")', value))
    every = sheet.area(FIRST, left + 1, LAST, last)
    sheet.page.data_validation(
        FIRST,
        left + 1,
        LAST,
        last,
        {
            "validate": "integer",
            "criteria": "between",
            "minimum": 1,
            "maximum": len(items),
            "error_title": text("book.citizens.code_title"),
            "error_message": text("book.citizens.code", n=len(items)),
        },
    )
    columns = [sheet.area(FIRST, left + 1 + t, LAST, left + 1 + t) for t in times]
    filled = "+".join(f"ISNUMBER({column})" for column in columns)
    partly = f"SUMPRODUCT((({filled})>0)*(({filled})<{len(columns)}))>0"
    wrong = f"SUMPRODUCT(ISNUMBER({every})*(({every}<1)+({every}>{len(items)})))>0"
    broken = f"COUNTA({every})>COUNT({every})"
    whole = f"SUMPRODUCT(({every}<>INT({every}))*1)>0"
    bad = f"IF({broken},TRUE,IF({whole},TRUE,OR({partly},{wrong})))"
    found.stops.append(sentence_if(bad, text("book.stop.path", arm=label, n=len(items))))
    unpriced = [
        f"{given.counts[a, t, i].said}>0"
        for t in times
        for i in items
        if study.rate_of[a, 0, t, i] < 0
    ]
    if unpriced:
        said = text("book.stop.price", arm=label)
        found.stops.append(sentence_if(f"OR({','.join(unpriced)})", said))
    area = sheet.area(FIRST, last + 1, LAST, last + 1)
    return {OBSERVED: _spread(given.totals[a, 0], [(number(1), area, np.asarray(gains))])}


def _spread(n: Live, parts: list[tuple[Live, str, np.ndarray]]) -> Spread:
    """Return the variance of a mean of parts, each a factor of a column's; and whether it is flat.

    Equal numbers differ in their last bits once they are added up, so what is flat is told by the
    ends.
    """
    variance = summed(
        Live(
            f"{factor.said}*VAR.S({area})",
            factor.value * float(values.var(ddof=1)) if len(values) > 1 else math.nan,
        )
        for factor, area, values in parts
    )
    tests, flat = [], True
    for _, area, values in parts:
        tests.append(f"MAX({area})-MIN({area})<=0.000000001*(ABS(MAX({area}))+ABS(MIN({area})))")
        reach = abs(float(values.max())) + abs(float(values.min())) if len(values) else 0.0
        flat = flat and bool(np.ptp(values) <= 1e-9 * reach if len(values) else True)
    # Of one citizen there is no variance, and nothing that asks for it.
    value = variance.value / n.value if n.value > 1 else 0.0
    live = Live(f"IF({n.said}<2,0,{variance.said}/{n.said})", value)
    return Spread(n, live, f"AND({','.join(tests)})", flat)


def means(given: Given, study: Study, calculated: Calculated) -> Spreads:
    """Find what the printed means of each arm spread, by their standard errors and a coupling."""
    found = Spreads({kind: [] for kind in couplings_of(study)})
    for a in arms_of(study):
        of = [line for line in calculated.lines if line.cell[0] == a]
        reach, sizes = [], []
        for line in of:
            at = study.rates[line.rate].id if line.rate >= 0 else ""
            if at in given.errors:
                _, size, error = given.errors[at]
                product = line.coefficient * error
                reach.append(Live(f"ABS({product.said})", abs(product.value)))
                sizes.append(size)
        n = Live(f"MIN({','.join(s.said for s in sizes)})", min(s.value for s in sizes))
        said, values = ",".join(r.said for r in reach), [r.value for r in reach]
        total, largest = math.fsum(values), max(values)
        squares = Live(f"SUMSQ({said})", math.fsum(v * v for v in values))
        narrow = Live(f"MAX(0,2*MAX({said})-SUM({said}))^2", max(0.0, 2 * largest - total) ** 2)
        wide = Live(f"SUM({said})^2", total**2)
        for kind, spreads in found.by_coupling.items():
            variance = {"narrowest": narrow, "widest": wide}.get(kind, squares)
            flat = f"{variance.said}=0"
            spreads.append(Spread(n, variance, flat, variance.value == 0.0))
    return found
