"""A question about citizens, in words: who became cheaper, or who went from one status to another.

    QUERY := ("cheaper" | "dearer" | "unchanged" | SET "->" SET) [("at" | "from") TIME]

SET is the id of a status or of a group of statuses, or ``*``; TIME is the id of a time, or ``the
start`` or ``the end``. ``at T`` compares the start with T, ``from T`` compares T with the last
time; without either the start is compared with the last time.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from gevinst.study.named import label_of
from gevinst.study.study import Study
from gevinst.study.transitions import ANY, members
from gevinst.text.form import one_form
from gevinst.text.language import LANGUAGES, Label, Language, language
from gevinst.text.problems import Problems, StudyError, WrongValueError

Mask = NDArray[np.bool_]

COSTS = ("cheaper", "dearer", "unchanged")
"""Words of a comparison of two costs; ``unchanged`` costs the same, whatever the status."""
START, END = "the start", "the end"
LEFT_OUT: Literal["left_out"] = "left_out"

_FORM = re.compile(r"(.+?)(?:\s+(at|from)(?:\s+(.*))?)?")
_SAME = 1e-9


@dataclass(frozen=True)
class Query:
    """A question that can be counted.

    Parameters
    ----------
    text : str
        As it was asked.
    first, last : int
        Positions of the times compared.
    cost : str
        One of `COSTS`, or empty where statuses are meant.
    start, end : tuple of int
        Positions of the statuses gone from and to, where statuses are meant.
    label : mapping of str to str
        What it asks in words, with the labels of the study.
    """

    text: str
    first: int
    last: int
    cost: str = ""
    start: tuple[int, ...] = ()
    end: tuple[int, ...] = ()
    label: Label = field(default_factory=dict)

    def pairs(self, study: Study, a: int) -> Mask:
        """Pairs of statuses at the two times that count, of one arm, shape (item, item)."""
        if not self.cost:
            found = np.zeros((len(study.items),) * 2, np.bool_)
            found[np.ix_(self.start, self.end)] = True
            return found
        before, after = (study.status_costs[a, t] for t in (self.first, self.last))
        fall = before[:, np.newaxis] - after
        room = _SAME * max(1.0, float(np.abs(study.status_costs).max()))
        kinds = {"cheaper": fall > room, "dearer": fall < -room, "unchanged": np.abs(fall) <= room}
        return np.asarray(kinds[self.cost], np.bool_)


def read_query(study: Study, text: str, moved: str = LEFT_OUT) -> Query:
    """Read a question about a study's citizens.

    Parameters
    ----------
    study : Study
        With counted statuses.
    text : str
        As the grammar above.
    moved : {"left_out", "as_published"}
        Whether those lost to follow-up can be asked for.

    Raises
    ------
    ValueError
        A question that is none, with what was read and the words, ids or times there are.
    StudyError
        E151 where no citizens are counted.

    Examples
    --------
    >>> import gevinst as gv
    >>> query = read_query(gv.load("ishoj-smc"), "cheaper at the end")
    >>> query.cost, query.first, query.last
    ('cheaper', 0, 2)
    """
    need_citizens(study)
    found = _FORM.fullmatch(one_form(text))
    if found is None:
        raise WrongValueError("query", text, "query_form", known=COSTS)
    what, how, when = found.groups()
    first, last = _times(study, text, how, when)
    if what in COSTS:
        return Query(text, first, last, what, label=_said(study, what, first, last))
    start, arrow, end = (part.strip() for part in what.partition("->"))
    if not (start and arrow and end):
        raise WrongValueError("query", text, "query_form", known=COSTS)
    sets = _set(study, start, moved), _set(study, end, moved)
    return Query(text, first, last, "", *sets, _said(study, "switch", first, last, start, end))


def _called(study: Study, name: str, text: Language) -> str:
    """Call a status, or a group of them, by its label."""
    group = study.groups.get(name)
    return text.label(group[0] if group else label_of(study.items, name))


def _said(study: Study, key: str, first: int, last: int, *names: str) -> Label:
    """Say a question in words, per language."""
    found: dict[str, str] = {}
    for text in map(language, LANGUAGES):
        times = [text.label(study.times[t].label) for t in (first, last)]
        ends = [text("query.any") if name == ANY else _called(study, name, text) for name in names]
        values = {**dict(zip(("start", "end"), ends, strict=False)), "first": times[0]}
        found[text.code] = text(f"query.{key}", **values, last=times[1])
    return found


def need_citizens(study: Study) -> None:
    """Refuse a study of cost lines: E151."""
    if not study.statuses:
        problems = Problems()
        problems.add("E151", study.id)
        raise StudyError(problems)


def _times(study: Study, text: str, how: str | None, when: str | None) -> tuple[int, int]:
    """Return positions of the two times that a question compares."""
    last = len(study.times) - 1
    if how is None:
        return 0, last
    named = {START: 0, END: last, **{time.id: t for t, time in enumerate(study.times)}}
    if when not in named:
        raise WrongValueError("query", text, "query_time", word=when or "", known=list(named))
    pair = (0, named[when]) if how == "at" else (named[when], last)
    if pair[0] == pair[1]:
        raise WrongValueError("query", text, "query_same")
    return pair


def _set(study: Study, name: str, moved: str) -> tuple[int, ...]:
    found = tuple(members(study, name, "query"))
    if moved == LEFT_OUT and set(found) <= set(study.lost):
        raise WrongValueError("query", name, "query_lost")
    return found
