"""The grid of counts: a row per status, and a column per group and time, as long rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from gevinst.files.container import named_in
from gevinst.files.counted.columns import DROPOUTS
from gevinst.files.places import Place, Shown
from gevinst.files.tables import Table
from gevinst.files.workbook.sheets import folded, head
from gevinst.text.language import LANGUAGES, Label

MARK = "\0"
"""Between the group and the time of a column's name."""

BETWEEN = ": "
"""What stands between them in a header."""


def joined(stated: Mapping[str, Any]) -> dict[str, str]:
    """Return the columns of a grid by their headers: groups and times by id or label.

    A header that could be of two columns is of the first.
    """
    arms, times = named_in(stated, "arms"), named_in(stated, "times")
    left = {lang: head(DROPOUTS, lang) for lang in LANGUAGES}
    found: dict[str, str] = {}
    for arm, arm_label in arms:
        for time, time_label in [*times, (DROPOUTS, left)]:
            for one in (arm, *arm_label.values()):
                for other in (time, *time_label.values()):
                    found.setdefault(folded(f"{one}{BETWEEN}{other}"), f"{arm}{MARK}{time}")
    return {**found, **{folded(text.replace(BETWEEN, ":")): c for text, c in found.items()}}


def header(arm: str, time: str) -> str:
    """Return the header of a column."""
    return f"{arm}{BETWEEN}{time}"


def is_grid(columns: Sequence[str]) -> bool:
    """Whether counts stand in a grid, and not a row per group."""
    return "arm" not in columns


def long_rows(table: Table, stated: Mapping[str, Any]) -> Table:
    """Return a grid as a table with a row per group and status; without columns where it is none.

    An empty cell of a row that a group has a number in is 0, and a group without any has nobody
    there. The source of a count is its group's.
    """
    for line, cells in table.lines:
        first, *rest = filter(None, cells)
        if not rest and first.count("\t") > 1:  # a row pasted into one cell
            table.problem("E173", first[:40], line)
            return replace(table, columns=(), lines=())
    arms = [arm for arm, _ in named_in(stated, "arms")]
    times = [time for time, _ in named_in(stated, "times")]
    labels = {name: dict(named_in(stated, name)) for name in ("arms", "times")}
    needed = [f"{arm}{MARK}{time}" for arm in arms for time in times]
    missing = [column for column in needed if column not in table.columns]
    if missing:
        known = set(needed) | {f"{arm}{MARK}{DROPOUTS}" for arm in arms}
        odd = [c for c in table.columns if ":" in c and c not in known]
        said = [_shown(column, labels) for column in missing]
        table.problem("E360", ", ".join(odd), table.header, known=said)
        return replace(table, columns=(), lines=())
    sources = {str(arm.get("id")): str(arm.get("source", "")) for arm in stated.get("arms", ())}
    left = any(f"{arm}{MARK}{DROPOUTS}" in table.columns for arm in arms)
    others = [column for column in table.columns if MARK not in column and column != "source"]
    kept = [*times, *([DROPOUTS] if left and DROPOUTS not in times else [])]
    lines: list[tuple[int, list[str]]] = []
    for line, cells in table.lines:
        of = dict(zip(table.columns, cells, strict=False))
        own = line.letters if isinstance(line, Place) else {}
        for arm in arms:
            read = {time: of.get(f"{arm}{MARK}{time}", "") for time in kept}
            if not any(read.values()):
                continue
            at = {c: own[f"{arm}{MARK}{c}"] for c in kept if f"{arm}{MARK}{c}" in own}
            at = {**{c: own[c] for c in others if c in own}, **at}
            numbers = [read[time] or ("0" if time in times else "") for time in kept]
            source = of.get("source") or sources.get(arm, "")
            row = [arm, *(of.get(column, "") for column in others), *numbers, source]
            lines.append((Place.at(int(line), at), row))
    shown, top = table.shown or Shown(), table.header
    letters = top.letters if isinstance(top, Place) else {}
    heads = {time: next(iter(label.values()), time) for time, label in labels["times"].items()}
    places = {
        (arm, time): f"{letters[column]}{int(top or 0)}"
        for arm in arms
        for time in times
        if (column := f"{arm}{MARK}{time}") in letters
    }
    shown = replace(shown, heads={**shown.heads, **heads}, columns=places)
    columns = ["arm", *others, *kept, "source"]
    return replace(table, columns=columns, lines=lines, shown=shown)


def _shown(column: str, labels: Mapping[str, Mapping[str, Label]]) -> str:
    """Write the header of a column as users see it."""
    arm, _, time = column.partition(MARK)
    one, other = labels["arms"].get(arm, {}), labels["times"].get(time, {})
    return header(next(iter(one.values()), arm), next(iter(other.values()), time))
