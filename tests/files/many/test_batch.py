"""Many studies at once: each row is that of its study alone, and a stopped run is gone on with."""

from __future__ import annotations

import csv
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import gevinst as gv
from gevinst.analyses.many.rows import COLUMNS
from gevinst.files.many import asked
from gevinst.files.output import MANIFEST, held
from gevinst.rows import workers
from gevinst.study.study import Study
from gevinst.text.language import LANGUAGES, language
from gevinst.text.problems import StudyError
from tests.conftest import DATA, cell, persons, run

N = 300
posix = pytest.mark.skipif(sys.platform == "win32", reason="it has no such signals")


def lay(folder: Path, *names: str) -> Path:
    """Make a folder of small studies, each with an amount of its own."""
    for k, name in enumerate(names):
        shutil.copytree(DATA / "two_types", folder / name)
        cell("lines.csv", ";75;", f";{1000 + k};")(folder / name)
    return folder


def variants(study: Study, n: int) -> Iterator[Study]:
    """Studies that differ in their first rate."""
    first, *others = study.rates
    return (replace(study, rates=(replace(first, kr=first.kr + k), *others)) for k in range(n))


def studies(path: Path) -> list[str]:
    """Names in a file of rows, one for each row."""
    lines = path.read_text("utf-8").splitlines(keepends=True)
    return [row["study"] for row in csv.DictReader(line for line in lines if line[-1] == "\n")]


def missing(row: dict[str, Any]) -> dict[str, Any]:
    """A row as a file holds it, where an empty text is nothing."""
    return {column: None if each == "" else each for column, each in row.items()}


@pytest.mark.parametrize("target", ["mean", "new_group"])
def test_a_row_is_that_of_its_study_alone(ishoj: Study, target: Any) -> None:
    """To the last bit what `simulate` and `bootstrap` give, with the seed that the row names."""
    asked_of = [ishoj, gv.read(DATA / "one_arm"), gv.read(DATA / "two_types"), persons(ishoj)]
    for study in asked_of:
        rows = list(gv.simulate_many([study], n=N, target=target, confidence_level=0.9, rng=7))
        seed = rows[0]["seed"]
        alone = gv.simulate(study, n=N, target=target, confidence_level=0.9, rng=seed)
        frame = pd.DataFrame(rows).set_index("coupling")
        numbers = alone.to_frame()
        pd.testing.assert_frame_equal(
            frame[list(numbers)], numbers, check_exact=True, check_dtype=False
        )
        exact = gv.bootstrap(study, confidence_level=0.9, methods="welch")
        for coupling, draws in alone.by_coupling.items():
            row = frame.loc[coupling]
            assert row["median"] == draws.quantile(0.5)
            assert row["hash"] == study.hash
            if not exact.reason:
                assert row["standard_error"] == exact.difference[coupling].standard_error
                assert (row["welch_low"], row["welch_high"]) == exact.intervals(coupling)[0].limits


def test_every_study_has_a_seed_of_its_own(ishoj: Study) -> None:
    """Of a hundred studies no two share one, and another seed for all gives others."""
    hashes = [study.hash for study in variants(ishoj, 50)]
    seeds = {asked.streams.named(rng, each) for rng in (0, 1) for each in hashes}
    assert len(seeds) == 100
    assert max(seeds) < 2**48


def test_order_and_workers_change_no_row(ishoj: Study, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same rows backwards, by two processes, and window after window of those taken ahead."""
    monkeypatch.setattr(workers, "AHEAD", 1)
    given = [*variants(ishoj, 2), DATA / "two_types", "no-such-study", gv.read(DATA / "one_arm")]
    alone = list(gv.simulate_many(given, n=N, rng=1))
    assert len(alone) == 3 + 3 + 1 + 1 + 3
    assert list(gv.simulate_many(iter(given), n=N, rng=1, workers=2)) == alone
    backwards = list(gv.simulate_many(given[::-1], n=N, rng=1))
    assert sorted(backwards, key=str) == sorted(alone, key=str)


def test_a_dask_cluster_gives_the_same_rows(ishoj: Study) -> None:
    """Under joblib's Dask backend the rows are those of one process (the `parallel` extra)."""
    distributed = pytest.importorskip("distributed")
    joblib = pytest.importorskip("joblib")
    given = [*variants(ishoj, 4), DATA / "two_types", "no-such-study"]
    with (
        distributed.LocalCluster(
            n_workers=3, threads_per_worker=1, processes=False, dashboard_address=None
        ) as cluster,
        distributed.Client(cluster),
        joblib.parallel_config(backend="dask"),
    ):
        found = list(gv.simulate_many(given, n=N, workers=2))
    assert found == list(gv.simulate_many(given, n=N))


@pytest.mark.parametrize(("processes", "most"), [(1, 1), (2, 4)])
def test_studies_are_taken_as_they_are_needed(
    ishoj: Study, monkeypatch: pytest.MonkeyPatch, processes: int, most: int
) -> None:
    """No more of a generator's studies are made than workers have before them."""
    monkeypatch.setattr(workers, "AHEAD", 2)
    made = 0

    def endless() -> Iterator[Study]:
        nonlocal made
        for study in variants(ishoj, 10**9):
            made += 1
            yield study

    rows = gv.simulate_many(endless(), n=N, workers=processes)
    assert made == 0
    for k, _ in enumerate(islice(rows, 0, 18, 3)):
        assert made <= k + most
    rows.close()  # type: ignore[attr-defined]


def test_studies_are_found_in_a_folder(tmp_path: Path) -> None:
    """Folders and workbooks in the order of their names; not what is hidden, locked or a report."""
    top = lay(tmp_path / "all", "b", "a/2", "a/10", "c/.hidden", "c/report/of", ".d", "b/inner")
    (top / "c/report" / MANIFEST).write_text("{}")
    for name in ("a/1.xlsx", "a/~$1.xlsx", "a/notes.txt"):
        (top / name).write_text("no workbook")
    (top / "e").symlink_to(top / "b")
    (top / "f").symlink_to(top)
    rows = list(gv.simulate_many(top, n=N))
    assert [row["study"] for row in rows] == ["a/1.xlsx", "a/10", "a/2", "b", "e"]
    assert [bool(row["problem"]) for row in rows] == [True, False, False, False, False]
    assert [row["study"] for row in gv.simulate_many(top / "b", n=N)] == ["b"]
    with pytest.raises(StudyError, match="E400"):
        gv.simulate_many(top / "c", n=N)


def test_a_broken_study_is_a_row(ishoj: Study, folder: Path, monkeypatch) -> None:
    """Its message stands in the place of numbers, and the others are done all the same."""
    (folder / "rates.csv").unlink()
    unpriced, plain = gv.read(DATA / "accounts"), gv.read(DATA / "two_types")
    rows = list(gv.simulate_many([folder, unpriced, plain], n=N))
    assert [row["problem"][:4] for row in rows] == ["E003", "E348", ""]
    assert [row["hash"] for row in rows] == [None, unpriced.hash, plain.hash]
    assert [row["mean"] is None for row in rows] == [True, True, False]
    assert set(rows[0]) == set(COLUMNS)
    (row, *_) = gv.simulate_many([plain, ishoj], n=N, vary="missing")
    assert row["problem"].startswith("E401 two-types: What is asked does not fit this study: vary")
    monkeypatch.setattr(asked, "rows_of", lambda *_: 1 / 0)
    (row,) = gv.simulate_many([ishoj], n=N, lang="da")
    assert row["problem"].startswith("E402 ishoj-smc: En fejl i gevinst selv")
    assert "ZeroDivisionError: division by zero" in row["problem"]


def test_warnings_of_reading_stand_in_the_row(folder: Path) -> None:
    """What is doubtful of a study is said beside its numbers, each on the one line."""
    with (folder / "study.toml").open("a", encoding="utf-8") as file:
        file.write('\n[design.clusters]\nda = "To jobcentre"\nen = "Two offices"\n')
    rows = list(gv.simulate_many([folder], n=N))
    assert all("Clusters (Two offices)" in row["warnings"] for row in rows)
    assert not any("\n" in row["warnings"] for row in rows)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"n": 1}, "n: read '1'"),
        ({"workers": 0}, "workers: read '0'"),
        ({"confidence_level": 95}, "confidence_level: read 95"),
        ({"target": "each"}, "target: read 'each'"),
        ({"rng": -1}, "rng: read -1"),
    ],
)
def test_wrong_values_are_named_before_anything_is_read(wrong: dict[str, Any], said: str) -> None:
    """What no study could be asked is said at once, and not in every row."""
    with pytest.raises(ValueError, match=said):
        gv.simulate_many([], **wrong)


def test_a_file_cut_anywhere_is_gone_on_with(ishoj: Study, tmp_path: Path) -> None:
    """Cut behind any row, and within rows, the next run makes the file of one that was not cut."""
    given = [DATA / "two_types", ishoj, DATA / "one_arm"]
    whole, path = tmp_path / "whole.csv", tmp_path / "cut.csv"
    first = gv.batch(given, whole, n=N, rng=3)
    assert (first.asked, first.kept, first.broken, first.others) == (3, 0, 0, 0)
    lines = whole.read_bytes().splitlines(keepends=True)
    ends = [sum(map(len, lines[:k])) for k in range(1, len(lines) + 1)]
    kept = [0, 1, 1, 1, 2, 2, 2, 3]
    for end, of_these in zip(ends, kept, strict=True):
        for cut in {end, min(end + 200, ends[-1])}:
            path.write_bytes(whole.read_bytes()[:cut])
            found = gv.batch(given, path, n=N, rng=3)
            assert path.read_bytes() == whole.read_bytes()
            assert (found.asked, found.kept) == (3 - of_these, of_these)
    path.write_bytes(b"".join([*lines[:4], *lines[2:4], *lines[2:]]))  # stopped three times
    assert gv.batch(given, path, n=N, rng=3).kept == 3
    assert path.read_bytes() == whole.read_bytes()
    frame = first.to_frame()
    told = frame.astype(object).where(frame.notna(), None).to_dict("records")
    assert told == [missing(row) for row in gv.simulate_many(given, n=N, rng=3)]


def test_changed_studies_are_asked_again(tmp_path: Path) -> None:
    """A changed study is asked again, and one with a problem; rows of others are kept."""
    top, path = lay(tmp_path / "all", "a", "b", "c"), tmp_path / "r.csv"
    lines = top / "b/lines.csv"
    good = lines.read_text("utf-8")
    lines.write_text("arm;nothing\n", "utf-8")
    assert gv.batch(top, path, n=N).broken == 1
    again = gv.batch(top, path, n=N)
    assert (again.asked, again.kept, again.broken) == (1, 2, 1)
    lines.write_text(good, "utf-8")
    cell("lines.csv", ";1000;", ";2000;")(top / "a")
    shutil.rmtree(top / "c")
    lay(top, "0")
    found = gv.batch(top, path, n=N)
    assert (found.asked, found.kept, found.broken, found.others) == (3, 0, 0, 1)
    assert studies(path) == ["c", "0", "a", "b"]
    fresh = gv.batch(top, tmp_path / "fresh.csv", n=N)
    left, right = (each.to_frame().set_index("study") for each in (found, fresh))
    pd.testing.assert_frame_equal(left.drop(index="c"), right)


def test_chosen_conventions_are_another_study(ishoj: Study, tmp_path: Path) -> None:
    """A hash says nothing of what was chosen; the rows do, and neither is taken for the other."""
    path = tmp_path / "r.csv"
    printed = ishoj.choose(basis="printed")
    assert printed.hash == ishoj.hash
    gv.batch([ishoj], path, n=N)
    assert gv.batch([printed], path, n=N).kept == 0
    assert gv.batch([printed, ishoj], path, n=N).kept == 2
    frame = gv.batch([ishoj], path, n=N).to_frame()
    assert sorted(frame["conventions"].str.contains("basis=printed")) == [False] * 3 + [True] * 3


def test_files_that_are_not_gone_on_with(tmp_path: Path) -> None:
    """Of other options, of something else, changed, or another run's: said, and left as it is."""
    path = tmp_path / "r.csv"
    given = [DATA / "two_types"]
    gv.batch(given, path, n=N)
    whole = path.read_text("utf-8")
    with pytest.raises(StudyError, match=r"E404 .* its n is 300, and now it is 301"):
        gv.batch(given, path, n=N + 1)
    with pytest.raises(StudyError, match=r"E404 .* its rng is 0, and now it is 5"):
        gv.batch(given, path, n=N, rng=5)
    with held(path, new=True), pytest.raises(StudyError, match="E405"):
        gv.batch(given, path, n=N)
    for other in ("", "study;hash\n", whole.replace(",", ";"), whole + "more\n"):
        path.write_text(other, "utf-8")
        with pytest.raises(StudyError, match="E403"):
            gv.batch(given, path, n=N)
        assert path.read_text("utf-8") == other
    with pytest.raises(StudyError, match="E072"):
        gv.batch(given, path / "within.csv", n=N)
    with pytest.raises(ValueError, match=r"path: read 'r\.txt'"):
        gv.batch(given, "r.txt")


def _started(folder: Path, *more: str) -> subprocess.Popen[str]:
    """Start the command in a process of its own, and wait until some rows are in its file."""
    command = [sys.executable, "-m", "gevinst", "batch", "all", "--draws", "300", "--lang", "en"]
    streams = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    started = subprocess.Popen([*command, *more], cwd=folder, start_new_session=True, **streams)
    path = folder / "all-results.csv"
    while started.poll() is None and (not path.exists() or path.read_bytes().count(b"\n") < 5):
        os.sched_yield()
    return started


@posix
def test_killed_in_the_midst(tmp_path: Path) -> None:
    """SIGKILL leaves whole rows, and the next run does what is left."""
    top = lay(tmp_path / "all", *(f"{k:03d}" for k in range(40)))
    started = _started(tmp_path)
    os.killpg(started.pid, signal.SIGKILL)
    started.communicate()
    assert started.returncode == -signal.SIGKILL
    path = tmp_path / "all-results.csv"
    there = studies(path)
    assert 4 <= len(there) < 40
    found = gv.batch(top, path, n=N, rng=2018)
    assert found.kept in (len(there), len(there) - 1)  # the last may be half there
    fresh = gv.batch(top, tmp_path / "fresh.csv", n=N, rng=2018)
    assert path.read_bytes() == fresh.path.read_bytes()


@posix
@pytest.mark.parametrize("processes", ["1", "2"])
def test_ctrl_c_keeps_what_is_done(tmp_path: Path, processes: str) -> None:
    """It ends with 130 and one line, and the rows that were done are kept."""
    lay(tmp_path / "all", *(f"{k:03d}" for k in range(300)))
    started = _started(tmp_path, "--workers", processes)
    os.killpg(started.pid, signal.SIGINT)
    out, err = started.communicate()
    assert (started.returncode, out) == (130, "")
    *progress, last = err.splitlines()
    assert last == language("en")("cli.stopped")
    assert all(" of 300 studies" in line for line in progress), err
    assert 4 <= len(studies(tmp_path / "all-results.csv")) < 300


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_command(capsys, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lang: str) -> None:
    """It says how many there were, how many were there, and what is wrong, in both languages."""
    monkeypatch.chdir(tmp_path)
    lay(tmp_path / "all", "a", "b")
    (tmp_path / "all/b/lines.csv").write_text("", "utf-8")
    asked_for = ["batch", "all", "--draws", "300", "--lang", lang]
    code, out, err = run(capsys, *asked_for)
    text = language(lang)
    heading = text("batch.heading", n=2, path="all-results.csv")
    assert (code, err) == (0, "")
    assert out == f"{heading}\n{text('batch.broken', n=1)}\n"
    code, out, err = run(capsys, *asked_for, "--json")
    assert (code, err) == (0, "")
    keys = '"path": "all-results.csv",\n  "asked": 1,\n  "kept": 1,\n  "broken": 1,\n  "others": 0'
    assert out == f"{{\n  {keys}\n}}\n"
    assert run(capsys, "batch", "none", "--lang", lang)[0] == 1
    assert run(capsys, "batch", "all", "-o", "r.xlsx", "--lang", lang)[0] == 2


def test_parquet(tmp_path: Path) -> None:
    """The rows as a Parquet file too, with numbers as numbers and what is missing missing."""
    parquet = pytest.importorskip("pyarrow.parquet")
    given = [DATA / "two_types", "no-such-study", DATA / "one_arm"]
    found = gv.batch(given, tmp_path / "r.parquet", n=N)
    table = parquet.read_table(tmp_path / "r.parquet").to_pylist()
    rows = list(gv.simulate_many(given, n=N))
    assert table == [missing(row) for row in rows]
    assert len(found.to_frame()) == len(rows)


def test_parquet_without_its_package(capsys, tmp_path: Path, monkeypatch) -> None:
    """Where pyarrow is not installed that is said before anything is done."""
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    code, _, err = run(capsys, "batch", str(DATA), "-o", str(tmp_path / "r.parquet"))
    assert (code, list(tmp_path.iterdir())) == (2, [])
    assert "--out: read" in err
    assert "pyarrow" in err
