"""Output: whole or not at all, what is not ours stays, and what cannot be written is said."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

import gevinst as gv
from gevinst.files import output
from gevinst.files.output import MANIFEST, write_file, write_folder

KILL = Path(__file__).with_name("kill.py")


@pytest.mark.skipif(sys.platform == "win32", reason="it forks")
@pytest.mark.parametrize("steps", ["one", "two"])
@pytest.mark.parametrize("how", ["die", "interrupt", "refuse"])
@pytest.mark.parametrize("there", ["there", "absent"])
@pytest.mark.parametrize("what", ["folder", "file"])
def test_killed_at_any_line(tmp_path: Path, what: str, there: str, how: str, steps: str) -> None:
    """Whatever line a run dies at, the old or the new is there whole, and the next run succeeds.

    Others' files stay; of the dead run nothing is left after the next. Where folders cannot be
    swapped in one step, the next run first mends what died between the two.
    """
    run = [sys.executable, str(KILL), what, there, how, steps, str(tmp_path)]
    done = subprocess.run(run, capture_output=True, text=True, check=True)
    lines, wrong = json.loads(done.stdout)
    assert lines > 40
    assert wrong == []


def test_two_writers_of_one_place(tmp_path: Path) -> None:
    """Runs that write one folder and one file at once all succeed, and the last one's is whole."""
    code = (
        "import sys; from pathlib import Path; from gevinst.files.output import *\n"
        "who = sys.argv[1] * 100_000\n"
        "for _ in range(60):\n"
        "    write_folder(Path('out'), {'report.html': who, 'numbers.json': who})\n"
        "    write_file(Path('draws.csv'), lambda file: file.write(who.encode()))\n"
    )
    runs = [subprocess.Popen([sys.executable, "-c", code, who], cwd=tmp_path) for who in "abc"]
    assert [run.wait() for run in runs] == [0, 0, 0]
    names = ("report.html", "numbers.json")
    page, numbers = ((tmp_path / "out" / name).read_text("utf-8") for name in names)
    assert page == numbers
    for text in (page, (tmp_path / "draws.csv").read_text("utf-8")):
        assert text in {who * 100_000 for who in "abc"}
    assert sorted(path.name for path in tmp_path.iterdir()) == ["draws.csv", "out"]


def test_a_live_runs_work_is_no_leftover(tmp_path: Path) -> None:
    """What another run makes beside a place at this moment is left alone."""

    def while_writing(file) -> None:
        write_file(tmp_path / "draws.csv", lambda inner: inner.write(b"first"))
        file.write(b"second")

    write_file(tmp_path / "draws.csv", while_writing)
    assert (tmp_path / "draws.csv").read_bytes() == b"second"
    assert len(list(tmp_path.iterdir())) == 1


def test_links_stay(tmp_path: Path) -> None:
    """Where a place is a link, what it names is replaced."""
    (tmp_path / "real").mkdir()
    (tmp_path / "out").symlink_to("real")
    (tmp_path / "draws.csv").symlink_to("real.csv")
    write_folder(tmp_path / "out", {"a.txt": "a"})
    write_file(tmp_path / "draws.csv", lambda file: file.write(b"a"))
    assert (tmp_path / "real" / "a.txt").read_text("utf-8") == "a"
    assert (tmp_path / "real.csv").read_text("utf-8") == "a"
    assert (tmp_path / "out").is_symlink()
    assert (tmp_path / "draws.csv").is_symlink()


def test_permissions_are_the_users(tmp_path: Path) -> None:
    """What is new has the permissions that this process gives; an old folder keeps its own."""
    (tmp_path / "plain").mkdir()
    (tmp_path / "plain.txt").touch()
    for name in ("plain", "plain.txt"):
        expected = (tmp_path / name).stat().st_mode
        place = tmp_path / f"new-{name}"
        if name == "plain":
            write_folder(place, {"a.txt": "a"})
            assert (place / "a.txt").stat().st_mode == (tmp_path / "plain.txt").stat().st_mode
        else:
            write_file(place, lambda file: file.write(b"a"))
        assert place.stat().st_mode == expected
    (tmp_path / "new-plain").chmod(0o700)
    write_folder(tmp_path / "new-plain", {"a.txt": "b"})
    assert (tmp_path / "new-plain").stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize("name", ["", ".", "..", "{here}"])
def test_where_one_stands_is_not_replaced(tmp_path: Path, monkeypatch, name: str) -> None:
    """The folder a command is started in, or one around it, cannot be replaced whole."""
    here = tmp_path / "out"
    here.mkdir()
    monkeypatch.chdir(here)
    for texts in (None, {"a.txt": "a"}):
        with pytest.raises(gv.StudyError, match="E161"):
            write_folder(Path(name.format(here=here)), texts)
    assert list(here.iterdir()) == []
    write_folder(Path("inside"), {"a.txt": "a"})
    assert (here / "inside" / "a.txt").is_file()


def test_a_name_that_another_has_taken(tmp_path: Path) -> None:
    """A new file of ours never takes the place of another's; nothing then changes."""
    write_folder(tmp_path / "out", {"a.txt": "a"})
    (tmp_path / "out" / "b.txt").write_text("theirs", "utf-8")
    with pytest.raises(gv.StudyError, match=r"b\.txt is there and not ours"):
        write_folder(tmp_path / "out", {"b.txt": "b"})
    assert sorted(p.name for p in (tmp_path / "out").iterdir()) == [MANIFEST, "a.txt", "b.txt"]
    assert (tmp_path / "out" / "b.txt").read_text("utf-8") == "theirs"
    assert len(list(tmp_path.iterdir())) == 1


def test_without_locks_age_tells_the_dead(tmp_path: Path, monkeypatch) -> None:
    """On a disk without locks what a run made is left alone for an hour, and then cleared."""
    import fcntl
    import os

    def refuse(*_: object) -> None:
        raise OSError(95, "Operation not supported")

    left = []
    with output._beside(tmp_path / "out", Path.mkdir) as staged:
        left.append(staged.name)
    monkeypatch.setattr(fcntl, "flock", refuse)
    (tmp_path / left[0]).mkdir()
    write_folder(tmp_path / "out", {"a.txt": "a"})
    assert (tmp_path / left[0]).is_dir()
    os.utime(tmp_path / left[0], (0, 0))
    write_folder(tmp_path / "out", {"a.txt": "b"})
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_a_folder_within_the_folder(tmp_path: Path) -> None:
    """Others' files beside ours in it stay, whether it is kept, left out or new; it keeps its mode.

    A link is no folder of ours: what it leads to is neither read, written nor deleted.
    """
    out, other = tmp_path / "out", tmp_path / "other"
    write_folder(out, {"a.txt": "a", "in/a.png": b"\x89a", "in/b.png": b"b"})
    assert (out / "in" / "a.png").read_bytes() == b"\x89a"
    (out / "in" / "theirs.txt").write_text("keep", "utf-8")
    (out / "in").chmod(0o700)
    write_folder(out, {"a.txt": "a", "in/a.png": b"c"})
    assert sorted(path.name for path in (out / "in").iterdir()) == ["a.png", "theirs.txt"]
    assert (out / "in").stat().st_mode & 0o777 == 0o700
    with pytest.raises(gv.StudyError, match=r"in/theirs\.txt is there and not ours"):
        write_folder(out, {"in/theirs.txt": "ours"})
    write_folder(out, {"a.txt": "a"})
    assert [path.name for path in (out / "in").iterdir()] == ["theirs.txt"]
    write_folder(out, {"in/a.png": b"a"})
    (out / "in").rename(other)
    (out / "in").symlink_to(other)
    with pytest.raises(gv.StudyError, match="in is there and not ours"):
        write_folder(out, {"in/a.png": b"d"})
    write_folder(out, {"a.txt": "a"})
    assert (out / "in").is_symlink()
    assert (other / "a.png").read_bytes() == b"a"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["other", "out"]


@pytest.mark.parametrize("texts", [None, {"a.txt": "a"}])
@pytest.mark.parametrize("name", ["x" * 300, "file/out"])
def test_a_name_the_disk_refuses(tmp_path: Path, name: str, texts: dict[str, str] | None) -> None:
    """A name that is too long, or within a file, is a message, before the work and after it."""
    (tmp_path / "file").touch()
    with pytest.raises(gv.StudyError, match="E072"):
        write_folder(tmp_path / name, texts)
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


@pytest.mark.parametrize("length", [200, 230, 255])
def test_the_longest_names_can_be_written(tmp_path: Path, length: int) -> None:
    """What is made beside a place has a name that the disk takes where it takes the place's."""
    write_folder(tmp_path / ("x" * length), {"a.txt": "a"})
    write_file(tmp_path / ("y" * length), lambda file: file.write(b"a"))
    assert {len(path.name) for path in tmp_path.iterdir()} == {length}


@pytest.mark.parametrize(
    "manifest",
    [
        [],
        "a.txt",
        {"../kept.txt": "0"},
        {"/etc/hosts": "0"},
        {"sub\\kept.txt": "0"},
        {"..": "0"},
        {"sub/../../kept.txt": "0"},
        {"../kept.txt/": "0"},
        {"sub/": "0"},
        {"a/b/c": "0"},
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
