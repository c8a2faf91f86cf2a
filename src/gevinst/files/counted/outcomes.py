"""Outcomes in units other than money: what they are, and what a table says there was of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from gevinst.files.counted.sets import near, percent_of
from gevinst.files.stated import Stated, count_of
from gevinst.files.tables import Row, Table
from gevinst.files.toml import Section
from gevinst.study.named import MOST
from gevinst.study.outcomes import Outcome, OutcomeRow, largest_bases, open_bases
from gevinst.text.numerals import Numeral

_PRINTED = ("amount", "rate", "share")
"""Columns of which a row has one."""


def read_outcome(section: Section, axes: Stated, groups: Iterable[str]) -> Outcome:
    """Read an outcome, which is of one kind; what there was of it stands in tables."""
    name, label, lang = section.text("id"), section.label(axes.language), axes.language
    flags = {key: section.flag(key) for key in ("events", "shares")}
    stated = {key: key in section.values for key in ("status", "column")} | flags
    kinds = [key for key, is_ in stated.items() if is_]
    if len(kinds) > 1:
        section.problem("E250", ", ".join(kinds))
    column, status, time, per = section.text("column", ""), "", "", 1.0
    if "status" in kinds:
        status = section.choice("status", (*axes.ids("status"), *groups), "")
        if "time" in section.values:
            time = section.choice("time", axes.ids("time"), "")
    elif "shares" not in kinds:
        per = _per(section)
        if "unit" not in section.values:
            section.problem("E050", key="unit", section=section.name)
    unit = section.optional_label("unit", lang)
    section.done()
    return Outcome(
        name, label, unit, per, flags["events"], status, time, column, (), flags["shares"]
    )


def _per(section: Section) -> float:
    """Read how many citizens rates are of."""
    section.used.add("per")
    per = section.values.get("per", 1)
    if isinstance(per, bool) or not isinstance(per, (int, float)) or not 0.0 < per <= MOST:
        section.problem("E251", per)
        return 1.0
    return float(per)


def read_outcomes(table: Table, stated: Stated) -> tuple[Outcome, ...]:
    """Read what is printed of the outcomes that neither statuses nor a column say.

    Parameters
    ----------
    table : Table
        Where it stands.
    stated : Stated
        What outcomes, times and arms there are, these with their sizes.
    """
    printed = {outcome.id: outcome for outcome in stated.outcomes if outcome.printed}
    if not printed:
        table.problem("E252")
        return stated.outcomes
    key = ("outcome", "arm", "time")
    holds = {"outcome": printed.__contains__, "arm": stated.ids("arm").__contains__}
    optional = ("time", *_PRINTED, "citizens")
    found: dict[str, list[OutcomeRow]] = {name: [] for name in printed}
    lines: dict[tuple[str, ...], int] = {}
    for row in table.rows((*key[:2], "source"), optional, key, holds):
        name, arm = row.choice("outcome", tuple(printed)), row.choice("arm", stated.ids("arm"))
        times = stated.ids("time")
        time = row.choice("time", times) if row.text("time") else times[-1]
        if name is None or arm is None or time is None:
            continue
        first = lines.setdefault((name, arm, time), row.line)
        if first != row.line:  # one says the last time, and one does not
            row.problem("E013", " / ".join((name, arm, time)), first=first)
        analysed = stated.arms[stated.at("arm", arm)].analysed
        read = _outcome_row(row, printed[name], (arm, time), analysed)
        if read is not None:
            found[name].append(read)
            _check_whole(row, printed[name], read, read.citizens or analysed)
    for name in (name for name, rows in found.items() if not rows and not table.faulty):
        table.problem("E253", name)
    outcomes = tuple(replace(each, rows=tuple(found.get(each.id, ()))) for each in stated.outcomes)
    _check_bases(table, outcomes, stated)
    return outcomes


def _outcome_row(
    row: Row, outcome: Outcome, place: tuple[str, str], analysed: int
) -> OutcomeRow | None:
    """Read how much there was of an outcome in one arm; None where that cannot be."""
    source = row.needed("source")
    citizens = row.whole("citizens", 1) if row.text("citizens") else None
    there = [column for column in _PRINTED if row.text(column)]
    if len(there) != 1:
        row.problem("E254", ", ".join(map(row.text, there)))
        return None
    if there[0] == ("rate" if outcome.shares else "share"):
        row.problem("E284", row.text(there[0]), column=there[0])
        return None
    amount, rate, rounding = None, None, 0.0
    if there == ["share"]:
        rate, rounding = percent_of(row, "share") or (None, 0.0)
    elif there == ["rate"]:
        rate, rounding = row.number("rate"), row.last_digit("rate")
    elif outcome.events or outcome.shares:
        counts = count_of(row, "amount")
        amount = None if counts is None else (float(counts[0]), float(counts[-1]))
    elif (number := row.number("amount")) is not None:
        amount = (number, number)
    if rate is not None and rate < 0.0 and outcome.events:
        row.problem("E022", Numeral(row.text("rate")), column="rate")
        return None
    if outcome.shares and amount is not None and amount[1] > (citizens or analysed):
        row.problem("E286", row.text("amount"), citizens=citizens or analysed)
        return None
    if rate is None and amount is None:
        return None
    return OutcomeRow(*place, amount, rate, rounding, citizens, source)


def _check_whole(row: Row, outcome: Outcome, read: OutcomeRow, citizens: int) -> None:
    """Warn of a printed number that no whole number gives."""
    if outcome.whole(read, citizens) is not None:
        return
    if outcome.shares:
        said = near(row, read.rate or 0.0, read.rounding, citizens)
        found = largest_bases([(read.rate or 0.0, read.rounding)], citizens - 1)
        row.problem("W280", row.text("share"), citizens=citizens, bases=found or "–", **said)
    else:
        row.problem("W250", row.text("rate"), per=f"{outcome.per:.10g}", citizens=citizens)


def _check_bases(table: Table, outcomes: tuple[Outcome, ...], stated: Stated) -> None:
    """Warn of the arms of whose shares it is not known of how many citizens they are."""
    for arm in stated.arms:
        found = open_bases(outcomes, arm)
        if found is not None:
            sizes = {"analysed": arm.analysed, "enrolled": arm.enrolled}
            table.problem("W281", arm=arm.id, bases=found or "–", **sizes)
