"""simulate_many(studies): a row for each coupling of each study, one after the other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from gevinst.analyses.draws import LEVEL
from gevinst.analyses.many.rows import (
    DRAWS,
    Asked,
    Row,
    asked,
    broken,
    mark,
    rows_of,
    state_of,
)
from gevinst.files.many.found import One, Studies, each_of
from gevinst.files.studies import check
from gevinst.rows.workers import shared
from gevinst.sources.source import MEAN, Target
from gevinst.stats import streams
from gevinst.study.study import Study
from gevinst.text.language import Lang
from gevinst.text.problems import WARNING, Problems, StudyError, WrongValueError, say_all, whole


def simulate_many(
    studies: Studies,
    *,
    n: int = DRAWS,
    vary: Sequence[str] | str | None = None,
    target: Target = MEAN,
    confidence_level: float = LEVEL,
    workers: int = 1,
    rng: streams.Rng = 0,
    lang: Lang = "en",
) -> Iterator[Row]:
    """Simulate many studies, each from a seed of its own, and yield a row for each coupling.

    Parameters
    ----------
    studies : str, Path, or iterable of str, Path or Study
        A folder: every study in it, and in its folders, is read, a folder with ``study.toml`` or a
        workbook, in the order of their names. Or the studies: paths, bundled names, or `Study`
        objects; a generator is taken from as its studies are needed, so that memory stays as it is.
    n : int
        Draws of each study, the same for each coupling.
    vary, target
        As in `gevinst.simulate`, of every study.
    confidence_level : float
        Of the intervals, between 0 and 1.
    workers : int
        Processes to share the studies, by joblib; within ``joblib.parallel_config`` its backend
        decides, so a Dask or Ray cluster serves as well. No number changes any row.
    rng : what `numpy.random.default_rng` takes, optional
        What each study's seed grows from, with the study's hash: a row's numbers are the same
        whatever stands before it.
    lang : {"en", "da"}
        In which warnings and problems are said.

    Yields
    ------
    dict
        A value for each of `gevinst.analyses.many.rows.COLUMNS`, amounts in the study's currency
        per citizen: the study, what it was asked under, its numbers as `gevinst.simulate` gives
        them with the row's ``seed``, and the exact standard error and Welch interval of
        `gevinst.bootstrap`. A study that has no answer is a row whose ``problem`` says why.

    Raises
    ------
    ValueError
        If `n` is below 2, `workers` below 1, or another value is none that can be.
    StudyError
        If a folder holds no study.

    Examples
    --------
    >>> import gevinst as gv
    >>> for row in gv.simulate_many(["ishoj-smc", "no-such-study"], n=500, rng=2018):
    ...     print(row["coupling"] or row["problem"][:19])
    narrowest
    independent
    widest
    E001 no-such-study:
    """
    about = asked(rng, n, vary, target, confidence_level, lang)
    return _rows(each_of(studies), about, whole("workers", workers, 1))


def _rows(ones: Iterable[One], about: Asked, workers: int) -> Iterator[Row]:
    for rows in shared(answer, (Question(one, about) for one in ones), workers):
        yield from rows or ()


@dataclass(frozen=True)
class Question:
    """One study, what is asked of it, and the mark of the rows that are there already, if any."""

    one: One
    about: Asked
    known: bytes | None = None


def answer(question: Question) -> list[Row] | None:
    """Read one study and return its rows, or one that says why there are none.

    None where they are there already. Whatever is wrong with a study stops no other.
    """
    one, about, lang = question.one, question.about, question.about.lang
    state, wrong = None, Problems()
    try:
        study, problems = _read(one)
        if study is None:
            return [broken(one.name, about, say_all(problems.errors, lang))]
        state = state_of(study)
        if mark(one.name, state) == question.known:
            return None
        doubts = [problem for problem in problems if problem.severity == WARNING]
        return rows_of(one.name, study, about, doubts)
    except StudyError as error:
        wrong.extend(error.problems)
    except WrongValueError as error:
        wrong.add("E401", one.name, why=error.say(lang))
    except Exception as error:
        wrong.add("E402", one.name, error=f"{type(error).__name__}: {error}".strip(": "))
    return [broken(one.name, about, say_all(wrong.errors, lang), state)]


def _read(one: One) -> tuple[Study | None, Problems]:
    """Read a study; what is wrong with its place is said by its name, the same on every machine."""
    if isinstance(one.given, Study):
        return one.given, Problems()
    study, problems = check(one.given)
    for at, problem in enumerate(problems):
        if problem.file == str(one.given):
            problems[at] = replace(problem, file=one.name)
    return study, problems
