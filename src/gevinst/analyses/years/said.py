"""What the years say: tables, sentences, and the curve."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from math import nan
from typing import TYPE_CHECKING

import numpy as np

from gevinst.analyses.draws import law_said, probability_error
from gevinst.study.conventions import schedule_said
from gevinst.text.language import Language, rounded, table

if TYPE_CHECKING:
    from gevinst.analyses.years.result import Course, Years
    from gevinst.plots.picture import Picture

_SURE = 0.99
"""A share is written as over 99 % from here on."""


def summary(found: Years, text: Language) -> list[str]:
    """Say all of it, in lines."""
    lines = [text("years.heading", n=text.number(found.years)), *basis(found, text)]
    for course in found.courses:
        lines += ["", course.persistence.say(text), table(by_year(found, course, text))]
        lines += ["", table(worth(found, course, text)), *sentences(found, course, text)]
    draws = [u.worth.found for course in found.courses for u in course.by_coupling.values()]
    lines += ["", *law_said(draws, text)]
    names = ", ".join(text.label(source.label) for source in found.varied)
    lines.append(text("simulate.varied", names=names or text("simulate.nothing")))
    lines.append(text("years.draws", n=text.number(found.draws), seed=found.provenance.seed))
    return lines


def basis(found: Years, text: Language) -> list[str]:
    """Say what was seen, what is assumed, and how it is discounted, and why so."""
    key = "seen" if found.seen < found.years else "all_seen"
    said = [_of(found, key, text, years=text.significant(found.seen))]
    if found.seen > found.years:
        said.append(_of(found, "cut", text, n=text.number(found.years)))
    said += unknown(found, text)
    said.append(text(f"years.steps.{found.steps}"))
    said.append(f"{schedule_said(found.discounting, text)} {text(f'years.why.{found.why}')}")
    return said


def _of(found: Years, key: str, text: Language, **values: str) -> str:
    """Say it of what a study saw, or of what it states and nobody saw."""
    return text(f"years.stated.{key}" if found.provenance.stated else f"years.{key}", **values)


def kind(found: Years, year: int, text: Language) -> str:
    """Say what a year is."""
    key = found.kind(year)
    stated = f"years.stated.kind.{key}"
    told = found.provenance.stated and text.has(stated)
    return text(stated if told else f"years.kind.{key}")


def unknown(found: Years, text: Language) -> list[str]:
    """Say of which years nothing is known, though later ones are."""
    years = [text.number(year) for year in found.unknown]
    return [text("years.unknown", years=", ".join(years))] if years else []


def by_year(found: Years, course: Course, text: Language) -> list[list[str]]:
    """Write a course as a table: its heads, a rule, and a row per year."""
    heads = [text(f"years.{name}") for name in ("year", "known", "flow", "factor")]
    heads += [text(f"years.{name}") for name in ("present", "cumulative", "limits")]
    limits = course.by_coupling[course.widest].limits
    rows = []
    for year, factor in enumerate(found.factors):
        low, high = (text.number(rounded(float(end))) for end in limits[year])
        between = text("bootstrap.limits", low=low, high=high) if found.varied else text.number(nan)
        rows.append(
            [
                text.number(year),
                kind(found, year, text),
                text.number(float(course.flow[year])),
                text.number(factor, 4),
                text.number(float(course.present[year])),
                text.number(float(course.cumulative[year])),
                between,
            ]
        )
    return [heads, [], *rows]


def worth(found: Years, course: Course, text: Language) -> list[list[str]]:
    """Write the net present value as a table, a row per coupling."""
    draws = {name: each.worth.found for name, each in course.by_coupling.items()}
    columns = next(iter(draws.values())).headings(text)
    heads = [text("years.npv", n=text.number(found.years)), text("years.calculated"), *columns]
    rows = [
        [text(f"coupling.{name}"), text.number(course.npv), *each.cells(text)]
        for name, each in draws.items()
    ]
    return [heads, [], *rows]


def sentences(found: Years, course: Course, text: Language) -> list[str]:
    """Say when it is paid back, and benefits per krone invested."""
    return [*paid_back(found, course, text), ratio(found, course, text)]


def paid_back(found: Years, course: Course, text: Language) -> Iterator[str]:
    """Say in which year the calculation is paid back, and how often the draws are in which."""
    n = text.number(found.years)
    if course.back is None:
        yield text("years.never", n=n)
    else:
        yield text("years.back", year=text.number(course.back))
    back = course.by_coupling[course.widest].payback
    if back is None or not found.varied:
        return
    shares = [
        text("years.share", year=text.number(year), share=_share(share, back.draws, text))
        for year, share in enumerate(back.shares)
        if share > 0.0
    ]
    never = text("years.share_never", n=n, share=_share(back.never, back.draws, text))
    yield text("years.shares", shares=", ".join([*shares, never]))


def _share(share: float, draws: int, text: Language) -> str:
    """Write a share with the digit that its error allows; below 1 % and above 99 % as such."""
    if 0.0 < share < 1.0 - _SURE:
        return text("years.under", share=text.percent(0.01))
    if _SURE < share < 1.0:
        return text("years.over", share=text.percent(0.99))
    error = 100.0 * probability_error(share, draws)
    unit = "pct." if text.code == "da" else "%"
    return f"{text.earned(100.0 * share, max(error, 0.5))} {unit}"


def ratio(found: Years, course: Course, text: Language) -> str:
    """Say benefits per krone invested beside the difference they come from, or why not."""
    if course.ratio is None:
        return text("years.no_ratio")
    values = {
        "kr": text.kr(rounded(course.npv)),
        "benefits": text.kr(rounded(course.npv + course.invested)),
        "paid": text.kr(rounded(course.invested)),
        "ratio": text.number(course.ratio, 2),
    }
    limits = course.by_coupling[course.widest].ratio
    if limits is None or not found.varied:
        return text("years.ratio_alone", **values)
    values |= {"low": text.number(limits.low, 2), "high": text.number(limits.high, 2)}
    return text("years.ratio", **values)


def short(found: Years, text: Language) -> list[str]:
    """Say each course in one sentence, with its interval."""
    said = []
    for course in found.courses:
        draws = course.by_coupling[course.widest].worth.found
        low, high = draws.ends(text)
        values = {"low": text.of_money(low), "high": text.of_money(high)}
        values |= {"kr": text.kr(rounded(course.npv)), "level": text.level(found.level)}
        n, persistence = text.number(found.years), course.persistence.say(text)
        key = "years.short" if found.varied else "years.short_alone"
        said.append(text(key, n=n, persistence=persistence, **values))
    return said


def curve(found: Years, text: Language) -> Picture:
    """Draw what has come by the end of each year; what nobody saw is broken, and hollow."""
    from gevinst.plots import style
    from gevinst.plots.curves import Line, curves

    colours = (style.DARK, style.MIDDLE, style.HIGH_INPUT, style.SOFT)
    at, lines, alt = np.arange(found.years + 1.0), list[Line](), list[str]()
    # A last year that is seen in part is no observation, and one between of which nothing is known
    # none either.
    dashes = ["-"] * (min(int(found.seen), found.years) + 1)
    dashes += ["--"] * (found.years + 1 - len(dashes))
    for year in found.unknown:
        dashes[year] = ":"
    filled = np.array(dashes) == "-"
    for k, course in enumerate(found.courses):
        limits = course.by_coupling[course.widest].limits
        colour = colours[k % len(colours)]
        x = at + 0.12 * (k - (len(found.courses) - 1) / 2.0)
        label = course.persistence.say(text)
        for drawn, run in groupby(range(1, found.years + 1), dashes.__getitem__):
            years = list(run)
            part = slice(years[0] - 1, years[-1] + 1)
            said = label if years[-1] == found.years else ""
            lines.append(Line(said, x[part], course.cumulative[part], colour, drawn))
        for marks, hollow in ((filled, False), (~filled, True)):
            y = course.cumulative[marks]
            lines.append(Line("", x[marks], y, colour, "", limits=limits[marks], hollow=hollow))
        alt.append(label + ": " + text.kr(rounded(course.npv)))
    level = text.level(found.level)
    return curves(
        lines,
        text,
        title=text("years.title", n=text.number(found.years)),
        alt="; ".join(alt),
        axes=(text("years.axis_year"), text("years.axis")),
        caption=" ".join(
            [
                _of(found, "caption", text, level=level),
                *([text("years.caption_unknown")] if found.unknown else []),
                *unknown(found, text),
                schedule_said(found.discounting, text),
            ]
        ),
        legend_title=_of(found, "legend", text),
        zero_across=True,
    )
