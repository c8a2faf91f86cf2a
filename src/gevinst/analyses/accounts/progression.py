"""progression(study): who was where, and what of a change in cost is citizens and what is rates.

A cost of a group of statuses falls because fewer are in it, or because each costs less. The two are
told apart by counting the end's citizens at the start's rates: what is left is the rates.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from gevinst.analyses.accounts.parts import SAME, TOTAL, Part, apart, hidden, part_of, rows_of
from gevinst.analyses.provenance import Provenance, provenance
from gevinst.analyses.turning.bounds import CountBounds, bounds
from gevinst.analyses.turning.query import need_citizens
from gevinst.study.study import Study
from gevinst.text.language import Label, Lang, Language, language, table
from gevinst.text.problems import Problems, StudyError
from gevinst.text.result import OF_NUMBERS, Result

if TYPE_CHECKING:
    import pandas as pd

    from gevinst.plots.picture import Picture

_PARTS = ("quantity", "price")


@dataclass(frozen=True, eq=False, repr=False)
class Progression(Result):
    """Statuses over time, and the change in cost of each group of them.

    Parameters
    ----------
    parts : tuple of Part
        Per arm each group of statuses and each status in none, then all together.
    composition : tuple of str
        Those of them that share no status: every citizen is in one.
    lost : frozenset of str
        Those of them whose citizens are lost to follow-up.
    cheaper : CountBounds
        How many cost less at the last time than at the first.
    times : tuple of str
        Ids.
    labels : mapping of str to Label
        What arms, times and groups are called.
    known : bool
        Whether citizens' own courses are known.
    provenance : Provenance
        What made the result.
    """

    disregards: ClassVar[tuple[str, ...]] = OF_NUMBERS
    drawn: ClassVar[tuple[str, ...]] = ("composition",)

    parts: tuple[Part, ...]
    composition: tuple[str, ...]
    lost: frozenset[str]
    cheaper: CountBounds
    times: tuple[str, ...]
    labels: Mapping[str, Label]
    known: bool
    provenance: Provenance

    def of(self, arm: str, name: str = TOTAL) -> Part:
        """One of the parts, by ids."""
        return next(part for part in self.parts if (part.arm, part.name) == (arm, name))

    @property
    def masked(self) -> bool:
        """Whether some counts are suppressed."""
        return any(part.least != part.most for part in self.parts)

    def to_dict(self) -> dict[str, Any]:
        """Everything as plain values, ready for JSON; kr. a year for the whole arm."""
        return {
            "study": self.provenance.study,
            "unit": "kr. a year",
            "times": list(self.times),
            "parts": [part.to_dict() for part in self.parts],
            "cheaper": {
                arm: {"low": found.low, "high": found.high, "seen": found.seen[1]}
                for arm, found in self.cheaper.arms.items()
            },
            "provenance": self.provenance.to_dict(),
        }

    def to_frame(self) -> pd.DataFrame:
        """One row per arm and group: citizens at each time, costs, and the change divided."""
        import pandas as pd

        rows = []
        for part in self.parts:
            counts = {f"citizens_{t}": n for t, n in zip(self.times, part.citizens, strict=True)}
            found = {"arm": part.arm, "group": part.name or "all", **counts}
            found |= {"cost_before": part.before, "cost_after": part.after, "change": part.change}
            found |= {"citizens_part": part.quantity, "rates_part": part.price}
            rows.append(found)
        return pd.DataFrame(rows).set_index(["arm", "group"])

    def label(self, part: Part, text: Language) -> str:
        """What a group is called."""
        return text("progression.total") if not part.name else text.label(self.labels[part.name])

    def heads(self, text: Language) -> list[tuple[str, str]]:
        """What stands above the columns of `cells`, in two lines."""
        times = [text.label(self.labels[time]) for time in self.times]
        return [
            *((text("progression.citizens"), time) for time in times),
            *((text("progression.cost"), time) for time in (times[0], times[-1])),
            *((text("progression.change"), text(f"progression.{k}")) for k in ("all", *_PARTS)),
            (text("progression.citizens"), text("progression.stayed")),
        ]

    def cells(self, part: Part, text: Language) -> list[str]:
        """Write a group's numbers: citizens, costs, the change and its two parts, who stayed."""
        counts = [
            text.number(n) if low == high else f"{text.number(low)}–{text.number(high)}"
            for n, low, high in zip(part.citizens, part.least, part.most, strict=True)
        ]
        amounts = (part.before, part.after, part.change, part.quantity, part.price)
        stayed = "–".join(map(text.number, dict.fromkeys(part.stayed)))
        return [*counts, *map(text.number, amounts), stayed if part.name else ""]

    def sentences(self, text: Language) -> list[str]:
        """Say each group whose rates differ or whose change is published, and each arm's total."""
        said = [p for p in self.parts if p.rates_differ or p.published or not p.name]
        return [self.said(part, text) for part in said]

    def said(self, part: Part, text: Language) -> str:
        """Say how a group's cost changed, as published first, and what of it is citizens."""
        first, last = (text.label(self.labels[t]) for t in (self.times[0], self.times[-1]))
        named = {"group": self.label(part, text), "arm": text.label(self.labels[part.arm])}
        named |= {"first": first, "last": last}
        named |= {"before": text.kr(part.before), "after": text.kr(part.after)}
        share = part.share(abs(part.change))
        if abs(part.change) <= SAME:
            key = "free" if abs(part.after) <= SAME else "same"
        elif abs(part.before) <= SAME and part.after > 0.0:
            key = "appeared"
        elif share is None or part.before < 0.0 or part.after < -SAME:  # of no share of a cost
            key = "fell_to" if part.change < 0 else "rose_to"
        else:
            key = "fell" if part.change < 0 else "rose"
            digits = part.published.digits if part.published else 0
            named["share"] = text.percent(share, digits)
        said = [text(f"progression.{key}", **named)]
        if part.published is not None:
            printed = text.percent(part.published.value / 100, part.published.digits)
            said.insert(0, text("progression.published", printed=printed))
        n = {"n0": text.number(part.citizens[0]), "n1": text.number(part.citizens[-1])}
        if part.rates_differ:
            rates = ""
            if part.rates and abs(part.rates[0] - part.rates[1]) > SAME:
                before, after = map(text.number, part.rates)
                rates = text("progression.rates", before=before, after=after)
            moved, rest = (self._moved(part, kr, text) for kr in (part.quantity, part.price))
            values = {**named, **n, "moved": moved, "rest": rest, "rates": rates}
            said.append(text("progression.both", **values))
        elif key not in ("free", "same"):
            said.append(text("progression.citizens_alone", **named, **n))
        return " ".join(said)

    def _moved(self, part: Part, kr: float, text: Language) -> str:
        if abs(kr) <= SAME:
            return text("progression.no_change")
        said = text(f"progression.{'a_fall' if kr < 0 else 'a_rise'}", kr=text.kr(abs(kr)))
        share = part.share(abs(kr))
        return said if share is None else f"{said} ({text.percent(share)})"

    def people(self, text: Language) -> list[str]:
        """Say, per arm, how many cost less at the last time: no more than the tables tell."""
        first, last = (text.label(self.labels[t]) for t in (self.times[0], self.times[-1]))
        said = []
        for arm, found in self.cheaper.arms.items():
            if not found.seen[1]:
                continue
            key = "cheaper" if found.low == found.high else "cheaper_between"
            seen = "–".join(map(text.number, dict.fromkeys(found.seen)))
            ends = {"low": text.number(found.low), "high": text.number(found.high), "seen": seen}
            named = {"arm": text.label(self.labels[arm]), "first": first, "last": last}
            said.append(text(f"progression.{key}", **ends, **named))
        return said

    def notes(self, text: Language) -> list[str]:
        """Say what the numbers are, and what the tables do not tell."""
        keys = ["parts", *([] if self.known else ["unknown"]), *(["masked"] if self.masked else [])]
        return [text(f"progression.{key}") for key in keys]

    def summary(self, lang: Lang = "en") -> str:
        """Say the result as a table per arm, with the sentences below."""
        text = language(lang)
        heads, said = self.heads(text), [text("progression.heading")]
        for arm in dict.fromkeys(part.arm for part in self.parts):
            found = [part for part in self.parts if part.arm == arm]
            above, below = ([head[line] for head in heads] for line in (0, 1))
            rows = [[text.label(self.labels[arm])], ["", *above], ["", *below], []]
            rows += [[self.label(part, text), *self.cells(part, text)] for part in found]
            said.append(table(rows))
        lines = [*self.sentences(text), *self.people(text), *self.notes(text)]
        return "\n\n".join([*self.opening(lang), *said, "\n".join(lines)])

    def _composition_picture(self, text: Language) -> Picture:
        from gevinst.plots.stacks import stacks

        arms = list(dict.fromkeys(part.arm for part in self.parts))
        ordered = sorted(self.composition, key=lambda name: (name in self.lost, -self._dear(name)))
        bars = []
        for arm in arms:
            for t, time in enumerate(self.times):
                counts = [self.of(arm, name).citizens[t] for name in ordered]
                where = text.label(self.labels[arm]), text.label(self.labels[time])
                bars.append((", ".join(where), counts))
        names = [text.label(self.labels[name]) for name in ordered]
        said = "; ".join(
            f"{label}: " + ", ".join(f"{n} {name}" for n, name in zip(ns, names, strict=True) if n)
            for label, ns in bars
        )
        return stacks(
            bars,
            names,
            text,
            title=text("progression.figure.title"),
            alt=said,
            axis=text("progression.figure.axis"),
            caption=text(f"progression.figure.caption{'_known' if self.known else ''}"),
            others=text("progression.figure.others"),
            open_from=len(ordered) - len(self.lost & set(ordered)),
            every=len(self.times),
        )

    def _dear(self, name: str) -> float:
        """What a citizen of a group costs at most over arms and the two times, kr. a year."""
        found = [part for part in self.parts if part.name == name]
        ends = [(p.before, p.citizens[0]) for p in found] + [
            (p.after, p.citizens[-1]) for p in found
        ]
        return max((kr / n for kr, n in ends if n), default=0.0)


def progression(study: Study) -> Progression:
    """Follow citizens' statuses over time, and divide changes in cost into citizens and rates.

    Parameters
    ----------
    study : Study
        With counted statuses at two times or more, under the conventions it carries.

    Returns
    -------
    Progression
        Per arm and group of statuses: citizens at each time, and the change in annual cost from
        the first time to the last as ``quantity`` (the last time's citizens at the first time's
        rates, minus the first cost) plus ``price`` (the rest): Laspeyres' quantity and Paasche's
        price component, which add up.

    Raises
    ------
    StudyError
        E151 where nobody is counted, E152 where there is one time.

    Examples
    --------
    >>> import gevinst as gv
    >>> found = gv.progression(gv.load("ishoj-smc")).of("intervention")
    >>> round(found.change), round(found.quantity), round(found.price)
    (-2976037, -1493413, -1482624)
    """
    need_citizens(study)
    if not progresses(study):
        problems = Problems()
        problems.add("E152", study.id)
        raise StudyError(problems)
    rows = rows_of(study)
    shown = {
        name: items
        for name, items in rows.items()
        if name == TOTAL or study.counts[:, :, list(items)].any() or hidden(study, items)
    }
    return Progression(
        parts=tuple(
            part_of(study, a, name, items)
            for a in range(len(study.arms))
            for name, items in shown.items()
        ),
        composition=apart(shown),
        lost=frozenset(n for n, items in shown.items() if n and set(items) <= set(study.lost)),
        cheaper=bounds(study, "cheaper"),
        times=study.axes.times,
        labels=study.labels,
        known=study.paths is not None,
        provenance=provenance(study),
    )


def progresses(study: Study) -> bool:
    """Whether citizens are counted at two times or more."""
    return bool(study.statuses) and len(study.times) > 1
