"""Output: a file or a folder is replaced whole or not at all, and nothing else is ever deleted."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import IO

from gevinst.text.problems import Problem, StudyError

MANIFEST = ".gevinst.json"
"""Names the files gevinst wrote into a folder, with the SHA-256 of each."""


def write_file(path: Path, write: Callable[[IO[bytes]], object]) -> None:
    """Write a file beside its place and then put it there.

    Raises
    ------
    StudyError
        If the disk refuses; nothing has then changed.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, staged = tempfile.mkstemp(prefix=f".{path.name}-", dir=path.parent)
        try:
            with os.fdopen(handle, "wb") as file:
                write(file)
            Path(staged).chmod(0o666 & ~umask())
            Path(staged).replace(path)
        except BaseException:
            with contextlib.suppress(OSError):
                Path(staged).unlink()
            raise
    except OSError as error:
        raise _refusal("E072", path, error) from error


def write_folder(folder: Path, texts: Mapping[str, str] | None) -> None:
    """Write files into a folder of their own.

    Parameters
    ----------
    folder : Path
        Made where it is absent. Where it is there, it must be empty or hold an unchanged report of
        ours; files of others in it stay.
    texts : mapping of str to str, or None
        Name -> content. None only asks whether it could be written.

    Raises
    ------
    StudyError
        If the folder is not ours to replace, or the disk refuses; nothing has then changed.
    """
    try:
        ours = _ours(folder)
        if texts is None:
            return
        folder.parent.mkdir(parents=True, exist_ok=True)
        staged = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    except OSError as error:
        raise _refusal("E072", folder, error) from error
    try:
        for name, text in texts.items():
            (staged / name).write_text(text, encoding="utf-8", newline="\n")
        manifest = {name: _hash(staged / name) for name in texts}
        (staged / MANIFEST).write_text(
            json.dumps(manifest, indent=2, allow_nan=False) + "\n", encoding="utf-8"
        )
        _swap(staged, folder, ours)
    except OSError as error:
        raise _refusal("E072", folder, error) from error
    finally:
        shutil.rmtree(staged, ignore_errors=True)


def _ours(folder: Path) -> list[str]:
    """Files of ours in the folder; an error where it is not ours to replace."""
    try:
        folder.lstat()
    except FileNotFoundError:
        return []
    if not folder.is_dir():
        raise _refusal("E070", folder)
    if not any(folder.iterdir()):
        return []
    try:
        manifest = json.loads((folder / MANIFEST).read_text("utf-8"))
    except (OSError, ValueError, RecursionError):
        raise _refusal("E070", folder) from None
    if not isinstance(manifest, dict) or not all(map(_plain, manifest)):
        raise _refusal("E070", folder)
    names = [name for name in manifest if (folder / name).is_file()]
    for name in names:
        if _hash(folder / name) != manifest[name]:
            raise _refusal("E071", folder / name)
    return [*names, MANIFEST]


def _plain(name: str) -> bool:
    """Whether a name can be of a file of ours: within the folder, and not the manifest itself."""
    return name not in ("", ".", "..", MANIFEST) and not set(name) & set("/\\:\0")


def _swap(staged: Path, folder: Path, ours: list[str]) -> None:
    """Put the staged files in the folder's place; undo on failure, so it is all or nothing."""
    if not folder.exists():
        staged.replace(folder)
        folder.chmod(0o777 & ~umask())
        return
    kept = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    moved: list[tuple[Path, Path]] = []
    try:
        for name in ours:
            moved.append((kept / name, folder / name))
            (folder / name).replace(kept / name)
        for path in staged.iterdir():
            if (folder / path.name).exists():
                raise OSError(None, f"{path.name} is there and not ours")
            moved.append((path, folder / path.name))
            path.replace(folder / path.name)
    except OSError:
        for origin, target in reversed(moved):
            source, back = (target, origin) if origin.parent == staged else (origin, target)
            with contextlib.suppress(OSError):
                source.replace(back)
        raise
    finally:
        shutil.rmtree(kept, ignore_errors=True)


def umask() -> int:
    """Permissions that new files of this process lack."""
    mask = os.umask(0)
    os.umask(mask)
    return mask


def _hash(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _refusal(code: str, path: Path, error: OSError | None = None) -> StudyError:
    reason = {} if error is None else {"reason": error.strerror or str(error)}
    return StudyError([Problem(code, str(path), values=reason)])
