"""Output folders: what is not ours stays, and what cannot be written is said."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import gevinst as gv
from gevinst.files.output import MANIFEST, write_folder


@pytest.mark.parametrize("texts", [None, {"a.txt": "a"}])
def test_a_name_the_disk_refuses(tmp_path: Path, texts: dict[str, str] | None) -> None:
    """A folder name that is too long is a message, before the work and after it."""
    with pytest.raises(gv.StudyError, match="E072"):
        write_folder(tmp_path / ("x" * 300), texts)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "manifest",
    [
        [],
        "a.txt",
        {"../kept.txt": "0"},
        {"/etc/hosts": "0"},
        {"sub\\kept.txt": "0"},
        {"..": "0"},
        {MANIFEST: "0"},
    ],
)
def test_a_manifest_that_is_not_ours(tmp_path: Path, manifest: object) -> None:
    """A manifest that names anything but files of the folder makes the folder another's."""
    folder, kept = tmp_path / "out", tmp_path / "kept.txt"
    folder.mkdir()
    kept.write_text("keep", "utf-8")
    (folder / MANIFEST).write_text(json.dumps(manifest), "utf-8")
    with pytest.raises(gv.StudyError, match="E070"):
        write_folder(folder, {"a.txt": "a"})
    assert kept.read_text("utf-8") == "keep"
    assert [path.name for path in folder.iterdir()] == [MANIFEST]


def test_a_manifest_nested_without_end(tmp_path: Path) -> None:
    """JSON too deep to read is no manifest of ours."""
    (tmp_path / MANIFEST).write_text("[" * 100_000, "utf-8")
    with pytest.raises(gv.StudyError, match="E070"):
        write_folder(tmp_path, None)
