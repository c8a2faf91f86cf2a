"""batch(studies, path): the rows of many studies in a file, to be gone on with where it stopped."""

from __future__ import annotations

import importlib.util
from collections import deque
from collections.abc import Callable, Iterator, Sequence, Sized
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from gevinst.analyses.draws import LEVEL
from gevinst.analyses.many.rows import COLUMNS, DRAWS, asked
from gevinst.files.many.asked import Question, answer
from gevinst.files.many.found import Studies, each_of
from gevinst.files.many.table import opened
from gevinst.files.output import write_file
from gevinst.rows.workers import shared
from gevinst.sources.source import MEAN, Target
from gevinst.stats import streams
from gevinst.text.language import Lang, language
from gevinst.text.problems import WrongValueError, whole
from gevinst.text.result import Result

if TYPE_CHECKING:
    import pandas as pd

CSV, PARQUET = ".csv", ".parquet"


@dataclass(frozen=True, repr=False)
class Batch(Result):
    """What became of many studies; their rows stand in a file.

    Parameters
    ----------
    path : Path
        Of the file.
    asked : int
        Studies that were simulated in this run.
    kept : int
        Studies whose rows were there already.
    broken : int
        Studies of those simulated that have a problem in the place of numbers.
    others : int
        Studies in the file that this run did not ask for.
    """

    path: Path
    asked: int
    kept: int
    broken: int
    others: int

    def to_dict(self) -> dict[str, Any]:
        """Everything as plain values, ready for JSON."""
        return {**vars(self), "path": str(self.path)}

    def to_frame(self) -> pd.DataFrame:
        """Read the file: one row per study and coupling."""
        import pandas as pd

        kinds = {name: "Int64" if kind is int else kind for name, kind in COLUMNS.items()}
        path = _rows_file(self.path)
        return pd.read_csv(path, dtype=kinds, keep_default_na=False, na_values=[""])

    def summary(self, lang: Lang = "en") -> str:
        """Say how many studies there were, and what became of them, in ``en`` or ``da``."""
        text = language(lang)
        said = [text("batch.heading", n=self.asked + self.kept, path=self.path)]
        said += [text("batch.kept", n=self.kept)] * bool(self.kept)
        said += [text("batch.broken", n=self.broken)] * bool(self.broken)
        said += [text("batch.others", n=self.others)] * bool(self.others)
        return "\n".join(said)


def batch(
    studies: Studies,
    path: str | Path,
    *,
    n: int = DRAWS,
    vary: Sequence[str] | str | None = None,
    target: Target = MEAN,
    confidence_level: float = LEVEL,
    workers: int = 1,
    rng: streams.Rng = 0,
    lang: Lang = "en",
    progress: Callable[[int, int], None] | None = None,
) -> Batch:
    """Simulate many studies into a file, and go on with it where a run before was stopped.

    Parameters
    ----------
    studies, n, vary, target, confidence_level, workers, rng, lang
        As in `gevinst.simulate_many`.
    path : str or Path
        A name ending in ``.csv``; or in ``.parquet``, where pyarrow is installed: the rows then
        stand in a file ending in ``.csv`` beside it, and are written to it at the end. Each study's
        rows are put into the file as they come. What it holds of a study that is as it was is kept;
        one that was changed, or had a problem, is asked again.
    progress : callable, optional
        Called with (studies done, studies in all) after each; in all is what is done so far, where
        nobody knows how many there are.

    Returns
    -------
    Batch

    Raises
    ------
    ValueError
        As `gevinst.simulate_many`; or if the name ends otherwise, or pyarrow is not there.
    StudyError
        If a folder holds no study; or the file holds something else, or rows that were asked under
        other options or made by another version; or another run writes it, or the disk refuses.

    Examples
    --------
    >>> import tempfile
    >>> import gevinst as gv
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     first = gv.batch(["ishoj-smc"], f"{folder}/results.csv", n=500, rng=2018)
    ...     again = gv.batch(["ishoj-smc", "no-such-study"], first.path, n=500, rng=2018)
    ...     print(again.asked, again.kept, len(again.to_frame()))
    1 1 4
    """
    if ending(path, "path") == PARQUET and importlib.util.find_spec("pyarrow") is None:
        raise WrongValueError("path", path, "no_pyarrow")
    about = asked(rng, n, vary, target, confidence_level, lang)
    processes = whole("workers", workers, 1)
    place, ones, waiting = Path(path), each_of(studies), deque[Question]()
    done = kept = broken = 0
    with opened(_rows_file(place), about) as rows:

        def questions() -> Iterator[Question]:
            for one in ones:
                waiting.append(Question(one, about, rows.known(one)))
                yield waiting[-1]

        for done, found in enumerate(shared(answer, questions(), processes), start=1):
            question = waiting.popleft()
            if found is not None:
                rows.add(question.one, found)
                broken += bool(found[0]["problem"])
            elif question.known is not None:
                rows.keep(question.known)
                kept += 1
            if progress is not None:
                progress(done, len(ones) if isinstance(ones, Sized) else done)
        rows.tidy()
        others = rows.others
    if place != _rows_file(place):
        _write_parquet(place)
    return Batch(place, done - kept, kept, broken, others)


def ending(path: str | Path, name: str) -> str:
    """Return the ending of a name of a file of rows.

    Raises
    ------
    WrongValueError
        If rows are not written to such a file; `name` is the parameter that gave it.
    """
    found = Path(path).suffix.lower()
    if found not in (CSV, PARQUET):
        raise WrongValueError(name, path, "ends_in", known=[CSV, PARQUET])
    return found


def _rows_file(path: Path) -> Path:
    """Return the file that rows are put into as they come: it itself, or one beside it."""
    return path if path.suffix.lower() == CSV else path.with_suffix(CSV)


def _write_parquet(path: Path) -> None:
    """Write the rows of the CSV file beside it, a part at a time."""
    from pyarrow import csv, float64, int64, parquet, string

    kinds = {int: int64(), float: float64(), str: string()}
    types = {name: kinds[kind] for name, kind in COLUMNS.items()}
    convert = csv.ConvertOptions(column_types=types, null_values=[""], strings_can_be_null=True)

    def write(file: IO[bytes]) -> None:
        with (
            csv.open_csv(_rows_file(path), convert_options=convert) as parts,
            parquet.ParquetWriter(file, parts.schema) as writer,
        ):
            for part in parts:
                writer.write_batch(part)

    write_file(path, write)
