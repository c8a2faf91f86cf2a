"""Calculation: the sum of products, cell by cell, and the limits of Welch's t over it."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from gevinst.reports.workbook.inputs import CELL, Given, arms_of, stratum_said
from gevinst.reports.workbook.live import Live, number, over, summed
from gevinst.reports.workbook.sheet import Sheet
from gevinst.study.study import Study
from gevinst.text.language import Language

WIDTHS = (30, 18, 18, 30, 12, 12, 12, 12, 12, 14, 14, 14, 14, 14, 3, 60)


@dataclass(frozen=True)
class Line:
    """A cell of the calculation.

    Parameters
    ----------
    cell : CELL
        Where.
    rate : int
        Position of its rate; -1 for none.
    group : bool
        Whether it is an amount for the whole arm.
    coefficient : Live
        What a krone of its rate counts for in the difference.
    signed : Live
        What it counts for in the difference, kr. per citizen.
    own : Live
        What it counts for in the gain of its arm.
    bare : Live
        What it counts for in the difference per citizen of its stratum.
    """

    cell: CELL
    rate: int
    group: bool
    coefficient: Live
    signed: Live
    own: Live
    bare: Live


@dataclass
class Calculated:
    """What the other sheets read.

    Parameters
    ----------
    lines : list of Line
        Every cell.
    costs, before : dict of (arm, time) to str
        Cells of what a citizen of each status costs, and of citizens in those before it.
    cost : dict of (arm, time, item) to Live
        What one costs a year.
    net : dict of int to Live
        Net gain of each arm, kr. per citizen.
    difference : Live
        Of the arms compared, or the change, kr. per citizen; unguarded.
    rate_numbers, coefficients : str
        Cells of all lines.
    """

    lines: list[Line] = field(default_factory=list)
    costs: dict[tuple[int, int], str] = field(default_factory=dict)
    before: dict[tuple[int, int], str] = field(default_factory=dict)
    cost: dict[tuple[int, int, int], Live] = field(default_factory=dict)
    net: dict[int, Live] = field(default_factory=dict)
    difference: Live = field(default_factory=lambda: number(0))
    rate_numbers: str = ""
    coefficients: str = ""

    def of(self, lines: list[Line]) -> Live:
        """What some of the lines count for in the difference."""
        return summed(line.signed for line in lines)


COLUMNS = (
    *("arm", "time", "item", "quantity", "number", "kr", "payer", "counts"),
    *("weight", "gain", "coefficient", "before", "cost"),
)


def calculation(sheet: Sheet, study: Study, given: Given, text: Language) -> Calculated:
    """Write every cell of the calculation, and what they add up to."""
    found, arms = Calculated(), arms_of(study)
    sheet.said(0, text("book.calculation.title"), 9, "title")
    sheet.said(1, text("book.calculation.about"), 9)
    sheet.heads(3, 0, [text("book.calculation.of"), text("book.calculation.net")], (1,))
    top, first = 4, 4 + len(arms) + 3
    heads = [text(f"book.calculation.{name}") for name in COLUMNS]
    heads.insert(1, stratum_said(study, text))
    sheet.heads(first - 1, 0, heads, range(4, 99))
    sheet.row = first
    for a in arms:
        begin = sheet.row
        for t in range(len(study.times)) if study.statuses else ():
            _statuses(sheet, study, a, t, given, found, text)
        for cell, units in given.units.items():
            if cell[0] == a:
                _line(sheet, study, cell, units, given, found, text, group=False)
        for cell, units in given.group_units.items():
            if cell[0] == a:
                per_head = units / given.heads[a]
                _line(sheet, study, cell, per_head, given, found, text, group=True)
        own = math.fsum(line.own.value for line in found.lines if line.cell[0] == a)
        total = number(0)
        if sheet.row > begin:
            total = over("SUM", sheet.area(begin, 10, sheet.row - 1, 10), own)
        k = arms.index(a)
        sheet.text(top + k, 0, text.label(study.arms[a].label))
        found.net[a] = sheet.live(top + k, 1, total)
    difference = found.net[arms[0]]
    if len(arms) > 1:
        difference = difference - found.net[arms[1]]
    sheet.text(top + len(arms), 0, text("book.answer.difference"), "bold")
    found.difference = sheet.live(top + len(arms), 1, difference, "result")
    found.rate_numbers = sheet.area(first, 5, max(sheet.row - 1, first), 5)
    found.coefficients = sheet.area(first, 11, max(sheet.row - 1, first), 11)
    sheet.page.freeze_panes(3, 0)
    return found


def _statuses(
    sheet: Sheet, study: Study, a: int, t: int, given: Given, found: Calculated, text: Language
) -> None:
    """Write the statuses of an arm at a time, and how many citizens stand before each."""
    first, before = sheet.row, 0.0
    for n, i in enumerate(given.statuses[a]):
        count = given.counts[a, t, i]
        live = number(0)
        if n:
            above = Live(sheet.at(sheet.row - 1, 12), before)
            live = above + given.counts[a, t, given.statuses[a][n - 1]]
        before = live.value
        sheet.live(sheet.row, 12, live)
        share = count / given.totals[a, t]
        _line(sheet, study, (a, 0, t, i), share, given, found, text, group=False)
    last = sheet.row - 1
    found.before[a, t] = sheet.area(first, 12, last, 12)
    found.costs[a, t] = sheet.area(first, 13, last, 13)


def _line(
    sheet: Sheet,
    study: Study,
    cell: CELL,
    quantity: Live,
    given: Given,
    found: Calculated,
    text: Language,
    *,
    group: bool,
) -> None:
    """Write a cell: its quantity, price, part that is paid, horizon and weight, and the product."""
    a, k, t, i = cell
    row, item = sheet.row, study.items[i]
    rate = int(study.rate_of[cell])
    labels = (study.arms[a].label, study.times[t].label, item.label)
    arm, time, name = map(text.label, labels)
    stratum = text.label(study.strata[k].label) if len(study.strata) > 1 else ""
    for column, said in enumerate((arm, stratum, time, name)):
        sheet.text(row, column, said)
    quantity = sheet.live(row, 4, quantity, "share")
    sheet.number(row, 5, given.place.get(rate, 0))
    kr = sheet.live(row, 6, given.rates[rate] if rate >= 0 else number(0))
    paid = sheet.number(row, 7, float(study.payer_shares[cell].sum()), "share")
    counts = sheet.live(row, 8, given.horizon[t, item.kind], "share")
    weight = sheet.live(row, 9, given.weights[a, k], "share")
    alone = quantity * paid * counts
    each = alone * weight
    own = sheet.live(row, 10, each * kr, "ore")
    sign = study.contrast.sign(study.arms[a].id)
    coefficient = sheet.live(row, 11, each * sign, "share")
    if item.status:
        found.cost[a, t, i] = sheet.live(row, 13, kr * paid)
    found.lines.append(Line(cell, rate, group, coefficient, own * sign, own, alone * kr * sign))
    sheet.row += 1


def checked(sheet: Sheet, stops: list[Live], text: Language) -> Live:
    """Write the checks below one another, each with the first sentence so far; return the last."""
    column = len(COLUMNS) + 1
    sheet.text(3, column, text("book.answer.check"), "head")
    found = Live('""', "")
    for n, each in enumerate(stops):
        live = Live(f'IF({found.said}<>"",{found.said},{each.said})', found.value or each.value)
        found = sheet.live(4 + n, column, live if n else each, "plain")
    return found
