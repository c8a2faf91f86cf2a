"""The pages as a whole: none is left out, the Danish ones keep up, words mean one thing."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
FENCE = re.compile(r"^```(\w+) ?(.*)\n((?:.*\n)*?)^```$", re.MULTILINE)
DANISH = sorted(page for page in (DOCS / "da").glob("*.md") if page.name != "index.md")


def english(page: Path) -> Path:
    """Return the page that a Danish one is of."""
    (found,) = (p for p in DOCS.rglob(page.name) if p != page)
    return found


def headings(page: Path) -> list[str]:
    """Return the marks of a page's headings, in order, with the code that stands in them."""
    prose = FENCE.sub("", page.read_text("utf-8"))
    return [mark + "".join(re.findall("`.+?`", said)) for mark, said in _headings(prose)]


def _headings(prose: str) -> list[tuple[str, str]]:
    return re.findall(r"^(#+) (.+)$", prose, re.MULTILINE)


def commands(page: Path) -> list[list[str]]:
    """Return what a page's command lines ask, whatever the names of the files and the language."""
    lines = [
        line
        for language, _, text in FENCE.findall(page.read_text("utf-8"))
        if language == "sh"
        for line in text.replace("--lang en", "").replace("--lang da", "").splitlines()
    ]
    return [
        [w for w in line.split() if not re.search(r"my-|min-|munic|kommune", w)] for line in lines
    ]


def files(page: Path) -> list[tuple[str, int]]:
    """Return the files that a page writes, each with how many lines it has."""
    found = FENCE.findall(page.read_text("utf-8"))
    return [(Path(name).name, text.count("\n")) for _, name, text in found if name]


@pytest.mark.parametrize("page", DANISH, ids=lambda page: page.stem)
def test_danish_pages_keep_up(page: Path) -> None:
    """A Danish page has the headings, commands, files and tables of the English one."""
    of = english(page)
    assert headings(page) == headings(of)
    assert commands(page) == commands(of)
    assert files(page) == files(of)
    rows = [re.findall(r"^\|", p.read_text("utf-8"), re.MULTILINE) for p in (page, of)]
    assert len(rows[0]) == len(rows[1])
    assert f"({page.name})" in (DOCS / "da/index.md").read_text("utf-8")


def test_the_index_has_every_page() -> None:
    """The index leads to every page there is; to the Danish ones, their own."""
    index = (DOCS / "index.md").read_text("utf-8")
    pages = {p.relative_to(DOCS).as_posix() for p in DOCS.rglob("*.md") if p.parent.name != "da"}
    studies = {f"../{p.relative_to(ROOT).as_posix()}" for p in ROOT.glob("studies/*/README.md")}
    wanted = pages - {"index.md"} | studies | {"da/index.md"}
    assert wanted - set(re.findall(r"\]\((\S+?)\)", index)) == set()


def glossary(page: Path) -> list[list[str]]:
    """Return the rows of a glossary's tables, without their heads."""
    rows = re.findall(r"^\| (.+) \| (.+) \| (.+) \|$", page.read_text("utf-8"), re.MULTILINE)
    return [list(row) for row in rows if row[2] not in ("what it means", "hvad det betyder")]


def test_the_glossary_is_that_of_the_report() -> None:
    """Each word of the report's first fold stands in both glossaries as the report says it."""
    texts = {
        lang: tomllib.loads((ROOT / f"src/gevinst/text/{lang}.toml").read_text("utf-8"))
        for lang in ("en", "da")
    }
    said = {
        lang: {
            key: value.replace("{level}", "95 %" if lang == "en" else "95 pct.").replace(
                "{of}", "95"
            )
            for key, value in found["report"]["reading"].items()
        }
        for lang, found in texts.items()
    }
    # Of a study of cost lines the difference is said in other words, under the same one.
    words = [key for key in said["en"] if f"{key}_is" in said["en"] and key != "difference_cost"]
    pages = {"en": DOCS / "reference/glossary.md", "da": DOCS / "da/glossary.md"}
    for (lang, page), other in zip(pages.items(), ("da", "en"), strict=True):
        wanted = [[said[lang][w], said[other][w], said[lang][f"{w}_is"]] for w in words]
        assert glossary(page)[: len(wanted)] == wanted
    pairs = [(en, da) for en, da, _ in glossary(pages["en"])]
    assert pairs == [(en, da) for da, en, _ in glossary(pages["da"])]
