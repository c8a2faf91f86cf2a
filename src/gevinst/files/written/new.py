"""new: something to start a study from; a script, a workbook or a folder, as its name ends."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from gevinst.files.output import write_file
from gevinst.files.workbook.cells import ENDING, is_workbook
from gevinst.files.workbook.filled import Filled, filled_with, moved
from gevinst.files.workbook.template import workbook
from gevinst.files.written.example import example
from gevinst.files.written.script import write_script
from gevinst.files.written.study import tables_of, write_tables
from gevinst.study.study import Study
from gevinst.text.form import one_form
from gevinst.text.language import Language
from gevinst.text.problems import Problem, StudyError, WrongValueError

_OTHERS = (".html", ".htm", ".pdf", ".docx", ".json", ".csv", ".toml", ".txt")
"""Endings of files that no study is started in."""


def write_new(
    path: str | Path, text: Language, like: Study | None = None, old: str | Path | None = None
) -> Path:
    """Write a script, a workbook or a folder to start a study from.

    Parameters
    ----------
    path : str or Path
        A name that ends in ``.py``, in ``.xlsx``, or of a folder; of what there is not.
    text : Language
        Of comments, names of sheets and help.
    like : Study, optional
        Whose numbers it holds. Without one a script and a folder hold an example of two small
        groups, and a workbook is to be filled in.
    old : str or Path, optional
        A workbook whose contents the new one gets, finished or not.

    Raises
    ------
    ValueError
        If the name ends as nothing does that a study can be, or `old` is not for a workbook alone.
    StudyError
        E205 where there is something of that name, E204 where tables cannot hold the study, and
        what is wrong with cells of the old workbook.
    """
    place = Path(path)
    ending = place.suffix.lower()
    if old is not None and (ending != ENDING or like is not None):
        raise WrongValueError("from", str(old), "from_old")
    if ending == ".py":
        return write_script(place, text, like)
    if ending in _OTHERS or (is_workbook(place) and ending != ENDING):
        raise WrongValueError("script", str(path), "script")
    if place.exists():
        raise StudyError([Problem("E205", str(path))])
    if ending != ENDING:
        write_tables(place, *(example(text) if like is None else tables_of(like)))
        return place
    if old is not None:
        filled = moved(Path(old))
    elif like is not None:
        filled = filled_with(*tables_of(like), text.code)
    else:
        filled = empty(text, place.stem)
    made = workbook(filled, text.code)
    write_file(place, lambda file: file.write(made))
    return place


def empty(text: Language, name: str) -> Filled:
    """Return what stands in a workbook before anybody fills it in: what most studies need.

    Sources, reasons, a payer and the intervention as what is paid for; the study is called as its
    file.
    """
    say = text.table("workbook.given")
    settings: dict[str, Any] = {
        "id": "".join(c if c.isalnum() or c in "-_" else "-" for c in one_form(name)) or "study",
        "language": text.code,
        "number_style": text.code,
        "payers": [{text.code: say["payer"]}],
        "items": [{text.code: say["item"], "kind": "one_off", "investment": True}],
        "sources": [
            {"name": name, text.code: say[name]}
            for name in ("rates", "outcomes", "missing", "investment")
        ],
        "assumptions": {
            say[f"{name}_id"]: {text.code: say[name]} for name in ("average", "known", "rounding")
        },
    }
    return filled_with(settings, {}, text.code)
