"""What used to be accepted in silence, and texts that differ in form only."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

import gevinst as gv
from gevinst.files.container import Frames
from gevinst.files.people import gather
from gevinst.files.settings import _arm
from gevinst.text.problems import MOST_SAID, Problem, Problems, say_all
from tests.conftest import cell

Form = Callable[[str], str]

FORMS: dict[str, Form] = {
    "spaces": lambda text: f"\u00a0{text}\u202f",
    "soft hyphen": lambda text: text[0] + "\u00ad" + text[1:],
    "no width": lambda text: text[0] + "\u200b" + text[1:],
}


def codes(folder: Path) -> set[str]:
    """Codes of all that is said of a folder."""
    return {problem.code for problem in gv.check(folder)[1]}


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
@pytest.mark.parametrize(
    ("file", "id"),
    [
        ("counts.csv", "cash_benefit"),
        ("counts.csv", "intervention"),
        ("rates.csv", "kr/year"),
        ("study.toml", "cash_benefit"),
    ],
)
def test_ids_meet_in_any_form(folder: Path, file: str, id: str, form: Form) -> None:  # noqa: A002
    """An id written with what nobody sees is the id, in tables and settings."""
    published = gv.gain(gv.read(folder)).summary("da")
    path = folder / file
    text = path.read_text("utf-8")
    assert id in text
    path.write_text(text.replace(id, form(id), 1), "utf-8")
    assert gv.gain(gv.read(folder)).summary("da") == published


def test_a_group_of_unknown_members_is_an_error(folder: Path) -> None:
    """A misspelt status of a group is named with what may have been meant."""
    with (folder / "study.toml").open("a", encoding="utf-8") as file:
        file.write('\n[groups.odd]\nda = "a"\nen = "a"\nmembers = ["cash_benfit"]\n')
    found = [p for p in gv.check(folder)[1].errors if p.read == "cash_benfit"]
    assert [p.code for p in found] == ["E030"]
    assert "cash_benefit" in found[0].say()


def test_an_amount_has_an_upper_limit(folder: Path) -> None:
    """A rate of 1 and 300 zeros is refused, so that no sum of it is infinite."""
    cell("rates.csv", "144.372,81", "1" + "0" * 300)(folder)
    assert "E140" in codes(folder)


@pytest.mark.parametrize(("year", "fine"), [(3, False), (1899, False), (2018, True), (2201, False)])
def test_a_price_year_is_a_year(folder: Path, year: int, fine: bool) -> None:
    """The year of the prices is a calendar year."""
    path = folder / "study.toml"
    lines = path.read_text("utf-8").splitlines()
    lines = [f"price_year = {year}" if line.startswith("price_year") else line for line in lines]
    path.write_text("\n".join(lines), "utf-8")
    assert ("E141" not in codes(folder)) is fine


def persons(study: gv.Study, **changes: object) -> pd.DataFrame:
    """Two citizens of each arm, all in the study's first status."""
    status = study.axes.items[study.statuses[0]]
    arms = ["intervention"] * 2 + ["control"] * 2
    frame = pd.DataFrame({"id": ["a", "b", "c", "d"], "arm": arms})
    return frame.assign(**dict.fromkeys(study.axes.times, status)).assign(**changes)


def test_two_forms_of_an_id_are_one_citizen() -> None:
    """A composed and a decomposed id are one citizen, named once."""
    study = gv.load("ishoj-smc")
    with pytest.raises(gv.StudyError) as caught:
        gv.from_persons(persons(study, id=["\u00e5", "a\u030a", "c", "d"]), study)
    assert [p.code for p in caught.value.problems if p.severity == "error"] == ["E101"]


def test_nobody_lost_comes_back_unsaid() -> None:
    """A citizen who is lost to follow-up and then in a status again is warned of, once."""
    study = gv.load("ishoj-smc")
    lost = study.axes.items[study.lost[0]]
    frame = persons(study)
    frame.loc[0, study.axes.times[1]] = lost
    problems = Problems()
    table = Frames({"persons": frame}, problems).needed("persons")
    axes, statuses = study.axes, [study.axes.items[i] for i in study.statuses]
    rows = table.rows(("id", "arm", *axes.times), None)
    gather(rows, axes.arms, axes.times, axes.items, statuses, study.lost, ())
    assert [(p.code, p.line) for p in problems] == [("W141", 1)]


@pytest.mark.parametrize("id", ["0101701234", "311299-1234", "010170 1234"])
def test_a_personal_number_is_never_shown(id: str) -> None:  # noqa: A002
    """Ids like personal numbers are warned of, and stand in no message, text or JSON."""
    study = gv.load("ishoj-smc")
    problems = Problems()
    rows = Frames({"persons": persons(study, id=[id, id, "c", "d"])}, problems).needed("persons")
    axes, statuses = study.axes, [study.axes.items[i] for i in study.statuses]
    found = rows.rows(("id", "arm", *axes.times), None)
    gather(found, axes.arms, axes.times, axes.items, statuses, study.lost, ())
    assert {p.code for p in problems} == {"E101", "W143"}
    for problem in problems:
        for lang in ("en", "da"):
            assert id not in str(problem.to_dict(lang))


@pytest.mark.parametrize("number", ["1234567890", "1000000000", "12.031", "20181231"])
def test_a_number_is_no_personal_number(number: str) -> None:
    """Amounts and dates are shown as they were read."""
    assert number in Problem("E022", "a.csv", 1, number, {"column": "kr"}).say()


@pytest.mark.parametrize(("first", "last", "back"), [(3, 1, True), (1, 1, False), (1, 3, False)])
def test_some_of_an_arm_come_back(folder: Path, first: int, last: int, *, back: bool) -> None:
    """Counts say it too when fewer are lost to follow-up than were: once, by arm and times."""
    for status, counts in (
        ("moved", (0, first, last)),
        ("cash_benefit", (14, 5 - first, 6 - last)),
    ):
        path = folder / "counts.csv"
        lines = path.read_text("utf-8").splitlines()
        lines = [
            ";".join([*line.split(";")[:2], *map(str, counts), "memo"])
            if line.startswith(f"intervention;{status};")
            else line
            for line in lines
        ]
        path.write_text("\n".join(lines), "utf-8")
    study, problems = gv.check(folder)
    assert study is not None, [p.say() for p in problems.errors]
    said = [(p.read, p.values["before"]) for p in problems if p.code == "W146"]
    assert said == ([(str(last), first)] if back else [])
    for lang in ("en", "da"):
        assert all("intervention" in p.say(lang) for p in problems if p.code == "W146")


def test_a_column_of_weights_beside_money() -> None:
    """Rows of money with a column of weights say that it weighs nothing."""
    frame = pd.DataFrame({"id": ["a", "b"], "arm": ["x", "y"], "s": [2.0, 1.0], "e": [0.0, 1.0]})
    with pytest.warns(gv.StudyWarning, match="W142 frame: Read «Vægt»") as caught:
        gains = gv.person_gains(frame.assign(Vægt=2.0), "s", "e")
    assert len(caught) == 1
    assert gains["x"] == [2.0]
    gv.person_gains(frame.rename(columns={"s": "weight"}), "weight", "e")


def test_an_amount_of_ten_digits_is_shown(folder: Path) -> None:
    """What was read as a number is an amount and shown; in a text, or as an id, it is not."""
    cell("rates.csv", "144.372,81", "-1112131415")(folder)
    cell("counts.csv", "intervention;cash_benefit;", "0101701234;cash_benefit;")(folder)
    found = {p.code: p for p in gv.check(folder)[1].errors}
    for said in (found["E022"].say(), found["E022"].to_dict()["read"]):
        assert "-1112131415" in said
    for said in (found["E030"].say("da"), str(found["E030"].to_dict())):
        assert "0101701234" not in said
    frame = pd.DataFrame({"id": ["a", "b"], "arm": ["x", "y"], "s": [11e16, 1.0], "e": [0.0, 1.0]})
    with pytest.raises(gv.StudyError, match="110000000000000000"):
        gv.person_gains(frame, "s", "e")


def test_settings_take_tuples() -> None:
    """Settings of frames may hold tuples where a file has lists."""
    frames = Frames({}, Problems(), {"arms": ({"id": "x"},)})
    assert [section.text("id") for section in frames.settings().sections("arms")] == ["x"]


def test_a_column_of_weights_is_said_to_weigh_nothing() -> None:
    """A column that looks like weights is kept, and said to be no weights; another is not."""
    study = gv.load("ishoj-smc")
    axes, statuses = study.axes, [study.axes.items[i] for i in study.statuses]
    weights = ("Vægt", "WEIGHT", "survey_weight", "IPTW 2018", "væg\u00adt", "Sample-Wt", "vikt")
    others = ("height", "vægt_kg", "weightless", "fragt", "waiting")
    for column, said in (*((w, ["W142"]) for w in weights), *((o, ["W144"]) for o in others)):
        problems = Problems()
        frame = persons(study, **{column: "2"})
        rows = Frames({"persons": frame}, problems).needed("persons")
        found = rows.rows(("id", "arm", *axes.times), None)
        gather(found, axes.arms, axes.times, axes.items, statuses, study.lost, ())
        assert [p.code for p in problems] == said


def many(study: gv.Study, **columns: list[str]) -> pd.DataFrame:
    """Ten citizens of each arm, all in the study's first status, with columns of ten values."""
    ids = [f"{arm} {k}" for arm in study.axes.arms for k in range(10)]
    frame = pd.DataFrame({"id": ids, "arm": [arm for arm in study.axes.arms for _ in range(10)]})
    status = study.axes.items[study.statuses[0]]
    return frame.assign(**dict.fromkeys(study.axes.times, status), **columns)


PERSONAL_COLUMNS = {
    "five of each": ({"sex": ["a", "b"] * 10}, {}),
    "a value nobody of one arm has": ({"sex": ["a"] * 10 + ["b"] * 10}, {}),
    "nothing held": ({"sex": [""] * 20}, {}),
    "four of one": ({"sex": ["a"] * 4 + ["b"] * 16}, {"W144": "sex"}),
    "one, the rest not known": ({"sex": ["a"] + [""] * 19}, {"W144": "sex"}),
    "all different": ({"age": [str(k) for k in range(20)]}, {"W145": "age"}),
    "two of each": (
        {"age": list("abcde") * 4, "town": list("abcde") * 4},
        {"W144": "age, town"},
    ),
    "weights are no label": ({"weight": [str(k) for k in range(20)]}, {"W142": "weight"}),
    "personal numbers in any column": (
        {"note": ["010170-1234"] * 10 + ["a"] * 10},
        {"W143": ""},
    ),
}


@pytest.mark.parametrize(("columns", "said"), PERSONAL_COLUMNS.values(), ids=PERSONAL_COLUMNS)
def test_columns_that_tell_who_citizens_are(columns, said, tmp_path: Path) -> None:
    """Frame, file and folder give the same warnings, once, of columns by which people are known."""
    study = gv.load("ishoj-smc")
    frame = many(study, **columns)
    frame.to_csv(tmp_path / "persons.csv", sep=";", index=False)
    for read in (
        lambda: gv.from_persons(frame, study),
        lambda: gv.read_persons(tmp_path / "persons.csv", study),
    ):
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            read()
        assert len(caught) == bool(said)
        for warning in caught:
            assert warning.category is gv.StudyWarning
            assert warning.filename == __file__
            lines = str(warning.message).splitlines()
            assert {line[:4]: ([*line.split("«"), "»"])[1].split("»")[0] for line in lines} == said


def test_money_rows_warn_of_personal_numbers() -> None:
    """Ids like personal numbers are warned of where rows hold money too, and are not shown."""
    frame = pd.DataFrame({"id": ["010170-1234", "b"], "arm": ["x", "y"], "a": [1, 2], "b": [0, 0]})
    with pytest.warns(gv.StudyWarning, match="W143 frame: 1 cell looks") as caught:
        gv.person_gains(frame, "a", "b")
    assert "010170" not in str(caught[0].message)


def test_bundled_studies_are_read_without_a_warning() -> None:
    """No bundled study is doubtful as a whole, and reading one says nothing."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for name in gv.bundled():
            gv.load(name)


def test_a_folder_that_is_read_gives_its_warnings(folder: Path) -> None:
    """What `check` returns as warnings, `read` gives as one warning of Python."""
    path = folder / "study.toml"
    path.write_text("oddity = 1\n" + path.read_text("utf-8"), "utf-8")
    with pytest.warns(gv.StudyWarning, match="oddity") as caught:
        gv.read(folder)
    assert len(caught) == 1


def test_cells_that_nothing_reads_are_warned_of(folder: Path) -> None:
    """A fixed rate with a coefficient of variation: nothing reads it, and that is said."""
    path = folder / "rates.csv"
    lines = path.read_text("utf-8").splitlines()
    columns = lines[0].split(";")
    cells = lines[1].split(";")
    cells[columns.index("distribution")] = "fixed"
    filled = sum(1 for name in ("cv", "low", "high") if cells[columns.index(name)])
    path.write_text("\n".join([lines[0], ";".join(cells), *lines[2:]]), "utf-8")
    found = [p for p in gv.check(folder)[1] if p.code == "W140" and p.line == 2]
    assert len(found) == filled > 0


def test_a_doubled_column_is_refused() -> None:
    """Two columns of one name in a frame of persons: none is dropped in silence."""
    study = gv.load("ishoj-smc")
    frame = persons(study, age="1", sex="2")
    frame.columns = [*frame.columns[:-1], "age"]
    with pytest.raises(gv.StudyError, match="E010"):
        gv.from_persons(frame, study)


def test_a_gain_without_an_arm_is_refused_with_its_row() -> None:
    """No group is called by nothing."""
    frame = pd.DataFrame({"id": [1, 2], "arm": ["x", None], "s": [1.0, 2.0], "e": [0.0, 0.0]})
    with pytest.raises(gv.StudyError) as caught:
        gv.person_gains(frame, "s", "e")
    assert [(p.code, p.line) for p in caught.value.problems] == [("E014", 2)]


@pytest.mark.parametrize("many", [MOST_SAID, MOST_SAID + 1, 30_000])
def test_many_of_a_kind_are_counted(many: int) -> None:
    """The first of a kind are said and the rest counted; another kind is said all the same."""
    problems = Problems([Problem("E022", "a.csv", i, "x", {"column": "c"}) for i in range(many)])
    problems.add("E003", "b.csv")
    said = say_all(problems)
    assert len(said) == MOST_SAID + 1 + (many > MOST_SAID)
    assert (f"{many - MOST_SAID} more" in said[MOST_SAID]) is (many > MOST_SAID)


@pytest.mark.parametrize("titles", [["Table 1"], ["Table 1", "Citizens per status;;"]])
def test_a_title_above_the_header_is_said_once(folder: Path, titles: list[str]) -> None:
    """Lines above the header make one message, which says where the header is."""
    path = folder / "counts.csv"
    path.write_text("\n".join([*titles, path.read_text("utf-8")]), "utf-8")
    found = [p for p in gv.check(folder)[1].errors if p.file == "counts.csv"]
    assert [(p.code, p.values.get("at")) for p in found] == [("E142", len(titles) + 1)]


def test_cells_between_tabs_are_read(folder: Path) -> None:
    """Cells pasted from a spreadsheet stand between tabs and are the same cells."""
    published = gv.gain(gv.read(folder)).summary("da")
    path = folder / "counts.csv"
    path.write_text(path.read_text("utf-8").replace(";", "\t"), "utf-8")
    assert gv.gain(gv.read(folder)).summary("da") == published


@pytest.mark.parametrize("every", [True, False])
def test_activity_that_costs_nothing_leaves_a_masked_count(folder: Path, *, every: bool) -> None:
    """Contacts of 0 kr. beside a masked count narrow nothing from above, and divide by nothing."""
    path = folder / "activity.csv"
    header, *lines = path.read_text("utf-8").splitlines()
    changed = []
    for at, line in enumerate(lines):
        cells = line.split(";")
        if "<" not in cells[3] and (every or at == 0):
            cells[4] = "0"
        changed.append(";".join(cells))
    path.write_text("\n".join([header, *changed]), "utf-8")
    assert gv.audit(gv.read(folder)).to_dict()


@pytest.mark.parametrize("key", ["enrolled", "analysed"])
def test_an_arm_of_nobody_is_refused_beside_rows(key: str) -> None:
    """A stated size of 0 is no size left out: with rows of persons it is an error too."""
    problems = Problems()
    values = {"arms": [{"id": "a", "da": "a", "en": "a", "source": "x", key: 0}]}
    top = Frames({}, problems, values).settings()
    _arm(top.sections("arms")[0], "en", paired=True)
    assert [(p.code, p.values["column"]) for p in problems] == [("E069", key)]
