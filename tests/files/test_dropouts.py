"""Where dropouts started: from person rows, and counted beside the counts."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

import gevinst as gv
from tests.conftest import STARTED, person_rows, to_csv, with_starts


def _counted(folder: Path, starts, column: str = "dropouts") -> None:
    """Add a column to the counts of a folder."""
    path = folder / "counts.csv"
    head, *rows = path.read_text("utf-8").splitlines()
    numbers = {f"{arm};{status}": n for arm, of in starts for status, n in of.items()}
    rows = [f"{row};{numbers.get(';'.join(row.split(';')[:2]), '')}" for row in rows]
    path.write_text("\n".join([f"{head};{column}", *rows]), "utf-8")


def test_a_column_of_counts(ishoj, started, folder: Path) -> None:
    """Read, written and read back; nothing in it is nothing known."""
    _counted(folder, STARTED)
    study, problems = gv.check(folder)
    assert study is not None
    assert not [problem.code for problem in problems if problem.code.startswith(("E", "W"))]
    assert study.hash == started.hash != ishoj.hash
    gv.write(study, folder.parent / "again")
    assert gv.read(folder.parent / "again").hash == study.hash
    tables = gv.to_tables(study)
    assert tables["counts"]["dropouts"].dropna().tolist() == [2, 1, 2]
    assert gv.from_tables(**tables).hash == study.hash
    # Nobody known, in the column or without it, is the study of before.
    tables["counts"]["dropouts"] = [0] * len(tables["counts"])
    assert gv.from_tables(**tables).hash == ishoj.hash


def test_a_status_that_only_dropouts_were_in(ishoj, folder: Path) -> None:
    """It has a row of its own when written, and needs a price."""
    study = with_starts(ishoj, ("control", {"flexjob": 1, "early_retirement": 1}))
    gv.write(study, folder.parent / "again")
    assert gv.read(folder.parent / "again").hash == study.hash
    _counted(folder, [("intervention", {"rehabilitation": 1})])
    lines = (folder / "prices.csv").read_text("utf-8").splitlines(keepends=True)
    kept = [line for line in lines if not line.startswith("rehabilitation")]
    assert len(kept) < len(lines)
    (folder / "prices.csv").write_text("".join(kept), "utf-8")
    _, problems = gv.check(folder)
    unpriced = [p for p in problems.errors if p.code == "E041" and p.read == "rehabilitation"]
    assert any("0" in p.values["time"] for p in unpriced if "intervention" in p.values["arm"])


@pytest.mark.parametrize(
    ("starts", "code", "says"),
    [
        ({"resource_programme": 2, "cash_benefit": 1}, "E207", ("3", "2", "30", "28")),
        ({"moved": 1}, "E210", ("moved",)),
        ({"cash_benefit": -1}, "E069", ("dropouts",)),
        ({"cash_benefit": "1,5"}, "E069", ("dropouts",)),
        ({"cash_benefit": "<5"}, "E020", ("dropouts",)),
    ],
)
def test_a_column_that_cannot_be(folder: Path, starts, code: str, says) -> None:
    """More than dropped out, of a status of the lost, no whole number: each is said."""
    _counted(folder, [("intervention", starts)])
    _, problems = gv.check(folder)
    assert [problem.code for problem in problems.errors] == [code]
    for lang in ("en", "da"):
        said = problems.errors[0].say(lang)
        assert all(each in said for each in says), said


def test_a_time_called_dropouts(ishoj) -> None:
    """The column is then the time's, and a study that would need both cannot be written."""
    times = (ishoj.times[0], replace(ishoj.times[1], id="dropouts"), ishoj.times[2])
    study = replace(ishoj, times=times, published=())
    assert gv.from_tables(**gv.to_tables(study)).hash == study.hash
    with pytest.raises(gv.StudyError, match="E204"):
        gv.to_tables(with_starts(study, *STARTED))


def test_person_rows_keep_the_start(ishoj, paired, folder: Path) -> None:
    """The start of all six; nobody's covariates or ids; other starts are another study."""
    at = ishoj.axes.at("item", "cash_benefit")
    assert paired.dropout_starts[:, at].tolist() == [2, 4]
    assert paired.dropout_starts.sum() == 6
    frame = person_rows(ishoj)
    gone = frame.index[frame["1"].isna()]
    assert gv.from_persons(frame.assign(id=frame.id.replace("ix0", "n")), ishoj).hash == paired.hash
    frame.loc[gone[0], "0"] = "resource_programme"
    other = gv.from_persons(frame, ishoj)
    assert other.hash != paired.hash
    frame.loc[gone, "0"] = None
    unknown = gv.from_persons(frame, ishoj)
    assert not unknown.dropout_starts.size
    frame.loc[gone, "0"] = "moved"  # lost from the start: in no status that is known
    assert gv.from_persons(frame, ishoj).hash == unknown.hash
    for study in (paired, other, unknown):
        gv.write(study, folder.parent / study.hash[:8])
        assert gv.read(folder.parent / study.hash[:8]).hash == study.hash
        assert gv.from_tables(**gv.to_tables(study)).hash == study.hash


def test_ids_of_ours_are_nobody_else_s(ishoj, paired) -> None:
    """Dropouts get ids when they are written that no citizen has."""
    frame = person_rows(ishoj)
    taken = frame.index[frame["1.5"].notna()][:2]
    frame.loc[taken, "id"] = ["dropout-1", "dropout-3"]
    study = gv.from_persons(frame, ishoj)
    persons = gv.to_tables(study)["persons"]
    assert persons.id.is_unique
    assert len(persons) == 60
    assert gv.from_tables(**gv.to_tables(study)).hash == study.hash


def test_lost_and_back_is_told(ishoj, folder: Path) -> None:
    """An empty cell and a status later: a note with how many, and where the first stands."""
    frame = person_rows(ishoj)
    whole = frame.index[frame["1.5"].notna() & frame["1"].ne("moved") & frame["1.5"].ne("moved")]
    frame.loc[whole[:2], "1"] = None
    to_csv(frame, folder)
    path = folder / "study.toml"
    text = path.read_text("utf-8")
    for stated in ("analysed = 28", "analysed = 26"):
        text = text.replace(stated + "\n", "")
    path.write_text(text, "utf-8")
    study, problems = gv.check(folder)
    assert study is not None
    (note,) = (problem for problem in problems if problem.code == "N110")
    assert (note.read, note.line) == ("2", whole[0] + 2)
    assert {k: v for k, v in note.values.items() if k != "mark"} == {
        "id": frame.id[whole[0]],
        "time": "1",
    }
    assert study.dropout_starts.sum() == 8
    # In a status of the lost, then in another, then nowhere: told as of a citizen who is analysed.
    frame.loc[whole[2], ["0", "1", "1.5"]] = ["moved", "cash_benefit", None]
    to_csv(frame, folder)
    _, problems = gv.check(folder)
    assert frame.id[whole[2]] in {p.values["id"] for p in problems if p.code == "W141"}
    counted = gv.check(gv.bundled()["ishoj-smc"])[1]
    assert not {"N110", "W141"} & {problem.code for problem in counted}
