"""Draws in files: CSV to read elsewhere, npz to read again with what made them."""

from __future__ import annotations

import gzip
import json
import math
import sys
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import asdict, fields
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import numpy as np

from gevinst.analyses.draws import Draws
from gevinst.analyses.headline import Headline
from gevinst.analyses.provenance import Provenance
from gevinst.analyses.simulate import Simulation
from gevinst.analyses.value.kept import DrawnInputs
from gevinst.files.output import write_file
from gevinst.model.axes import Contrast
from gevinst.model.discounting import NONE, TIMINGS, discounting_of
from gevinst.sources.source import TARGETS, Varied
from gevinst.stats.mean.widening import Sampled
from gevinst.stats.standardisation import OWN, WEIGHTS
from gevinst.study.conventions import Conventions
from gevinst.study.people import COUPLINGS, NO_COUPLING, OBSERVED
from gevinst.text.language import LANGUAGES
from gevinst.text.problems import Problem, StudyError, WrongValueError
from gevinst.text.reasons import of_system
from gevinst.text.voice import CURRENCY, DKK, FORMS, Voice

if TYPE_CHECKING:
    import pandas as pd

_FORMAT = 7

MOST = 2**31
"""Bytes of draws in an npz file, unpacked: a small file could ask for any amount of memory."""
_SAID = 2**22
"""Bytes of what made them, and of headers."""

_KEPT = "inputs:"
"""What stands before a coupling in the name of an array of its inputs."""

_NOT_OURS = (
    *(OSError, ValueError, KeyError, TypeError, AttributeError, EOFError),
    *(zipfile.BadZipFile, zlib.error, RuntimeError),
)
"""What reading a file that is none of ours, or is broken, raises."""


def write_draws(simulation: Simulation, path: str | Path) -> None:
    """Write every draw of a simulation, and the inputs it kept, whole or not at all.

    Parameters
    ----------
    simulation : Simulation
        What `gevinst.simulate` gives.
    path : str or Path
        A name ending in ``.csv`` (a row per coupling and draw, numbers with a decimal point),
        ``.csv.gz`` (the same, compressed) or ``.npz``, which keeps what made them and which
        `gevinst.read_draws` reads.

    Raises
    ------
    ValueError
        If the name ends in none of them, or there are more draws than an npz file holds.
    StudyError
        If the disk refuses; nothing has then changed.

    Examples
    --------
    >>> import gevinst as gv
    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> found = gv.simulate(gv.load("ishoj-smc"), n=100, rng=1)
    >>> with TemporaryDirectory() as folder:
    ...     gv.write_draws(found, f"{folder}/draws.csv")
    ...     len(Path(folder, "draws.csv").read_text("utf-8").splitlines())
    301
    """
    _WRITERS[ending(path, "path")](simulation, Path(path))


def ending(path: str | Path, name: str) -> str:
    """Return the ending of a name of a file of draws, by which it is written.

    Raises
    ------
    WrongValueError
        If draws are not written to such a file; `name` is the parameter that gave it.
    """
    found = next((end for end in _WRITERS if Path(path).name.lower().endswith(end)), None)
    if found is None:
        raise WrongValueError(name, path, "ends_in", known=list(_WRITERS))
    return found


def _write_csv(simulation: Simulation, path: Path) -> None:
    frame = _every_draw(simulation)
    write_file(path, lambda file: frame.to_csv(file, lineterminator="\n"))


def _write_csv_gz(simulation: Simulation, path: Path) -> None:
    frame = _every_draw(simulation)

    def write(file: IO[bytes]) -> None:
        # Without name and time: the same draws are the same bytes.
        with gzip.GzipFile("", "wb", fileobj=file, mtime=0) as packed:
            frame.to_csv(packed, lineterminator="\n")

    write_file(path, write)


def _every_draw(simulation: Simulation) -> pd.DataFrame:
    import pandas as pd

    frames = {name: draws.to_frame() for name, draws in simulation.by_coupling.items()}
    found = pd.concat(frames, names=["coupling"])
    return found if simulation.inputs is None else found.join(simulation.inputs.to_frame())


def _write_npz(result: Simulation, path: Path) -> None:
    first = next(iter(result.by_coupling.values()))
    arrays: dict[str, Any] = {c: draws.net_gain for c, draws in result.by_coupling.items()}
    if result.inputs is not None:
        arrays |= {_KEPT + c: each for c, each in result.inputs.by_coupling.items()}
    if sum(array.nbytes for array in arrays.values()) > MOST:
        raise WrongValueError("path", path, "too_many_for_npz")
    about = {
        "format": _FORMAT,
        "points": dict(result.points),
        "standardised": result.standardised,
        "arms": first.arms,
        "contrast": first.contrast.arms,
        "level": first.level,
        "sampled": {
            coupling: [asdict(part) for part in draws.sampled]
            for coupling, draws in result.by_coupling.items()
        },
        "varied": [vars(source) for source in result.varied],
        "payers": {payer: dict(kr) for payer, kr in result.payers.items()},
        "kept": [] if result.inputs is None else result.inputs.names,
        "target": result.target,
        "published": result.published,
        "problems": [vars(problem) for problem in result.problems],
        "provenance": result.provenance.to_dict(),
    }
    text = json.dumps(about, ensure_ascii=False, allow_nan=False)
    write_file(path, lambda file: np.savez_compressed(file, about=np.array(text), **arrays))


_WRITERS = {".csv": _write_csv, ".csv.gz": _write_csv_gz, ".npz": _write_npz}
"""What writes draws, by the ending of a file's name."""


def read_draws(path: str | Path) -> Simulation:
    """Read the draws that `gevinst.write_draws` wrote to an npz file.

    Parameters
    ----------
    path : str or Path
        A name that ends in ``.npz``.

    Returns
    -------
    Simulation
        The same draws, inputs that were kept and provenance.

    Raises
    ------
    StudyError
        If the file is not there, cannot be read, or is not one of ours.

    Examples
    --------
    >>> import gevinst as gv
    >>> from tempfile import TemporaryDirectory
    >>> found = gv.simulate(gv.load("ishoj-smc"), n=100, rng=1)
    >>> with TemporaryDirectory() as folder:
    ...     gv.write_draws(found, f"{folder}/draws.npz")
    ...     gv.read_draws(f"{folder}/draws.npz").draws
    100
    """
    try:
        with Path(path).open("rb") as opened:  # numpy leaves a broken file open that it opened
            _check_sizes(opened)
            with np.load(opened, allow_pickle=False) as file:
                about = json.loads(str(file["about"]), parse_constant=_no_number)
                arrays = {name: file[name] for name in file.files if name != "about"}
        inputs = {c.removeprefix(_KEPT): arrays.pop(c) for c in [*arrays] if c.startswith(_KEPT)}
        made: dict[str, Any] = {"currency": DKK, "citizen": {}, "usual": {}, "design": {}}
        made |= {"discounting": None, "undiscounted": False}
        made |= about["provenance"]  # of an older file
        made["conventions"] = {"discount": NONE} | made["conventions"]
        _check_content(about | {"provenance": made}, arrays, inputs)
        arms, contrast = tuple(about["arms"]), Contrast(*about["contrast"])
        made["conventions"] = Conventions(**made["conventions"])
        made["headline"] = made["headline"] and Headline(**made["headline"])
        made["discounting"] = made["discounting"] and discounting_of(made["discounting"])
        made["contrast"] = contrast.arms
        people = tuple((lang, tuple(forms.items())) for lang, forms in made.pop("citizen").items())
        made["voice"] = Voice(contrast.reference is None, made.pop("currency"), people)
        return Simulation(
            points=about["points"],
            standardised=about["standardised"],
            by_coupling={
                name: Draws(
                    arms,
                    np.asfortranarray(array),
                    contrast,
                    about["level"],
                    tuple(Sampled(**part) for part in about["sampled"][name]),
                    made["stated"],
                    made["voice"],
                )
                for name, array in arrays.items()
            },
            varied=tuple(Varied(**source) for source in about["varied"]),
            payers=about["payers"],
            target=about["target"],
            problems=tuple(Problem(**problem) for problem in about["problems"]),
            provenance=Provenance(**made),
            published=about["published"],
            inputs=DrawnInputs(
                tuple(about["kept"]), {c: np.asfortranarray(each) for c, each in inputs.items()}
            )
            if inputs
            else None,
        )
    except FileNotFoundError:
        problem = Problem("E003", str(path))
    except (IsADirectoryError, PermissionError) as error:
        problem = Problem("E162", str(path), values={"reason": of_system(error)})
    except _NOT_OURS:
        problem = Problem("E088", str(path))
    raise StudyError([problem])


def _check_sizes(opened: IO[bytes]) -> None:
    """Refuse what unpacks to more than a simulation, before anything is unpacked."""
    read_header = {
        (1, 0): np.lib.format.read_array_header_1_0,
        (2, 0): np.lib.format.read_array_header_2_0,
    }
    with zipfile.ZipFile(opened) as archive:
        members = archive.infolist()
        if sum(member.file_size for member in members) > MOST + _SAID:
            raise ValueError("too large")
        for member in members:
            with archive.open(member) as file:
                shape, _, dtype = read_header[np.lib.format.read_magic(file)](file)
            if math.prod(shape) * dtype.itemsize > member.file_size:
                raise ValueError("not so long")
    opened.seek(0)


_ABOUT: dict[str, Any] = {
    "format": _FORMAT,
    "points": {str: float},
    "standardised": (
        None,
        {"weights": (*WEIGHTS, OWN, {str: float}, [float]), "strata": [str], "by": {str: str}},
    ),
    "arms": [str],
    "contrast": [str],
    "level": float,
    "sampled": {str: [{"variance": float, "degrees_of_freedom": float, "citizens": int}]},
    "varied": [
        {
            "id": str,
            "label": {str: str},
            "about": {str: str},
            "moves_mean": bool,
            "mean_moved": float,
            "mean_moved_error": float,
        }
    ],
    "payers": {str: {str: float}},
    "kept": [str],
    "target": TARGETS,
    "published": bool,
    "problems": [{"code": str, "file": str, "line": (None, int), "read": str, "values": dict}],
    "provenance": {
        "study": str,
        "study_hash": str,
        "seed": (None, int),
        "conventions": dict.fromkeys((field.name for field in fields(Conventions)), str),
        "assumed": {str: dict},
        "versions": {str: str},
        "block": int,
        "headline": (
            None,
            {"figure": str, "measure": str, "printed": float, "rebuilt": float, "digits": int},
        ),
        "stated": bool,
        "contrast": [str],
        "currency": str,
        "citizen": {str: {str: str}},
        "usual": {str: dict},
        "design": {str: {str: str}},
        "discounting": (
            None,
            {
                "schedule": str,
                "timing": TIMINGS,
                "source": str,
                "rates": [{"to": (None, float), "rate": float}],
            },
        ),
        "undiscounted": bool,
    },
}
"""What a file says of its draws: the form of each value, as `_fits` reads it."""


def _fits(value: object, form: Any) -> bool:
    """Whether a value has a form: a type, one of several, a list or a table of forms, a value."""
    if isinstance(form, tuple):
        return any(_fits(value, each) for each in form)
    if isinstance(form, list):
        return isinstance(value, list) and all(_fits(each, form[0]) for each in value)
    if isinstance(form, dict) and str in form:
        return isinstance(value, dict) and all(_fits(each, form[str]) for each in value.values())
    if isinstance(form, dict):
        return (
            isinstance(value, dict)
            and value.keys() == form.keys()
            and all(_fits(value[key], each) for key, each in form.items())
        )
    if isinstance(value, (int, float)) and form is float:
        return abs(value) <= sys.float_info.max and not isinstance(value, bool)  # nan is not
    if form is int:
        return isinstance(value, int) and not isinstance(value, bool)
    if isinstance(form, type):
        return isinstance(value, form)
    return bool(value == form)


def _no_number(text: str) -> float:
    raise ValueError(f"{text} is none")


def _check_content(
    about: Mapping[str, Any], arrays: Mapping[str, Any], inputs: Mapping[str, Any]
) -> None:
    """Refuse what no simulation is: another format, or draws that do not fit their arms."""
    if not _fits(about, _ABOUT):
        raise ValueError("nothing that was written")
    arms = about["arms"]
    people = about["provenance"]["citizen"]
    shapes = {array.shape for array in arrays.values()}
    kept = about["kept"]
    beside = {(*shape[:1], len(kept)) for shape in shapes}
    fits = [
        len(set(arms)) == len(arms),
        0.0 < about["level"] < 1.0,
        CURRENCY.fullmatch(about["provenance"]["currency"]),
        all(lang in FORMS and {*FORMS[lang]} <= {*forms} for lang, forms in people.items()),
        set(about["contrast"]) <= set(arms) and 0 < len(about["contrast"]) < 3,
        set(about["points"])
        == set(about["sampled"])
        == set(arrays)
        <= {*COUPLINGS, OBSERVED, NO_COUPLING},
        all(
            part["variance"] >= 0.0 and part["degrees_of_freedom"] > 0.0
            for parts in about["sampled"].values()
            for part in parts
        ),
        len(shapes) == 1 and all(len(s) == 2 and s[0] > 0 and s[1] == len(arms) for s in shapes),
        len(set(kept)) == len(kept) and set(inputs) == (set(arrays) if kept else set()),
        all(array.shape in beside for array in inputs.values()),
        all(
            array.dtype == np.float64 and np.isfinite(array).all()
            for array in (*arrays.values(), *inputs.values())
        ),
    ]
    if not all(fits):
        raise ValueError("no draws")
    for problem in about["problems"]:
        for lang in LANGUAGES:
            Problem(**problem).say(lang)
