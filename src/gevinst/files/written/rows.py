"""Tables of a study, as rows of Python values: who was in which status, and what is claimed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import fields
from itertools import count

import numpy as np
from numpy.typing import NDArray

from gevinst.analyses.audit.formulas import restyled
from gevinst.files.counted.columns import DROPOUTS
from gevinst.files.priced.money import amount_column, written_unit
from gevinst.files.stated import MOST_MASKED
from gevinst.files.written.numbers import in_style, plain, printed
from gevinst.study.claims import Published
from gevinst.study.named import STRATUM
from gevinst.study.outcomes import Outcome, OutcomeRow
from gevinst.study.people import starts_of
from gevinst.study.study import Study
from gevinst.text.numerals import STYLES, NumberStyle, Numeral

Row = dict[str, object]
"""A row of a table: column -> number or text; None where nothing stands."""


def counts(study: Study) -> Iterator[Row]:
    """Give the counts, and ``<5`` where several are possible, of statuses that anybody is in."""
    if study.stratum_counts.size:
        yield from _per_stratum(study)
        return
    for a, arm in enumerate(study.arms):
        for i in _in_order(study, arm.id):
            cells = [_count(study, a, t, i) for t in range(len(study.times))]
            dropouts = int(starts_of(study, a)[i])
            if any(cells) or dropouts:
                row = {"arm": arm.id, "status": study.items[i].id, DROPOUTS: dropouts or None}
                yield {
                    **row,
                    **dict(zip(study.axes.times, cells, strict=True)),
                    "source": arm.source,
                }


def _per_stratum(study: Study) -> Iterator[Row]:
    """Give the counts of each stratum."""
    strata = study.stratification.strata if study.stratification else ()
    for a, k, i in np.argwhere(study.stratum_counts.any(axis=2)).tolist():
        arm, cells = study.arms[a], study.stratum_counts[a, k, :, i].tolist()
        yield {
            "arm": arm.id,
            STRATUM: strata[k].id,
            "status": study.items[i].id,
            **dict(zip(study.axes.times, cells, strict=True)),
            "source": arm.source,
        }


def _count(study: Study, a: int, t: int, i: int) -> object:
    """Return a count, or a range of counts; a small one from its least is below one more."""
    if study.arms[a].id in study.masked:
        sets = study.masked[study.arms[a].id][t][:, i]
        low, high = int(sets.min()), int(sets.max())
        if low < high:
            small = low == (not zeros_are_suppressed(study)) and high < MOST_MASKED
            return f"<{high + 1}" if small else f"{low}–{high}"
    return int(study.counts[a, t, i])


def _in_order(study: Study, arm: str) -> list[int]:
    """Return statuses so that suppressed ones come in the order in which their sets are listed."""
    order = listed_by(study.masked.get(arm, ()))
    return [*order, *(i for i in study.statuses if i not in order)]


def listed_by(times: Sequence[NDArray[np.int64]]) -> list[int]:
    """Return the columns by which the sets of each time are sorted, of those that vary.

    Any column that only grows among sets alike so far can be next: what is sorted by others stays
    so after it.

    Examples
    --------
    >>> listed_by([np.array([[2, 1, 4], [1, 2, 4]])])
    [1, 0]
    """
    alike = [np.zeros(len(sets), dtype=np.int64) for sets in times]
    varies = (
        [i for i in range(len(times[0].T)) if any(np.ptp(s[:, i]) for s in times)] if times else []
    )
    order: list[int] = []
    while varies:
        grow = (
            i
            for i in varies
            if all(
                (np.diff(sets[:, i])[np.diff(group) == 0] >= 0).all()
                for sets, group in zip(times, alike, strict=True)
            )
        )
        chosen = next(grow, varies[0])
        order.append(chosen)
        varies.remove(chosen)
        for sets, group in zip(times, alike, strict=True):
            group[1:] = np.cumsum((np.diff(group) != 0) | (np.diff(sets[:, chosen]) != 0))
    return order


def zeros_are_suppressed(study: Study) -> bool:
    """Whether a suppressed count can be zero."""
    return any(
        (sets.min(axis=0)[sets.min(axis=0) < sets.max(axis=0)] == 0).any()
        for of_arm in study.masked.values()
        for sets in of_arm
    )


def persons(study: Study) -> Iterator[Row]:
    """Give a row per analysed citizen, and one, with an id of ours, per dropout of known start."""
    taken = {name for columns in study.citizens.values() for name in columns.get("id", ())}
    ids = (name for k in count(1) if (name := f"dropout-{k}") not in taken)
    for arm, paths in (study.paths or {}).items():
        columns = study.citizens[arm]
        for k, path in enumerate(paths):
            row: Row = {name: _cell(cells[k]) for name, cells in columns.items()}
            statuses = (study.items[i].id for i in path)
            yield {**row, "arm": arm, **dict(zip(study.axes.times, statuses, strict=True))}
        starts = starts_of(study, study.axes.at("arm", arm))
        for i in np.repeat(np.arange(len(starts)), starts):
            yield {"id": next(ids), "arm": arm, study.axes.times[0]: study.items[i].id}


def _cell(text: str) -> object:
    if isinstance(text, Numeral):
        return float(text) if "." in text else int(text)
    return text or None


def published(study: Study) -> Iterator[Row]:
    """Give the figures and claims."""
    names = [field.name for field in fields(Published)]
    for figure in study.published:
        row = {name: plain(getattr(figure, name)) for name in names}
        row["measure"] = None if figure.measure == "given" else figure.measure
        row["unit"] = written_unit(figure.unit, study.currency)
        row["follows"] = restyled(figure.follows, STYLES[study.number_style]) or None
        yield {"figure": row.pop("id"), **row}


def activity(study: Study) -> Iterator[Row]:
    """Give contacts and kr. per group and year."""
    for each in study.activity:
        low, high = each.contacts[0], each.contacts[-1]
        yield {
            "item": each.item,
            "arm": each.arm,
            "year": each.year,
            "contacts": low if low == high else f"<{high + 1}",
            amount_column(study.currency): plain(each.kr),
            "citizens": each.citizens,
            "source": each.source,
        }


def survey(study: Study) -> Iterator[Row]:
    """Give the answers; a published figure says its own number."""
    figures = {figure.id: figure for figure in study.published}
    style = STYLES[study.number_style]
    for each in study.survey.given if study.survey else ():
        row: Row = {"question": each.question, "answer": each.answer, "time": each.time}
        row["arm"] = each.arm or None
        if each.figure:
            asked = None if figures[each.figure].of else each.asked
            yield {**row, "asked": asked, "figure": each.figure}
            continue
        percent = printed(each.percent, each.rounding, style) if each.count is None else None
        said = {"asked": each.asked, "count": each.count, "percent": percent}
        yield {**row, **said, "source": each.source}


def index(study: Study) -> Iterator[Row]:
    """Give the years of the price index."""
    for each in study.index:
        yield {"year": each.year, "index": plain(each.value), "source": each.source}


def outcomes(study: Study) -> Iterator[Row]:
    """Give what is printed of outcomes, per arm and time."""
    style = STYLES[study.number_style]
    for outcome in study.outcomes:
        for each in outcome.rows:
            low, high = each.amount or (None, None)
            yield {
                "outcome": outcome.id,
                "arm": each.arm,
                "time": each.time,
                "amount": plain(low) if high is None or low == high else f"<{high + 1:.0f}",
                **_as_printed(outcome, each, style),
                "citizens": each.citizens,
                "source": each.source,
            }


def _as_printed(outcome: Outcome, row: OutcomeRow, style: NumberStyle) -> Row:
    """Write a printed rate, or a share with its sign."""
    number = None if row.rate is None else printed(row.rate, row.rounding, style)
    if not outcome.shares:
        return {"rate": number}
    return {"share": None if number is None else f"{in_style(number, style)} %"}


def accounts(study: Study) -> Iterator[Row]:
    """Give what accounts came to, by group and year."""
    for account in study.accounts:
        for each in account.rows:
            yield {
                "account": account.id,
                "group": each.group or None,
                "year": each.year,
                "amount": plain(each.amount),
                "of": plain(each.of),
                "source": each.source,
            }


def correlations(study: Study) -> Iterator[Row]:
    """Give the rates that move together."""
    for each in study.correlations:
        yield {
            "rate": each.rate,
            "with": each.other,
            "rank_correlation": plain(each.rank),
            "assumption": each.assumption,
        }


def filled(rows: Iterable[Row]) -> list[Row]:
    """Return rows with the columns that something stands in, in their order."""
    found = list(rows)
    columns = dict.fromkeys(name for row in found for name in row)
    kept = [c for c in columns if any(row.get(c) is not None for row in found)]
    return [{column: row.get(column) for column in kept} for row in found]
