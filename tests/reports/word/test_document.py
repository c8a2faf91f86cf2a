"""The report as a Word document: the page's words and numbers, in what Word knows how to use."""

from __future__ import annotations

import html
import io
import re
import zipfile
from collections import Counter
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from itertools import pairwise
from typing import Any

import docx
import pytest
from docx.document import Document
from docx.oxml.ns import qn
from docx.shared import Cm, Pt
from docx.table import Table
from PIL import Image

import gevinst as gv
from gevinst.reports.alone import Alone, alone
from gevinst.reports.page import Page, made_page
from gevinst.reports.report import Made, _document
from gevinst.reports.results import Results, analyse
from gevinst.reports.word.document import Template
from gevinst.text.language import LANGUAGES, language
from gevinst.text.problems import StudyError
from tests.conftest import DATA
from tests.test_forms import forms

pytestmark = pytest.mark.filterwarnings("ignore::gevinst.StudyWarning")

CALCULATES = re.compile(r'<section id="sliders">.*?</section>|<script.*?</script>', re.S)
FORMS = ("two arms", "one arm", "stated courses", "outcomes alone", "means", "effects")
GALLERY = ("albuquerque",)
"""Published evaluations, of which one has years and persons' months and no price."""


@dataclass
class Case:
    """A study's document, and what it was made of."""

    of: Made
    made: bytes
    document: Document

    @property
    def page(self) -> Page:
        """The page of the same report."""
        return self.of.page


@cache
def asked(name: str) -> Results | Alone:
    """Ask of each study once."""
    gallery = files("gevinst.datasets") / "gallery"
    study = gv.read(str(gallery / name)) if name in GALLERY else forms()[name]
    return analyse(study, n=60, rng=1) if study.priced else alone(study)


def _made(results: Results | Alone, lang: str) -> Made:
    return Made(results, made_page(results, lang, plain=True), language(lang), None)


@cache
def case(name: str, lang: str) -> Case:
    """Make each document once."""
    made = _made(asked(name), lang)
    content = _document(made)
    return Case(made, content, docx.Document(io.BytesIO(content)))


def said(element: Any) -> str:
    """What a document says, paragraph by paragraph, tables and all, but not what fields are."""
    lines = []
    for paragraph in element.iter(qn("w:p")):
        parts = [
            {qn("w:t"): each.text or "", qn("w:tab"): " ", qn("w:br"): " "}.get(each.tag, "")
            for each in paragraph.iter()
            if each.getparent().tag == qn("w:r")
        ]
        lines.append("".join(parts))
    return "\n".join(lines)


def words(page: str) -> str:
    """What a page says, without its drawings."""
    return html.unescape(re.sub(r"<[^>]+>", " ", re.sub(r"<svg.*?</svg>", " ", page, flags=re.S)))


@pytest.mark.parametrize("name", [*FORMS, *GALLERY])
def test_each_study(name: str) -> None:
    """It says what the page says, begins as it does, and is of parts that Word can use."""
    at = FORMS.index(name) if name in FORMS else 1
    for lang in LANGUAGES if at == 0 else LANGUAGES[at % 2 :][:1]:
        each = case(name, lang)
        assert_it_says_what_the_page_says(each)
        assert_its_first_page_is_the_page_s(each)
        assert_what_word_needs(each)


def assert_it_says_what_the_page_says(each: Case) -> None:
    """Every word below the first page stands in it as often, and each section's numbers."""
    # What a reader can change in the page is not in a document.
    page = CALCULATES.sub("", each.page.html)
    main = words(page[page.index("<main>") :])
    document = said(each.document.element.body)
    assert Counter(main.split()) - Counter(document.split()) == Counter()
    flat, seen = " ".join(document.split()), " ".join(main.split())
    numbers = {n for shown in each.page.shown.values() for n in shown}
    shown = [n for n in numbers if n in seen]
    assert shown
    assert [n for n in shown if n not in flat] == []


def assert_its_first_page_is_the_page_s(each: Case) -> None:
    """It begins with the question, the answer and the rows, as page one does, and the dots."""
    front = each.page.html[each.page.html.index("<body>") : each.page.html.index("<header>")]
    front = re.sub(r"<svg.*?</svg>", "", front, flags=re.S)
    texts = re.findall(r"<p(?: [^>]*)?>(.*?)</p>", front, re.S)
    texts += re.findall(r'role="cell" aria-label="(.*?)"', front)
    texts += re.findall(r'<div class="side (?:above|below)">(.*?)</div>', front)
    found = " ".join(said(each.document.element.body).split())
    heading = f" {each.of.text('report.contents')} "
    first = found[: found.index(heading)]
    for text in texts:
        for part in re.split(r"<small>.*?</small>|(?<=[.:;]) ", text):
            assert " ".join(words(part).split()) in first
    paragraph = each.document.paragraphs[0]
    assert paragraph.style.name == "Title"
    title = re.search(r'<p class="question">(.*?)</p>', front)
    assert title
    assert html.unescape(title[1]) == paragraph.text


def assert_what_word_needs(each: Case) -> None:
    """Captions are counted, figures described, heads repeated, marks led to, and ids unlike."""
    body = each.document.element.body
    text = each.of.text
    figures = list(body.iter(qn("wp:docPr")))
    names = re.findall(r'<figure data-name="(\w+)">', each.page.plain)
    assert set(each.page.drawn) - set(names) <= {"dots"}  # of one arm no dots are counted
    assert [p.get("descr") for p in figures] == [each.page.words[name]["alt"] for name in names]
    assert len(set(names)) == len(names)
    assert all(p.get("title") for p in figures)
    assert len({p.get("id") for p in figures}) == len(figures)
    for extent in body.iter(qn("wp:extent")):
        assert int(extent.get("cx")) <= Cm(16)
    tables = each.document.tables
    kinds: dict[str, int] = {}
    for paragraph in each.document.paragraphs:
        if paragraph.style.name == "Caption":
            (told,) = paragraph._p.iter(qn("w:instrText"))
            kind = told.text.split()[1]
            kinds[kind] = kinds.get(kind, 0) + 1
            start = f"{kind} {kinds[kind]}. "
            assert paragraph.text.startswith(start)
            assert paragraph.text[len(start) :].strip()
            after, before = paragraph._p.getnext(), paragraph._p.getprevious()
            if kind == text("word.table"):
                assert after.tag == qn("w:tbl")
                assert paragraph.paragraph_format.keep_with_next
            else:
                assert list(before.iter(qn("w:drawing")))
                assert docx.text.paragraph.Paragraph(before, None).paragraph_format.keep_with_next
    counted = (len(tables), len(figures))
    assert (kinds.get(text("word.table"), 0), kinds.get(text("word.figure"), 0)) == counted
    captions = [p.text for p in each.document.paragraphs if p.style.name == "Caption"]
    titles = [caption.split(". ", 1)[1] for caption in captions]
    assert len(set(titles)) == len(titles)
    for table in tables:
        rows = table._tbl.tr_lst
        assert rows[0].find(qn("w:trPr")).find(qn("w:tblHeader")) is not None
        columns = len(table.columns)
        for row in rows:
            assert sum(cell.grid_span for cell in row.tc_lst) == columns
    marks = [m.get(qn("w:name")) for m in body.iter(qn("w:bookmarkStart"))]
    assert len(set(marks)) == len(marks)
    ids = [m.get(qn("w:id")) for m in body.iter(qn("w:bookmarkStart"))]
    assert len(set(ids)) == len(ids)
    assert sorted(ids) == sorted(m.get(qn("w:id")) for m in body.iter(qn("w:bookmarkEnd")))
    led = {link.get(qn("w:anchor")) for link in body.iter(qn("w:hyperlink"))}
    assert led <= set(marks)
    kept = Counter(mark.get(qn("w:fldCharType")) for mark in body.iter(qn("w:fldChar")))
    assert kept["begin"] == kept["separate"] == kept["end"] == len(captions) + 1
    holding = [qn("w:drawing"), qn("w:sectPr")]  # a section ends in a paragraph of its own
    assert all(p.text.strip() or list(p._p.iter(*holding)) for p in each.document.paragraphs)
    spoken = {lang.get(qn("w:val")) for lang in each.document.styles.element.iter(qn("w:lang"))}
    assert spoken == {{"da": "da-DK", "en": "en-GB"}[text.code]}


def test_headings_are_the_page_s_in_steps() -> None:
    """Each heading of the page is one of Word's, no level is skipped, the contents lead there."""
    each = case("two arms", "da")
    page = CALCULATES.sub("", each.page.html)
    main = page[page.index("<main>") :]
    expected = [" ".join(words(h).split()) for h in re.findall(r"<h[23]>(.*?)</h[23]>", main, re.S)]
    found = [p for p in each.document.paragraphs if p.style.name.startswith("Heading")]
    assert [" ".join(p.text.split()) for p in found] == expected
    levels = [int(p.style.name[-1]) for p in found]
    assert levels[0] == 1
    assert all(b <= a + 1 for a, b in pairwise(levels))
    assert set(levels) == {1, 2, 3}
    links = [
        link
        for link in each.document.element.body.iter(qn("w:hyperlink"))
        if link.get(qn("w:anchor")).startswith("_Toc")
    ]
    assert len(links) == sum(level < 3 for level in levels)
    assert any("TOC" in told.text for told in each.document.element.body.iter(qn("w:instrText")))


def test_figures_are_those_of_the_page_in_300_dots_an_inch() -> None:
    """16 cm wide, and what they show has no words around it that the document says itself."""
    each = case("two arms", "en")
    with zipfile.ZipFile(io.BytesIO(each.made)) as packed:
        images = [n for n in packed.namelist() if n.startswith("word/media/")]
        assert len(images) == len(each.page.drawn) > 10
        for name in images:
            with Image.open(packed.open(name)) as image:
                assert abs(image.width - 16 / 2.54 * 300) < 2
    assert set(each.page.drawn) == set(each.page.words)


def test_the_same_report_is_the_same_bytes() -> None:
    """No date is in it, and its parts stand in one order."""
    made = case("stated courses", "da").of
    first, second = case("stated courses", "da").made, _document(made)
    assert first == second
    with zipfile.ZipFile(io.BytesIO(first)) as packed:
        entries = packed.infolist()
        assert packed.testzip() is None
    assert {entry.date_time for entry in entries} == {(1980, 1, 1, 0, 0, 0)}
    names = [entry.filename for entry in entries]
    assert names == ["[Content_Types].xml", *sorted(set(names) - {"[Content_Types].xml"})]
    properties = docx.Document(io.BytesIO(first)).core_properties
    assert properties.author == "gevinst"
    assert properties.created == properties.modified
    assert properties.title == language("da").label(made.results.study.title)


def test_what_a_study_says_is_said_and_no_more() -> None:
    """Markup is shown; marks of direction turn nothing; what XML cannot hold is written out."""
    markup = '<b>x</b> <figure data-name="dots"></figure>'
    title = f"A&B {markup} \x0b\x1f שלום \u202eb {'y' * 300}"
    study = replace(asked("outcomes alone").study, title={"da": title})
    made = _made(alone(study), "da")
    document = docx.Document(io.BytesIO(_document(made)))
    found = document.paragraphs[0].text
    assert f"A&B {markup} \\x0b\\x1f" in found
    assert "\u202e" not in found
    assert "\u2068" in found
    assert len(document.core_properties.title) <= 255
    plain = case("outcomes alone", "da").page
    assert made.page.html.count("<figure>") == plain.html.count("<figure>")


# --- templates ------------------------------------------------------------------------


def _template(change: Any = None) -> bytes:
    """A municipality's own: green headings, narrow pages, a header, and words of its own."""
    document = docx.Document()
    document.add_paragraph("Skriv her")
    document.styles["Heading 1"].font.size = Pt(31)
    section = document.sections[0]
    section.page_width, section.left_margin, section.right_margin = Cm(16), Cm(2), Cm(2)
    section.header.paragraphs[0].text = "Kommunen"
    if change is not None:
        change(document)
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def _without(*names: str) -> Any:
    def change(document: Document) -> None:
        for name in names:
            document.styles[name].delete()

    return change


@pytest.fixture(scope="module")
def outcomes() -> Made:
    """A report that is soon made."""
    return _made(alone(gv.read(DATA / "outcomes")), "da")


def test_a_template_gives_its_styles_and_its_page(outcomes: Made) -> None:
    """Its styles, header and width are the document's, and nothing that is written in it."""
    template = Template(_template(), "kommunens.docx")
    assert template.note(outcomes.text) == ""
    made = _document(outcomes._replace(template=template))
    assert made == _document(outcomes._replace(template=template))
    document = docx.Document(io.BytesIO(made))
    assert document.styles["Heading 1"].font.size == Pt(31)
    assert document.sections[0].header.paragraphs[0].text == "Kommunen"
    assert document.sections[0].page_width == pytest.approx(Cm(16), abs=Pt(1))
    assert "Skriv her" not in said(document.element.body)
    extents = list(document.element.body.iter(qn("wp:extent")))
    assert extents
    for extent in extents:
        assert int(extent.get("cx")) == pytest.approx(Cm(12), abs=Pt(1))
    plain = docx.Document(io.BytesIO(_document(outcomes)))
    assert said(document.element.body) == said(plain.element.body)


def test_styles_that_a_template_lacks_are_put_in_and_named(outcomes: Made) -> None:
    """In Word's own names of the language; captions, bullets and tables are there all the same."""
    content = _template(_without("Caption", "List Bullet", "Table Grid", "Quote"))
    template = Template(content, "k.docx")
    note = template.note(outcomes.text)
    assert "k.docx" in note
    assert "Billedtekst, Opstilling - punkttegn, Citat, Tabel - Gitter" in note
    assert "Caption, List Bullet, Quote, Table Grid" in template.note(language("en"))
    document = docx.Document(io.BytesIO(_document(outcomes._replace(template=template))))
    names = [p.style.name for p in document.paragraphs]
    assert names.count("Caption") == len(document.tables) + len(document.inline_shapes)
    (bullet,) = _of("<ul><li>a</li></ul>", template).paragraphs
    assert (bullet.style.name, bullet.text) == ("List Bullet", "•\ta")
    assert {table.style.name for table in document.tables} == {"Table Grid"}
    ids = [style.style_id for style in document.styles]
    assert len(set(ids)) == len(ids)


def test_a_style_of_another_kind_is_none(outcomes: Made) -> None:
    """A character style called as a paragraph's is wanted is not taken for it."""

    def change(document: Document) -> None:
        document.styles["Caption"].delete()
        document.styles.add_style("Caption", docx.enum.style.WD_STYLE_TYPE.CHARACTER)

    template = Template(_template(change), "k.docx")
    assert template.lacks == ("Caption",)
    document = docx.Document(io.BytesIO(_document(outcomes._replace(template=template))))
    assert any(p.text.startswith("Tabel 1. ") for p in document.paragraphs)


@pytest.mark.parametrize("kind", ["empty", "text", "zip", "cut", "locked", "workbook"])
def test_what_is_no_document_is_refused(kind: str) -> None:
    """In one problem, whatever it is."""
    whole = _template()
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as packed:
        packed.writestr("a.txt", "a")
    content = {
        "empty": b"",
        "text": b"styles",
        "zip": buffer.getvalue(),
        "cut": whole[: len(whole) // 2],
        "locked": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512),
        "workbook": _as_workbook(whole),
    }[kind]
    with pytest.raises(StudyError) as refused:
        Template(content, "k.docx")
    (problem,) = refused.value.problems
    assert problem.code == "E390"
    assert problem.file == "k.docx"


def _as_workbook(document: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(document)) as old, zipfile.ZipFile(buffer, "w") as new:
        for name in old.namelist():
            new.writestr(name, old.read(name).replace(b"wordprocessingml.document.main", b"x"))
    return buffer.getvalue()


# --- what the page may come to hold ---------------------------------------------------


def _of(html_text: str, template: Template | None = None) -> Document:
    from gevinst.reports.word.document import report_document

    given: dict[str, Any] = {"title": "t", "words": {}, "drawn": {}, "template": template}
    made = report_document(html_text, language("en"), **given)
    return docx.Document(io.BytesIO(made))


def test_lists_quotes_and_folds_within_each_other() -> None:
    """A list in a fold in a list is one level in, numbers are written, and a fold is open."""
    document = _of(
        "<section id='s'><h2>H</h2><ul><li>one <strong>two</strong><details><summary>more</summary>"
        "<ul><li>three</li></ul></details></li></ul><ol><li>first</li><li><p>second</p><p>on</p></li>"
        "</ol><blockquote>said</blockquote><dl><dt>a</dt><dd>b</dd></dl>"
        "<p>a\n  b<br> c <em>d </em> e <a href='#s'>f</a></p></section>"
    )
    found = [(p.style.name, p.text) for p in document.paragraphs][2:]
    assert found == [
        ("Heading 1", "H"),
        ("List Bullet", "one two"),
        ("Normal", "more"),
        ("List Bullet 2", "three"),
        ("Normal", "1.\tfirst"),
        ("Normal", "2.\tsecond"),
        ("Normal", "on"),
        ("Quote", "said"),
        ("Normal", "a\tb"),
        ("Normal", "a b\nc d e f"),
    ]


def test_tables_merge_repeat_and_hold_tables() -> None:
    """Spans are merged, a head of two rows is repeated whole, and a table in a cell is one."""
    document = _of(
        "<section><h2>H</h2><h3>S</h3><table><thead><tr><th>a</th><th colspan='2'>b</th></tr>"
        "<tr><td></td><th>c</th><th>d</th></tr></thead><tbody><tr><td>e</td><td class='n'>1</td>"
        "<td><p>f</p><table><tr><td>g</td></tr></table></td></tr></tbody></table>"
        "<h3>S</h3><table><tr><td>h</td></tr></table><table><tr><td>i</td></tr></table></section>"
    )
    table, *others = document.tables
    assert len(others) == 2
    heads = [row._tr.trPr.find(qn("w:tblHeader")) is not None for row in table.rows]
    assert heads == [True, True, False]
    assert table.rows[0].cells[1].text == table.rows[0].cells[2].text == "b"
    inner = table.rows[2].cells[2]
    assert isinstance(inner.tables[0], Table)
    assert inner.tables[0].rows[0].cells[0].text == "g"
    assert inner._tc[-1].tag == qn("w:p")
    captions = [p.text for p in document.paragraphs if p.style.name == "Caption"]
    assert captions == ["Table 1. H: S", "Table 2. H: S (2)", "Table 3. H: S (3)"]


def test_a_caption_says_what_its_table_is_about() -> None:
    """A heading that only ends what the section's begins has the section's before it."""
    document = _of(
        "<section><h2>Over the years</h2><h3>none after</h3><table><tr><td>1</td></tr></table>"
        "<h3>Costs</h3><table><tr><td>2</td></tr></table>"
        "<table><caption>one more</caption><tr><td>3</td></tr></table></section>"
    )
    captions = [p.text for p in document.paragraphs if p.style.name == "Caption"]
    assert captions == [
        "Table 1. Over the years: none after",
        "Table 2. Costs",
        "Table 3. One more",
    ]


def _sections(document: Document) -> list[tuple[bool, list[str]]]:
    """Whether each section lies down, with its paragraphs' texts and its tables' first cells."""
    found, held = [], list[str]()
    for each in document.element.body:
        if each.tag == qn("w:tbl"):
            held.append(f"[{Table(each, document).cell(0, 0).text}]")
        elif each.tag == qn("w:p") and (text := said(each)):
            held.append(text)
        end = each if each.tag == qn("w:sectPr") else each.find(f"{qn('w:pPr')}/{qn('w:sectPr')}")
        if end is not None:
            size = end.find(qn("w:pgSz"))
            wide, high = (int(size.get(qn(f"w:{side}"))) for side in "wh")
            assert (size.get(qn("w:orient")) == "landscape") == (wide > high)
            found.append((wide > high, held))
            held = []
    return found


def test_wide_tables_lie_down() -> None:
    """With their headings and captions, those in a row together; all else stands, with its foot."""
    wide, narrow = (
        "<table><tr>" + "".join(f"<td>{name}{k}</td>" for k in range(n)) + "</tr></table>"
        for name, n in (("w", 8), ("n", 7))
    )
    document = _of(
        f"<section><h2>A</h2><p>before</p>{narrow}<h3>B</h3>{wide}"
        f"<h3>C</h3><p>on C</p>{wide}{narrow}"
        f"<h3>D</h3>{wide}</section>"
    )
    shown = [(lies, held[-6:]) for lies, held in _sections(document)]
    assert [lies for lies, _ in shown] == [False, True, False, True]
    assert shown[0][1][-3:] == ["before", "Table 1. A", "[n0]"]
    assert shown[1][1] == ["Table 2. B", "[w0]", "C", "on C", "Table 3. C", "[w0]"]
    assert shown[2][1] == ["Table 4. C (2)", "[n0]"]
    assert shown[3][1] == ["D", "Table 5. D", "[w0]"]
    widths = [sum(column.width for column in table.columns) for table in document.tables]
    assert [round(width / Cm(1), 1) for width in widths] == [16.0, 24.7, 24.7, 16.0, 24.7]
    feet = {section.footer.paragraphs[0].text for section in document.sections}
    assert len(feet) == 1
