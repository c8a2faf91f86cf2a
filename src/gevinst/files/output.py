"""Output: a file or a folder is replaced whole or not at all, and nothing else is ever deleted.

What is written is made whole beside its place, and put there in one step of the file system. A run
that dies on the way leaves what it made beside the place, and the next one clears it.
"""

from __future__ import annotations

import ctypes
import errno
import hashlib
import json
import os
import sys
import time
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from operator import methodcaller
from pathlib import Path
from typing import IO, TextIO

from gevinst.text.problems import Problem, StudyError
from gevinst.text.reasons import of_system

MANIFEST = ".gevinst.json"
"""Names the files gevinst wrote into a folder, with the SHA-256 of each."""
_STAGED = ".gevinst-"
"""Begins the name of what is made beside its place."""
_ASIDE = "-old"
"""Ends the name of a folder that stands aside while another takes its place."""
_DEAD = 3600.0
"""Seconds after which a run is taken for dead where no lock tells."""


def write_file(path: Path, write: Callable[[IO[bytes]], object]) -> None:
    """Write a file beside its place and then put it there.

    Raises
    ------
    StudyError
        If the disk refuses; nothing has then changed.
    """
    try:
        place = Path(os.path.realpath(path))  # a link stays, and what it names is replaced
        place.parent.mkdir(parents=True, exist_ok=True)
        with _beside(place, _touch) as staged:
            _fill(staged, write)
            staged.replace(place)
            _settle(place.parent)
    except OSError as error:
        raise refusal("E072", path, error) from error


def write_folder(folder: Path, contents: Mapping[str, str | bytes] | None) -> None:
    """Write files into a folder of their own.

    Parameters
    ----------
    folder : Path
        Made where it is absent. Where it is there, it must be empty or hold an unchanged report of
        ours; files of others in it stay.
    contents : mapping of str to str or bytes, or None
        Name -> content; ``sub/name`` of a file in a folder of the folder. None only asks whether
        it could be written.

    Raises
    ------
    StudyError
        If the folder is not ours to replace, or the disk refuses; nothing has then changed.
    """
    try:
        place = Path(os.path.realpath(folder))
        if contents is not None:
            place.parent.mkdir(parents=True, exist_ok=True)
        if not place.parent.exists():
            return
        with held(place.parent, wait=True), _beside(place, Path.mkdir) as staged:
            ours = _ours(place, folder)
            if contents is not None:
                _stage(staged, contents)
                _link_others(staged, place, ours)
                _put(staged, place)
                _settle(place.parent)
    except OSError as error:
        raise refusal("E072", folder, error) from error


def _ours(place: Path, folder: Path) -> set[str]:
    """Files of ours in the folder; an error where it is not ours to replace."""
    try:
        place.lstat()
    except FileNotFoundError:
        return set()
    if not place.is_dir():
        raise refusal("E070", folder)
    if os.path.ismount(place) or _stands_in(place):
        raise refusal("E161", folder)
    if not any(place.iterdir()):
        return set()
    manifest = _manifest(place)
    if manifest is None:
        raise refusal("E070", folder)
    names = {name for name in _lying(place, manifest) if name in manifest}
    names = {name for name in names if (place / name).is_file()}
    for name in sorted(names):
        if _hash((place / name).read_bytes()) != manifest[name]:
            raise refusal("E071", folder / name)
    return {*names, MANIFEST}


def _stands_in(folder: Path) -> bool:
    """Whether this run was started in a folder, which would then be gone below its feet."""
    with suppress(FileNotFoundError):  # what it was started in is gone already
        return Path.cwd().is_relative_to(folder)
    return False


def _manifest(folder: Path) -> dict[str, str] | None:
    """Read which files of a folder we wrote; None where that is not to be read."""
    try:
        manifest = json.loads((folder / MANIFEST).read_text("utf-8"))
    except (OSError, ValueError, RecursionError):
        return None
    return manifest if isinstance(manifest, dict) and all(map(_plain, manifest)) else None


def _plain(name: str) -> bool:
    """Whether a name can be of a file of ours: within the folder, and not the manifest itself."""
    parts = name.split("/")
    taken = ("", ".", "..", MANIFEST)
    return len(parts) < 3 and all(p not in taken and not set(p) & set("\\:\0") for p in parts)


def _folders(names: Iterable[str]) -> set[str]:
    """Folders in a folder that names of files are in."""
    return {name.partition("/")[0] for name in names if "/" in name}


def _lying(folder: Path, ours: Iterable[str]) -> list[str]:
    """Names of what lies in a folder; of a folder that files of ours are in, what lies in it.

    A link to a folder is no folder of ours, wherever it leads.
    """
    into, found = _folders(ours), []
    for path in folder.iterdir():
        if path.name in into and path.is_dir() and not path.is_symlink():
            found += [f"{path.name}/{inner.name}" for inner in path.iterdir()]
        else:
            found.append(path.name)
    return found


# --- beside the place ---------------------------------------------------------------


@contextmanager
def _beside(place: Path, make: Callable[[Path], object]) -> Iterator[Path]:
    """Make a file or folder beside a place, to be put there; clear what is left of it."""
    # A hash, because a long name with more before it is one that the disk refuses.
    stem = f"{_STAGED}{_hash(os.fsencode(place.name))[:12]}-"
    for left in place.parent.glob(f"{stem}*"):
        with suppress(OSError), held(left) as dead:
            if dead and left.name.endswith(_ASIDE) and not place.exists():
                left.rename(place)  # the run died between the two steps of `_in_two_steps`
            elif dead:
                _clear(left, place)
    while True:
        staged = place.with_name(stem + uuid.uuid4().hex[:8])
        try:
            make(staged)
            with held(staged, new=True) as ours:
                if ours:
                    yield staged
                    return
        finally:
            _clear(staged, place)


@contextmanager
def held(path: Path, *, new: bool = False, wait: bool = False) -> Iterator[bool]:
    """Hold a path as long as this run lives; False where another does, or has cleared it.

    `new` says that this run made it, and `wait` to stand in line for it.
    """
    if sys.platform == "win32":  # has no locks of folders
        yield new or time.time() - path.stat().st_mtime > _DEAD
        return
    import fcntl

    try:
        handle = os.open(path, os.O_RDONLY)
    except FileNotFoundError:
        yield False
        return
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
            free = path.exists() and os.path.samestat(os.fstat(handle), path.stat())
        except BlockingIOError:
            free = False
        except OSError:  # a disk without locks
            free = new or time.time() - os.fstat(handle).st_mtime > _DEAD
        yield free
    finally:
        os.close(handle)


def _clear(left: Path, place: Path) -> None:
    """Delete ours of what was staged, or was there before; what is another's goes to its place."""
    with suppress(OSError):
        if not left.is_dir():
            left.unlink()
            return
        manifest = _manifest(left)
        known = {*(manifest or ()), *(_manifest(place) or ())}
        for name in _lying(left, known):
            path, home = left / name, place / name
            there = os.path.lexists(home)
            if name in (manifest or ()) or (there and _same(path, home)):
                path.unlink()
            elif name != MANIFEST and manifest is not None and not there:
                if place.exists():
                    home.parent.mkdir(exist_ok=True)
                path.rename(home)
        for name in _folders(known):
            with suppress(OSError):  # it is not there, or something of another's still is in it
                (left / name).rmdir()
        if {path.name for path in left.iterdir()} == {MANIFEST}:  # without it the rest is another's
            (left / MANIFEST).unlink()
        left.rmdir()


def _same(one: Path, other: Path) -> bool:
    """Whether two names are of one file."""
    return os.path.samestat(one.lstat(), other.lstat())


# --- a file ---------------------------------------------------------------------------


def _touch(path: Path) -> None:
    path.touch(exist_ok=False)


def _fill(path: Path, write: Callable[[IO[bytes]], object]) -> None:
    """Write a file through to the disk."""
    with path.open("wb") as file:
        write(file)
        file.flush()
        os.fsync(file.fileno())


def _settle(folder: Path) -> None:
    """Have the disk keep a folder's names; not every system can."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


# --- a folder -------------------------------------------------------------------------


def _stage(staged: Path, contents: Mapping[str, str | bytes]) -> None:
    """Write the manifest, by which a dead run's files are known for ours, and then the files."""
    # What is not utf-8, as in the name of a path, is written out.
    files = {
        name: content.encode("utf-8", "backslashreplace") if isinstance(content, str) else content
        for name, content in contents.items()
    }
    manifest = {name: _hash(content) for name, content in files.items()}
    files = {MANIFEST: (json.dumps(manifest, indent=2) + "\n").encode(), **files}
    folders = sorted(_folders(files))
    for name, content in files.items():
        (staged / name).parent.mkdir(exist_ok=True)
        _fill(staged / name, methodcaller("write", content))
    for name in (*folders, "."):
        _settle(staged / name)


def _link_others(staged: Path, place: Path, ours: set[str]) -> None:
    """Let others' files of a folder be in the staged one too, so they are never away."""
    if not place.exists():
        return
    new = _manifest(staged) or {}
    for name in (".", *_folders(new)):
        if (place / name).is_dir():
            (staged / name).chmod((place / name).stat().st_mode)
    for name in _lying(place, {*ours, *new}):
        if name not in ours:
            if os.path.lexists(staged / name):
                raise OSError(None, f"{name} is there and not ours")
            with suppress(OSError):  # folders, and disks without links: `_clear` moves them
                (staged / name).parent.mkdir(exist_ok=True)
                os.link(place / name, staged / name, follow_symlinks=False)


def _put(staged: Path, place: Path) -> None:
    """Put a staged folder in its place; what was there then lies where it was staged."""
    try:
        staged.rename(place)  # there is nothing, or an empty folder
    except OSError:
        if not place.is_dir():
            raise
        if not _exchange(staged, place):
            _in_two_steps(staged, place)


def _exchange(one: Path, other: Path) -> bool:
    """Swap two paths in one step; False where the system or the disk has no such step."""
    if sys.platform == "win32":
        return False
    system = ctypes.CDLL(None, use_errno=True)
    names = os.fsencode(one), os.fsencode(other)
    swap = 2  # RENAME_EXCHANGE of Linux, RENAME_SWAP of macOS
    if hasattr(system, "renameat2"):
        here = -100  # AT_FDCWD
        failed = system.renameat2(here, names[0], here, names[1], swap)
    elif hasattr(system, "renamex_np"):
        failed = system.renamex_np(*names, swap)
    else:
        return False
    code = ctypes.get_errno()
    if failed and code not in (errno.EINVAL, errno.ENOSYS, errno.ENOTSUP):
        raise OSError(code, os.strerror(code))
    return not failed


def _in_two_steps(staged: Path, place: Path) -> None:
    """Put a folder aside and another in its place; the next run mends what dies between."""
    aside = staged.with_name(staged.name + _ASIDE)
    try:
        place.rename(aside)
        staged.rename(place)
    finally:
        if aside.exists():
            aside.rename(staged if place.exists() else place)


def give_up(stream: TextIO) -> None:
    """Let go of a stream that takes no more, or it fails again when the process ends."""
    with suppress(OSError, ValueError, AttributeError):  # one of a test, or closed
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def refusal(code: str, path: Path, error: OSError | None = None) -> StudyError:
    """Return what says why a place cannot be written."""
    reason = {} if error is None else {"reason": of_system(error)}
    return StudyError([Problem(code, str(path), values=reason)])
