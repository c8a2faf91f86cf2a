"""Cost lines: one printed amount a row, whose it is, and the price that several share."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from gevinst.files.priced.money import is_unit
from gevinst.files.priced.restated import money_of, restated_of
from gevinst.files.stated import (
    Contents,
    Stated,
    distribution_of,
    drawn_by,
    payer_of,
)
from gevinst.files.tables import Row, Table
from gevinst.model.axes import AXES
from gevinst.study.prices import Amount, Rate
from gevinst.text.numerals import Numeral

_Cell = tuple[int, ...]
"""Position along (arm, stratum, time, item)."""

_DISTRIBUTION = ("distribution", "cv", "low", "high", "drawn_by", "assumption")


def read_lines(table: Table, stated: Stated, contents: Contents) -> None:
    """Read cost lines: one printed amount a row, whose it is, and what it already contains."""
    contents.rated.append(table)
    rows = table.rows(
        ("arm", "item", "time", "amount", "unit", "distribution", "assumption", "source"),
        (
            *("stratum", "rate", "units", "per", "paid_by", "shares", "label_shares"),
            *("probability", "included", "itemised", "counted", "basis", "note"),
            "price_year",
            *_DISTRIBUTION,
        ),
        ("arm", "stratum", "item", "time", "basis"),
        {column: stated.ids(column).__contains__ for column in ("arm", "item", "time")}
        | {"amount": table.style.is_number, "unit": is_unit(("kr",), stated.currency)},
    )
    items = Counter(row.text("item") for row in rows)
    read = [(row, amount) for row in rows if (amount := _amount(row, stated)) is not None]
    names = [
        row.text("rate")
        or (
            amount.item
            if items[amount.item] == 1
            else "/".join(filter(None, (amount.item, amount.arm, amount.stratum, amount.time)))
        )
        for row, amount in read
    ]
    shared: dict[str, list[tuple[Row, Amount]]] = {}
    for pair, name in zip(read, names, strict=True):
        shared.setdefault(name, []).append(pair)
    for name, sharing in shared.items():
        contents.add_rate(_shared_rate(name, sharing, stated))
    contents.amounts = tuple(
        amount for row, amount in read if row.choice_or("counted", ("yes", "no")) == "yes"
    )
    taken: dict[_Cell, tuple[object, dict[str, int]]] = {}
    for (row, amount), name in zip(read, names, strict=True):
        _fill_in(row, amount, name, stated, contents, taken)
    for row, amount in read:
        for basis, rate_map in contents.rate_maps.items():
            if any(rate_map[cell] < 0 for cell in _cells(amount, stated)):
                row.problem("E090", row.text("basis"), item=amount.item, basis=basis)


def _fill_in(
    row: Row,
    amount: Amount,
    rate: str,
    stated: Stated,
    contents: Contents,
    taken: dict[_Cell, tuple[object, dict[str, int]]],
) -> None:
    """Put an amount into its cells; those of one cell agree in all but their price and basis."""
    per, counted = row.choice_or("per", ("citizen", "group")), row.text("counted") != "no"
    bases = row.choice_or_all("basis", stated.bases)
    units = contents.group_lines if per == "group" else contents.lines
    if not counted:
        units = contents.uncounted
        if per == "group":
            row.problem("E089", row.text("counted"))
    facts = per, counted, amount.units, amount.probability, amount.shares
    for cell, place in _cells(amount, stated).items():
        before, lines = taken.setdefault(cell, (facts, {}))
        if before != facts:
            row.problem("E099", row.text("basis"), item=amount.item)
        for basis in bases:
            first = lines.setdefault(basis, row.line)
            if first != row.line:  # a row for every stratum or basis, and one for this
                row.problem("E013", " / ".join(filter(None, place)), first=first)
            contents.rate_maps[basis][cell] = contents.positions[rate]
        units[cell] = amount.units * amount.probability
        contents.line_of.setdefault(cell, row.line)
        contents.share[cell] = [amount.shares.get(p, 0.0) for p in stated.ids("payer")]


def _cells(amount: Amount, stated: Stated) -> dict[_Cell, tuple[str, ...]]:
    """Every cell that an amount is of, with its ids; without a stratum it is of them all."""
    strata = (amount.stratum,) if amount.stratum else stated.ids("stratum")
    places = [(amount.arm, stratum, amount.time, amount.item) for stratum in strata]
    return {tuple(map(stated.at, AXES, place)): place for place in places}


def _shared_rate(name: str, sharing: list[tuple[Row, Amount]], stated: Stated) -> Rate:
    """One price for all amounts that name it: the roundest that their roundings all allow.

    An amount printed in whole kroner leaves half a krone to either side. Where no price lies
    within that of every amount, the row that is off is named. The price is round as it is stated;
    so amounts that name it are stated in one currency and one year's prices.
    """
    low, high = float("-inf"), float("inf")
    for row, amount in sharing:
        if _money(amount) != _money(sharing[0][1]):
            row.problem("E228", row.text("amount"), rate=name, first=sharing[0][0].line)
            continue
        least, most = ((amount.printed + half) * amount.whole for half in (-0.5, 0.5))
        if least > high + 1e-9 or most < low - 1e-9:
            before = row.table.style.write((low + high) / 2)
            row.problem("E063", row.text("amount"), rate=name, kr=before)
            continue
        low, high = max(low, least), min(high, most)
    row, amount = sharing[0]
    scale, price = amount.whole * amount.factor, _roundest(low, high)
    kr = price * amount.factor
    if len(sharing) == 1:  # what stands alone is taken as printed
        price, kr = amount.printed * amount.whole, amount.printed * scale
    return Rate(
        name,
        kr,
        "kr",
        distribution_of(row, kr, scale, stated),
        drawn_by(row, stated),
        amount.source,
        rounding=max(high - price, price - low) * amount.factor,
        restated=replace(amount.restated, amount=price) if amount.restated else None,
    )


def _money(amount: Amount) -> tuple[str, int] | None:
    """Currency and year of what is printed; None where they are the study's."""
    stated = amount.restated
    return None if stated is None else (stated.currency, stated.year)


def _roundest(low: float, high: float) -> float:
    """Number with the fewest decimals in a range, nearest its middle: prices are round."""
    middle = (low + high) / 2
    rounded = (round(middle, decimals) for decimals in range(7))
    return next((value for value in rounded if low <= value <= high), middle)


def _amount(row: Row, stated: Stated) -> Amount | None:
    """Read one printed amount; None where something in its row is wrong."""
    before = len(row.table.problems.errors)
    arm, item = row.choice("arm", stated.ids("arm")), row.choice("item", stated.ids("line"))
    time, kr = row.choice("time", stated.ids("time")), row.number("amount")
    stratum = row.choice("stratum", stated.ids("stratum")) if row.text("stratum") else ""
    if kr is not None and kr < 0.0:
        row.problem("E022", Numeral(row.text("amount")), column="amount")
    _, currency = money_of(row, "unit", ("kr",), stated)
    source = row.needed("source")
    probability = _share(row, "probability", row.number_or("probability", 1.0))
    units = row.number_or("units", 1.0)
    if units <= 0.0:
        row.problem("E022", Numeral(row.text("units")), column="units")
    included = row.choice_or("included", ("no", "yes"))
    itemised = row.choice_or("itemised", ("yes", "no"))
    payer = stated.ids("payer")[payer_of(row, stated)]  # with several the amount says whose it is
    shares = shares_of(row, "shares", stated) or {payer: 1.0}
    if probability == 0.0:
        row.problem("E078", row.text("probability"), column="probability")
    if shares.get(payer, 0.0) == 0.0:
        row.problem("E059", row.text("paid_by"), column="paid_by")
    money = restated_of(row, "amount", kr or 0.0, currency, stated)
    if len(row.table.problems.errors) > before:
        return None
    return Amount(
        str(arm),
        str(stratum),
        str(item),
        str(time),
        float(kr or 0.0) * (money.factor if money else 1.0),
        payer,
        shares,
        shares_of(row, "label_shares", stated),
        units,
        float(probability or 1.0),
        included == "yes",
        itemised == "yes",
        source,
        row.text("note"),
        money,
    )


def _share(row: Row, column: str, value: float) -> float | None:
    """Hold a share or probability against 0 and 1."""
    if not 0.0 <= value <= 1.0:
        row.problem("E059", row.text(column), column=column)
        return None
    return value


def shares_of(row: Row, column: str, stated: Stated) -> dict[str, float]:
    """Read ``municipality=0,7 state=0,3``; an empty cell has none."""
    shares: dict[str, float] = {}
    for part in row.text(column).split():
        payer, _, text = part.partition("=")
        held = replace(row, cells={"payer": payer, column: text})
        name, value = held.choice("payer", stated.ids("payer")), held.number(column)
        if name is not None and value is not None:
            shares[name] = _share(held, column, value) or 0.0
    if shares and abs(sum(shares.values()) - 1.0) > 1e-9:
        row.problem("E058", row.text(column), key=column)
    return shares
