"""Turning: what each number by itself would have to be, and a line of two rates together."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator

from gevinst.analyses.swing import input_said, unit_said
from gevinst.analyses.turning.inputs import Input
from gevinst.model.horizons import RECURRING
from gevinst.reports.results import Results
from gevinst.reports.workbook.calculation import Calculated, Line
from gevinst.reports.workbook.inputs import Given
from gevinst.reports.workbook.live import NONE, Live, number, quoted, summed
from gevinst.reports.workbook.sheet import Sheet
from gevinst.study.prices import rate_name
from gevinst.study.study import Study
from gevinst.text.language import Language

WIDTHS = (58, 18, 16, 16, 16, 34)
POINTS = 11
"""Of the line of two rates."""

Solved = tuple[Live, Live] | None
"""What a number is, and what it would have to be."""


class Turning:
    """The sheet of break-evens of one study."""

    def __init__(
        self,
        sheet: Sheet,
        rates: Sheet,
        results: Results,
        given: Given,
        calculated: Calculated,
        stop: Live,
        text: Language,
    ) -> None:
        self.sheet, self.rates, self.results = sheet, rates, results
        self.study: Study = results.study
        self.given, self.calculated, self.stop, self.text = given, calculated, stop, text
        self.now = calculated.difference
        self.slopes = self._slopes()

    def write(self) -> None:
        """Write every number that has a formula, the nearest first, and the line."""
        sheet, text = self.sheet, self.text
        sheet.said(0, text("book.turning.title"), 5, "title")
        sheet.said(1, text("book.turning.about"), 5)
        heads = [text(f"break_even.{name}") for name in ("unit", "current", "value", "distance")]
        sheet.heads(3, 0, [text("book.turning.what"), *heads, text("book.answer.note")], (2, 3, 4))
        row = 4
        for each, (now, then) in self._solved():
            place = input_said(each.input, each.place, text)
            sheet.text(row, 0, place)
            sheet.text(row, 1, unit_said(each.unit, text))
            style = {"share": "share", "years": "ore", "citizens": "ore"}.get(each.unit, "kr")
            current = sheet.live(row, 2, now.unless(self.stop), style)
            value = sheet.live(row, 3, then.unless(self.stop), style, name=each.input)
            gone = value.value == NONE or current.value == NONE
            far = NONE if gone else value.value - current.value
            apart = Live(f'IF(ISNUMBER({value.said}),{value.said}-{current.said},"{NONE}")', far)
            sheet.live(row, 4, apart, style)
            sheet.live(row, 5, self._possible(each, value), "plain")
            row += 1
        for kind in dict.fromkeys(each.kind for each, _ in self._solved()):
            sheet.said(row + 1, text(f"break_even.note.{kind}"), 5)
            row += 1
        sheet.said(row + 1, text("book.turning.others"), 5)
        self._line(row + 3)
        sheet.page.freeze_panes(4, 0)

    def _slopes(self) -> dict[int, Live]:
        """Write behind each rate what the difference moves by per unit of it as printed."""
        found = {}
        top, column, _ = self.given.slopes
        for k, n in self.given.place.items():
            own = [line.coefficient.value for line in self.calculated.lines if line.rate == k]
            said = f"SUMIF({self.calculated.rate_numbers},{n},{self.calculated.coefficients})"
            live = Live(said, math.fsum(own)) * self.study.rates[k].per
            found[k] = self.rates.live(top + n - 1, column, live, "share")
        return found

    def _solved(self) -> Iterator[tuple[Input, tuple[Live, Live]]]:
        ways: dict[str, Callable[[Input], Solved]] = {
            "rate": self._rate,
            "heads": self._heads,
            "count": self._count,
            "lost": self._lost,
            "imbalance": self._imbalance,
            "regression": self._regression,
            "deadweight": self._deadweight,
            "years": self._years,
            "stated": self._stated,
            "citizens": self._citizens,
        }
        for each in self.results.sensitivity.break_even.inputs:
            solved = ways[each.kind](each) if each.kind in ways else None
            if solved is not None:
                yield each, solved

    def _possible(self, each: Input, value: Live) -> Live:
        """Say where a number cannot be what it would have to be."""
        low, high = each.limits
        tests = [f"{value.said}<{number(low).said}"] if math.isfinite(low) else []
        if each.kind == "count":
            arm, time, _ = self._place(each)
            tests.append(f"{value.said}>{self.given.totals[arm, time].said}")
        elif math.isfinite(high) and each.kind != "lost":
            tests.append(f"{value.said}>{number(high).said}")
        out = value.value != NONE and not low <= value.value <= high and each.kind != "lost"
        said = self.text("book.turning.cannot")
        test = f"OR({','.join(tests)})" if tests else "FALSE"
        return Live(
            f'IF(ISNUMBER({value.said}),IF({test},{quoted(said)},""),"")', said if out else ""
        )

    def _place(self, each: Input) -> tuple[int, int, int]:
        """Positions of arm, time and status that a count's name says, whose ids may have dots."""
        study = self.study
        return next(
            (a, t, i)
            for a, t, i in self.given.counts
            if each.input == f"count.{study.arms[a].id}.{study.times[t].id}.{study.items[i].id}"
        )

    def _arm(self, each: Input) -> int:
        return self.study.axes.at("arm", each.input.partition(".")[2])

    def _signed(self, test: Callable[[Line], bool]) -> Live:
        return summed(line.signed for line in self.calculated.lines if test(line))

    def _zero(self, current: Live, slope: Live) -> Live:
        """Where a straight line is zero; a dash where it is flat, but for the last bits."""
        solved, now = current - self.now / slope, self.now
        test = f"ABS({slope.said})*MAX(1,ABS({current.said}))<=1E-12*MAX(1,ABS({now.said}))"
        flat = abs(slope.value) * max(1.0, abs(current.value)) <= 1e-12 * max(1.0, abs(now.value))
        return Live(f'IF({test},"{NONE}",{solved.said})', NONE if flat else solved.value)

    def _rate(self, each: Input) -> Solved:
        name = each.input.partition(".")[2]
        k = next((k for k in self.given.place if self.study.rates[k].id == name), None)
        if k is None:
            return None
        now, slope = self.given.printed[k], self.slopes[k]
        return now, self._zero(now, slope)

    def _heads(self, each: Input) -> Solved:
        a = self._arm(each)
        heads, paid = self.given.heads[a], self._signed(lambda x: x.group and x.cell[0] == a)
        return heads, (paid * heads / (paid - self.now)).where(paid - self.now)

    def _count(self, each: Input) -> Solved:
        a, t, i = self._place(each)
        given, found = self.given, self.calculated
        here, n, cost = given.counts[a, t, i], given.totals[a, t], found.cost[a, t, i]
        costs = math.fsum(
            given.counts[a, t, j].value * found.cost[a, t, j].value for j in given.statuses[a]
        )
        total = Live(f"SUMPRODUCT({given.column[a, t]},{found.costs[a, t]})", costs)
        others = (total - here * cost) / (n - here)
        horizon = given.horizon[t, self.study.items[i].kind]
        sign = self.study.contrast.sign(self.study.arms[a].id)
        slope = horizon * (cost - others) / n * sign
        return here, self._zero(here, slope).where(n - here)

    def _lost(self, each: Input) -> Solved:
        a, given, study = self._arm(each), self.given, self.study
        terms = [
            given.horizon[t, study.items[i].kind] * given.counts[a, t, i]
            for t in range(len(study.times))
            for i in given.statuses[a]
            if i in study.lost
        ]
        n = given.totals[a, 0]
        slope = summed(terms) / n * study.contrast.sign(study.arms[a].id)
        return number(0), self._zero(number(0), slope)

    def _first(self) -> Live:
        return self.given.horizon[0, self.study.items[self.study.statuses[0]].kind]

    def _own(self, a: int, *, investment: bool) -> Live:
        """Gain of an arm from what is an investment, or is not, kr. per citizen."""
        lines = (line for line in self.calculated.lines if line.cell[0] == a)
        return summed(x.own for x in lines if self.study.items[x.cell[3]].investment == investment)

    def _imbalance(self, each: Input) -> Solved:
        return number(0), (self.now / self._first()).where(self._first())

    def _regression(self, each: Input) -> Solved:
        fall = self._own(self._arm(each), investment=False)
        return number(0), (self.now / fall).where(fall)

    def _deadweight(self, each: Input) -> Solved:
        a = self._arm(each)
        fall, paid = (self._own(a, investment=kind) for kind in (False, True))
        reference, current = self.study.contrast.reference, number(0)
        if reference is not None:
            other = self.study.axes.at("arm", reference)
            current = (self._own(other, investment=False) / fall).where(fall)
            paid = paid - self._own(other, investment=True)
        return current, (number(1) + paid / fall).where(fall)

    def _years(self, each: Input) -> Solved:
        def flow(line: Line) -> bool:
            return self.study.items[line.cell[3]].kind == RECURRING

        annual, once = self._signed(flow), self._signed(lambda line: not flow(line))
        return number(1), (number(0) - once / annual).where(annual)

    def _stated(self, each: Input) -> Solved:
        study, of = self.study, each.input.partition(".")[2]
        if study.contrast.reference is None:
            return None
        a = study.axes.at("arm", study.contrast.reference)
        case = None if of == study.arms[a].id else study.axes.at("stratum", of)
        cost = self._signed(lambda x: x.cell[0] == a and case in (None, x.cell[1]))
        return number(1), self._zero(number(1), cost)

    def _citizens(self, each: Input) -> Solved:
        k = self.study.axes.at("stratum", each.input.partition(".")[2])
        a = self.study.axes.at("arm", self.study.contrast.treated)
        if (a, k) not in self.given.citizens:
            return None
        own = summed(x.bare for x in self.calculated.lines if x.cell[1] == k)
        count = self.given.citizens[a, k]
        every = summed(self.given.citizens[a, j] for j in range(len(self.study.strata)))
        return count, (count - every * self.now / own).where(own)

    def _line(self, row: int) -> None:
        """Write the value of one rate at which there is no difference, over values of another."""
        sheet, text, given = self.sheet, self.text, self.given
        nearest = [
            given.place[k]
            for each in self.results.sensitivity.break_even.inputs
            if each.kind == "rate"
            for k in given.place
            if self.study.rates[k].id == each.input.partition(".")[2]
        ]
        if len(nearest) < 2:
            return
        sheet.text(row, 0, text("book.turning.line"), "section")
        sheet.said(row + 1, text("book.turning.line_about", n=len(given.place)), 5)
        top, slope_column, size = given.slopes
        names = self.rates.area(top, 0, top + size - 1, 0)
        values = self.rates.area(top, 2, top + size - 1, 2)
        slopes = self.rates.area(top, slope_column, top + size - 1, slope_column)
        by_number = {n: k for k, n in given.place.items()}
        chosen, picked = [], nearest[:2]
        for c, n in enumerate(picked):
            at = row + 3 + c
            sheet.text(at, 0, text(f"book.turning.{'first' if c == 0 else 'second'}"))
            chosen.append(sheet.given(at, 1, n, f"line.{c + 1}"))
            k = by_number[n]
            name = Live(f"INDEX({names},{chosen[c].said})", rate_name(self.study, k, text))
            sheet.live(at, 2, _or_dash(name), "plain")
        first, second = (by_number[n] for n in picked)
        step = sheet.given(
            row + 5, 1, max(abs(given.printed[first].value) / 10, 1.0), "line.step", "input_ore"
        )
        sheet.text(row + 5, 0, text("book.turning.step"))
        both = [f"INDEX({cells},{c.said})" for cells in (values, slopes) for c in chosen]
        held = [given.printed[first].value, given.printed[second].value]
        held += [self.slopes[first].value, self.slopes[second].value]
        a0, b0, sa, sb = (Live(said, value) for said, value in zip(both, held, strict=True))
        sheet.heads(row + 7, 0, ["", text("book.turning.at"), text("book.turning.zero")], (1, 2))
        for p in range(POINTS):
            away = step * (p - POINTS // 2)
            at = row + 8 + p
            one = _or_dash(a0 + away).unless(self.stop)
            sheet.live(at, 1, one, "ore", name=f"line.at.{p}")
            b = b0 - (self.now + sa * away) / sb
            live = Live(f'IF({chosen[0].said}={chosen[1].said},"{NONE}",{b.said})', b.value)
            sheet.live(at, 2, _or_dash(live).unless(self.stop), "ore", name=f"line.zero.{p}")


def _or_dash(live: Live) -> Live:
    return Live(f'IFERROR({live.said},"{NONE}")', live.value)
