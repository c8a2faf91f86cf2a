"""Uncertainty: Welch's limits per coupling, over what the citizens' rows spread."""

from __future__ import annotations

import math
from dataclasses import dataclass

from gevinst.reports.workbook.citizens import Spread, Spreads
from gevinst.reports.workbook.inputs import Given
from gevinst.reports.workbook.live import Live, first_said, sentence_if
from gevinst.reports.workbook.sheet import Sheet
from gevinst.study.study import Study
from gevinst.text.language import Language

WIDTHS = (26, 16, 16, 16, 16, 16, 14, 14, 16, 16, 40, 40)


@dataclass(frozen=True)
class Limits:
    """Of one coupling, guarded: standard error, degrees of freedom, limits, and what to know."""

    error: Live
    degrees: Live
    low: Live
    high: Live
    note: Live


def uncertainty(
    sheet: Sheet,
    study: Study,
    given: Given,
    difference: Live,
    spreads: Spreads,
    stop: Live,
    text: Language,
) -> dict[str, Limits]:
    """Write a row per coupling, from what each arm spreads to the limits.

    Student's quantile with degrees of freedom that are no whole number is found from that of the
    beta law, as what a spreadsheet calls Student's cuts them off.
    """
    arms = study.contrast.arms
    sheet.said(0, text("book.uncertainty.title"), 9, "title")
    sheet.said(1, text("book.uncertainty.about"), 9)
    labels = [text.label(study.labels[arm]) for arm in arms]
    heads = [
        text(f"book.uncertainty.{name}", arm=label)
        for label in labels
        for name in ("n", "variance")
    ]
    rest = [text(f"book.uncertainty.{name}") for name in ("error", "degrees", "t", "low", "high")]
    sheet.heads(
        3,
        0,
        [text("table.coupling"), *heads, *rest, text("book.answer.note")],
        range(1, 2 * len(arms) + 6),
    )
    found = {}
    for k, (coupling, each) in enumerate(spreads.by_coupling.items()):
        sheet.text(4 + k, 0, text(f"coupling.{coupling}"))
        found[coupling] = _row(sheet, 4 + k, coupling, each, study, given, difference, stop, text)
    for k, coupling in enumerate(found):
        sheet.said(5 + len(found) + k, text(f"coupling_explained.{coupling}"), 9)
    return found


def _row(
    sheet: Sheet,
    row: int,
    coupling: str,
    spreads: list[Spread],
    study: Study,
    given: Given,
    difference: Live,
    stop: Live,
    text: Language,
) -> Limits:
    column, kept = 1, []
    for each in spreads:
        n = sheet.live(row, column, each.n.unless(stop))
        variance = sheet.live(row, column + 1, each.variance.unless(stop), "ore")
        kept.append((n, variance))
        column += 2
    flats = ",".join(each.flat for each in spreads)
    small = f"MIN({','.join(each.n.said for each in spreads)})<2"
    one = min(float(each.n.value) for each in spreads) < 2
    flat = [each.is_flat for each in spreads]
    none = "reason.no-spread" if study.statuses else "book.stop.no_error"
    own = first_said(
        [
            stop,
            sentence_if(small, text("reason.one-citizen"), now=one),
            sentence_if(f"AND({flats})", text(none), now=all(flat)),
        ]
    )
    stopped = sheet.live(row, column + 6, own, "plain")
    done = not stopped.value
    said = "+".join(variance.said for _, variance in kept)
    total = Live(f"({said})", math.fsum(v.value for _, v in kept) if done else 0.0)
    error = Live(f"SQRT({total.said})", math.sqrt(total.value) if done else 0.0)
    error = sheet.live(row, column, error.unless(stopped), "ore", name=f"se.{coupling}")
    parts = "+".join(f"({v.said}/({total.said}))^2/({n.said}-1)" for n, v in kept)
    value = 0.0
    if done:
        value = 1.0 / math.fsum((v.value / total.value) ** 2 / (n.value - 1) for n, v in kept)
    degrees = sheet.live(row, column + 1, Live(f"1/({parts})", value).unless(stopped), "ore")
    t = Live(
        f"SQRT({degrees.said}*(1/BETA.INV(1-{given.level.said},{degrees.said}/2,0.5)-1))",
        _student(value, given.level.value) if done else 0.0,
    )
    t = sheet.live(row, column + 2, t.unless(stopped), "share")
    ends = []
    for k, (name, sign) in enumerate((("low", "-"), ("high", "+"))):
        reach = t.value * error.value if done else 0.0
        value = difference.value + (reach if sign == "+" else -reach)
        live = Live(f"{difference.said}{sign}{t.said}*{error.said}", value).unless(stopped)
        ends.append(sheet.live(row, column + 3 + k, live, "result", name=f"{name}.{coupling}"))
    note = own
    if len(spreads) > 1 and study.statuses:
        sides = [
            sentence_if(each.flat, text(f"reason.no-spread-in-{side}"), now=each.is_flat)
            for each, side in zip(spreads, "xy", strict=True)
        ]
        note = first_said([own, *sides])
    shown = sheet.live(row, column + 5, note, "plain")
    return Limits(error, degrees, ends[0], ends[1], shown)


def _student(degrees: float, level: float) -> float:
    from scipy.special import stdtrit

    return float(stdtrit(degrees, 0.5 + level / 2.0))
