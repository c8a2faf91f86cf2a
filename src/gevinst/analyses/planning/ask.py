"""ask(study): what its authors could answer, and what hangs on each answer.

A range of the number and a width of its interval are two things: who went where changes how sure a
mean gain is, and never the mean itself. They stand in two columns and are never added.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from gevinst.analyses.audit.evidence import StudyEvidence
from gevinst.analyses.audit.percentages import grim
from gevinst.analyses.bootstrap import Bootstrap, bootstrap
from gevinst.analyses.planning.question import Question, amount, between, span
from gevinst.analyses.planning.unknowns import Open, Range, readings
from gevinst.analyses.provenance import Provenance, provenance
from gevinst.study.study import Study
from gevinst.text.language import LANGUAGES, Label, Lang, Language, language, rounded, table
from gevinst.text.problems import WrongValueError, one_of
from gevinst.text.result import Result

if TYPE_CHECKING:
    import pandas as pd

    from gevinst.plots.picture import Picture

PATHS, PERCENTAGES = "paths", "percentages"
MOST = 7
"""So many questions are asked in words; all stand in the frame and the JSON."""


@dataclass(frozen=True, eq=False, repr=False)
class Questions(Result):
    """What the authors of a study could answer.

    Parameters
    ----------
    difference : float
        As calculated, kr. per citizen.
    open : tuple of float
        Between what it lies with everything open at once; both are the difference where nothing is.
    questions : tuple of Question
        Those that move the difference, the most first; then the one of how sure it is; then what
        it does not hang on.
    interval : tuple of float or None
        Limits for it from chance in small groups, whoever went where; None without an interval.
    level : float
        Of the interval.
    answered : Questions or None
        The same with answers, where some are given.
    provenance : Provenance
        What made the result.
    """

    difference: float
    open: Range
    questions: tuple[Question, ...]
    interval: Range | None
    level: float
    answered: Questions | None
    provenance: Provenance

    drawn: ClassVar[tuple[str, ...]] = ("questions",)

    @property
    def pictures(self) -> tuple[str, ...]:
        """None where no answer moves the difference."""
        return self.drawn if self.moving else ()

    @property
    def moving(self) -> tuple[Question, ...]:
        """Questions whose answers move the difference."""
        return tuple(each for each in self.questions if each.high > each.low)

    @property
    def asked(self) -> tuple[Question, ...]:
        """Those that are asked in words: at most `MOST`, that of how sure it is among them."""
        others = [each for each in self.questions if each not in self.moving]
        room = MOST - any(each.interval for each in others)
        return tuple([*self.moving[:room], *others][:MOST])

    def of(self, name: str) -> Question | None:
        """Return a question by its name; None where it is not asked."""
        return next((each for each in self.questions if each.name == name), None)

    def to_dict(self, lang: Lang = "en") -> dict[str, Any]:
        """Everything as plain values, unrounded, ready for JSON; questions in `lang`."""
        plain = {
            "study": self.provenance.study,
            "unit": "kr. per citizen",
            "difference": self.difference,
            "open": _ends(self.open),
            "interval": self.interval and {"level": self.level, **_ends(self.interval)},
            "questions": [each.to_dict(lang) for each in self.questions],
            "provenance": self.provenance.to_dict(),
        }
        if self.answered is None:
            return plain
        now = [each.name for each in self.answered.questions]
        gone = [each.name for each in self.questions if each.name not in now]
        return {**plain, "gone": gone, "answered": self.answered.to_dict(lang)}

    def to_frame(self) -> pd.DataFrame:
        """One row per question: its ends, what is left, the least and the largest interval."""
        import pandas as pd

        rows = [
            {
                "question": each.name,
                **{name: getattr(each, name) for name in ("low", "high", "left")},
                "interval_least": each.interval and each.interval[0],
                "interval_most": each.interval and each.interval[1],
            }
            for each in self.questions
        ]
        columns = ("question", "low", "high", "left", "interval_least", "interval_most")
        return pd.DataFrame(rows, columns=columns).set_index("question")

    def summary(self, lang: Lang = "en") -> str:
        """Ask, and say why; with answers, say what they changed; in ``en`` or ``da``."""
        text = language(lang)
        lines = self.opening(lang)
        if self.answered is not None:
            return "\n".join([*lines, *self._changed(self.answered, text)])
        lines.append(text("ask.heading", what=amount(self.difference, text, exact=True)))
        if not self.questions:
            return "\n".join([*lines, text("ask.nothing")])
        if len(self.moving) > 1:
            whole = text.kr(rounded(self._whole))
            lines.append(text("ask.open", between=between(*self.open, text), whole=whole))
        for n, each in enumerate(self.asked, 1):
            said = (f"   {line}" for line in self.why(each, text))
            lines += ["", f"{n}. {each.asked(text)}", *said]
        more = len(self.questions) - len(self.asked)
        lines += ["", *([text("ask.more", n=more)] if more else []), text("ask.note")]
        return "\n".join(lines)

    @property
    def _whole(self) -> float:
        return self.open[1] - self.open[0]

    def why(self, question: Question, text: Language) -> list[str]:
        """Say why a question matters, in kr."""
        if question.interval:
            least, most = (text.kr(rounded(width)) for width in question.interval)
            values = {"level": text.level(self.level), "least": least, "most": most}
            return [text("ask.interval", **values)]
        if question not in self.moving:
            return [text("ask.no_matter")]
        said = [
            text("ask.answer", answer=text.label(label), what=amount(kr, text))
            for label, kr in question.answers
        ] or [text("ask.depends", between=between(question.low, question.high, text))]
        if len(self.moving) > 1:
            left, whole = text.kr(rounded(question.left)), text.kr(rounded(self._whole))
            said.append(
                text("ask.left_all" if left == whole else "ask.left", left=left, whole=whole)
            )
        return said

    def _changed(self, now: Questions, text: Language) -> Iterator[str]:
        """Say what answers changed: a sentence, and a table of before and after."""
        before, after = (amount(each.difference, text, exact=True) for each in (self, now))
        key = "ask.same" if before == after else "ask.changed"
        yield text(key, before=before, after=after)
        rows = [
            [text("ask.head.difference"), *(text.kr(each.difference) for each in (self, now))],
            [text("ask.head.open"), *(span(each.open, text) for each in (self, now))],
        ]
        if self.interval or now.interval:
            level = text("ask.head.interval", level=text.level(self.level))
            rows.append([level, *(span(each.interval, text) for each in (self, now))])
        names = dict.fromkeys(each.name for each in (*self.questions, *now.questions))
        for name in names:
            first, then = self.of(name), now.of(name)
            label = (first or then or self.questions[0]).short(text)
            cells = [_cell(first, text, "ask.new"), _cell(then, text, "ask.gone")]
            rows.append([label, *cells])
        heads = ["", text("ask.head.before"), text("ask.head.after")]
        yield from ("", table([heads, [], *rows]), "")
        yield text("ask.note_table")

    def _questions_picture(self, text: Language) -> Picture:
        """A bar per question that moves the difference, with a dot where it is as calculated."""
        from gevinst.plots.bars import Bar, Row, bars
        from gevinst.plots.style import MIDDLE

        rows, alt = [], []
        for each in self.moving[:MOST]:
            ends = (text.number(rounded(each.low)), text.number(rounded(each.high)))
            bar = Bar(each.low, each.high, MIDDLE, labels=ends, dot=self.difference)
            rows.append(Row(each.short(text), (bar,)))
            alt.append(text("ask.alt", what=each.short(text), low=ends[0], high=ends[1]))
        return bars(
            rows,
            text,
            title=text("ask.title"),
            alt="; ".join(alt),
            axis=text("figure.difference"),
            caption=text("ask.caption", kr=text.kr(self.difference)),
        )


def _ends(limits: Range) -> dict[str, float]:
    return dict(zip(("low", "high"), limits, strict=True))


def _cell(question: Question | None, text: Language, none: str) -> str:
    """Write the ends of a question, or the widths of the interval it leaves."""
    if question is None:
        return text(none)
    if question.interval is not None:
        return text("ask.wide", span=span(question.interval, text))
    ends = (question.low, question.high)
    return span(ends, text) if ends[0] < ends[1] else text("ask.none")


def ask(
    study: Study,
    *,
    answered: Study | Mapping[str, str] | None = None,
    confidence_level: float = 0.95,
) -> Questions:
    """Ask what the authors of a study could answer, and what hangs on each answer.

    Parameters
    ----------
    study : Study
        Under the conventions it carries.
    answered : Study or mapping of str to str, optional
        Answers that were given: the study with the answers written into it, or the name of a
        reading and which holds, as ``{"basis": "printed", "heads": "enrolled"}``.
    confidence_level : float
        Of the interval, between 0 and 1.

    Returns
    -------
    Questions
        What answers changed stands in its `answered`. Of a study that leaves nothing open there
        are no questions.

    Raises
    ------
    WrongValueError
        A level outside (0, 1), an answer to a question that is not asked, or a study that compares
        other groups.

    Notes
    -----
    What is left is the largest width, over the answers at the ends of one question, of the
    difference's range over all other unknowns together. The ends of a range over everything are
    exact: given an answer to every reading (rate basis, weights, payers) the difference is a sum
    over citizens and lines, each of which is worst, or best, by itself. The lost are as in
    `gevinst.missing` (Horowitz & Manski 2000, JASA 95(449), 77-84). With margins the mean gain is
    known whoever went where; what the paths would tell is its variance, which margins only bound
    (Aronow, Green & Lee 2014, Annals of Statistics 42(3), 850-871): a width, and no value of
    information.

    Examples
    --------
    >>> import gevinst as gv
    >>> found = gv.ask(gv.load("ishoj-smc"))
    >>> [each.name for each in found.questions][:3]
    ['lost', 'basis', 'uncounted.other_provider']
    >>> round(gv.ask(gv.load("ishoj-smc"), answered={"basis": "printed"}).answered.difference)
    -51320
    """
    found = bootstrap(study, confidence_level=confidence_level)
    if answered is None:
        return questions_of(study, found)
    if isinstance(answered, Study):
        alike = (each.contrast.arms + each.axes.times for each in (study, answered))
        if len(set(alike)) > 1:
            raise WrongValueError("answered", answered.id, "answered_other")
        return questions_of(study, found, ask(answered, confidence_level=confidence_level))
    asked = [each.name for each in readings(study)]
    given: dict[str, Any] = {}
    for name, value in answered.items():
        reading = one_of("answered", name, asked)
        given[reading] = one_of("answered", value, study.choices[reading])
    chosen = study.choose(**given)
    again = bootstrap(chosen, confidence_level=confidence_level)
    return questions_of(study, found, questions_of(chosen, again, known=tuple(given)))


def questions_of(
    study: Study,
    exact: Bootstrap,
    answered: Questions | None = None,
    known: Sequence[str] = (),
) -> Questions:
    """Ask, where the study's interval is there already.

    Parameters
    ----------
    study : Study
        Under the conventions it carries.
    exact : Bootstrap
        Of the same study.
    answered : Questions or None
        The same with answers.
    known : sequence of str
        Names of readings that its conventions answer.
    """
    open_ = Open(study, known)
    low, high = ends = open_.range()
    found = []
    for each in open_.unknowns:
        values = open_.alone(each)
        if rounded(min(values)) == rounded(max(values)):
            continue
        listed = tuple(zip(each.labels, values, strict=False))
        left = open_.left(each)
        found.append(Question(each.name, min(values), max(values), left, each.names, listed))
    found.sort(key=lambda each: each.low - each.high)
    here = (open_.difference, open_.difference, high - low)
    widths = _widths(study, exact)
    if widths and rounded(min(widths)) != rounded(max(widths)):
        found.append(Question(PATHS, *here, interval=(min(widths), max(widths))))
    if shares := _without_base(study):
        found.append(Question(PERCENTAGES, *here, {"shares": shares}))
    return Questions(
        difference=open_.difference,
        open=ends,
        questions=tuple(found),
        interval=None if exact.reason else exact.outer().limits,
        level=exact.level,
        answered=answered,
        provenance=provenance(study),
    )


def _widths(study: Study, exact: Bootstrap) -> list[float]:
    """Widths of the difference's interval, by who went where; none where that is known."""
    if not study.statuses or study.paths is not None:
        return []
    each = (exact.intervals(coupling)[0] for coupling in exact.difference)
    return [interval.high - interval.low for interval in each if interval.available]


def _without_base(study: Study) -> Label | None:
    """Percentages of people of whom it is not said how many, or that no such number gives."""
    evidence = StudyEvidence(study.published, study)
    codes = ("no_count", "no_count_but", "no_known_count")
    found = [evidence.by_id[each.figure] for each in grim(evidence) if each.code in codes]
    if not found:
        return None
    said = {}
    for code in LANGUAGES:
        text = language(code)
        shares = (
            text("ask.share", share=text.percent(f.value / 100.0, f.digits), source=f.source)
            for f in found
        )
        said[code] = ", ".join(shares)
    return said
