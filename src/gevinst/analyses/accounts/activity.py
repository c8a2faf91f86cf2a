"""activity(study): contacts and their cost beside the headline, as an account of its own.

Two end points hide what lies between them, and few dear contacts make most of a change: both are
shown, with how much of the difference between the arms' changes chance alone makes.
"""

from __future__ import annotations

import math
from statistics import NormalDist
from typing import TYPE_CHECKING, ClassVar

from gevinst.analyses.accounts.account import Account
from gevinst.analyses.accounts.contacts import (
    TOTAL,
    Course,
    Nudge,
    Scenario,
    between_arms,
    citizens_of,
    complete,
    courses_of,
    intervals_of,
    masked_of,
    nudges_of,
    scenarios_of,
    sign_of,
)
from gevinst.analyses.provenance import provenance
from gevinst.stats.intervals import level_of
from gevinst.study.study import Study
from gevinst.text.language import Lang, Language, language, table
from gevinst.text.problems import Problems, StudyError

if TYPE_CHECKING:
    from gevinst.plots.picture import Picture


class ActivityAccount(Account):
    """Contacts and cost per arm and year: what they say, and what they rest on."""

    drawn: ClassVar[tuple[str, ...]] = ("activity",)

    @property
    def pictures(self) -> tuple[str, ...]:
        """One figure, where something can be added."""
        return self.drawn if self.courses else ()

    def sentences(self, text: Language) -> list[str]:
        """Say what is claimed, each arm's course, the difference, and what it rests on."""
        if len(self.years) < 2 or not self.courses:
            return [text("activity.one_year")] if self.courses else []
        said = [text("activity.quote", quote=quote) for quote in self.claims]
        said += [self._course(total, text) for total in self.totals]
        if self.difference is not None:
            said.append(self._difference(text))
        said += [self._nudge(nudge, text) for nudge in self.nudges]
        return said + [self._scenario(scenario, text) for scenario in self.scenarios]

    def _course(self, course: Course, text: Language) -> str:
        amounts = ", ".join(
            text("activity.in_year", kr=text.kr(kr), year=year)
            for kr, year in zip(course.kr, self.years, strict=True)
        )
        named = {"arm": text.label(self.labels[course.arm]), "amounts": amounts}
        shares = [course.share(t, t + 1) for t in range(len(self.years) - 1)]
        steps = ", ".join("–" if s is None else _signed(s, text) for s in shares)
        whole = course.share()
        if whole is None or len(self.years) == 2:
            return text("activity.course", **named, steps=steps)
        return text("activity.course_steps", **named, steps=steps, share=_signed(whole, text))

    def _difference(self, text: Language) -> str:
        treated, reference = self.contrast.treated, str(self.contrast.reference)
        found = self.difference or 0.0
        named = {
            "treated": text.label(self.labels[treated]),
            "reference": text.label(self.labels[reference]),
            "first": self.years[0],
            "last": self.years[-1],
            "kr": text.kr(abs(found)),
            **{
                f"{name}_change": self._per_citizen(arm, text)
                for name, arm in (("treated", treated), ("reference", reference))
            },
        }
        sign = "same" if not found else ("less" if found < 0 else "more")
        said = [text(f"activity.difference_{sign}", **named)]
        if len(self.steps) > 1:
            steps = "; ".join(f"{a}–{b}: {_signed_kr(kr, text)}" for a, b, kr in self.steps)
            said.append(text("activity.steps", steps=steps, **named))
        if not self.intervals:
            return " ".join([*said, text("activity.no_interval")])
        limits = {
            phi: {"low": text.kr(low), "high": text.kr(high)}
            for phi, (low, high) in self.intervals.items()
        }
        first, *more = limits
        said.append(text("activity.least", level=text.level(self.level), **limits[first]))
        if more:
            wider = "; ".join(
                text("activity.wider", phi=text.significant(phi, 3), **limits[phi]) for phi in more
            )
            said.append(text("activity.widened", wider=wider))
        inside = [phi for phi, (low, high) in self.intervals.items() if low <= 0.0 <= high]
        if len(inside) == len(limits):
            said.append(text("activity.zero_in_all"))
        elif inside:
            said.append(text("activity.zero_from", phi=text.significant(inside[0], 3)))
        else:
            said.append(text("activity.zero_outside"))
        return " ".join(said)

    def _per_citizen(self, arm: str, text: Language) -> str:
        change = self.of(arm).change / self.citizens[arm][0]
        key = "no_change" if not change else ("a_fall" if change < 0 else "a_rise")
        return text(f"progression.{key}", kr=text.kr(abs(change)))

    def _nudge(self, nudge: Nudge, text: Language) -> str:
        named = {
            "arm": text.label(self.labels[nudge.arm]),
            "item": text.label(self.labels[nudge.item]),
            "n": text.number(nudge.contacts),
            "year": self.years[-1],
            "kr": text.kr(nudge.kr),
            "share": _signed(self.of(nudge.arm).share() or 0.0, text),
            "shares": "; ".join(
                text(
                    f"activity.{'fewer' if k < 0 else 'more'}",
                    n=text.number(abs(k)),
                    share=_signed(share, text),
                )
                for k, share in nudge.shares.items()
            ),
        }
        said = [text("activity.nudge", **named)]
        if nudge.turning is not None:
            key = "turn_fewer" if nudge.turning < 0 else "turn_more"
            said.append(text(f"activity.{key}", n=text.number(abs(nudge.turning))))
        return " ".join(said)

    def _scenario(self, scenario: Scenario, text: Language) -> str:
        jump = scenario.jump
        ratios = ", ".join(
            f"{text.label(self.labels[arm])} {_signed(ratio - 1.0, text)}"
            for arm, ratio in jump.ratios.items()
        )
        changes = "; ".join(
            f"{text.label(self.labels[arm])} {_signed(share, text)}"
            for arm, share in scenario.shares.items()
            if share is not None
        )
        named = {"item": text.label(self.labels[jump.item]), "ratios": ratios, "changes": changes}
        said = [text("activity.jump", before=jump.before, after=jump.after, **named)]
        if changes:
            said.append(text("activity.undone", before=jump.before, **named))
        return " ".join(said)

    def notes(self, text: Language) -> list[str]:
        """Say what is counted, of whom, what is suppressed, and what the intervals leave out."""
        said = [text("activity.own_account")]
        kinds = [
            text("activity.kind", item=text.label(self.labels[item]), kind=text.label(kind))
            for item, kind in self.counted.items()
            if kind
        ]
        if kinds:
            said.append(text("activity.kinds", kinds="; ".join(kinds)))
        if not self.stated:
            sizes = "; ".join(
                f"{text.label(self.labels[arm])} {' / '.join(map(text.number, n))}"
                for arm, n in self.citizens.items()
            )
            said.append(text("activity.of_whom", sizes=sizes))
        for cell, low, high in self.masked:
            place = f"{text.label(self.labels[cell.item])}, {text.label(self.labels[cell.arm])}"
            ends = {"least": cell.contacts[0], "most": cell.contacts[-1], "low": low, "high": high}
            kr = text.kr(cell.kr)
            said.append(text("finding.masked", place=place, year=cell.year, kr=kr, **ends))
        if self.left_out:
            items = ", ".join(text.label(self.labels[item]) for item in self.left_out)
            said.append(text("activity.left_out", items=items))
        return [*said, *([text("activity.model")] if self.intervals else [])]

    def summary(self, lang: Lang = "en") -> str:
        """Say the result as a table per arm, with the sentences below."""
        text = language(lang)
        said = [text("activity.heading")]
        above, below = ([head[line] for head in self.heads(text)] for line in (0, 1))
        for arm in dict.fromkeys(course.arm for course in self.courses):
            rows = [[text.label(self.labels[arm])], ["", *above], ["", *below], []]
            rows += [
                [self.item(c, text), *self.cells(c, text)] for c in self.courses if c.arm == arm
            ]
            said.append(table(rows))
        lines = [*self.sentences(text), *self.notes(text)]
        return "\n\n".join([*self.opening(lang), *said, "\n".join(lines)])

    def _activity_picture(self, text: Language) -> Picture:
        from gevinst.plots.bars import Bar, Row, bars

        deviate = _deviate(self.level)
        rows = []
        for a, total in enumerate(self.totals):
            n = self.citizens[total.arm][0]
            for t, year in enumerate(self.years):
                kr, spread = total.kr[t] / n, total.spread[t]
                half = None if spread is None else deviate * math.sqrt(spread) / n
                thin = None if half is None else (max(0.0, kr - half), kr + half)
                label = f"{text.label(self.labels[total.arm])}, {year}"
                bar = Bar(0.0, kr, thin=thin, ticks=True, labels=("", text.number(kr)))
                rows.append(Row(label, (bar,), gap=0.4 * (a > 0 and t == 0)))
        return bars(
            rows,
            text,
            title=text("activity.figure.title"),
            alt="; ".join(f"{row.label}: {text.of_money(row.bars[0].labels[1])}" for row in rows),
            axis=text("activity.figure.axis"),
            caption=text("activity.figure.caption", level=text.level(self.level)),
        )


def activity(
    study: Study,
    *,
    confidence_level: float = 0.95,
) -> ActivityAccount:
    """Follow contacts and their cost over the years of a study's account.

    Parameters
    ----------
    study : Study
        With an account of activity.
    confidence_level : float
        Nominal level, between 0 and 1.

    Returns
    -------
    ActivityAccount
        The difference of the arms' changes per citizen with, per dispersion, a normal interval of
        the compound model (McCullagh & Nelder 1989): variance ``phi kr^2 / contacts`` of each
        arm's, item's and year's cost, with the cost per contact as it was; a suppressed number at
        its least. Years and items are taken as independent: the same citizens in two years make it
        something else.

    Raises
    ------
    StudyError
        E158 where the study has no account.
    ValueError
        A level that is none.

    Examples
    --------
    >>> import gevinst as gv
    >>> found = gv.activity(gv.load("ishoj-smc"))
    >>> round(found.difference)
    -3003
    """
    level = level_of(confidence_level)
    if not study.activity:
        problems = Problems()
        problems.add("E158", study.id)
        raise StudyError(problems)
    years = tuple(sorted({a.year for a in study.activity}))
    items = complete(study, years)
    courses = tuple(courses_of(study, years, items))
    citizens, stated = citizens_of(study)
    n = {arm: sizes[0] for arm, sizes in citizens.items()}
    sign = sign_of(study, courses)
    changes = len(years) > 1
    difference = between_arms(courses, n, sign) if changes else None
    return ActivityAccount(
        years=years,
        courses=courses,
        left_out=tuple(i.id for i in study.activity_items if i.id not in items),
        citizens=citizens,
        stated=stated,
        difference=difference,
        steps=tuple(
            (years[t], years[t + 1], between_arms(courses, n, sign, t, t + 1) or 0.0)
            for t in range(len(years) - 1)
            if sign
        ),
        intervals=intervals_of(courses, n, sign, level) if changes else {},
        nudges=tuple(nudges_of(courses, difference, sign, n)) if changes else (),
        scenarios=tuple(scenarios_of(study, courses, n, sign)),
        masked=tuple(masked_of(study)),
        contrast=study.contrast,
        level=level,
        labels={
            **{arm.id: arm.label for arm in study.arms},
            **{item.id: item.label for item in study.activity_items},
        },
        counted={item.id: item.counted for item in study.activity_items if item.id in items},
        claims=tuple(
            dict.fromkeys(
                figure.quote
                for course in courses
                if course.item == TOTAL
                for figure in course.printed.values()
                if figure.quote
            )
        ),
        provenance=provenance(study),
    )


def _deviate(level: float) -> float:
    """Normal deviate of a two-sided level."""
    return NormalDist().inv_cdf((1.0 + level) / 2.0)


def _signed(share: float, text: Language) -> str:
    """Write a change in percent with its sign."""
    said = text.percent(share)
    return f"+{said}" if share > 0 and said != text.percent(0.0) else said


def _signed_kr(kr: float, text: Language) -> str:
    said = text.kr(kr)
    return f"+{said}" if kr > 0 and said != text.kr(0.0) else said
