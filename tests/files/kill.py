"""Kill a run at each line of `files.output`, one after the other, and see what is left.

A script, because each run is a fork of a process with one thread. It prints a JSON object: how many
lines there were, and for each that left anything but the old or the new whole, what it left.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from types import FrameType
from typing import Any

from gevinst.files import output
from gevinst.text.problems import StudyError

OLD = {"report.html": "old" * 99, "gone.txt": "old", "kept/a.svg": "old", "left/a.svg": "old"}
NEW = {"report.html": "new", "more.json": "{}", "kept/a.svg": "new", "made/a.svg": "new"}
OTHERS = {
    "notes.txt": "keep",
    "link": "keep",
    **{f"{folder}/deep.txt": "keep" for folder in ("sub", "kept", "left", "made", "kept/sub")},
}


def die() -> None:
    """End at once, as a killed process does."""
    os._exit(9)


def interrupt() -> None:
    """Do what Ctrl-C does."""
    raise KeyboardInterrupt


def refuse() -> None:
    """Do what a full disk does."""
    raise OSError(28, "No space left on device")


def held(path: Path) -> dict[str, str] | str | None:
    """Return what a place holds but for the manifest; None where nothing is."""
    if path.is_file():
        return path.read_text("utf-8")
    if not path.exists():
        return None
    files = [file for file in path.rglob("*") if file.is_file() and file.name != output.MANIFEST]
    return {file.relative_to(path).as_posix(): file.read_text("utf-8") for file in files}


def at_line(number: int, do: Callable[[], None], run: Callable[[], None]) -> bool:
    """Run, and do something at one line; False where there are not so many."""
    met = 0

    def trace(frame: FrameType, event: str, _: Any) -> Any:
        nonlocal met
        if frame.f_code.co_filename != output.__file__:
            return None
        met += event == "line"
        if event == "line" and met == number:
            do()
        return trace

    sys.settrace(trace)
    try:
        run()
    except (KeyboardInterrupt, OSError, StudyError):
        pass
    finally:
        sys.settrace(None)
    return met >= number


class Folder:
    """A folder that was there with others' files in it, or an absent one."""

    def __init__(self, there: bool) -> None:
        self.others = dict(OTHERS) if there else {}
        self.old = {**OLD, **self.others} if there else None
        self.new = {**NEW, **self.others}

    def prepare(self, place: Path) -> None:
        """Write what was there before."""
        if self.old is not None:
            output.write_folder(place, OLD)
            for name in OTHERS.keys() - {"link"}:
                (place / name).parent.mkdir(exist_ok=True)
                (place / name).write_text("keep", "utf-8")
            (place / "link").symlink_to("notes.txt")

    def write(self, place: Path) -> None:
        """Write anew."""
        output.write_folder(place, NEW)

    def ask(self, place: Path) -> None:
        """Ask whether it can be written, which changes nothing but what a dead run left."""
        output.write_folder(place, None)


class File:
    """A file that was there, or an absent one."""

    def __init__(self, there: bool) -> None:
        self.old = "old" * 99 if there else None
        self.new = "new"

    def prepare(self, place: Path) -> None:
        """Write what was there before."""
        if self.old is not None:
            place.write_text(self.old, "utf-8")

    def write(self, place: Path) -> None:
        """Write anew."""
        output.write_file(place, lambda file: file.write(b"new"))

    def ask(self, place: Path) -> None:
        """There is nothing to ask."""


def sweep(kind: Folder | File, do: Callable[[], None], scratch: Path, mended: bool) -> list[Any]:
    """Go through the lines until there are no more; (lines, what was left that is not whole)."""
    wrong, number, going = [], 0, True
    while going:
        number += 1
        parent = scratch / str(number)
        parent.mkdir()
        place = parent / "out"
        kind.prepare(place)
        if (child := os.fork()) == 0:
            os._exit(0 if at_line(number, do, partial(kind.write, place)) else 1)
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        going = code != 1
        if mended:
            kind.ask(place)
        found = held(place)
        kind.ask(place)
        if isinstance(found, dict):  # others' folders may lie beside until the next run
            found = {**(held(place) or {}), **found}
        if found not in (kind.old, kind.new):
            wrong.append([number, found])
        kind.write(place)
        left = sorted(path.name for path in parent.iterdir())
        if held(place) != kind.new or left != ["out"]:
            wrong.append([number, held(place), left])
        shutil.rmtree(parent)
    return [number - 1, wrong]


if __name__ == "__main__":
    what, there, how, steps, folder = sys.argv[1:]
    if steps == "two":
        output._exchange = lambda *_: False
    kind = {"file": File, "folder": Folder}[what](there == "there")
    do = {"die": die, "interrupt": interrupt, "refuse": refuse}[how]
    sys.stdout.write(json.dumps(sweep(kind, do, Path(folder), mended=steps == "two")))
