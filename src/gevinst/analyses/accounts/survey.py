"""survey(study): what a share of those asked says, and what a change between two surveys does.

A share of 20 people has a wide interval; and where fewer are asked the second time, what became of
the others is not known. Both stand beside what was printed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from gevinst.analyses.accounts.shares import (
    METHODS,
    Base,
    Change,
    Ends,
    Share,
    bases_of,
    changes_of,
    share_of,
)
from gevinst.analyses.provenance import Provenance, provenance
from gevinst.stats.intervals import level_of
from gevinst.study.claims import Published
from gevinst.study.study import Study
from gevinst.text.language import Label, Lang, Language, language, table
from gevinst.text.problems import Problems, StudyError
from gevinst.text.result import Result

if TYPE_CHECKING:
    import pandas as pd

    from gevinst.plots.picture import Picture


@dataclass(frozen=True, eq=False, repr=False)
class SurveyShares(Result):
    """Shares of those asked, with intervals, and changes between two times.

    Parameters
    ----------
    shares : tuple of Share
        As they are stated.
    changes : tuple of Change
        Those asked for more than once with known numbers.
    bases : tuple of Base
        Questions of which it is not stated how many were asked.
    level : float
        Nominal level of the intervals.
    labels : mapping of str to mapping of str to Label
        Per ``question``, ``answer``, ``time``, ``arm`` what ids are called.
    provenance : Provenance
        What made the result.
    """

    shares: tuple[Share, ...]
    changes: tuple[Change, ...]
    bases: tuple[Base, ...]
    level: float
    labels: Mapping[str, Mapping[str, Label]]
    provenance: Provenance

    @property
    def pictures(self) -> tuple[str, ...]:
        """One figure, where the number of people is known of some share."""
        return self.drawn if any(share.known for share in self.shares) else ()

    disregards: ClassVar[tuple[str, ...]] = ()
    drawn: ClassVar[tuple[str, ...]] = ("survey",)

    def of(self, answer: str, time: str, question: str = "") -> Share:
        """One of the shares, by ids."""
        return next(
            share
            for share in self.shares
            if (share.answer.answer, share.answer.time) == (answer, time)
            and question in ("", share.answer.question)
        )

    def to_dict(self) -> dict[str, Any]:
        """Everything as plain values, ready for JSON; shares from 0 to 1."""
        return {
            "study": self.provenance.study,
            "level": self.level,
            "shares": [share.to_dict() for share in self.shares],
            "changes": [change.to_dict() for change in self.changes],
            "unstated": [vars(base) for base in self.bases],
            "provenance": self.provenance.to_dict(),
        }

    def to_frame(self) -> pd.DataFrame:
        """One row per answer and time: how many, of how many, and both intervals."""
        import pandas as pd

        rows = []
        for share in self.shares:
            found = share.to_dict()
            low, high = found.pop("counts") or (None, None)
            found |= {"count_low": low, "count_high": high}
            for method in METHODS:
                ends = found.pop(method) or (None, None)
                found |= {f"{method}_low": ends[0], f"{method}_high": ends[1]}
            rows.append(found)
        return pd.DataFrame(rows).set_index(["question", "answer", "time"])

    def questions(self) -> dict[tuple[str, str], list[Share]]:
        """Shares by question and arm, in their order."""
        found: dict[tuple[str, str], list[Share]] = {}
        for share in self.shares:
            found.setdefault((share.answer.question, share.answer.arm), []).append(share)
        return found

    def asked(self, question: str, arm: str, text: Language) -> str:
        """Say what was asked, and of which arm where it is of one."""
        said = text.label(self.labels["question"][question])
        return f"{said} ({text.label(self.labels['arm'][arm])})" if arm else said

    def heads(self, text: Language) -> list[str]:
        """What stands above the columns of `cells`."""
        level = text.level(self.level)
        keys = ("time", "printed", "people", "wilson", "exact")
        return [text(f"survey.{key}", level=level) for key in keys]

    def cells(self, share: Share, text: Language) -> list[str]:
        """Write a share: when, as printed, how many of how many, and both intervals."""
        each = share.answer
        digits = Published("", "", "", each.percent, "", each.rounding, "").digits
        percent = text.percent(each.percent / 100, digits) if each.count is None else ""
        asked = "" if each.asked is None else text.number(each.asked)
        people = text("survey.unstated")
        if asked:
            people = text("survey.of", n=_ends(share.counts, text) or "–", asked=asked)
        limits = [_limits(share.intervals.get(method), text) for method in METHODS]
        return [text.label(self.labels["time"][each.time]), percent, people, *limits]

    def sentences(self, text: Language) -> list[str]:
        """Say each change: what the publication says of it, and what the people asked give."""
        return [self._changed(change, text) for change in self.changes]

    def _changed(self, change: Change, text: Language) -> str:
        first, last = change.first, change.last
        named = {
            "answer": text.label(self.labels["answer"][first.answer.answer]),
            "first": text.label(self.labels["time"][first.answer.time]),
            "last": text.label(self.labels["time"][last.answer.time]),
            "k0": _ends(first.counts, text),
            "k1": _ends(last.counts, text),
            "n0": text.number(first.answer.asked or 0),
            "n1": text.number(last.answer.asked or 0),
            "gone": text.number(abs(change.gone)),
        }
        if first.answer.arm:
            named["answer"] += f" ({text.label(self.labels['arm'][first.answer.arm])})"
        quotes = dict.fromkeys(claim.quote for claim in change.claims if claim.quote)
        said = [text("survey.quote", quote=quote) for quote in quotes]
        said.append(text("survey.changed", **named))
        if first.counts == last.counts and len(first.counts) == 1 and change.gone > 0:
            said.append(text("survey.same_number"))
        if change.attrition is not None and change.same_people is not None:
            low, high = (text.percent(share) for share in change.attrition)
            random = " – ".join(dict.fromkeys(map(text.percent, last.share)))
            ends = {"low": low, "high": high, "random": random}
            ends["fewest"] = text.number(round(change.attrition[0] * (first.answer.asked or 0)))
            ends["most"] = text.number(round(change.attrition[1] * (first.answer.asked or 0)))
            said.append(text("survey.attrition", **ends, **named))
            fewer, more = (_signed(n, text) for n in change.same_people)
            one = "_one" if fewer == more else ""
            said.append(text(f"survey.same_people{one}", low=fewer, high=more, **named))
        if change.fisher is not None:
            said.append(text("survey.fisher", p=text.p(change.fisher)))
        return " ".join(said)

    def notes(self, text: Language) -> list[str]:
        """Say what the intervals are, and what is known of questions without a number asked."""
        said = [text("survey.intervals", level=text.level(self.level))]
        if any(change.fisher is not None for change in self.changes):
            said.append(text("survey.fisher_is"))
        for base in self.bases:
            named = {
                "question": self.asked(base.question, base.arm, text),
                "time": text.label(self.labels["time"][base.time]),
                "stated": ", ".join(map(text.number, base.stated)),
                "fitting": ", ".join(map(text.number, base.fitting)),
            }
            key = "base_fits" if base.fitting else "base_fits_not"
            one = "_one" if base.parts == 1 else ""
            said.append(text(f"survey.{key}{one}", **named))
            if not base.fitting and base.least is not None:
                said[-1] += " " + text("survey.base_least", n=text.number(base.least))
        if any(s.answer.asked is not None and not s.known for s in self.shares):
            said.append(text("survey.no_number"))
        return said

    def summary(self, lang: Lang = "en") -> str:
        """Say the result as a table per question, with the changes below."""
        text = language(lang)
        said = [text("survey.heading")]
        heads = self.heads(text)
        for (question, arm), shares in self.questions().items():
            rows = [[self.asked(question, arm, text)], ["", *heads], []]
            rows += [
                [text.label(self.labels["answer"][s.answer.answer]), *self.cells(s, text)]
                for s in shares
            ]
            said.append(table(rows))
        lines = [*self.sentences(text), *self.notes(text)]
        return "\n\n".join([*self.opening(lang), *said, "\n".join(lines)])

    def _survey_picture(self, text: Language) -> Picture:
        from gevinst.plots.bars import Bar, Row, bars

        rows = []
        for share in (share for share in self.shares if share.known):
            low, high = (100 * end for end in share.intervals[METHODS[0]])
            middle = 50 * sum(share.share)
            each = share.answer
            where = [("answer", each.answer), ("arm", each.arm), ("time", each.time)]
            label = ", ".join(text.label(self.labels[kind][id_]) for kind, id_ in where if id_)
            ends = f"{text.number(low)}–{text.number(high)}"
            rows.append(Row(label, (Bar(low, high, dot=middle, labels=("", ends)),)))
        level = text.level(self.level)
        return bars(
            rows,
            text,
            title=text("survey.figure.title"),
            alt="; ".join(f"{row.label}: {row.bars[0].labels[1]}" for row in rows),
            axis=text("survey.figure.axis"),
            caption=text("survey.figure.caption", level=level),
        )


def survey(study: Study, *, confidence_level: float = 0.95) -> SurveyShares:
    """Say how sure the shares of a study's survey are, and what changes between two times rest on.

    Parameters
    ----------
    study : Study
        With a survey.
    confidence_level : float
        Nominal level, between 0 and 1.

    Returns
    -------
    SurveyShares
        Each share with Wilson's and Clopper and Pearson's interval; of a printed percentage the
        lowest and highest over every number of people that rounds to it. Each change with the
        bounds that those not asked again leave (Manski 1989, "Anatomy of the selection problem",
        Journal of Human Resources 24(3), 343-360).

    Raises
    ------
    StudyError
        E157 where nothing was asked.
    ValueError
        A level that is none.

    Examples
    --------
    >>> import gevinst as gv
    >>> found = gv.survey(gv.load("gladsaxe"))
    >>> len(found.shares), len(found.changes)
    (27, 4)
    """
    level = level_of(confidence_level)
    if study.survey is None:
        problems = Problems()
        problems.add("E157", study.id)
        raise StudyError(problems)
    asked = study.survey
    shares = tuple(share_of(answer, level) for answer in asked.given)
    named = {"question": asked.questions, "answer": asked.answers, "time": asked.times}
    return SurveyShares(
        shares=shares,
        changes=tuple(changes_of(shares, [time.id for time in asked.times], study.published)),
        bases=tuple(bases_of(shares, study)),
        level=level,
        labels={
            **{kind: {each.id: each.label for each in of} for kind, of in named.items()},
            "arm": {arm.id: arm.label for arm in study.arms},
        },
        provenance=provenance(study),
    )


def _ends(counts: Sequence[int], text: Language) -> str:
    """Write the numbers it can be: one, or from which to which."""
    return "–".join(dict.fromkeys(text.number(n) for n in (*counts[:1], *counts[-1:])))


def _signed(n: int, text: Language) -> str:
    return f"+{text.number(n)}" if n > 0 else text.number(n)


def _limits(ends: Ends | None, text: Language) -> str:
    """Write two limits of a share, with a decimal below ten percent."""
    if ends is None:
        return "–"
    low, high = (text.percent(end, 1) for end in ends)
    return text("bootstrap.limits", low=low, high=high)
