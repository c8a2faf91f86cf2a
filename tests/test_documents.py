"""The README and the documentation: what they show runs, and what they say is there."""

from __future__ import annotations

import argparse
import contextlib
import dataclasses
import importlib
import io
import re
import shlex
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import matplotlib as mpl
import pytest

import gevinst as gv
from gevinst.cli.commands import COMMANDS
from gevinst.cli.main import main
from gevinst.cli.options import CHOICES, SEED
from gevinst.cli.parsing import parser
from gevinst.text.language import NBSP, language

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
FENCE = re.compile(r"^```(\w*)[ ]?(.*)\n((?:.*\n)*?)^```$", re.MULTILINE)


def _named(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


@dataclass(frozen=True)
class Block:
    """A fenced block: its language, what follows the language (a file's name), its text."""

    language: str
    name: str
    text: str
    line: int


def blocks(page: Path) -> list[Block]:
    """Fenced blocks of a page in order."""
    text = page.read_text("utf-8")
    return [
        Block(m[1], m[2].strip(), m[3], text[: m.start()].count("\n") + 1)
        for m in FENCE.finditer(text)
    ]


def prose(page: Path) -> str:
    """A page without its fenced blocks."""
    return FENCE.sub("", page.read_text("utf-8"))


def command(line: str) -> str:
    """Run one command line and return what it prints, but for how far it is on a slow machine."""
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed):
        main(shlex.split(line)[1:])
    counted = r"(draws|trækninger|study|studies|undersøgelser?)"
    far = rf"^gevinst: ([\d,.]+ (of|af) [\d,.]+ {counted}|\d+/\d+ .*)\n"
    return re.sub(far, "", printed.getvalue(), flags=re.MULTILINE)


@cache
def headline() -> str:
    """The sentence `gevinst report ishoj-smc --lang en` begins with."""
    from gevinst.reports.sections.headline import sentence
    from gevinst.text.language import language

    simulation = gv.simulate(gv.load("ishoj-smc"), rng=SEED)
    return sentence(simulation, language("en"))


def tidy(text: str) -> str:
    """Text with a line break at both ends, whatever the widths of its columns and rules."""
    lines = (line.rstrip() for line in text.replace(NBSP, " ").splitlines())
    narrow = (re.sub("-{3,}", "---", re.sub(" {2,}", "  ", line)) for line in lines)
    return "\n".join(["", *narrow, ""])


def assert_shows(block: Block, output: str, page: Path) -> None:
    """Hold a block against output: the same lines, where a line ``...`` stands for any."""
    shown = tidy(block.text).split("\n...\n")
    pattern = ".*".join(re.escape("\n" + part.strip("\n") + "\n") if part else "" for part in shown)
    assert re.fullmatch(pattern, tidy(output), re.DOTALL), (
        f"{_named(page)}, line {block.line}: the output is now\n{output}"
    )


@pytest.mark.parametrize("page", PAGES, ids=_named)
def test_page_plays(page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A page's files, commands and Python, run in order, print what the page shows."""
    monkeypatch.chdir(tmp_path)
    namespace: dict[str, Any] = {}
    shown = blocks(page)
    with mpl.rc_context({"backend": "agg"}):
        for i, block in enumerate(shown):
            expected = shown[i + 1] if i + 1 < len(shown) else None
            output = ""
            if block.name:
                path = tmp_path / block.name
                path.parent.mkdir(exist_ok=True)
                path.write_text(block.text, "utf-8")
            elif block.language == "python":
                printed = io.StringIO()
                code = compile(block.text, f"{_named(page)}:{block.line}", "exec")
                with contextlib.redirect_stdout(printed):
                    exec(code, namespace)  # noqa: S102 - the project's own pages
                output = printed.getvalue()
            elif block.text.startswith("gevinst ") and expected and expected.language == "text":
                output = "".join(map(command, block.text.splitlines()))
            if output and expected and expected.language == "text":
                assert_shows(expected, output, page)


def test_commands_exist() -> None:
    """Every `gevinst ...` line of the pages is one the command line can parse."""
    named_alone = [c.name for c in COMMANDS if any(o.names == "study" for o in c.options)]
    checked = 0
    for page in PAGES:
        lines = [
            line
            for block in blocks(page)
            if block.language in ("sh", "powershell")
            for line in re.split(r"\n|&&|;", block.text)
        ]
        lines += re.findall(r"`(gevinst [^`]+)`", prose(page))
        for line in lines:
            words = shlex.split(line.replace("\\", "/"), comments=True)
            if not words or not words[0].endswith("gevinst"):
                continue
            if len(words) == 2 and words[1] in named_alone:
                words.append("STUDY")
            try:
                parser(language("en"), words[1:]).parse_args(words[1:])
            except (SystemExit, argparse.ArgumentError):
                pytest.fail(f"{_named(page)}: no such command: {line}")
            checked += 1
    assert checked > 15


def test_commands_and_options_are_documented() -> None:
    """Every command and option of the command line is in its reference."""
    page = (ROOT / "docs/reference/command-line.md").read_text("utf-8")
    for command in COMMANDS:
        assert f"gevinst {command.name}" in page
        for option in command.options:
            for spelling in option.names.split():
                written = f"`{spelling}" if spelling.startswith("-") else spelling.upper()
                assert written in page, f"{command.name} {spelling}"


@pytest.mark.parametrize("page", PAGES, ids=_named)
def test_links_lead_somewhere(page: Path) -> None:
    """Every relative link leads to a file, and its anchor to a heading there."""
    for target in re.findall(r"\]\(([^)\s]+)\)", prose(page)):
        if "://" in target:
            continue
        name, _, anchor = target.partition("#")
        path = (page.parent / name).resolve() if name else page
        assert path.is_file(), f"{_named(page)}: {target}"
        if path.suffix == ".png":
            continue
        headings = re.findall(r"^#+ (.+)$", path.read_text("utf-8"), re.MULTILINE)
        anchors = [re.sub(r"[^\w\- ]", "", h.lower()).replace(" ", "-") for h in headings]
        assert not anchor or anchor in anchors, f"{_named(page)}: {target}"


@pytest.mark.parametrize("page", PAGES, ids=_named)
def test_named_code_exists(page: Path) -> None:
    """Every dotted name `gevinst...` is something to import, every path in the project a file."""
    for name in re.findall(r"`(gevinst(?:\.\w+)+)`", prose(page)):
        parts = name.split(".")
        found: Any = gv
        for i, part in enumerate(parts[1:], 2):
            try:
                found = importlib.import_module(".".join(parts[:i]))
            except ModuleNotFoundError:
                assert hasattr(found, part), f"{_named(page)}: {name}"
                found = getattr(found, part)
    for name in re.findall(r"`((?:src|tests|studies)/[\w./]+)`", prose(page)):
        assert (ROOT / name).exists(), f"{_named(page)}: {name}"


def test_public_names_are_documented() -> None:
    """Every public name is in the Python reference."""
    page = (ROOT / "docs/reference/python.md").read_text("utf-8")
    assert [name for name in gv.__all__ if f"`gv.{name}" not in page] == []


def test_problem_codes_are_documented() -> None:
    """Their page lists every problem code with what it says, and no other."""
    texts = tomllib.loads((ROOT / "src/gevinst/text/en.toml").read_text("utf-8"))
    page = (ROOT / "docs/reference/problem-codes.md").read_text("utf-8")
    assert sorted(re.findall(r"^\| ([EWN]\d{3}) \|", page, re.MULTILINE)) == sorted(
        texts["problem"]
    )
    for code, said in texts["problem"].items():
        row = f"| {code} | {said['wrong']} | {said['write']} |".replace("{mark}", ",")  # in Danish
        row = re.sub(r"{\w+:[^{}|]*\|([^{}|]*)}", r"\1", row)  # as it is said of several
        row = re.sub(r"'?{(\w+)}'?", r"*\1*", row).replace("{{", "{").replace("}}", "}")
        assert row in page


def test_measures_and_conventions_are_documented() -> None:
    """The study format lists every measure and unit of a published figure and every convention."""
    from gevinst.analyses.published import MEASURES, PLACES, SAID_AS, UNITS
    from gevinst.model.horizons import CONVENTIONS

    page = (ROOT / "docs/reference/study-format.md").read_text("utf-8")
    names = (*MEASURES, *UNITS, *PLACES, *SAID_AS, *CONVENTIONS, *CHOICES)
    assert [name for name in names if f"`{name}`" not in page] == []


def _default(value: object) -> str:
    """Write a setting's default as the page does: in TOML, a word and a number bare."""
    if isinstance(value, tuple):
        return "`[" + ", ".join(f"{end:g}" for end in value) + "]`"
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    return f"{value:g}" if isinstance(value, float) else f"`{value}`"


def test_settings_of_sources_are_documented() -> None:
    """Every source is a heading of its page, with its settings and their defaults, and no other."""
    from gevinst.sources import settings
    from gevinst.sources.registry import SOURCES

    page = (ROOT / "docs/how-to/sources.md").read_text("utf-8")
    parts = re.split(r"^## (.+)\n", page, flags=re.MULTILINE)
    sections = dict(zip(parts[1::2], parts[2::2], strict=True))
    for name, source in SOURCES.items():
        rows = re.findall(r"^\| `(\w+)` \| .+ \| (.+) \|$", sections[name], re.MULTILINE)
        defaults = {field.name: field.default for field in dataclasses.fields(source)}
        assert [key for key, _ in rows] == list(settings.of(source)), name
        for key, said in rows:
            if defaults[key]:  # no id is said in words
                assert said == _default(defaults[key]), key


def test_sources_shown_can_be_declared() -> None:
    """Every `[[sources]]` that a page shows is a source with settings that it allows."""
    from gevinst.sources import settings
    from gevinst.sources.registry import SOURCES

    shown = [
        {key: value for key, value in stated.items() if key not in ("da", "en")}
        for page in PAGES
        for block in blocks(page)
        if block.language == "toml"
        for stated in tomllib.loads(block.text).get("sources", [])
    ]
    for stated in shown:
        settings.read(SOURCES[stated.pop("name")], stated)
    assert len(shown) > len(SOURCES)


FINDING = re.compile(r"^\| `(\w+)` \| .+ \| (?:(Ishøj|Gladsaxe): (.+)|(below)) \|$", re.MULTILINE)


def test_finding_codes_are_documented() -> None:
    """The page on the audit lists every finding code, and no other."""
    texts = tomllib.loads((ROOT / "src/gevinst/text/en.toml").read_text("utf-8"))
    page = (ROOT / "docs/explanation/audit.md").read_text("utf-8")
    assert sorted(row[1] for row in FINDING.finditer(page)) == sorted(texts["finding"])


def test_findings_quoted_are_what_the_audit_says() -> None:
    """Each example is a finding of that document, where ``...`` stands for words left out."""
    names = {"Ishøj": "ishoj-smc", "Gladsaxe": "gladsaxe"}
    found = {named: gv.audit(gv.load(name)).findings for named, name in names.items()}
    page = (ROOT / "docs/explanation/audit.md").read_text("utf-8")
    for code, named, quoted, _ in FINDING.findall(page):
        if named:
            pattern = ".*".join(map(re.escape, quoted.split("...")))
            said = [f.message("en").replace(NBSP, " ") for f in found[named] if f.code == code]
            assert any(re.fullmatch(pattern, sentence) for sentence in said), quoted
    codes = {finding.code for findings in found.values() for finding in findings}
    assert {row[1] for row in FINDING.finditer(page) if row[4]}.isdisjoint(codes)


@pytest.mark.parametrize("page", ["README.md", "docs/how-to/read-the-report.md"])
def test_quoted_numbers_are_what_the_package_gives(page: str) -> None:
    """The interval and the shares above zero quoted in prose are those of the default seed."""
    numbers = re.search(
        r"between (\S+) and (\S+) kr\. \(.*results (\S+) to (\S+) % are above zero",
        headline().replace(NBSP, " "),
    )
    assert numbers is not None
    text = prose(ROOT / page)
    low, high, least, most = numbers.groups()
    assert f"from {low} to {high} kr." in text
    assert f"{least} to {most} %" in text


def test_quoted_points_are_what_the_package_gives() -> None:
    """The published gains, and the difference under each rate basis, are quoted to the krone."""
    study = gv.load("ishoj-smc")
    readme = prose(ROOT / "README.md")
    gain = gv.gain(study)
    for kr in (*gain.net_gain_per_citizen, gain.difference):
        assert f"{kr:,.0f}" in readme
    bases = [f"{gv.gain(study.choose(basis=basis)).difference:,.0f}" for basis in study.rate_maps]
    for page in (
        "docs/tutorial.md",
        "docs/explanation/limits.md",
        "docs/how-to/read-the-report.md",
    ):
        text = (ROOT / page).read_text("utf-8").replace("\u2212", "-")
        assert [kr for kr in bases if kr not in text] == []


def test_quoted_bounds_of_the_lost_are_what_the_package_gives() -> None:
    """README, limits and the page of those who were lost quote how far the difference can reach."""
    found = gv.missing(gv.load("ishoj-smc"))
    low, high = (f"{round(end, -2):,.0f}".replace("-", "\u2212") for end in found.manski or ())
    assert f"between {low} and {high} kr." in prose(ROOT / "README.md")
    assert f"{low} and {high} kr." in prose(ROOT / "docs/explanation/limits.md")
    kr = [f"{found.of(name).shown.difference:,.0f}" for name in ("as_published", "no_gain")]
    assert f"from {kr[0]} to {kr[1]} kr." in prose(ROOT / "docs/how-to/those-who-were-lost.md")


def test_the_readme_counts_the_figures_that_do_not_follow() -> None:
    """As many published figures, and as many that do not follow, as the audit finds."""
    found = gv.audit(gv.load("ishoj-smc"))
    words = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
    wrong = words[found.deviating]
    assert f"{found.figures} figures {wrong} do not follow" in prose(ROOT / "README.md")


def test_quoted_agreement_is_what_the_package_gives() -> None:
    """The count of published figures that the report begins its audit with is quoted."""
    found = gv.audit(gv.load("ishoj-smc"))
    page = (ROOT / "docs/how-to/read-the-report.md").read_text("utf-8")
    assert f"{found.reproduced} of {found.figures}" in page
    assert f"{len(found.findings)} findings" in page


def test_quoted_moves_of_the_mean_are_what_the_package_gives() -> None:
    """Why the mean is not the published figure: each source's own part, as `simulate` prints it."""
    simulation = gv.simulate(gv.load("ishoj-smc"), rng=SEED)
    said = next(
        line for line in simulation.summary("en").splitlines() if "The mean is moved" in line
    )
    moved = re.findall(r"[+−][\d,]+", said)
    page = (ROOT / "docs/how-to/read-the-report.md").read_text("utf-8")
    assert len(moved) == 3
    for kr in moved:
        assert f"alone {kr} kr." in page


def test_quoted_alternatives_are_what_the_package_gives() -> None:
    """The tutorial quotes the Gladsaxe difference under each stated alternative."""
    study = gv.load("gladsaxe")
    page = (ROOT / "docs/tutorial-gladsaxe.md").read_text("utf-8")
    for kind in ("weights", "payers"):
        for name in study.choices[kind]:
            kr = gv.gain(study.choose(**{kind: name})).difference
            assert re.search(rf"`{name}`.*{kr:,.0f} kr\.", page), name


@pytest.mark.parametrize("page", PAGES, ids=_named)
def test_forbidden_words(page: Path) -> None:
    """No page claims more than the numbers hold."""
    text = page.read_text("utf-8").lower()
    for word in ("significan", "proves", "signifikan", "bevist", "intervention works"):
        assert word not in text


def test_ci_runs_the_readme_command() -> None:
    """The block that .ci/run takes from the README is the macOS and Linux test command."""
    after = (ROOT / "README.md").read_text("utf-8").partition("\n<!-- test -->\n")[2]
    first = FENCE.search(after)
    assert first is not None
    assert first[1] == "sh"
    assert '-q ".[test]"' in first[3]
    assert "-m pytest" in first[3]
