"""Means: one printed mean a row, of whom, and how much it spreads."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product

import numpy as np

from gevinst.files.priced.lines import shares_of
from gevinst.files.priced.money import is_unit, written_unit
from gevinst.files.stated import Contents, Stated, payer_of
from gevinst.files.tables import Row, Table
from gevinst.model.horizons import ONE_OFF
from gevinst.sources.lines.means import Means
from gevinst.study.prices import LAWS, NORMAL, SPREADS, Distribution, Rate, Summary
from gevinst.text.numerals import Numeral

SKEW = 0.05
"""A mean this part of an interval's width off its middle is said to be so."""

_COLUMNS = tuple(column for columns in SPREADS.values() for column in columns)


def read_summaries(table: Table, stated: Stated, contents: Contents) -> None:
    """Read means: each is a rate of its own, of one unit per citizen."""
    contents.rated.append(table)
    rows = table.rows(
        ("arm", "item", "time", "n", "mean", "source"),
        (*_COLUMNS, "level", "law", "unit", "paid_by", "shares"),
        ("arm", "item", "time"),
        {column: stated.ids(column).__contains__ for column in ("arm", "item", "time")}
        | dict.fromkeys(("n", "mean"), table.style.is_number),
    )
    if rows and (stated.ids("status") or len(stated.strata) > 1):
        table.problem("E267")
        return
    drawing = Means.name in (source.name for source in stated.sources)
    read = [(row, each) for row in rows if (each := _summary(row, stated)) is not None]
    for row, each in read:
        _fill_in(row, each, drawing, stated, contents)
    contents.summaries = tuple(each for _, each in read)
    for arm, item, time in _missing(contents.summaries, stated, contents):
        table.problem("W262", item, arm=arm, time=time)
    spread = [each for each in contents.summaries if each.spread]
    if spread and not drawing:
        table.problem("W261", Means.name)
    if bare := len(read) - len(spread):
        table.problem("N260", bare, n=bare, all=len(read))


def _missing(
    summaries: Sequence[Summary], stated: Stated, contents: Contents
) -> Iterator[tuple[str, str, str]]:
    """Find where an item has no mean and no amount, and has one in another group or at a point."""
    points = all(time.years is not None for time in stated.times)
    priced = next(iter(contents.rate_maps.values()))[:, 0]
    for i, item in ((i, item.id) for i, item in enumerate(stated.items) if item.kind != ONE_OFF):
        seen = {each.time for each in summaries if each.item == item}
        times = stated.ids("time") if points and seen else sorted(seen)
        for arm, time in product(stated.ids("arm"), times):
            if priced[stated.at("arm", arm), stated.at("time", time), i] < 0:
                yield arm, item, time


def _fill_in(row: Row, summary: Summary, drawing: bool, stated: Stated, contents: Contents) -> None:
    """Put a mean into its cell, which no line may be in."""
    at = stated.at
    cell = at("arm", summary.arm), 0, at("time", summary.time), at("item", summary.item)
    place = " / ".join((summary.arm, summary.item, summary.time))
    if contents.lines[cell] or contents.group_lines[cell] or contents.uncounted[cell]:
        lines = next(each for each in contents.rated if each is not row.table)
        row.problem("E266", place, other=lines.name, first=contents.line_of[cell])
        return
    if summary.rate in contents.positions:
        row.problem("E272", summary.rate)
        return
    moves = drawing and summary.standard_error > 0.0
    position = contents.add_rate(
        Rate(
            summary.rate,
            summary.mean,
            "kr",
            Distribution("fixed", ""),
            Means.name if moves else "",
            summary.source,
            rounding=row.last_digit("mean") / 2.0,
        )
    )
    for rate_map in contents.rate_maps.values():
        rate_map[cell] = position
    contents.lines[cell] = 1.0
    payer = payer_of(row, stated)
    shares = shares_of(row, "shares", stated) or {stated.ids("payer")[payer]: 1.0}
    contents.share[cell] = [shares.get(each, 0.0) for each in stated.ids("payer")]


def _summary(row: Row, stated: Stated) -> Summary | None:
    """Read one mean; None where something in its row is wrong."""
    before = len(row.table.problems.errors)
    arm, item = row.choice("arm", stated.ids("arm")), row.choice("item", stated.ids("line"))
    time, n, mean = row.choice("time", stated.ids("time")), row.whole("n", 1), row.number("mean")
    own = next((each for each in stated.arms if each.id == arm), None)
    if own is not None and n is not None and n > own.enrolled:
        row.problem("E261", n, arm=own.id, enrolled=own.enrolled)
    if mean is not None and mean < 0.0:
        row.problem("E022", Numeral(row.text("mean")), column="mean")
    unit = written_unit("kr", stated.currency)
    if row.text("unit") and not is_unit(("kr",), stated.currency)(row.text("unit")):
        row.problem("E030", row.text("unit"), column="unit", known=[unit])
    elif row.text("unit") not in ("", unit, stated.currency):
        row.problem("E273", row.text("unit"), own=unit)
    law = row.choice_or("law", LAWS)
    if mean == 0.0 and law != NORMAL:
        row.problem("E268", law)
    source = row.needed("source")
    spread, printed, level = _spread(row, n, mean)
    if len(row.table.problems.errors) > before:
        return None
    rate = "/".join((str(item), str(arm), str(time)))
    return Summary(
        *(str(arm), str(item), str(time), rate, int(n or 0), float(mean or 0.0)),
        *(spread, printed, level, law, source),
    )


def _spread(row: Row, n: int | None, mean: float | None) -> tuple[str, tuple[float, ...], float]:
    """Read how much a mean spreads: which kind, what is printed of it, and an interval's level."""
    none: tuple[str, tuple[float, ...], float] = "", (), 0.0
    kinds = [kind for kind, columns in SPREADS.items() if any(map(row.text, columns))]
    if len(kinds) > 1:
        row.problem("E262", " / ".join(filter(row.text, _COLUMNS)))
        return none
    if row.text("level") and kinds != ["interval"]:
        row.problem("E274", row.text("level"))
    if not kinds:
        return none
    (kind,), level = kinds, 0.0
    found = [row.number(column) for column in SPREADS[kind]]
    if kind == "interval" and (stated := row.number("level")) is not None:
        level = stated
        if not 0.0 < level < 1.0:
            row.problem("E263", row.text("level"))
            return none
    if n is not None and n < 2:
        row.problem("E260", n)
        return none
    printed = tuple(each for each in found if each is not None)
    if len(printed) < len(found) or mean is None:
        return none
    read = " - ".join(map(row.text, SPREADS[kind]))
    if len(printed) == 1 and printed[0] < 0.0:
        row.problem("E022", Numeral(row.text(kind)), column=kind)
    elif kind == "interval" and not printed[0] <= mean <= printed[1]:
        row.problem("E264", Numeral(read), mean=row.text("mean"))
    elif printed[0] > printed[-1]:
        row.problem("E265", Numeral(read))
    elif kind == "interval" and abs(float(np.mean(printed)) - mean) > SKEW * (
        printed[1] - printed[0] + row.last_digit("mean")
    ):
        row.problem("W260", Numeral(read), mean=row.text("mean"))
    elif kind == "quartiles":
        row.problem("N261", Numeral(read))
    return kind, printed, level
