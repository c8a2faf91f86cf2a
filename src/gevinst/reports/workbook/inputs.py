"""Inputs: the sheet of numbers that a user changes, and what must hold of them."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from gevinst.model.horizons import ONE_OFF, RECURRING
from gevinst.reports.workbook.live import Live, number, over, sentence_if
from gevinst.reports.workbook.sheet import Sheet
from gevinst.study.prices import Summary, rate_name, spread_means, worth
from gevinst.study.study import Study
from gevinst.text.language import Language

MOST = 500
"""Citizens of an arm whose gains stand in a row each."""

CELL = tuple[int, int, int, int]
"""Positions of arm, stratum, time and item."""

WIDTHS = (34, 24, 24, 24, 16, 16, 16, 16)


@dataclass
class Given:
    """Where each number stands that the calculation reads.

    Parameters
    ----------
    rates : dict of int to Live
        kr. per unit of the calculation, by position; per citizen-year of a status.
    printed : dict of int to Live
        The same per unit as printed: what a user changes.
    place : dict of int to int
        Number that each rate has in the table, from 1.
    statuses : dict of int to list of int
        Per arm the statuses that its table has, in its order.
    counts : dict of (arm, time, item) to Live
        Citizens.
    totals : dict of (arm, time) to Live
        Citizens of an arm at a time.
    column : dict of (arm, time) to str
        The cells of an arm's statuses at a time.
    units, group_units : dict of CELL to Live
        Units of a line, per citizen and per whole arm.
    heads : dict of int to Live
        Citizens whom an amount for the whole arm is spread over.
    weights : dict of (arm, stratum) to Live
        Citizens of a stratum per citizen.
    citizens : dict of (arm, stratum) to Live
        Citizens whom a stratum stands for; empty where there is one stratum.
    horizon : dict of (time, str) to Live
        What a cost of each kind of item counts for.
    errors : dict of str to (Summary, Live, Live)
        Of a mean with a spread, by its rate: citizens, and standard error.
    level : Live
        Level of the intervals.
    stops : list of Live
        Sentences on what is wrong with the numbers, each empty where nothing is.
    slopes : tuple of int
        Of the table of rates: its first row, the column of what a rate moves, and its rows.
    """

    rates: dict[int, Live] = field(default_factory=dict)
    printed: dict[int, Live] = field(default_factory=dict)
    place: dict[int, int] = field(default_factory=dict)
    statuses: dict[int, list[int]] = field(default_factory=dict)
    counts: dict[tuple[int, int, int], Live] = field(default_factory=dict)
    totals: dict[tuple[int, int], Live] = field(default_factory=dict)
    column: dict[tuple[int, int], str] = field(default_factory=dict)
    units: dict[CELL, Live] = field(default_factory=dict)
    group_units: dict[CELL, Live] = field(default_factory=dict)
    heads: dict[int, Live] = field(default_factory=dict)
    weights: dict[tuple[int, int], Live] = field(default_factory=dict)
    citizens: dict[tuple[int, int], Live] = field(default_factory=dict)
    horizon: dict[tuple[int, str], Live] = field(default_factory=dict)
    errors: dict[str, tuple[Summary, Live, Live]] = field(default_factory=dict)
    level: Live = field(default_factory=lambda: number(0))
    stops: list[Live] = field(default_factory=list)
    slopes: tuple[int, int, int] = (0, 0, 0)


def arms_of(study: Study) -> list[int]:
    """Positions of the arms compared, the treated first."""
    return [study.axes.at("arm", arm) for arm in study.contrast.arms]


def units_used(study: Study) -> list[CELL]:
    """Cells of lines that the arms compared have anything in."""
    used = (study.lines != 0.0) | (study.group_lines != 0.0)
    return [(a, k, t, i) for a in arms_of(study) for k, t, i in np.argwhere(used[a]).tolist()]


def statuses_of(study: Study, a: int) -> list[int]:
    """Statuses that somebody of an arm could be in: those that something prices."""
    return [i for i in study.statuses if (study.rate_of[a, 0, :, i] >= 0).any()]


def stratum_said(study: Study, text: Language) -> str:
    """Say what a stratum is, in the study's words where it has any."""
    stated = study.stratification
    return text.label(stated.label) if stated else text("book.inputs.stratum")


def inputs(
    sheet: Sheet, study: Study, level: float, paths: dict[int, list[str]], text: Language
) -> Given:
    """Write the sheet.

    Parameters
    ----------
    sheet : Sheet
        Empty.
    study : Study
        Under its conventions.
    level : float
        Of the intervals.
    paths : dict of int to list of str
        Of paired data, per arm and time where the citizens' statuses stand: they are counted from
        there. Empty of margins.
    text : Language
        In the study's voice.
    """
    given = Given()
    sheet.said(0, text("book.inputs.title"), 5, "title")
    sheet.said(1, text("book.inputs.about"), 5)
    sheet.text(3, 0, text("book.inputs.level"))
    given.level = sheet.given(3, 1, level, "level", "input_share")
    given.stops.append(
        sentence_if(
            f"IF(ISNUMBER({given.level.said}),OR({given.level.said}<=0,{given.level.said}>=1),TRUE)",
            text("book.stop.level"),
        )
    )
    sheet.row = 5
    _rates(sheet, study, given, text)
    for a in arms_of(study) if study.statuses else ():
        _counts(sheet, study, a, given, paths.get(a), text)
    _strata(sheet, study, given, text)
    _lines(sheet, study, given, text)
    _errors(sheet, study, given, text)
    _horizon(sheet, study, given, text)
    sheet.page.freeze_panes(3, 0)
    return given


def _numbers(
    sheet: Sheet, given: Given, cells: str, size: int, place: str, text: Language, least: str = ""
) -> None:
    """Stop where a cell of a range holds no number, or one below what it can be."""
    given.stops.append(sentence_if(f"COUNT({cells})<{size}", text("book.stop.number", place=place)))
    if least:
        said = text(f"book.stop.{least}", place=place)
        test = {
            "whole": f"SUMPRODUCT(({cells}<0)+({cells}<>INT({cells})))>0",
            "negative": f"SUMPRODUCT(--({cells}<0))>0",
            "positive": f"SUMPRODUCT(--({cells}<=0))>0",
        }[least]
        given.stops.append(sentence_if(f"IF(COUNT({cells})<{size},FALSE,{test})", said))


def _rates(sheet: Sheet, study: Study, given: Given, text: Language) -> None:
    used: dict[int, None] = {}
    for a in arms_of(study):
        for i in statuses_of(study, a):
            used |= dict.fromkeys(k for k in study.rate_of[a, 0, :, i].tolist() if k >= 0)
    for cell in units_used(study):
        if study.rate_of[cell] >= 0:
            used[int(study.rate_of[cell])] = None
    place = text("book.inputs.rates")
    sheet.text(sheet.row, 0, place, "section")
    heads = ("rate", "unit", "value", "per_unit", "slope", "number")
    sheet.heads(sheet.row + 1, 0, [text(f"book.inputs.{head}") for head in heads], range(2, 6))
    first = sheet.row + 2
    for n, k in enumerate(used):
        rate, row = study.rates[k], first + n
        given.place[k] = n + 1
        sheet.text(row, 0, rate_name(study, k, text))
        unit = {"kr/year": "kr_per_year", "kr/month": "kr_per_month"}.get(rate.unit, "kr")
        sheet.text(row, 1, text(f"unit.{unit}"))
        value = rate.kr / rate.per
        style = "input" if value == round(value) else "input_ore"
        given.printed[k] = sheet.given(row, 2, value, f"rate.{rate.id}", style)
        given.rates[k] = sheet.live(row, 3, given.printed[k] * rate.per)
        sheet.number(row, 5, n + 1)
    given.slopes = (first, 4, len(used))
    if used:
        cells = sheet.area(first, 2, first + len(used) - 1, 2)
        _numbers(sheet, given, cells, len(used), place, text)
    sheet.row = first + len(used) + 1


def _counts(
    sheet: Sheet, study: Study, a: int, given: Given, paths: list[str] | None, text: Language
) -> None:
    arm, rows = study.arms[a], statuses_of(study, a)
    given.statuses[a] = rows
    place = text.label(arm.label)
    title = text("book.inputs.counted" if paths else "book.inputs.counts", arm=place)
    sheet.text(sheet.row, 0, title, "section")
    times = [text.label(time.label) for time in study.times]
    sheet.heads(sheet.row + 1, 0, [text("book.inputs.status"), *times], range(1, 99))
    first, last = sheet.row + 2, sheet.row + 1 + len(rows)
    for n, i in enumerate(rows):
        sheet.text(first + n, 0, f"{n + 1}. {text.label(study.items[i].label)}")
        for t, time in enumerate(study.times):
            count = int(study.counts[a, t, i])
            at, name = (first + n, t + 1), f"count.{arm.id}.{time.id}.{study.items[i].id}"
            if paths:
                live = Live(f"COUNTIF({paths[t]},{n + 1})", float(count))
                given.counts[a, t, i] = sheet.live(*at, live)
            elif study.rate_of[a, 0, t, i] < 0:  # nobody can be where nothing has a price
                given.counts[a, t, i] = sheet.number(*at, count)
            else:
                given.counts[a, t, i] = sheet.given(*at, count, name)
    sheet.text(last + 1, 0, text("book.inputs.total"), "bold")
    for t in range(len(study.times)):
        given.column[a, t] = sheet.area(first, t + 1, last, t + 1)
        total = float(study.counts[a, t].sum())
        live = over("SUM", given.column[a, t], total)
        given.totals[a, t] = sheet.live(last + 1, t + 1, live, "result")
    cells, totals = (
        sheet.area(first, 1, last, len(study.times)),
        sheet.area(last + 1, 1, last + 1, len(study.times)),
    )
    if not paths:
        _numbers(sheet, given, cells, len(rows) * len(study.times), place, text, "whole")
        if len(study.times) > 1:
            said = text("book.stop.totals", arm=place)
            given.stops.append(sentence_if(f"MAX({totals})<>MIN({totals})", said))
        sheet.page.data_validation(
            first,
            1,
            last,
            len(study.times),
            {
                "validate": "integer",
                "criteria": ">=",
                "value": 0,
                "error_title": text("book.inputs.whole_title"),
                "error_message": text("book.inputs.whole"),
            },
        )
    given.stops.append(sentence_if(f"MAX({totals})<1", text("book.stop.nobody", place=place)))
    sheet.row = last + 3


def _strata(sheet: Sheet, study: Study, given: Given, text: Language) -> None:
    """Write how many citizens a stratum stands for: once, where that is alike in both arms."""
    arms = arms_of(study)
    shares = study.stratum_shares[arms]
    if len(study.strata) == 1:
        given.weights = {(a, 0): number(float(study.stratum_shares[a, 0])) for a in arms}
        return
    alike = bool((shares == shares[0]).all())
    place = text("book.inputs.strata")
    sheet.text(sheet.row, 0, place, "section")
    labels = [text.label(study.arms[a].label) for a in arms]
    sheet.heads(sheet.row + 1, 0, ["", *([text("book.inputs.citizens")] if alike else labels)])
    first, last = sheet.row + 2, sheet.row + 1 + len(study.strata)
    for c, a in enumerate(arms[:1] if alike else arms):
        n = study.arms[a].analysed
        column, own = sheet.area(first, c + 1, last, c + 1), arms if alike else [a]
        citizens = []
        for k, stratum in enumerate(study.strata):
            sheet.text(first + k, 0, text.label(stratum.label))
            # A share of so many citizens is a number of them, but for the last bits.
            count = float(f"{n * study.stratum_shares[a, k]:.9g}")
            style = "input" if count == round(count) else "input_ore"
            name = f"citizens.{stratum.id}" + ("" if alike else f".{study.arms[a].id}")
            citizens.append(sheet.given(first + k, c + 1, count, name, style))
        total = over("SUM", column, sum(each.value for each in citizens))
        total = sheet.live(last + 1, c + 1, total, "result")
        for k, each in enumerate(citizens):
            for b in own:
                given.citizens[b, k] = each
                given.weights[b, k] = each / total
        _numbers(sheet, given, column, len(citizens), place, text, "negative")
        given.stops.append(sentence_if(f"{total.said}<=0", text("book.stop.nobody", place=place)))
    sheet.text(last + 1, 0, text("book.inputs.total"), "bold")
    sheet.row = last + 3


def _lines(sheet: Sheet, study: Study, given: Given, text: Language) -> None:
    """Write the units of every line, and whom an amount for a group is spread over."""
    cells = units_used(study)
    if not cells:
        return
    place = text("book.inputs.lines")
    sheet.text(sheet.row, 0, place, "section")
    names = ("arm", "time", "item", "units", "group_units")
    heads = [text(f"book.inputs.{name}") for name in names]
    heads.insert(1, stratum_said(study, text))
    sheet.heads(sheet.row + 1, 0, heads, (4, 5))
    first = sheet.row + 2
    for n, cell in enumerate(cells):
        a, k, t, i = cell
        stratum = text.label(study.strata[k].label) if len(study.strata) > 1 else ""
        labels = (study.arms[a].label, study.times[t].label, study.items[i].label)
        arm, time, item = map(text.label, labels)
        for column, said in enumerate((arm, stratum, time, item)):
            sheet.text(first + n, column, said)
        ids = ".".join(
            axis[p].id
            for axis, p in zip(
                (study.arms, study.strata, study.times, study.items), cell, strict=True
            )
        )
        for column, held, found in (
            (4, study.lines, given.units),
            (5, study.group_lines, given.group_units),
        ):
            if held[cell]:
                value = float(held[cell])
                style = "input" if value == round(value) else "input_share"
                named = f"{'units' if column == 4 else 'group_units'}.{ids}"
                found[cell] = sheet.given(first + n, column, value, named, style)
    area = sheet.area(first, 4, first + len(cells) - 1, 5)
    _numbers(sheet, given, area, len(given.units) + len(given.group_units), place, text)
    sheet.row = first + len(cells) + 1
    for a in dict.fromkeys(cell[0] for cell in given.group_units):
        _heads(sheet, study, a, given, text)


def _heads(sheet: Sheet, study: Study, a: int, given: Given, text: Language) -> None:
    label = text.label(study.arms[a].label)
    said = text("book.inputs.heads_of", arm=label)
    sheet.text(sheet.row, 0, said)
    if study.statuses and study.conventions.heads != "enrolled":
        given.heads[a] = sheet.live(sheet.row, 1, given.totals[a, 0])
    else:
        name = f"heads.{study.arms[a].id}"
        given.heads[a] = sheet.given(sheet.row, 1, study.heads(study.arms[a]), name)
        _numbers(sheet, given, given.heads[a].said, 1, said, text, "positive")
    sheet.row += 2


def _errors(sheet: Sheet, study: Study, given: Given, text: Language) -> None:
    """Write the standard error of every mean that has a spread and counts for something."""
    means = [m for arm in study.contrast.arms for m in spread_means(study, arm)]
    if study.statuses or not means:
        return
    place = text("book.inputs.errors")
    sheet.text(sheet.row, 0, place, "section")
    heads = ("rate", "mean_citizens", "error")
    sheet.heads(sheet.row + 1, 0, [text(f"book.inputs.{head}") for head in heads])
    first, rates = sheet.row + 2, [rate.id for rate in study.rates]
    for n, mean in enumerate(means):
        sheet.text(first + n, 0, rate_name(study, rates.index(mean.rate), text))
        size = sheet.given(first + n, 1, mean.n, f"n.{mean.rate}")
        error = sheet.given(first + n, 2, mean.standard_error, f"se.{mean.rate}", "input_ore")
        given.errors[mean.rate] = mean, size, error
    last = first + len(means) - 1
    _numbers(sheet, given, sheet.area(first, 1, last, 1), len(means), place, text, "whole")
    _numbers(sheet, given, sheet.area(first, 2, last, 2), len(means), place, text, "negative")
    sheet.row = last + 2


def all_spread(study: Study) -> bool:
    """Whether every mean of the arms compared that counts for something has a spread."""
    own = [each for each in study.summaries if each.arm in study.contrast.arms]
    count = [each for each in own if worth(study, each)]
    arms = {each.arm for each in count}
    return arms == set(study.contrast.arms) and all(each.standard_error for each in count)


def _horizon(sheet: Sheet, study: Study, given: Given, text: Language) -> None:
    """Write what a cost at each time counts for: a convention, and nothing to change."""
    sheet.text(sheet.row, 0, text("book.inputs.horizon"), "section")
    kinds = [kind for kind in (RECURRING, ONE_OFF) if any(i.kind == kind for i in study.items)]
    names = [text(f"book.inputs.{kind}") for kind in kinds]
    sheet.heads(sheet.row + 1, 0, [text("book.inputs.time"), *names], (1, 2))
    for t, time in enumerate(study.times):
        row = sheet.row + 2 + t
        sheet.text(row, 0, text.label(time.label))
        for c, kind in enumerate(kinds):
            i = next(i for i, item in enumerate(study.items) if item.kind == kind)
            value = float(study.horizon[t, i])
            given.horizon[t, kind] = sheet.number(row, c + 1, value, "share")
    sheet.row += len(study.times) + 3
