"""The document whose styles a report takes, as bytes."""

from __future__ import annotations

from pathlib import Path

from gevinst.text.problems import Problem, StudyError
from gevinst.text.reasons import of_system


def read_template(path: Path) -> bytes:
    """Read a document whole.

    Raises
    ------
    StudyError
        If it is not there (E391) or cannot be read (E162).
    """
    try:
        return path.read_bytes()
    except FileNotFoundError as error:
        raise StudyError([Problem("E391", str(path))]) from error
    except (OSError, ValueError) as error:  # a name may hold what no name can
        reason = of_system(error) if isinstance(error, OSError) else str(error)
        raise StudyError([Problem("E162", str(path), values={"reason": reason})]) from error
