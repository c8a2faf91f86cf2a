"""`stratify`: what it prints, and how it is asked."""

from __future__ import annotations

import json

import pytest

from gevinst.cli import main as cli


def test_json(ishoj, capsys) -> None:
    """The command prints every weighting, rate basis and reading once, with its keys."""
    assert cli.main(["stratify", "ishoj-smc", "--json"]) == 0
    printed = capsys.readouterr()
    result = json.loads(printed.out)
    assert "W123" in printed.err
    rows = result["estimates"]
    keys = [(r["weights"], r["basis"], r["moved"]) for r in rows]
    assert len(set(keys)) == len(rows) == 4 * 3 * 2
    for row in rows:
        assert row["low"] <= row["independent"] <= row["high"]
        assert row["interval"]["low"] < row["low"]
        assert row["high"] < row["interval"]["high"]
        assert row["interval"]["level"] == 0.95
        assert row["identified"] is False
        assert row["estimate"] is None
        sign = "negative" if row["high"] < 0 else "positive" if row["low"] > 0 else "either"
        assert row["sign"] == sign
    cost = result["baseline"]["cost_at_start"]
    assert cost["difference"] == pytest.approx(41_068.35, abs=0.01)


def test_command_line(capsys) -> None:
    """Choices, strata and switches on the command line; wrong ones are wrong usage."""
    assert cli.main(["stratify", "ishoj-smc", "--lang", "en", "--basis", "printed"]) == 0
    assert "as calculated" not in capsys.readouterr().out
    arguments = ["--strata", "cash_benefit_all,resource_programme_all", "--confidence-level", "0.9"]
    assert cli.main(["stratify", "ishoj-smc", *arguments]) == 0
    assert "90" in capsys.readouterr().out
    assert cli.main(["stratify", "gladsaxe"]) == 1
    assert "E121" in capsys.readouterr().err
    assert cli.main(["stratify", "ishoj-smc", "--impossible", "flexjobb:*"]) == 2
