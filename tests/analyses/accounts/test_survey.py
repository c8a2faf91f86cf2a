"""The survey: shares, intervals, changes and attrition, against published and exact numbers."""

from __future__ import annotations

from dataclasses import replace
from math import comb
from pathlib import Path

import numpy as np
import pytest

import gevinst as gv
from gevinst.analyses.accounts.shares import share_of
from gevinst.study.claims import Answer, Survey
from gevinst.study.named import Named
from gevinst.study.study import Study
from gevinst.text.language import LANGUAGES, language
from tests.conftest import page_of


@pytest.fixture(scope="module")
def gladsaxe() -> Study:
    """The bundled study that brings a survey."""
    return gv.load("gladsaxe")


@pytest.fixture(scope="module")
def found(gladsaxe):
    """Of the bundled study."""
    return gv.survey(gladsaxe)


def _answer(count=None, asked=None, percent=0.0, time="t", rounding=1.0, **more: str) -> Answer:
    ids = {"question": "q", "answer": "a", "arm": "", "figure": "", "source": "s", **more}
    return Answer(time=time, asked=asked, count=count, percent=percent, rounding=rounding, **ids)


def _survey(study: Study, *answers: Answer, label: str = "a") -> Study:
    """A study with these answers in the place of its own."""
    times = tuple(dict.fromkeys(each.time for each in answers))
    names = tuple(dict.fromkeys(each.answer for each in answers))
    asked = Survey(
        (Named("q", {"en": "Question"}),),
        tuple(Named(name, {"en": label}) for name in names),
        tuple(Named(time, {"en": time}) for time in times),
        answers,
    )
    return replace(study, survey=asked)


def test_intervals_of_two_in_43_and_in_20(found) -> None:
    """M3: Wilson's and Clopper and Pearson's limits of 2/43 and 2/20."""
    known = {
        "phase_1": ((0.01285, 0.15455), (0.00568, 0.15811)),
        "phase_2": ((0.02787, 0.30103), (0.01235, 0.31698)),
    }
    for time, (wilson, exact) in known.items():
        share = found.of("full_time_work", time)
        assert share.counts == (2,)
        assert share.intervals["wilson"] == pytest.approx(wilson, abs=5e-6)
        assert share.intervals["exact"] == pytest.approx(exact, abs=5e-6)


def test_limits_are_what_they_are_defined_as() -> None:
    """Wilson solves (p - q)^2 = z^2 q(1 - q)/n; the exact tails at its limits are a half each."""
    for k, n in ((0, 5), (1, 8), (31, 43), (20, 20), (150, 3000)):
        share = share_of(_answer(k, n), 0.9)
        for q in share.intervals["wilson"]:
            assert (k / n - q) ** 2 == pytest.approx(
                1.6448536269514722**2 * q * (1 - q) / n, abs=1e-9
            )
        low, high = share.intervals["exact"]
        if n < 100:
            tail = [
                sum(comb(n, j) * q**j * (1 - q) ** (n - j) for j in of)
                for q, of in ((low, range(k, n + 1)), (high, range(k + 1)))
            ]
            assert (k == 0) or tail[0] == pytest.approx(0.05)
            assert (k == n) or tail[1] == pytest.approx(0.05)


def test_attrition_of_full_time_work(found) -> None:
    """M9: 2/43 to 25/43, 10 % at random; Fisher .5856; of those asked twice none to two more."""
    change = next(c for c in found.changes if c.first.answer.answer == "full_time_work")
    assert change.attrition == pytest.approx((2 / 43, 25 / 43))
    assert change.last.share == (0.10, 0.10)
    assert change.same_people == (0, 2)
    assert change.fisher == pytest.approx(0.5856, abs=5e-5)
    said = found.sentences(language("en"))[1].replace("\u00a0", " ")
    assert said.startswith(
        "The document writes: «fordoblet fra 5 % til 10 %». Full-time work: 2 of"
    )
    assert "The number of people is the same; fewer were asked." in said
    assert "between 2 and 25 of the 43 (5 % to 58 %)" in said


def test_same_people_by_going_through_everybody() -> None:
    """Every way to choose who was asked again: the change among them lies between the ends, met."""
    for k0, n0, k1, n1 in ((2, 6, 1, 3), (0, 5, 2, 3), (5, 5, 1, 2), (3, 7, 3, 4), (2, 4, 3, 4)):
        yes = np.array([1] * k0 + [0] * (n0 - k0))
        changes = {k1 - sum(yes[list(who)]) for who in _subsets(n0, n1)}
        shares = [
            share_of(_answer(k, n, time=t), 0.95) for k, n, t in ((k0, n0, "t"), (k1, n1, "u"))
        ]
        from gevinst.analyses.accounts.shares import Change

        change = Change(*shares, (), None)
        assert change.same_people == (min(changes), max(changes))
        if n0 > n1:
            ends = [(k1 + k) / n0 for k in range(n0 - n1 + 1)]
            assert change.attrition == pytest.approx((ends[0], ends[-1]))
        else:
            assert change.attrition is None


def _subsets(n: int, k: int):
    from itertools import combinations

    return combinations(range(n), k)


def test_a_percentage_that_several_numbers_give(gladsaxe) -> None:
    """Of 3,000 asked 5 % is 135 to 165; the interval is from the lowest to the highest."""
    study = _survey(
        gladsaxe, _answer(percent=5.0, asked=3000), _answer(percent=9.0, asked=200, time="u")
    )
    found = gv.survey(study)
    share = found.of("a", "t")
    assert (share.counts[0], share.counts[-1]) == (135, 165)
    ends = [share_of(_answer(k, 3000), 0.95).intervals["wilson"] for k in (135, 165)]
    assert share.intervals["wilson"] == (ends[0][0], ends[1][1])
    assert found.changes[0].fisher is None
    assert "135–165 of 3,000" in found.summary("en")
    assert found.changes[0].attrition == ((17 / 3000), (19 + 2800) / 3000)


def test_a_percentage_that_no_number_gives(gladsaxe) -> None:
    """58 % of 46 is nobody: no interval, no change, and the note says so."""
    study = _survey(gladsaxe, _answer(percent=58.0, asked=46), _answer(3, 20, time="u"))
    found = gv.survey(study)
    assert not found.of("a", "t").known
    assert found.changes == ()
    assert "no whole number of those asked" in found.summary("en")


def test_of_how_many_is_what_the_shares_say(found) -> None:
    """By brute force: figure 5 fits the 20 who were asked, figure 6 none of the stated numbers."""
    bases = {(base.question, base.time): base for base in found.bases}
    assert bases["goals", "phase_2"].fitting == (20,)
    assert bases["home", "phase_1"].fitting == ()
    assert bases["home", "phase_2"].fitting == ()
    assert (bases["home", "phase_1"].least, bases["home", "phase_2"].least) == (42, 19)
    assert bases["better", "phase_2"].fitting == (20,)
    for parts, n in (((64, 10, 12, 7, 2, 5), 42), ((63, 16, 11, 5, 5, 0), 19)):
        each = [[k for k in range(n + 1) if abs(100 * k / n - p) <= 0.5] for p in parts]
        assert all(each)
        sums = {0}
        for fitting in each:
            sums = {s + k for s in sums for k in fitting}
        assert n in sums


@pytest.mark.parametrize(
    ("first", "last", "words", "never"),
    [
        ((2, 8), (3, 8), "2 of the 8 asked", "is not known"),
        ((3, 20), (9, 43), "3 of the 20 asked", "is not known"),
        ((300, 3000), (10, 8), "", ""),
        ((5, 8), (0, 1), "between −1 and 0", "The number of people is the same"),
        ((1, 1), (1, 1), "1 of the 1", "fewer"),
    ],
)
def test_words_for_other_studies(gladsaxe, first, last, words: str, never: str) -> None:
    """Eight people, thousands, more asked later, one: what is said holds for them."""
    if last[0] > last[1]:
        last = (7, 8)
    study = _survey(gladsaxe, _answer(*first), _answer(*last, time="u"), label="{0} <b>'..")
    found = gv.survey(study)
    for lang in LANGUAGES:
        said = found.summary(lang)
        assert "nan" not in said
        assert found.picture(lang=lang).svg().startswith("<svg")
    said = " ".join(found.sentences(language("en")))
    assert words in said
    assert not never or never not in said
    assert "The document writes" not in said


def test_what_was_not_asked(ishoj) -> None:
    """A study without a survey is refused by number, and its report has no such section."""
    with pytest.raises(gv.StudyError, match="E157"):
        gv.survey(ishoj)
    assert '<div id="survey" class="fold">' not in page_of(ishoj, "en")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_report_shows_it(gladsaxe, lang: str) -> None:
    """The section quotes each claim and shows each table."""
    page = page_of(gladsaxe, lang)
    section = page.split('<div id="survey" class="fold">')[1].split("</details>")[0]
    assert "fordoblet fra 5 % til 10 %" in section
    assert section.count("<table>") == 4
    assert section.count('role="img"') == 1


# --- survey.csv -------------------------------------------------------------------


def _folder(tmp_path: Path, rows: str) -> Path:
    """The bundled study with another survey.csv."""
    folder = tmp_path / "study"
    folder.mkdir()
    for path in gv.bundled()["gladsaxe"].iterdir():
        (folder / path.name).write_bytes(path.read_bytes())
    (folder / "survey.csv").write_text(rows, "utf-8")
    return folder


HEAD = "question;answer;time;arm;asked;count;percent;figure;source\n"
AT = "employment;full_time_work;phase_1;"


def test_counts_and_percentages_are_read(tmp_path: Path) -> None:
    """A count, a percentage with a decimal, one without a number asked, and one of an arm."""
    rows = (
        f"{HEAD}{AT};43;2;;;note\nemployment;full_time_work;phase_2;;20;;10,0;;note\n"
        "goals;closer;phase_2;intervention;;;60;;note\n"
    )
    given = gv.read(_folder(tmp_path, rows)).survey.given
    assert [(a.asked, a.count, a.percent, a.rounding, a.arm) for a in given] == [
        (43, 2, 0.0, 1.0, ""),
        (20, None, 10.0, 0.1, ""),
        (None, None, 60.0, 1.0, "intervention"),
    ]


@pytest.mark.parametrize(
    ("row", "code"),
    [
        (f"{AT};43;;;;s", "E154"),
        (f"{AT};43;2;5;;s", "E154"),
        (f"{AT};;2;;;s", "E014"),
        (f"{AT};43;44;;;s", "E155"),
        (f"{AT};43;2;;;", "E014"),
        (f"{AT};43;2,5;;;s", "E069"),
        (f"{AT};43;-1;;;s", "E069"),
        (f"{AT};0;0;;;s", "E069"),
        (f"{AT};43;;105;;s", "E073"),
        (f"{AT};43;;-1;;s", "E073"),
        (f"{AT};43;;many;;s", "E020"),
        (f"{AT}nobody;43;2;;;s", "E030"),
        (f"{AT};;;;nothing;", "E030"),
        (f"{AT};;;;difference;", "E030"),
        (f"{AT};43;;;survey.full_time_work.phase_1;", "E153"),
        (f"{AT};;2;;survey.full_time_work.phase_1;", "E153"),
        ("employment;work;phase_1;;43;2;;;s", "E030"),
        ("job;full_time_work;phase_1;;43;2;;;s", "E030"),
        ("full_time_work;employment;phase_1;;43;2;;;s", "E170"),
        (f"{AT};43;2;;;s\n{AT};43;3;;;s", "E013"),
        (f"{AT};43;2;;;s\nemployment;benefit;phase_1;;44;3;;;s", "E156"),
        (
            f"{AT};;;;survey.better;\nemployment;benefit;phase_1;;;;;survey.better;",
            "E013",
        ),
    ],
)
def test_slips_are_refused_once_in_the_studys_language(tmp_path: Path, row: str, code: str) -> None:
    """One message, with the line, what was read and what to write; Danish, as the study is."""
    study, problems = gv.check(_folder(tmp_path, f"{HEAD}{row}\n"))
    assert study is None
    assert [problem.code for problem in problems.errors] == [code]
    (problem,) = problems.errors
    assert problem.file == "survey.csv"
    said = problem.say("da")
    assert code in said
    assert said != problem.say("en")


def test_a_survey_without_its_table_or_names(tmp_path: Path) -> None:
    """Names without a table, and a misspelt kind of name, are said."""
    folder = _folder(tmp_path, "")
    (folder / "survey.csv").unlink()
    assert [p.code for p in gv.check(folder)[1].errors] == ["E003"]
    text = (folder / "study.toml").read_text("utf-8")
    (folder / "study.toml").write_text(text.replace("[survey.times.", "[survey.time."), "utf-8")
    (folder / "survey.csv").write_bytes((gv.bundled()["gladsaxe"] / "survey.csv").read_bytes())
    codes = {p.code for p in gv.check(folder)[1]}
    assert {"W053", "E367"} <= codes
