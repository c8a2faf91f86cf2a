"""Study folders: what is read, and each thing that can be wrong said at its place."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

import gevinst as gv
from gevinst.files.figures import read_figures
from gevinst.files.tables import read_csv
from gevinst.study.claims import Published
from gevinst.text.problems import Problems
from tests.conftest import cell


def _bytes(file: str, content: bytes) -> Callable[[Path], None]:
    return lambda folder: (folder / file).write_bytes(content)


def _without(file: str) -> Callable[[Path], None]:
    return lambda folder: (folder / file).unlink()


def _both(*changes: Callable[[Path], None]) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        for each in changes:
            each(folder)

    return change


FIRST = "intervention;cash_benefit;14;4;5;memo, tabel 1"
STRATA = '[[strata]]\nid = "a"\nda = "a"\ncitizens = 1\n\n' * 2

BROKEN = {
    "column missing": (cell("counts.csv", ";1;1.5;", ";1;2;"), "E010", "counts.csv", 1, "'1.5'"),
    "unknown status": (
        cell("counts.csv", "intervention;cash_benefit;", "intervention;cash_benfit;"),
        *("E030", "counts.csv", 2, "Write one of: cash_benefit"),
    ),
    "unknown arm": (
        cell("counts.csv", "control;cash_benefit;", "kontrol;cash_benefit;"),
        *("E030", "counts.csv", 15, "kontrol"),
    ),
    "negative count": (cell("counts.csv", ";14;", ";-14;"), "E022", "counts.csv", 2, "«-14»"),
    "fractional count": (cell("counts.csv", ";14;", ";14,5;"), "E023", "counts.csv", 2, "14,5"),
    "English decimals": (
        cell("rates.csv", "144.372,81", "144,372.81"),
        *("E021", "rates.csv", 2, "144372,81 / 14437281"),
    ),
    "no number": (cell("counts.csv", ";14;", ";fjorten;"), "E020", "counts.csv", 2, "fjorten"),
    "empty count": (cell("counts.csv", ";14;", ";;"), "E014", "counts.csv", 2, "'0'"),
    "counts against size": (
        cell("counts.csv", ";14;", ";15;"),
        *("E040", "counts.csv", None, "28 analysed"),
    ),
    "suppressed twice": (
        cell(
            "counts.csv",
            FIRST + "\nintervention;cash_benefit_placement;3",
            FIRST.replace(";14;", ";<5;") + "\nintervention;cash_benefit_placement;<5",
        ),
        *("E024", "counts.csv", 2, "<5"),
    ),
    "rate missing": (
        cell("prices.csv", "flexjob;flexjob;;;;memo, tabel 1 og 2\n", ""),
        *("E041", "prices.csv", None, "flexjob"),
    ),
    "duplicate row": (
        cell("counts.csv", FIRST, f"{FIRST}\n{FIRST}"),
        *("E013", "counts.csv", 3, "first: 2"),
    ),
    "conflicting prices": (
        cell(
            "prices.csv",
            "flexjob;flexjob;;;;memo",
            "flexjob;flexjob;control;;;memo\nflexjob;rehabilitation;;1;;memo\nflexjob;flexjob;;;;m",
        ),
        *("E057", "prices.csv", 10, "'flexjob' in 'control' at time 1"),
    ),
    "empty file": (_bytes("counts.csv", b"\n"), "E005", "counts.csv", None, ""),
    "header only": (
        _bytes("rates.csv", b"rate;kr;unit;distribution;assumption;source\n"),
        "E005",
        "rates.csv",
        None,
        "",
    ),
    "utf-16": (_bytes("counts.csv", "arm;status".encode("utf-16")), "E004", "counts.csv", None, ""),
    "missing file": (_without("counts.csv"), "E003", "counts.csv", None, ""),
    "toml syntax": (
        cell("study.toml", 'id = "ishoj-smc"', "id = ishoj-smc"),
        *("E002", "study.toml", 4, "id = ishoj-smc"),
    ),
    "missing source": (
        cell("counts.csv", FIRST, FIRST.replace("memo, tabel 1", "")),
        "E014",
        "counts.csv",
        2,
        "'source'",
    ),
    "unknown unit": (cell("rates.csv", "kr/year", "kr/uge"), "E030", "rates.csv", 2, "kr/uge"),
    "unknown distribution": (
        cell("rates.csv", ";gamma;", ";normal;"),
        "E030",
        "rates.csv",
        2,
        "gamma",
    ),
    "no reason": (cell("rates.csv", ";mean_of_many;", ";;"), "E014", "rates.csv", 2, "assumption"),
    "cv in percent": (cell("rates.csv", ";0,10;", ";10;"), "E045", "rates.csv", 2, "10 % as 0,10"),
    "range beside the amount": (
        cell("lines.csv", "2.250.000", "2.310.000"),
        *("E046", "lines.csv", 2, "2.310.000"),
    ),
    "one arm only": (
        cell("study.toml", 'id = "control"', 'id = "kontrol"'),
        "E054",
        "study.toml",
        None,
        "kontrol",
    ),
    "analysed above enrolled": (
        cell("study.toml", "analysed = 28", "analysed = 31"),
        "E055",
        "study.toml",
        None,
        "31",
    ),
    "key missing": (
        cell("study.toml", "analysed = 28\n", ""),
        "E050",
        "study.toml",
        None,
        "analysed",
    ),
    "wrong kind": (
        cell("study.toml", "analysed = 28", 'analysed = "28"'),
        "E051",
        "study.toml",
        None,
        "28",
    ),
    "label missing": (
        cell("study.toml", 'da = "Kommune"\n', ""),
        "E052",
        "study.toml",
        None,
        "da",
    ),
    "surplus cell": (cell("counts.csv", FIRST, FIRST + ";x"), "E012", "counts.csv", 2, "6"),
    "unknown convention": (
        cell("study.toml", '"annual_end"', '"yearly"'),
        "E030",
        "study.toml",
        None,
        "annual_end",
    ),
    "horizon without years": (
        _both(
            cell("study.toml", '"annual_end"', '"cumulative_left"'),
            cell("study.toml", "years = 1.0\n", ""),
        ),
        *("E062", "study.toml", None, "years"),
    ),
    "suppressed below one": (
        cell("counts.csv", ";14;", ";<1;"),
        *("E066", "counts.csv", 2, "<2 or more"),
    ),
    "one count wrong, the others still add up": (
        _both(cell("counts.csv", ";14;4;", ";<1;5;")),
        *("E040", "counts.csv", None, "at time 1 add up"),
    ),
    "suppressed contacts below one": (
        cell("activity.csv", ";<5;", ";<0;"),
        *("E066", "activity.csv", 6, "<2 or more"),
    ),
    "suppressed beyond measure": (
        cell("activity.csv", ";<5;", ";<99999999999;"),
        *("E066", "activity.csv", 6, "up to <1000"),
    ),
    "count beyond measure": (
        cell("counts.csv", ";14;", ";1000000001;"),
        *("E066", "counts.csv", 2, "«1000000001»"),
    ),
    "count that overflows": (
        cell("counts.csv", ";14;", f";{'9' * 400};"),
        *("E020", "counts.csv", 2, "'0'"),
    ),
    "enrolled beyond measure": (
        cell("study.toml", "enrolled = 30", "enrolled = 1" + "0" * 400),
        *("E066", "study.toml", None, "enrolled"),
    ),
    "years that are no number": (
        cell("study.toml", "years = 1.0", "years = nan"),
        *("E068", "study.toml", None, "nan"),
    ),
    "years without end": (
        cell("study.toml", "years = 1.5", "years = inf"),
        *("E068", "study.toml", None, "inf"),
    ),
    "years before the start": (
        cell("study.toml", "years = 0.0", "years = -1"),
        *("E068", "study.toml", None, "-1"),
    ),
    "years that do not grow": (
        cell("study.toml", "years = 1.5", "years = 1.0"),
        *("E068", "study.toml", None, "grow"),
    ),
    "negative amount": (
        cell("lines.csv", "2.300.000", "-2.300.000"),
        *("E022", "lines.csv", 2, "'amount'"),
    ),
    "negative end of a range": (
        cell("lines.csv", "2.250.000", "-2.250.000"),
        *("E022", "lines.csv", 2, "'low'"),
    ),
    "probability zero": (
        _both(
            cell("lines.csv", ";drawn_by", ";probability;drawn_by"),
            cell("lines.csv", ";investment;printed", ";0;investment;printed"),
        ),
        *("E078", "lines.csv", 2, "'probability'"),
    ),
    "negative rounding": (
        cell("published.csv", ";60;citizens;0;", ";60;citizens;-1;"),
        *("E022", "published.csv", 2, "'rounding'"),
    ),
    "fractional year": (
        cell("activity.csv", ";2016;", ";2016,5;"),
        *("E069", "activity.csv", 2, "2016,5"),
    ),
    "source twice": (
        cell("study.toml", 'name = "outcomes"', 'name = "rates"'),
        *("E013", "study.toml", None, "sources"),
    ),
    "arm twice": (
        cell("study.toml", 'id = "control"', 'id = "intervention"'),
        *("E013", "study.toml", None, "arms"),
    ),
    "stratum twice": (
        cell("study.toml", "[[statuses]]", STRATA + "[[statuses]]"),
        *("E013", "study.toml", None, "strata"),
    ),
    "id with a path": (
        cell("study.toml", 'id = "ishoj-smc"', 'id = "../ishoj"'),
        *("E077", "study.toml", None, "../ishoj"),
    ),
    "label that is no text": (
        cell("study.toml", 'da = "Kommune"', "da = 7"),
        *("E051", "study.toml", None, "'da'"),
    ),
    "header again": (
        cell("counts.csv", FIRST, f"arm;status;0;1;1.5;source\n{FIRST}"),
        *("E076", "counts.csv", 2, "arm, status"),
    ),
    "quote left open": (
        cell("counts.csv", FIRST, FIRST.replace("memo,", '"memo,')),
        *("E075", "counts.csv", 2, '«"memo, tabel 1»'),
    ),
    "quote left open up to the next": (
        _both(
            cell("counts.csv", FIRST, FIRST.replace("memo,", '"memo,')),
            cell("counts.csv", "control;cash_benefit;", 'control;"cash_benefit";'),
        ),
        *("E075", "counts.csv", 2, '«"memo, tabel 1»'),
    ),
    "quote left open after a cell of two lines": (
        cell("counts.csv", FIRST, '"intervention";"cash\n_benefit";14;4;5;"memo'),
        *("E075", "counts.csv", 3, "«"),
    ),
    "cell without end": (
        cell("counts.csv", FIRST, FIRST + "x" * 140_000),
        *("E074", "counts.csv", 2, "131072"),
    ),
    "toml nested without end": (
        cell("study.toml", "price_year = 2018", "price_year = " + "[" * 100_000),
        *("E002", "study.toml", None, ""),
    ),
    "toml number without end": (
        cell("study.toml", "price_year = 2018", "price_year = " + "1" * 5000),
        *("E002", "study.toml", None, ""),
    ),
    "year for a measure of statuses": (
        cell("published.csv", "enrolled.total;enrolled;;;", "x;citizens;intervention;2016;"),
        *("E030", "published.csv", 2, "Write one of: 0, 1, 1.5"),
    ),
    "study time for a measure of activity": (
        cell("published.csv", "enrolled.total;enrolled;;;", "x;contacts;intervention;1;"),
        *("E030", "published.csv", 2, "2016, 2017, 2018"),
    ),
    "status for a measure of activity": (
        cell(
            *("published.csv", "enrolled.total;enrolled;;;;;"),
            "x;activity_kr;intervention;2016;;flexjob;",
        ),
        *("E030", "published.csv", 2, "somatic"),
    ),
    "group for a measure of cases": (
        _both(
            cell(
                *("published.csv", "enrolled.total;enrolled;;;;;"),
                "x;case_cost;intervention;;;cash_benefit_all;",
            ),
        ),
        *("E030", "published.csv", 2, "cash_benefit_all"),
    ),
    "unknown measure": (
        cell("published.csv", ";enrolled;", ";enroled;"),
        "E030",
        "published.csv",
        2,
        "enrolled",
    ),
}


@pytest.mark.parametrize("name", sorted(BROKEN))
def test_broken_studies(folder: Path, name: str) -> None:
    """Each thing that can be wrong is named with its code, file, line and what to write."""
    change, code, file, line, says = BROKEN[name]
    change(folder)
    with pytest.raises(gv.StudyError) as caught:
        gv.read(folder)
    found = [p for p in caught.value.problems if p.code == code and p.file == file]
    assert found, [p.say() for p in caught.value.problems]
    assert line is None or line in [p.line for p in found]
    for lang in ("da", "en"):
        for problem in caught.value.problems:
            assert "{" not in problem.say(lang)
    assert any(says in p.say() for p in found), [p.say() for p in found]


@pytest.mark.parametrize(
    ("of", "value", "code"),
    [
        ("0", "50", "E069"),
        ("2,5", "50", "E069"),
        ("46", "101", "E073"),
        ("46", "-1", "E073"),
    ],
)
def test_percentages_of_people(tmp_path: Path, of: str, value: str, code: str) -> None:
    """A percentage of people lies between 0 and 100, and those asked are whole people."""
    path = tmp_path / "t.csv"
    path.write_text(f"figure;value;unit;rounding;source;of\na;{value};pct;1;p. 1;{of}\n", "utf-8")
    with pytest.raises(gv.StudyError, match=f"{code} t.csv, line 2"):
        read_figures(path)


def test_one_mistake_gives_one_error(folder: Path) -> None:
    """A size that is missing is not also out of range, and a label of the wrong kind not absent."""
    for name, code in (("key missing", "E050"), ("label that is no text", "E051")):
        shutil.copytree(folder, folder.parent / code)
        BROKEN[name][0](folder.parent / code)
        assert [p.code for p in gv.check(folder.parent / code)[1].errors] == [code]


def test_all_rates_in_a_wrong_unit_are_warnings(folder: Path) -> None:
    """Rates that are alike give no W043; each is still far from what is printed."""
    path = folder / "rates.csv"
    path.write_text(path.read_text("utf-8").replace(";kr/year;", ";kr/month;"), "utf-8")
    study, problems = gv.check(folder)
    assert study is not None
    found = [p for p in problems if p.code == "W044"]
    assert [p.line for p in found] == [2, 3, 4, 5, 6]
    assert "144.372,81 kr/month" in found[0].say()
    assert "12.031 kr/month" in found[0].say()


def test_a_folder_with_a_bundled_name(folder: Path, monkeypatch) -> None:
    """Of a folder and a bundled study of one name, none is taken in silence."""
    target = folder.parent / "ishoj-smc"
    monkeypatch.chdir(folder.parent)
    target.mkdir()
    assert gv.check("ishoj-smc")[0] is not None
    target.rmdir()
    folder.rename(target)
    study, problems = gv.check("ishoj-smc")
    assert study is None
    assert "Write ./ishoj-smc for the folder" in problems[0].say()
    assert problems[0].code == "E067"
    for path in ("./ishoj-smc", Path("ishoj-smc")):
        assert gv.check(path)[0] is not None
    assert gv.load("ishoj-smc").id == "ishoj-smc"


def test_tables_from_a_spreadsheet(folder: Path) -> None:
    """Empty cells after the header, and a first line that names the separator, change nothing."""
    path = folder / "counts.csv"
    lines = path.read_text("utf-8").splitlines()
    path.write_text("sep=;\n" + "".join(f"{line};;\n" for line in lines), "utf-8")
    study, problems = gv.check(folder)
    assert study is not None
    assert study.hash == gv.load("ishoj-smc").hash
    assert not [p for p in problems if p.severity == "warning"]
    cell("counts.csv", ";14;", ";-14;")(folder)
    assert [p.line for p in gv.check(folder)[1].errors if p.code == "E022"] == [3]


def test_line_ends_within_cells(folder: Path) -> None:
    """A line end within quotes and a line separator are text; later rows keep their lines."""
    said = "memo,\u2028tabel\n1"
    cell("counts.csv", FIRST, FIRST.replace("memo, tabel 1", f'"{said}"'))(folder)
    problems = Problems()
    table = read_csv(folder / "counts.csv", problems)
    rows = table.rows(("arm", "status", "0", "1", "1.5", "source"))
    assert not problems
    assert rows[0].text("source") == said
    assert [row.line for row in rows[:3]] == [2, 4, 5]


def _figures(tmp_path: Path, text: str) -> dict[str, Published]:
    path = tmp_path / "table.csv"
    path.write_text(text, "utf-8")
    return {figure.id: figure for figure in read_figures(path)}


def test_what_a_printed_total_is_the_sum_of(tmp_path: Path) -> None:
    """Columns that are called a total, rows that begin so; no parts of parts, people or shares."""
    found = _figures(
        tmp_path,
        "Post;Antal borgere;Samlet udgift start;Andel pct.;Kommune;Stat;I alt (kr.)\n"
        "A;3;100;40;1 000;2.000;3.000\n"
        "- heraf løn;1;10;;500;;\n"
        "Løn i alt for B;4;200;60;;10,5;–\n"
        "I alt udgifter;7;300;100;1.000;2.010,5;3.010,5\n",
    )
    follows = {name: figure.follows for name, figure in found.items() if figure.follows}
    assert follows == {
        "r1.c6": "r1.c2 + r1.c4 + r1.c5",
        "r4.c1": "r1.c1 + r3.c1",
        "r4.c2": "r1.c2 + r3.c2",
        "r4.c3": "r1.c3 + r3.c3",
        "r4.c5": "r1.c5 + r3.c5",
        "r4.c6": "r4.c2 + r4.c4 + r4.c5",
    }
    assert found["r1.c4"].value == 1000.0
    assert [found[name].rounding for name in ("r1.c1", "r1.c2", "r3.c5")] == [0.0, 1.0, 0.1]


@pytest.mark.parametrize("text", ["\ufeff", "sep=;\n"])
def test_a_table_without_a_header(tmp_path: Path, text: str) -> None:
    """A file that holds a mark or a separator and no more holds no rows."""
    with pytest.raises(gv.StudyError, match=r"E005 table.csv"):
        _figures(tmp_path, text)


def test_people_add_up_to_people(tmp_path: Path) -> None:
    """Where every column counts people, so does their total."""
    found = _figures(tmp_path, "Post;Antal mænd;Antal kvinder;Total\nA;3;4;7\n")
    assert found["r1.c3"].follows == "r1.c1 + r1.c2"


@pytest.mark.parametrize("cell", ["<5", "(5)", "12 03", "ca. 5", "kr.", "9" * 400])
def test_a_printed_cell_that_is_no_number(tmp_path: Path, cell: str) -> None:
    """A cell that holds something and no number is an error; a dash or nothing is none."""
    with pytest.raises(gv.StudyError, match=r"E020 table.csv, line 3:.*'År 2'"):
        _figures(tmp_path, f"Post;År 1;År 2\nA;-;–\nB;;{cell}\n")


def test_all_problems_at_once(folder: Path) -> None:
    """Problems of several files are named together."""
    for name in ("negative count", "unknown unit", "unknown measure", "range beside the amount"):
        BROKEN[name][0](folder)
    study, problems = gv.check(folder)
    assert study is None
    assert {p.file for p in problems.errors} >= {
        "counts.csv",
        "rates.csv",
        "published.csv",
        "lines.csv",
    }


def test_a_year_in_a_month_column_is_a_warning(folder: Path) -> None:
    """A rate twelve times the others is warned about and used as written."""
    cell("rates.csv", "flexjob;158.634,84;kr/year", "flexjob;158.634,84;kr/month")(folder)
    study, problems = gv.check(folder)
    assert study is not None
    (warning,) = [p for p in problems if p.code == "W043"]
    assert warning.line == 5
    assert "158.634,84 kr/month" in warning.say("da")


def test_one_suppressed_count_is_settled_by_the_size(folder: Path) -> None:
    """A single "<5" in a column follows from the arm's size, and is said."""
    cell(
        "counts.csv",
        "intervention;cash_benefit_placement;3;",
        "intervention;cash_benefit_placement;<5;",
    )(folder)
    study, problems = gv.check(folder)
    assert study is not None
    assert study.hash == gv.load("ishoj-smc").hash
    assert [p.values["value"] for p in problems if p.code == "N024"] == [3]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp1252"])
def test_encodings(folder: Path, encoding: str) -> None:
    """A mark before utf-8 is nothing; cp1252 is read and noted; the study is the same."""
    for path in folder.iterdir():
        if path.suffix == ".csv":
            path.write_bytes(path.read_text("utf-8").encode(encoding))
    study, problems = gv.check(folder)
    assert study is not None
    assert study.hash == gv.load("ishoj-smc").hash
    assert any(p.code == "N006" for p in problems) == (encoding == "cp1252")


def test_hash_is_of_content_not_of_formatting(folder: Path) -> None:
    """Commas for semicolons, other line ends, row order and number writing keep the hash."""
    import csv
    import io

    rows = list(csv.reader((folder / "counts.csv").read_text("utf-8").splitlines(), delimiter=";"))
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\r\n").writerows([rows[0], *rows[:0:-1]])
    (folder / "counts.csv").write_bytes(out.getvalue().encode())
    cell("rates.csv", "144.372,81", "144372,81")(folder)
    cell("study.toml", "# --- who", "\n\n# --- somebody")(folder)
    original = gv.load("ishoj-smc")
    assert gv.read(folder).hash == original.hash
    assert original.choose(basis="printed").hash == original.hash
    cell("rates.csv", "144372,81", "144372,82")(folder)
    assert gv.read(folder).hash != original.hash


def test_misspelt_keys_and_columns_are_warned_about(folder: Path) -> None:
    """A key or column nothing reads is a warning that lists those there are."""
    cell("study.toml", "lost = true", "lost = true\nlots = true")(folder)
    cell("counts.csv", "arm;status;0;1;1.5;source", "arm;status;0;1;1.5;source;remark")(folder)
    study, problems = gv.check(folder)
    assert study is not None
    assert {p.code for p in problems if p.severity == "warning"} == {"W011", "W053"}


def test_misspelt_keys_stand_in_the_order_of_the_file(folder: Path) -> None:
    """Several keys that nothing reads are named as they stand, the same in every run."""
    names = [f"z{letter}" for letter in "hbfdgaec"]
    keys = "\n".join(f"{name} = 1" for name in names)
    cell("study.toml", "lost = true", f"lost = true\n{keys}")(folder)
    assert [p.read for p in gv.check(folder)[1] if p.code == "W053"] == names


def test_no_study_of_that_name() -> None:
    """A name that is neither bundled nor a folder suggests what was meant."""
    with pytest.raises(gv.StudyError, match=r"E001 ishoj-scm.*do you mean: .*ishoj-smc"):
        gv.load("ishoj-scm")
    with pytest.raises(gv.StudyError, match="E001"):
        gv.read("no/such/folder")


def test_more_specific_prices_win(ishoj) -> None:
    """A row that names arm, time and basis prices its cells before a general one."""
    names = [rate.id for rate in ishoj.rates]
    low = names.index("resource_programme_low")
    at = ishoj.axes.at
    item = at("item", "resource_programme")
    for basis, expected in {
        "published": [[False, True, True], [False, False, False]],
        "printed": [[False] * 3] * 2,
        "low_after_start": [[False, True, True]] * 2,
    }.items():
        assert (ishoj.rate_maps[basis][:, 0, :, item] == low).tolist() == expected
