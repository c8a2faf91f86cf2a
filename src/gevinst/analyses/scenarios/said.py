"""What a study's scenarios say: tables, sentences, and the curve."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from gevinst.study.people import COUPLINGS
from gevinst.text.language import Language, table

if TYPE_CHECKING:
    from gevinst.analyses.scenarios.over_time import Accumulated
    from gevinst.analyses.scenarios.specifications import Scenarios, Swing
    from gevinst.plots.picture import Picture

ONE_UNIT = 0.5
"""kr.: ends closer than this are written as one number."""


def summary(found: Scenarios, text: Language) -> list[str]:
    """Say all of it, in lines."""
    said = [heading(found, text)]
    if found.axes:
        said += [signs(found, text), "", table(answers(found, text))]
        said += ["", table(swings(found, text)), *columns(found, text)]
        said.append(text("scenarios.no_sample"))
        said += impossible(found, text)
    else:
        said.append(text("scenarios.nothing"))
    if found.over_time:
        said += ["", text("scenarios.over_time"), table(over_time(found, text))]
    if found.masked:
        said.append(text("scenarios.masked"))
    return said


def heading(found: Scenarios, text: Language) -> str:
    """Say how many specifications there are, and the study's own."""
    key = "scenarios.heading" if len(found.specifications) > 1 else "scenarios.one"
    return text(key, n=text.number(len(found.specifications)), kr=text.kr(found.own.low))


def signs(found: Scenarios, text: Language) -> str:
    """Say what sign the answers to the questions have, before anything is put together."""
    if len(found.answers) > 1:
        values, n, key = found.signs, len(found.answers), "scenarios.signs"
    else:
        signs = [each.sign for each in found.specifications]
        values, n, key = {s: signs.count(s) for s in found.signs}, len(signs), "scenarios.ways"
    if n > 1 and n in values.values():
        alike = next(sign for sign, k in values.items() if k == n)
        said = text(f"{key}_all", n=text.number(n), all=text(f"scenarios.all.{alike}"))
    else:
        said = text(key, n=text.number(n), **{sign: text.number(k) for sign, k in values.items()})
    if any(each.low < 0.0 < each.high for each in found.specifications):
        said = f"{said} {text('scenarios.around')}"
    if less := found.less_tried:
        said = f"{said} {text('scenarios.less', n=text.number(less))}"
    return said


def between(low: float, high: float, text: Language) -> str:
    """Write two ends, or one number where they are one."""
    if not high - low >= ONE_UNIT:  # which holds NaN too
        return text.number(low)
    return text("bootstrap.limits", low=text.number(low), high=text.number(high))


def answers(found: Scenarios, text: Language) -> list[list[str]]:
    """Write the answers as a table: its heads, a rule, and a row each."""
    questions = [axis for axis in found.axes if axis.question]
    heads = [axis.title(text) for axis in questions] or [""]
    heads += [
        text(f"scenarios.{name}") for name in ("ways_head", "median", "range", "below", "above")
    ]
    rows = []
    for answer in found.answers:
        labels = [axis.label(answer.questions[axis.name], text) for axis in questions] or [""]
        rows.append(
            [
                *labels,
                text.number(len(answer.specifications)),
                between(*answer.medians, text),
                between(answer.low, answer.high, text),
                *(text.percent(answer.share(sign)) for sign in ("negative", "positive")),
            ]
        )
    return [heads, [], *rows]


def swings(found: Scenarios, text: Language) -> list[list[str]]:
    """Write what each axis does as a table: its heads, a rule, and a row each."""
    heads = [text(f"scenarios.{name}") for name in ("choice_head", "kind", "swing", "share")]
    return [heads, [], *(_swing(swing, text) for swing in found.swings)]


def _swing(swing: Swing, text: Language) -> list[str]:
    kind = "question" if swing.axis.question else "convention"
    share = text.number(math.nan) if swing.share is None else text.percent(swing.share)
    ends = between(swing.low, swing.high, text)
    return [swing.axis.title(text), text(f"scenarios.{kind}"), ends, share]


def columns(found: Scenarios, text: Language) -> list[str]:
    """Say what the columns of that table are."""
    said = [text("scenarios.swing_note")]
    if any(swing.share is not None for swing in found.swings):
        said.append(text("scenarios.share_note", n=text.number(len(found.fixed))))
    return said


def impossible(found: Scenarios, text: Language) -> list[str]:
    """Say which combinations there are none of, and why."""
    return [
        text(f"scenarios.impossible.{each.reason}", n=text.number(len(each.combinations)))
        for each in found.impossible
    ]


def over_time(found: Scenarios, text: Language) -> list[list[str]]:
    """Write the step rules as a table: its heads, a rule, and a row each."""
    level = text.level(found.level)
    heads = [
        "",
        text("missing.difference"),
        text("missing.interval", level=level),
        text("scenarios.back_head"),
    ]
    return [heads, [], *(_accumulated(each, text) for each in found.over_time)]


def _accumulated(each: Accumulated, text: Language) -> list[str]:
    limits = between(*(each.interval or (math.nan,) * 2), text)
    years = "" if each.years is None else text.number(each.years, 1)
    back = text(f"scenarios.back.{each.back}", years=years)
    rule = text(f"scenarios.choice.horizon_{each.horizon}")
    return [rule, text.number(each.difference), limits, back]


def accumulated(found: Scenarios, text: Language) -> list[str]:
    """Say between what the step rules of time lie, where there are any."""
    if not found.over_time:
        return []
    each = [rule.difference for rule in found.over_time]
    ends = {"low": text.number(round(min(each), -2)), "high": text.number(round(max(each), -2))}
    return [text("scenarios.accumulated", **ends)]


def curve(found: Scenarios, text: Language) -> Picture:
    """Draw every specification in the order of its difference, with what is chosen in it."""
    from gevinst.plots.specifications import Choice, Column
    from gevinst.plots.specifications import curve as drawn

    rows, place = list[Choice](), dict[tuple[str, str], int]()
    for axis in found.axes:
        rows.append(Choice(axis.title(text), heading=True))
        for choice in axis.choices:
            place[axis.name, choice] = len(rows)
            rows.append(Choice(axis.label(choice, text)))
    ordered = sorted(found.specifications, key=lambda each: each.middle)
    columns = [
        Column(
            each.low,
            each.high,
            each.sign,
            each.interval,
            tuple(place[chosen] for chosen in each.choices.items()),
        )
        for each in ordered
    ]
    ends = {"low": text.number(found.low), "high": text.number(found.high)}
    signs_shown = [sign for sign in found.signs if any(each.sign == sign for each in ordered)]
    marks = "; ".join(text(f"scenarios.mark.{sign}") for sign in signs_shown)
    caption = [text("scenarios.caption", marks=marks)]
    if len(found.fixed) < len(ordered):
        caption.append(text("scenarios.caption_bounds"))
    if any(each.interval for each in ordered):
        caption.append(text("scenarios.caption_intervals", level=text.level(found.level)))
        if found.coupling in COUPLINGS:
            caption.append(text("missing.caption_couplings"))
    return drawn(
        columns,
        rows,
        text,
        title=text("scenarios.title", n=text.number(len(ordered))),
        alt=" ".join([heading(found, text), signs(found, text), text("scenarios.alt", **ends)]),
        axis=text("scenarios.axis_label"),
        caption=" ".join(caption),
        own=(ordered.index(found.own), text("scenarios.own", kr=text.kr(found.own.low))),
    )
