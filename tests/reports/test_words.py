"""Words and numbers of the page: one language, no ids, and every number in numbers.json."""

from __future__ import annotations

import dataclasses
import html
import re
from collections.abc import Callable, Iterator, Mapping
from functools import cache

import pytest

import gevinst as gv
from gevinst.reports.page import Page, made_page
from gevinst.reports.results import Results
from gevinst.reports.sections.cited import cited, placed
from gevinst.study.study import Study
from gevinst.text.language import LANGUAGES, Lang, language
from tests.conftest import analysed, persons
from tests.reports.test_sections import TURNED, turned

PART = re.compile(
    r'(?:<section id="(\w+)">|<div id="(\w+)" class="fold">)'
    r'(.*?)(?=<section id=|<div id="\w+" class="fold">|</main>)',
    re.DOTALL,
)
CODE = {"made"}
"""Sections in the spelling that repeats the report."""

FOREIGN = {
    "da": "the and of with citizens cost costs difference from group rate source unknown none",
    "en": "og af er til som ikke borgere forskel gruppe sats kilde ukendt ingen med",
}
"""Words of the other language that its sentences cannot do without."""


def _texts(value: object) -> Iterator[str]:
    """Every text a study holds: labels, quotes, sources and ids."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for key, each in value.items():
            yield from (*_texts(key), *_texts(each))
    elif isinstance(value, (list, tuple)):
        for each in value:
            yield from _texts(each)
    elif dataclasses.is_dataclass(value):
        for field in dataclasses.fields(value):
            yield from _texts(getattr(value, field.name))


def _plain(text: str) -> str:
    """Without what a hostile name holds, and what keeps it apart from the words beside it."""
    return re.sub(r"[\u2066-\u2069]", "", text.replace(TURNED, ""))


def _said(page: Page, study: Study, *, own: bool) -> dict[str, str]:
    """Text of each section, without figures and sources; without the study's own where asked."""
    words = {t for t in _texts(study) if re.search("[a-z]{2}", t) and re.search(r"[\d ]", t)}
    words |= {cited(text, study) for text in words}
    words = {_plain(text) for text in words}
    found = {}
    for first, second, body in PART.findall(page.html):
        kept = re.sub(r'<svg.*?</svg>|<span class="source">.*?</span>', "", body, flags=re.DOTALL)
        kept = re.sub(r'<p class="small foot">.*?</p>', "", kept)
        kept = _plain(html.unescape(re.sub("<[^>]+>", " | ", kept)))
        for text in [] if own else sorted(words, key=len, reverse=True):
            kept = kept.replace(text, " ")
        found[first or second] = kept
    return found


@pytest.fixture(scope="module", params=["ishoj-smc", "gladsaxe", "persons", "hostile"])
def results(request) -> Results:
    """Counts, lines, a study of persons, and one of names that break what is careless."""
    made = {"persons": persons, "hostile": turned}.get(request.param)
    study = made(gv.load("ishoj-smc")) if made else gv.load(request.param)
    return analysed(study)


@pytest.fixture(scope="module")
def page(results) -> Callable[[Lang], Page]:
    """The page of each, made once in each language."""
    return cache(lambda lang: made_page(results, lang))


def _unknown(page: Page, study: Study, lang: str) -> tuple[dict[str, list[str]], int]:
    """Numbers that stand on the page and not in `shown`, by section; and how many there are."""
    literal = {n for t in _texts(language(lang)._texts) for n in re.findall(r"\d[\d.,]*\d|\d", t)}
    literal |= {n for time in study.times for n in re.findall(r"\d[\d.,]*\d|\d", str(time.label))}
    literal |= {str(n) for n in range(1, len(study.references) + 1)}  # [1], [2], ...
    unknown, seen = {}, 0
    for name, said in _said(page, study, own=False).items():
        if name in {*CODE, "appendix", "rates"}:  # rates: its last column is sources
            continue
        numbers = re.findall(r"−?\d[\d.,]*\d|−?\d", said)
        known = page.shown[name].keys() | literal
        known |= {number.lstrip("−") for number in known}
        unknown[name] = sorted({n for n in numbers if n not in known})
        seen += len(numbers)
    return {name: each for name, each in unknown.items() if each}, seen


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_number_is_in_numbers_json(results, page, lang: str) -> None:
    """Each number on the page stands in `shown`, under its section, with the value it is of."""
    unknown, seen = _unknown(page(lang), results.study, lang)
    assert unknown == {}
    assert seen > 200


def test_a_number_that_nobody_wrote_is_seen(results, page) -> None:
    """The net above holds: a number put on the page by hand is found, in its section."""
    made = page("en")
    inside = made.html.replace('<section id="calculation">', '<section id="calculation"> 987,654 ')
    unknown, _ = _unknown(made._replace(html=inside), results.study, "en")
    assert unknown == {"calculation": ["987,654"]}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_id_and_no_code_stands_in_the_page(results, page, lang: str) -> None:
    """Statuses, rates, sources and figures stand by what they are called, problems by their words.

    Names of files, and what the last section repeats as code, are meant.
    """
    study = results.study
    ids = {rate.id for rate in study.rates} | {figure.id for figure in study.published}
    ids |= {source.name for source in study.sources} | set(study.labels)
    ids = {name for name in ids if re.search("[a-z].*[._]", name)}
    for name, said in _said(page(lang), study, own=True).items():
        if name in CODE:
            continue
        tokens = set(re.findall(r"[\w.-]+\w", said))
        assert sorted(tokens & ids) == [], name
        assert re.findall(r"\b[EWN]\d{3}\b", said) == [], name
        assert [t for t in tokens if "_" in t and not t.endswith(".json")] == [], name


def test_a_word_that_is_an_id_too_stays_a_word() -> None:
    """Ishøj prints a figure called ``difference``: a sentence that says the word still says it."""
    study = gv.load("ishoj-smc")
    assert "difference" in {figure.id for figure in study.published}
    assert placed("more than the whole difference", study) == "more than the whole difference"
    named = next(figure for figure in study.published if "." in figure.id)
    assert placed(f"made of {named.id}.", study) == f"made of {cited(named.source, study)}."


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_page_speaks_one_language(results, page, lang: str) -> None:
    """No word of the other language stands in the page's own words."""
    for name, said in _said(page(lang), results.study, own=False).items():
        if name not in {*CODE, "rates"}:  # rates: its last column is sources
            found = set(re.findall(r"[a-zæøå]+", said.lower())) & set(FOREIGN[lang].split())
            assert found == set(), name


def test_both_languages_say_the_first_page(results) -> None:
    """numbers.json holds the first page's sentences in Danish and in English."""
    from gevinst.reports.front.page_one import to_dict

    said = to_dict(results)["sentences"]
    assert said.keys() == set(LANGUAGES)
    for lang, sentences in said.items():
        assert all(sentences[part] for part in ("verdict", "quote", "turns", "unit")), lang
    assert said["da"]["verdict"] != said["en"]["verdict"]
