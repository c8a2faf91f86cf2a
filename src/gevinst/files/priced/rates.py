"""What rates there are, which of them prices which cell, and which move together."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from itertools import product
from statistics import median

import numpy as np
from numpy.typing import NDArray

from gevinst.files.priced.money import amount_column, is_unit
from gevinst.files.priced.restated import money_of, restated_of
from gevinst.files.stated import (
    Contents,
    Stated,
    distribution_of,
    drawn_by,
    payer_of,
)
from gevinst.files.tables import Row, Table
from gevinst.sources.rates import wrong_correlations
from gevinst.study.prices import Correlation, Rate
from gevinst.study.restated import IndexYear
from gevinst.study.study import Study
from gevinst.text.language import LANGUAGES
from gevinst.text.numerals import Numeral

Integers = NDArray[np.int64]

UNITS = {"kr/year": 1.0, "kr/month": 12.0}
"""Units a status's rate can have, and what makes it kr. per citizen-year."""


def read_index(table: Table) -> tuple[IndexYear, ...]:
    """Read a price index of the study's currency, of whatever base."""
    found = []
    for row in table.rows(("year", "index", "source"), (), ("year",)):
        year, value, source = row.year("year"), row.number("index"), row.needed("source")
        if value is not None and value <= 0.0:
            row.problem("E223", row.text("index"), column="index")
        elif year is not None and value is not None:
            found.append(IndexYear(year, value, source))
    return tuple(found)


def read_rates(table: Table, stated: Stated, contents: Contents) -> None:
    """Read the benefit rates: kr. with unit, distribution and source."""
    contents.rated.append(table)
    amount = amount_column(stated.currency, table.columns)
    rows = table.rows(
        ("rate", amount, "unit", "distribution", "assumption", "source"),
        (
            *("implied_low", "implied_high", "printed", "printed_unit", "cv", "low", "high"),
            *("drawn_by", "price_year", *LANGUAGES),
        ),
        ("rate",),
        {amount: table.style.is_number, "unit": is_unit(UNITS, stated.currency)},
    )
    for row in rows:
        kr, (unit, currency) = row.number(amount), money_of(row, "unit", UNITS, stated)
        if kr is not None and kr < 0:
            row.problem("E022", Numeral(row.text(amount)), column=amount)
        if kr is None or not unit:
            continue
        money = restated_of(row, amount, kr, currency, stated)
        for column in ("printed", "implied_low", "implied_high"):
            if money and row.text(column):
                row.problem("E229", row.text(column), column=column)
        scale = UNITS[unit] * (money.factor if money else 1.0)
        bounds = tuple(row.number(c) for c in ("implied_low", "implied_high") if row.text(c))
        has_printed = bool(row.text("printed"))
        rate = contents.add_rate(
            Rate(
                row.needed("rate"),
                kr * scale,
                unit,
                distribution_of(row, kr * scale, scale, stated),
                drawn_by(row, stated),
                row.needed("source"),
                row.number("printed") if has_printed else None,
                money_of(row, "printed_unit", UNITS, stated)[0] if has_printed else "",
                # A rate implied by printed cells was chosen to give them; one as printed was not.
                rounding=0.0 if bounds or not kr else scale * row.last_digit(amount) / 2,
                implied=_range(bounds),
                label={lang: row.text(lang) for lang in LANGUAGES if row.text(lang)},
                restated=money,
            )
        )
        _compare_printed(row, contents.rates[rate], f"{row.text(amount)} {row.text('unit')}")
    _compare_sizes(rows, contents, amount)


def _compare_printed(row: Row, rate: Rate, said: str) -> None:
    """Warn of a rate that is far from what is printed: sizes alone miss it if all are."""
    if rate.printed is None or not rate.printed_unit:
        return
    low, high = sorted((rate.kr, rate.printed * UNITS[rate.printed_unit]))
    if high > 1.5 * low:
        printed = f"{row.text('printed')} {row.text('printed_unit')}"
        row.problem("W044", Numeral(said), printed=printed)


def _range(bounds: tuple[float | None, ...]) -> tuple[float, float] | None:
    """Both ends of a range, or nothing."""
    match bounds:
        case (float(low), float(high)):
            return low, high
    return None


def _compare_sizes(rows: list[Row], contents: Contents, column: str) -> None:
    """Warn of a rate that is far from the others, as a year's in a month's column would be."""
    sizes = {rate.id: rate.kr for rate in contents.rates if rate.kr > 0}
    for row in rows:
        size = sizes.get(row.text("rate"))
        others = [kr for rate, kr in sizes.items() if rate != row.text("rate")]
        if size is None or len(others) < 2:
            continue
        ratio = size / median(others)
        if ratio > 5 or ratio < 1 / 7:
            row.problem(
                "W043", Numeral(f"{row.text(column)} {row.text('unit')}"), ratio=f"{ratio:.2g}"
            )


def read_prices(table: Table, stated: Stated, contents: Contents) -> None:
    """Read which rate prices which cell under which basis; the most specific row wins."""
    rows = table.rows(
        ("status", "rate", "source"),
        ("arm", "time", "basis", "paid_by"),
        ("status", "arm", "time", "basis"),
        {"status": (*stated.ids("status"), *stated.groups).__contains__}
        | {"rate": contents.positions.__contains__}
        | {column: stated.ids(column).__contains__ for column in ("arm", "time")},
    )
    if not contents.rates_hold:
        return
    statuses = stated.ids("status")
    given = {basis: np.full(stated.shape, -1) for basis in stated.bases}
    for row in rows:
        status = row.choice("status", (*statuses, *stated.groups))
        rate = row.choice("rate", tuple(contents.positions))
        arms = row.choice_or_all("arm", stated.ids("arm"))
        times = row.choice_or_all("time", stated.ids("time"))
        payer = payer_of(row, stated)
        row.needed("source")
        specific = sum(bool(row.text(column)) for column in ("arm", "time", "basis"))
        for basis in row.choice_or_all("basis", stated.bases):
            if status is None or rate is None:
                continue
            members = stated.groups[status][1] if status in stated.groups else (status,)
            for arm, time, member in product(arms, times, members):
                if member not in statuses:
                    row.problem("E030", member, column=f"groups.{status}", known=statuses)
                    continue
                cell = stated.at("arm", arm), 0, stated.at("time", time), stated.at("item", member)
                before = given[basis][cell]
                if (
                    before == specific
                    and contents.rate_maps[basis][cell] != contents.positions[rate]
                ):
                    row.problem("E057", rate, status=member, arm=arm, time=time, basis=basis)
                if before <= specific:
                    given[basis][cell] = specific
                    contents.rate_maps[basis][cell] = contents.positions[rate]
                    if contents.share[cell].any() and not contents.share[cell][payer]:
                        row.problem("E064", row.text("paid_by"), status=member)
                    contents.share[cell] = np.eye(len(stated.payers))[payer]
    if rows or table.spare:
        check_priced(table, stated, contents.seen, contents.rate_maps)


def check_priced(
    table: Table, of: Stated | Study, counts: Integers, rate_maps: Mapping[str, Integers]
) -> None:
    """Name each status that has citizens and no rate, once per basis, or a rate that may be it."""
    for basis, rate_map in rate_maps.items() if of.priced else ():
        unpriced = (counts > 0) & (rate_map[:, 0] < 0)
        lacking = np.flatnonzero(unpriced.any(axis=(0, 1))).tolist()
        meant = _meant([of.items[i].id for i in lacking], table)
        for i in lacking:
            status, there = of.items[i].id, unpriced[..., i]
            if status in meant:
                rate, line = meant[status]
                table.problem("E368", rate, line, column="rate", status=status)
                continue
            arms, times = (
                [ids[k].id for k in np.flatnonzero(there.any(axis=axis))]
                for ids, axis in ((of.arms, 1), (of.times, 0))
            )
            table.problem("E041", status, arm=arms, time=times, basis=basis)


def _meant(statuses: Sequence[str], table: Table) -> dict[str, tuple[str, int]]:
    """Return, of statuses without a rate, which rate may be meant: one of nearly the same name.

    Where one status and one rate are left, whatever they are called.
    """
    spare, found = dict(table.spare or {}), {}
    for status in statuses:
        words = table.shown.said({"status": status})["status"] if table.shown else status
        for rate in difflib.get_close_matches(words, spare, n=1):
            found[status] = rate, spare.pop(rate)
    left = [status for status in statuses if status not in found]
    if len(left) == len(spare) == 1:
        found[left[0]] = spare.popitem()
    return found


def read_correlations(table: Table, stated: Stated, contents: Contents) -> None:
    """Read rank correlations of rates; a pair that does not stand there has none."""
    rows = table.rows(("rate", "with", "rank_correlation", "assumption"))
    if not contents.rates_hold:
        return
    known = tuple(contents.positions)
    read = []
    for row in rows:
        rate, other = row.choice("rate", known), row.choice("with", known)
        rank = row.number("rank_correlation")
        assumption = row.choice("assumption", tuple(stated.assumptions))
        if None not in (rate, other, rank, assumption):
            pair = Correlation(str(rate), str(other), float(rank or 0.0), str(assumption))
            read.append((row, pair))
    contents.correlations = tuple(pair for _, pair in read)
    for position, code, what, values in wrong_correlations(contents.rates, contents.correlations):
        row = read[position][0]
        if code == "E013":
            values["first"] = read[values["first"] - 1][0].line
        if code == "E096":
            what = row.text("rank_correlation")
        row.problem(code, what, **values)
