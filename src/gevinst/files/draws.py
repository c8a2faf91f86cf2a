"""Draws in files: CSV to read elsewhere, npz to read again with what made them."""

from __future__ import annotations

import json
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from gevinst.analyses.draws import Draws
from gevinst.analyses.headline import Headline
from gevinst.analyses.provenance import Provenance
from gevinst.analyses.simulate import Simulation
from gevinst.files.output import write_file
from gevinst.model.axes import Contrast
from gevinst.sources.source import Varied
from gevinst.study.conventions import Conventions
from gevinst.text.problems import Problem, StudyError

_FORMAT = 2

_NOT_OURS = (
    *(OSError, ValueError, KeyError, TypeError, AttributeError, EOFError),
    *(zipfile.BadZipFile, zlib.error, RuntimeError),
)
"""What reading a file that is none of ours, or is broken, raises."""


def write_draws(simulation: Simulation, path: str | Path) -> None:
    """Write every draw of a simulation, whole or not at all.

    Parameters
    ----------
    simulation : Simulation
        What `gevinst.simulate` gives.
    path : str or Path
        A name ending in ``.csv`` (a row per coupling and draw, numbers with a decimal point) or
        ``.npz``, which keeps what made them and which `gevinst.read_draws` reads.

    Raises
    ------
    ValueError
        If the name ends in neither.
    StudyError
        If the disk refuses; nothing has then changed.
    """
    path = Path(path)
    writers = {".csv": _write_csv, ".npz": _write_npz}
    if path.suffix not in writers:
        raise ValueError(f"path: read '{path}'; write a name ending in .csv or .npz")
    writers[path.suffix](simulation, path)


def _write_csv(simulation: Simulation, path: Path) -> None:
    import pandas as pd

    frames = {name: draws.to_frame() for name, draws in simulation.by_coupling.items()}
    frame = pd.concat(frames, names=["coupling"])
    write_file(path, lambda file: frame.to_csv(file, lineterminator="\n"))


def _write_npz(result: Simulation, path: Path) -> None:
    first = next(iter(result.by_coupling.values()))
    about = {
        "format": _FORMAT,
        "points": dict(result.points),
        "standardised": result.standardised,
        "arms": first.arms,
        "contrast": first.contrast.arms,
        "varied": [vars(source) for source in result.varied],
        "target": result.target,
        "published": result.published,
        "problems": [vars(problem) for problem in result.problems],
        "provenance": result.provenance.to_dict(),
    }
    arrays: dict[str, Any] = {c: draws.net_gain for c, draws in result.by_coupling.items()}
    text = json.dumps(about, ensure_ascii=False)
    write_file(path, lambda file: np.savez_compressed(file, about=np.array(text), **arrays))


def read_draws(path: str | Path) -> Simulation:
    """Read the draws that `gevinst.write_draws` wrote to an npz file.

    Raises
    ------
    StudyError
        If the file is not there, or not one of ours.
    """
    try:
        # numpy leaves a broken file open if it opened it itself.
        with Path(path).open("rb") as opened, np.load(opened, allow_pickle=False) as file:
            about = json.loads(str(file["about"]))
            arrays = {name: file[name] for name in file.files if name != "about"}
        _check_content(about, arrays)
        contrast = Contrast(*about["contrast"])
        made = dict(about["provenance"])
        made["conventions"] = Conventions(**made["conventions"])
        made["headline"] = made["headline"] and Headline(**made["headline"])
        return Simulation(
            points=about["points"],
            standardised=about["standardised"],
            by_coupling={
                name: Draws(tuple(about["arms"]), np.asfortranarray(array), contrast)
                for name, array in arrays.items()
            },
            varied=tuple(Varied(**source) for source in about["varied"]),
            target=about["target"],
            problems=tuple(Problem(**problem) for problem in about["problems"]),
            provenance=Provenance(**made),
            published=about["published"],
        )
    except FileNotFoundError:
        code = "E003"
    except _NOT_OURS:
        code = "E088"
    raise StudyError([Problem(code, str(path))])


def _check_content(about: Mapping[str, Any], arrays: Mapping[str, Any]) -> None:
    """Refuse what no simulation is: another format, or draws that do not fit their arms."""
    arms, standardised = about["arms"], about["standardised"]
    shapes = {array.shape for array in arrays.values()}
    fits = [
        about["format"] == _FORMAT,
        set(about["contrast"]) <= set(arms) and 0 < len(about["contrast"]) < 3,
        set(about["points"]) == set(arrays),
        standardised is None or {"weights", "strata", "by"} <= set(standardised),
        len(shapes) == 1 and all(len(s) == 2 and s[0] > 0 and s[1] == len(arms) for s in shapes),
    ]
    if not all(fits) or not all(np.isfinite(array).all() for array in arrays.values()):
        raise ValueError("no draws")
    for problem in about["problems"]:
        Problem(**problem).say()
