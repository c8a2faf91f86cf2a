"""x"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from gevinst.cli.main import main
from tests.conftest import person_rows, to_csv


def test_command_line_of_paired_data(ishoj, folder: Path, capsys) -> None:
    """`bootstrap` on a folder with citizens.csv has the one coupling `observed`."""
    to_csv(person_rows(ishoj), folder)
    assert main(["bootstrap", str(folder), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert list(found["difference"]["standard_error"]) == ["observed"]
    assert main(["simulate", str(folder), "--draws", "50"]) == 0
    assert "observeret" in capsys.readouterr().out


def test_a_table_of_figures(tmp_path: Path, capsys) -> None:
    """`audit` takes a folder with a table of figures, and exits with 0 when it finds things."""
    from gevinst.cli.main import main

    (tmp_path / "figures.csv").write_text(
        "figure;value;unit;rounding;source;follows\n"
        "total;1.000;kr;1;p. 1;\nheads;8;citizens;0;p. 1;\neach;130;kr;1;p. 2;total / heads\n",
        "utf-8",
    )
    assert main(["audit", str(tmp_path), "--json"]) == 0
    (finding,) = json.loads(capsys.readouterr().out)["findings"]
    assert finding["code"] == "formula"
    assert finding["recomputed"] == pytest.approx(125.0)
    assert finding["difference"] == pytest.approx(5.0)
