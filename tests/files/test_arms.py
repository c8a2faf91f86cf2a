"""Arms of a study's files: one, two or several, of free ids; who is compared with whom."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

import gevinst as gv
from gevinst.cli.main import main
from gevinst.model.axes import Contrast
from tests.conftest import DATA


@pytest.fixture
def alone(tmp_path: Path) -> Path:
    """A copy of the study of one arm to change."""
    return Path(shutil.copytree(DATA / "one_arm", tmp_path / "study"))


def several(folder: Path, *names: str) -> Path:
    """Give a study of one arm others beside it, each with the same tables."""
    settings = folder / "study.toml"
    text = settings.read_text("utf-8")
    start = text.index("[comparison]")
    before, after = text[:start], text[text.index("[[payers]]") :]
    arm = before[before.index("[[arms]]") :]
    more = "".join(arm.replace('"project"', f'"{name}"') for name in names)
    settings.write_text(before + more + after, "utf-8")
    for table in ("counts.csv", "lines.csv"):
        head, *rows = (folder / table).read_text("utf-8").splitlines()
        rows += [row.replace("project;", f"{name};", 1) for name in names for row in rows]
        (folder / table).write_text("\n".join([head, *rows]) + "\n", "utf-8")
    return folder


def say(folder: Path, *lines: str) -> Path:
    """Add a comparison to a study."""
    settings = folder / "study.toml"
    said = "\n".join(["[comparison]", *lines, ""])
    settings.write_text(settings.read_text("utf-8") + said, "utf-8")
    return folder


def codes(folder: Path) -> list[str]:
    """Codes of a study's errors."""
    study, problems = gv.check(folder)
    assert (study is None) == bool(problems.errors)
    for problem in problems:
        for lang in ("da", "en"):
            assert problem.say(lang)
    return [problem.code for problem in problems.errors]


def test_one_arm_is_read(alone: Path) -> None:
    """A study of one arm is a change: 3,450,000 - 2,035,000 - 480,000 kr. over 24 citizens."""
    study = gv.read(alone)
    assert study.contrast == Contrast("project")
    assert study.comparison.kind == "before"
    assert gv.gain(study).difference == pytest.approx(935_000 / 24)
    (marker,) = study.comparison.markers
    assert (marker.share, marker.label["en"]) == (0.4, "another municipality's comparison group")
    assert study.comparison.chosen["en"].startswith("The citizens were chosen")


def test_one_arm_needs_no_comparison(alone: Path) -> None:
    """One arm alone has nobody to be held against, so nothing has to be said."""
    text = (alone / "study.toml").read_text("utf-8")
    start, end = text.index("[comparison]"), text.index("[[payers]]")
    (alone / "study.toml").write_text(text[:start] + text[end:], "utf-8")
    study = gv.read(alone)
    assert study.comparison is None
    assert study.contrast == Contrast("project")


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ((), "E190"),
        (('treated = "project"',), "E190"),
        (('kind = "before"',), "E190"),
        (('treated = "project"', 'reference = "project"'), "E159"),
        (('kind = "none"', 'treated = "project"', 'reference = "mild"'), "E192"),
        (('treated = "projekt"', 'reference = "mild"'), "E030"),
    ],
)
def test_several_arms_say_who_is_compared(alone: Path, lines, expected: str) -> None:
    """Of three arms nobody can tell which is treated, and which the reference, but the study."""
    folder = say(several(alone, "mild", "usual"), *lines)
    assert codes(folder) == [expected]


def test_three_arms_are_read(alone: Path) -> None:
    """The stated pair is the headline; any other pair, or one arm, can be chosen."""
    lines = ('treated = "mild"', 'reference = "usual"')
    study = gv.read(say(several(alone, "mild", "usual"), *lines))
    assert study.contrast == Contrast("mild", "usual")
    assert gv.gain(study).difference == 0.0
    assert set(gv.gain(study).to_dict()["arms"]) == {"project", "mild", "usual"}
    assert study.compare("project", "usual").contrast == Contrast("project", "usual")
    assert study.compare("project").contrast == Contrast("project")
    assert study.compare("project").hash == study.hash


def test_two_free_arms_say_one_of_them(alone: Path) -> None:
    """Of two arms one named is enough; of two that are called as usual none need be."""
    folder = several(alone, "usual")
    assert codes(folder) == ["E190"]
    assert gv.read(say(folder, 'reference = "usual"')).contrast == Contrast("project", "usual")


def test_alone_of_several_arms(alone: Path) -> None:
    """One of several arms can be the study's own, with nobody as the reference."""
    folder = say(several(alone, "usual"), 'kind = "none"', 'treated = "usual"')
    assert gv.read(folder).contrast == Contrast("usual")


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ('kind = "before"', 'kind = "control"', "E191"),
        ('kind = "before"', 'kind = "stated"', "E191"),
        ("share = 0.4", "share = 40", "E194"),
        ("share = 0.4", "", "E194"),
    ],
)
def test_what_one_arm_cannot_say(alone: Path, old: str, new: str, expected: str) -> None:
    """A kind that needs two arms, and a share that is none, are refused."""
    text = (alone / "study.toml").read_text("utf-8")
    (alone / "study.toml").write_text(text.replace(old, new, 1), "utf-8")
    assert codes(alone) == [expected]


def test_a_group_that_only_costs_is_no_change(alone: Path) -> None:
    """Where a group's own number is its cost, one alone says nothing, and is refused."""
    text = (alone / "study.toml").read_text("utf-8")
    text = text.replace("years = 0.0\n", "").replace("years = 1.0\n", "")
    text += '[conventions]\nhorizon = "period_sum"\n'
    (alone / "study.toml").write_text(text, "utf-8")
    assert codes(alone) == ["E193"]


def test_a_difference_is_not_of_one_arm(alone: Path) -> None:
    """A published difference has two arms; one is told which measure a change has."""
    path = alone / "published.csv"
    path.write_text(path.read_text("utf-8").replace("net_gain_per_citizen", "difference"), "utf-8")
    assert codes(alone) == ["E195"]


def test_rows_of_persons_hold_every_arm(alone: Path) -> None:
    """Person rows of one arm are enough for one arm, and too few for two."""
    (alone / "counts.csv").unlink()
    rows = ["id;arm;0;1", "a;project;cash_benefit;job", "b;project;cash_benefit;cash_benefit"]
    (alone / "citizens.csv").write_text("\n".join(rows) + "\n", "utf-8")
    text = (alone / "study.toml").read_text("utf-8")
    text = text.replace("enrolled = 26\n", "").replace("analysed = 24\n", "")
    (alone / "study.toml").write_text(text, "utf-8")
    assert gv.gain(gv.read(alone)).difference == pytest.approx(140_000 / 2 - 480_000 / 2)
    lines = alone / "lines.csv"
    others = lines.read_text("utf-8").splitlines()[1].replace("project;", "usual;", 1)
    lines.write_text(lines.read_text("utf-8") + others + "\n", "utf-8")
    arm = '[[arms]]\nid = "usual"\nda = "De andre"\nsource = "opfundet"\n[comparison]'
    text = text.replace("[comparison]", arm, 1)
    text = text.replace('kind = "before"', 'kind = "none"\ntreated = "project"')
    (alone / "study.toml").write_text(text, "utf-8")
    assert codes(alone) == ["E103"]


def test_compare_on_the_command_line(capsys: pytest.CaptureFixture[str]) -> None:
    """Another pair turns the sign; one arm is a change; what there is not is refused."""

    def run(*arguments: str) -> tuple[int, str]:
        code = main(["gain", "ishoj-smc", *arguments, "--lang", "en"])
        printed = capsys.readouterr()
        return code, printed.out + printed.err

    usual = json.loads(run("--json")[1])["difference"]
    turned = json.loads(run("--json", "--compare", "control:intervention")[1])["difference"]
    assert turned["net_gain_per_citizen"] == -usual["net_gain_per_citizen"]
    one = json.loads(run("--json", "--compare", "intervention")[1])
    assert "difference" not in one
    assert round(one["change"]["net_gain_per_citizen"]) == 24_144
    for pair, says in (("a:control", "intervention, control"), ("control:control", "not the same")):
        code, said = run("--compare", pair)
        assert code == 2
        assert says in said
    with pytest.raises(SystemExit, match="2"):
        main(["gain", "ishoj-smc", "--compare", "a:b:c"])


def test_chosen_conventions_fit_one_arm() -> None:
    """A study whose groups only cost has no change to show, and says so."""
    with pytest.raises(ValueError, match="has a meaning only beside another's"):
        gv.load("gladsaxe").compare("control")


def test_an_arm_and_an_item_can_have_one_id(alone: Path) -> None:
    """Each is called by its own label: what a project costs is no price of its citizens."""
    study = gv.read(alone)
    assert "project" in study.axes.items
    assert study.arms[0].id == "project"
    said = gv.break_even(study).summary("en")
    assert "Rate: The project" in said
    assert "Rate: The participants" not in said
    assert "amount of «The project»" in gv.ask(study).summary("en")


def test_a_printed_change_is_said_as_it_is_printed(alone: Path) -> None:
    """The publication has 39,000 kr., rounded; 38,958 kr. is what it is made of."""
    assert (
        main(["report", str(alone), "-o", str(alone / "out"), "--draws", "500", "--no-figures"])
        == 0
    )
    page = (alone / "out" / "report.html").read_text("utf-8")
    assert "Notatet når til en besparelse på 39.000\u00a0kr." in page
