"""Studies among many: by their paths, found in a folder, by bundled names, or as they are."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from gevinst.files.container import SETTINGS
from gevinst.files.output import MANIFEST
from gevinst.files.studies import bundled, evaluations
from gevinst.files.workbook.cells import LOCK, is_workbook
from gevinst.study.study import Study
from gevinst.text.problems import Problem, StudyError

Studies = str | Path | Iterable[str | Path | Study]
"""A folder that holds studies, or the studies themselves, be they many or not."""


@dataclass(frozen=True, slots=True)
class One:
    """One study among many.

    Parameters
    ----------
    name : str
        Its path, from the folder where it was found; its bundled name; or its id.
    given : str or Study
        What it is read from, the same wherever a worker runs; or itself.
    """

    name: str
    given: str | Study


def each_of(studies: Studies) -> Iterable[One]:
    """Name every study; of what has a length this has one too.

    Raises
    ------
    StudyError
        If a folder holds none.
    """
    if isinstance(studies, (str, Path)):
        top = Path(studies).expanduser().absolute()
        found = [One(_name(path, top), str(path)) for path in _places(top)]
        if not found:
            raise StudyError([Problem("E400", str(studies))])
        return found
    known = {*bundled(), *evaluations()}
    named = (_one(study, known) for study in studies)
    return list(named) if isinstance(studies, Collection) else named


def _places(top: Path) -> Iterator[Path]:
    """Yield the folders and workbooks of studies in a folder, sorted, those in folders of it too.

    What lies in a study's own folder is its own; a folder that gevinst wrote holds a report; and
    what begins with a point is hidden.
    """
    if (top / SETTINGS).is_file() or (is_workbook(top) and top.is_file()):
        yield top
        return
    if not top.is_dir() or (top / MANIFEST).exists():
        return
    try:
        inside = sorted(top.iterdir())
    except OSError:  # reading it says why
        yield top
        return
    for path in inside:
        if path.name.startswith((".", LOCK)):
            continue
        if is_workbook(path) or (path.is_dir() and (not path.is_symlink() or _holds(path))):
            yield from _places(path)


def _holds(folder: Path) -> bool:
    """Whether a link is to a study; other folders are not followed, which may lead in a circle."""
    return (folder / SETTINGS).is_file()


def _one(study: str | Path | Study, known: Collection[str]) -> One:
    if isinstance(study, Study):
        return One(study.id, study)
    path = Path(study).expanduser()
    at_home = study in known or not path.exists()
    return One(_written(study), str(study if at_home else path.absolute()))


def _name(path: Path, top: Path) -> str:
    return _written(top.name if path == top else path.relative_to(top).as_posix())


def _written(path: str | Path) -> str:
    r"""Write a path as one line of text; what is not utf-8 in it is written out."""
    said = os.fspath(path).encode("utf-8", "backslashreplace").decode()
    return said.replace("\r", "\\r").replace("\n", "\\n")
