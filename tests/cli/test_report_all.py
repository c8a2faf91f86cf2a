"""`gevinst report --all`: a Word document beside the page, in a template's styles if asked."""

from __future__ import annotations

import json
from pathlib import Path

import docx
import pytest

import gevinst as gv
from gevinst.reports.report import BESIDE
from gevinst.text.language import LANGUAGES, language
from gevinst.text.problems import WrongValueError
from tests.conftest import DATA, run

QUICK = str(DATA / "outcomes")
"""A study whose report takes a second."""

pytestmark = pytest.mark.filterwarnings("ignore::gevinst.StudyWarning")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_everything_stands_beside_the_page(capsys, tmp_path: Path, lang: str) -> None:
    """It is said where; the page is what it is without; the second run replaces the first."""
    alone, whole = tmp_path / "alone", tmp_path / "whole"
    assert run(capsys, "report", QUICK, "--lang", lang, "-o", str(alone))[0] == 0
    command = ["report", QUICK, "--all", "--lang", lang, "-o", str(whole)]
    code, said, _ = run(capsys, *command)
    assert code == 0
    names = sorted(path.name for path in whole.iterdir() if path.name not in BESIDE)
    assert names == sorted(path.name for path in alone.iterdir())
    for name in ("report.html", "numbers.json"):
        assert (whole / name).read_bytes() == (alone / name).read_bytes()
    for name in BESIDE:
        assert language(lang)("report.beside", path=whole / name) in said
    before = {name: (whole / name).read_bytes() for name in BESIDE}
    code, said, _ = run(capsys, *command, "--json")
    plain = json.loads(said)
    assert plain["beside"] == [str(whole / name) for name in BESIDE]
    assert plain["notes"] == []
    assert {name: (whole / name).read_bytes() for name in BESIDE} == before


def test_a_template_is_used_or_refused_before_anything_is_written(capsys, tmp_path: Path) -> None:
    """One message with the file's name, in the user's language, and no folder."""
    out, template = tmp_path / "out", tmp_path / "skabelon.docx"
    base = ["report", QUICK, "--lang", "da", "-o", str(out)]
    template.write_bytes(b"no document")
    refused = {
        str(template): ("E390", "skabelon.docx"),
        str(tmp_path / "absent.docx"): ("E391", "absent.docx"),
        str(tmp_path): ("E162", tmp_path.name),
        "a\0b": ("E162", "a\\x00b"),
    }
    for path, (code, name) in refused.items():
        exit_code, said, err = run(capsys, *base, "--all", "--template", path)
        assert (exit_code, said, out.exists()) == (1, "", False)
        (line,) = [line for line in err.splitlines() if line.startswith("E")]
        assert line.startswith(code)
        assert name in line
    document = docx.Document()
    document.styles["Caption"].delete()
    document.save(str(template))
    assert run(capsys, *base, "--template", str(template))[0] == 2
    assert not out.exists()
    code, said, _ = run(capsys, *base, "--all", "--template", str(template))
    assert code == 0
    assert "Billedtekst" in said.splitlines()[-1]


def test_from_python(tmp_path: Path) -> None:
    """The result knows where each file is, in its summary and in plain values."""
    study = gv.read(QUICK)
    written = gv.report(study, tmp_path / "out", lang="en", figures=False, everything=True)
    assert [path.name for path in written.beside] == list(BESIDE)
    assert all(path.is_file() for path in written.beside)
    assert str(written.beside[0]) in written.summary("en")
    assert written.to_dict()["beside"] == [str(path) for path in written.beside]
    assert written.notes == ()
    assert gv.report(study, tmp_path / "out", figures=False).beside == ()
    assert not any((tmp_path / "out" / name).exists() for name in BESIDE)
    with pytest.raises(WrongValueError, match="everything"):
        gv.report(study, tmp_path / "other", template="t.docx")
    assert not (tmp_path / "other").exists()
