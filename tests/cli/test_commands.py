"""Commands: what each prints, how it ends, and that bad input shows no traceback."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import gevinst as gv
from gevinst.cli.main import main
from tests.conftest import DATA, person_rows, run, to_csv

QUICK = DATA / "two_types"
"""A study whose report is soon made."""


def test_studies(capsys) -> None:
    """`studies` lists the bundled studies."""
    code, out, _ = run(capsys, "studies")
    assert code == 0
    assert "ishoj-smc: Ishøj" in out
    assert json.loads(run(capsys, "studies", "--json")[1])["studies"][0]["id"]


def test_gain(capsys) -> None:
    """`gain` prints the tables; with --json one object and nothing else."""
    code, out, err = run(capsys, "gain", "ishoj-smc")
    assert (code, err) == (0, "")
    assert "1.631\u00a0kr." in out
    found = json.loads(run(capsys, "gain", "ishoj-smc", "--json", "--basis", "printed")[1])
    assert round(found["difference"]["net_gain_per_citizen"]) == -51320


def test_bootstrap(capsys) -> None:
    """`bootstrap` prints the table; its JSON has the difference and each arm, per coupling."""
    code, out, err = run(capsys, "bootstrap", "ishoj-smc")
    assert (code, err) == (0, "")
    assert "41.686" in out
    assert "datasæt" in out
    found = json.loads(
        run(capsys, "bootstrap", "ishoj-smc", "--json", "--confidence-level", "0.9")[1]
    )
    difference = found["difference"]
    assert set(difference["standard_error"]) == {"narrowest", "independent", "widest"}
    assert {i["level"] for i in difference["intervals"]} == {0.9}
    assert difference["identified"] is True
    assert set(found["arms"]) == {"intervention", "control"}
    chosen = ("--methods", "bca,percentile", "--impossible", "early_retirement:*,flexjob:moved")
    found = json.loads(run(capsys, "bootstrap", "ishoj-smc", "--json", *chosen)[1])
    assert {i["method"] for i in found["difference"]["intervals"]} == {"bca", "percentile"}
    assert found["impossible"] == [["early_retirement", "*"], ["flexjob", "moved"]]


def test_scenarios(capsys) -> None:
    """`scenarios` prints the signs first; `--axis` adds ways; its JSON has all of them."""
    code, out, err = run(capsys, "scenarios", "ishoj-smc")
    assert (code, err) == (0, "")
    assert "kan besvares på 18 måder: 12 af dem giver en merudgift" in out.splitlines()[1]
    asked = ("scenarios", "gladsaxe", "--json", "--axis", "perspective", "--axis", "basis")
    found = json.loads(run(capsys, *asked, "--confidence-level", "0.9")[1])
    assert found["level"] == 0.9
    assert len(found["specifications"]) == 3 * 3 * 2 * 5
    keys = {"choices", "difference", "low", "high", "interval"}
    assert {frozenset(each) for each in found["specifications"]} == {frozenset(keys)}
    assert round(found["published"]["difference"]) == 35608
    found = json.loads(run(capsys, "scenarios", "ishoj-smc", "--json")[1])
    known = {round(e["difference"]) for e in found["specifications"] if e["difference"] is not None}
    assert {1631, 9956} < known
    assert {each["reason"] for each in found["impossible"]} == {"heads", "strata"}
    code, out, err = run(capsys, "scenarios", "gladsaxe", "--axis", "horizon")
    assert (code, out) == (2, "")
    assert "--axis: læst 'horizon'" in err


def test_bootstrap_takes_a_seed(capsys) -> None:
    """`--rng` is the seed of what `studentized` draws, the default that of every command."""
    chosen = ("bootstrap", "ishoj-smc", "--json", "--methods", "studentized")
    seeds = (), ("--rng", "2018"), ("--rng", "3")
    default, same, other = (json.loads(run(capsys, *chosen, *seed)[1]) for seed in seeds)
    assert default == same
    assert default["difference"] != other["difference"]
    assert other["provenance"]["seed"] == 3


def test_bootstrap_refuted_switch(capsys) -> None:
    """A switch the margins refute ends with 1 and names arm, times and switch."""
    code, out, err = run(
        capsys, "bootstrap", "ishoj-smc", "--impossible", "cash_benefit:*", "--lang", "en"
    )
    assert (code, out) == (1, "")
    assert "E111" in err
    assert "cash_benefit -> *" in err


def test_simulate(capsys) -> None:
    """`simulate` takes sources, draws and a seed, and names them in its JSON."""
    arguments = (
        "simulate",
        "ishoj-smc",
        "--draws",
        "500",
        "--rng",
        "7",
        "--vary",
        "rates,outcomes",
    )
    code, out, _ = run(capsys, *arguments, "--json")
    found = json.loads(out)
    assert code == 0
    assert found["draws"] == 500
    assert found["rng"] == 7
    assert found["varied"] == ["rates", "outcomes"]
    row = found["difference"]["by_coupling"]["independent"]
    assert row["interval"]["low"] < row["mean"] < row["interval"]["high"]
    assert "above zero" in run(capsys, *arguments, "--lang", "en")[1]


def test_report(capsys, tmp_path: Path) -> None:
    """`report` prints the headline, the intervals and where the page is."""
    out = tmp_path / "r"
    code, printed, _ = run(
        *(capsys, "report", "ishoj-smc", "--draws", "500", "-o", str(out), "--no-figures"),
    )
    assert code == 0
    assert printed.startswith("Den offentliggjorte forskel er 1.631")
    assert str(out / "report.html") in printed
    assert (out / "report.html").is_file()
    code, printed, _ = run(
        *(capsys, "report", str(QUICK), "--draws", "50", "-o", str(tmp_path / "q"), "--no-figures"),
        *("--json", "--lang", "en"),
    )
    assert json.loads(printed)["headline"].startswith("The difference, recalculated")


def test_report_goes_beside_by_default(capsys, tmp_path: Path, monkeypatch) -> None:
    """Without -o the report goes into STUDY-report in the working folder."""
    monkeypatch.chdir(tmp_path)
    assert run(capsys, "report", str(QUICK), "--draws", "50", "--no-figures")[0] == 0
    assert (tmp_path / "two-types-report" / "report.html").is_file()


def test_check(capsys, folder: Path) -> None:
    """`check` says what was read, with an echo of numbers that could be read otherwise."""
    code, out, err = run(capsys, "check", str(folder))
    assert (code, err) == (0, "")
    assert "28 af 30 borgere" in out
    assert "«12.031»" in out or "«13.046»" in out or "N020" in out
    found = json.loads(run(capsys, "check", str(folder), "--json")[1])
    assert found["ok"] is True


@pytest.mark.parametrize("command", ["check", "gain", "bootstrap", "simulate", "report"])
def test_bad_study(capsys, folder: Path, tmp_path: Path, command: str, monkeypatch) -> None:
    """A study with errors ends with 1, a message each, no traceback and nothing written."""
    monkeypatch.chdir(tmp_path)
    path = folder / "counts.csv"
    path.write_text(
        path.read_text("utf-8").replace(";14;", ";-14;").replace(";20;", ";x;"), "utf-8"
    )
    before = sorted(tmp_path.iterdir())
    code, out, err = run(capsys, command, str(folder))
    assert code == 1
    assert out == ""
    assert "Traceback" not in err
    assert len(err.strip().splitlines()) == 3
    assert "counts.csv" in err
    assert sorted(tmp_path.iterdir()) == before


def test_check_json_of_a_bad_study(capsys, folder: Path) -> None:
    """`check --json` gives every problem as data and ends with 1."""
    (folder / "rates.csv").unlink()
    code, out, _ = run(capsys, "check", str(folder), "--json")
    found = json.loads(out)
    assert code == 1
    assert found["ok"] is False
    assert {"code", "file", "line", "read", "message", "severity"} == set(found["problems"][0])


def test_a_simulation_has_a_level(capsys) -> None:
    """`simulate --confidence-level` is the level of its intervals; a report's stays 95 %."""
    arguments = ("ishoj-smc", "--draws", "50", "--confidence-level", "0.8")
    row = json.loads(run(capsys, "simulate", *arguments, "--json")[1])["difference"]
    assert {r["interval"]["level"] for r in row["by_coupling"].values()} == {0.8}
    assert run(capsys, "report", *arguments)[0] == 2


def test_a_narrow_code_page_prints_all(tmp_path: Path) -> None:
    """Output is utf-8 even where the console's own encoding is not."""
    environment = {**os.environ, "PYTHONIOENCODING": "cp1252", "PYTHONUTF8": "0"}
    done = subprocess.run(
        [sys.executable, "-m", "gevinst", "gain", "ishoj-smc", "--basis", "printed"],
        capture_output=True,
        check=True,
        env=environment,
    )
    assert "−51.320" in done.stdout.decode("utf-8")


def test_simulate_tells_sources_and_writes_draws(tmp_path, capsys) -> None:
    """JSON holds shares by source and coupling; -o writes draws that read back to the same."""
    out = tmp_path / "draws.npz"
    arguments = ["simulate", "ishoj-smc", "--draws", "300", "--vary", "rates,outcomes", "--json"]
    assert main([*arguments, "-o", str(out)]) == 0
    found = json.loads(capsys.readouterr().out)
    names = [(s["name"], s["coupling"]) for s in found["sources"]]
    assert names[:2] == [("rates", "narrowest"), ("outcomes", "narrowest")]
    assert len(names) == 6
    assert set(found["sources"][0]) == {"name", "coupling", "share_first", "share_total", "mcse"}
    again = gv.read_draws(out).to_dict()
    assert again["difference"] == found["difference"]
    code, _, err = run(capsys, *arguments, "-o", str(tmp_path / "draws.txt"))
    assert (code, "ending in one of: .csv, .csv.gz, .npz" in err) == (2, True)
    code, _, err = run(capsys, "report", "ishoj-smc", "-o", str(tmp_path / "report.HTML"))
    assert (code, "the name of a folder" in err) == (2, True)


def test_simulate_targets_strata_and_assumptions(capsys) -> None:
    """A new group, the standardised difference and other settings are named in what is printed."""
    base = ["simulate", "ishoj-smc", "--draws", "200", "--lang", "en"]
    for more, said in (
        (["--target", "new_group"], "new group of the same size"),
        (["--standardise", "overlap"], "weights: overlap"),
        (["--strata", "cash_benefit_all,resource_programme_all"], "weights: pooled"),
        (["--assume", "outcomes.law=rubin"], "outcomes.law = rubin"),
        (["--assume", "outcomes.prior=uniform"], "W081"),
        (["--until-mcse"], "W082"),
    ):
        assert main([*base, *more]) == 0
        assert said in capsys.readouterr().out, more
    for more, said in (
        (["--standardise", "both"], "--standardise: read 'both'"),
        (["--strata", "nowhere"], "E126"),
        (["--assume", "outcomes"], "write SOURCE.SETTING=VALUE"),
        (["--assume", "missing.moved=up"], "missing.moved: read 'up'"),
    ):
        with contextlib.suppress(SystemExit):
            assert main([*base, *more]) in (1, 2)
        assert said in capsys.readouterr().err, more


def test_progress_is_told_on_standard_error(monkeypatch, capsys) -> None:
    """A run that takes long says on standard error how far it is, and nothing on the output."""
    monkeypatch.setattr("gevinst.cli.output.PATIENCE", 0.0)
    assert main(["simulate", "ishoj-smc", "--draws", "10000", "--vary", "rates", "--json"]) == 0
    captured = capsys.readouterr()
    assert "gevinst: 10.000 af 10.000 trækninger\n" in captured.err
    json.loads(captured.out)


def test_a_report_says_each_step_as_it_begins(monkeypatch, tmp_path, capsys) -> None:
    """A report that takes long names its steps on standard error, in the reader's language."""
    monkeypatch.setattr("gevinst.cli.output.PATIENCE", 0.0)
    command = ["report", "gladsaxe", "--draws", "100", "--lang", "en", "-o", str(tmp_path / "out")]
    assert main([*command, "--json"]) == 0
    captured = capsys.readouterr()
    told = captured.err.splitlines()
    assert [line.split()[1] for line in told] == ["1/6", "2/6", "3/6", "4/6", "5/6", "6/6"]
    assert told[0] == "gevinst: 1/6 each source of uncertainty by itself"
    assert json.loads(captured.out)["simulate"]["draws"] == 100


def test_an_interrupt_leaves_nothing_half_written(monkeypatch, tmp_path, capsys) -> None:
    """Ctrl-C while draws are written leaves neither the file nor a part of it."""

    def stop(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("numpy.savez_compressed", stop)
    out = tmp_path / "draws.npz"
    assert main(["simulate", "ishoj-smc", "--draws", "100", "-o", str(out)]) == 130
    assert list(tmp_path.iterdir()) == []
    assert "ingen fil er halvt skrevet" in capsys.readouterr().err


def test_a_price_level_with_hardly_any_spread(capsys) -> None:
    """A coefficient of variation next to nothing is no overflow."""
    tiny = ["--assume", "rates.common_cv=1e-320"]
    assert run(capsys, "simulate", "ishoj-smc", "--draws", "20", *tiny)[0] == 0


def test_one_time_is_refused(folder, capsys) -> None:
    """A study of the start alone has no fall to measure: every command says so in one message."""
    text = (folder / "study.toml").read_text("utf-8")
    for time in ("1.0", "1.5"):
        start = text.index(f'[[times]]\nid = "{time.removesuffix(".0")}"')
        text = text[:start] + text[text.index("\n\n", start) + 2 :]
    (folder / "study.toml").write_text(text, "utf-8")
    (folder / "published.csv").unlink()
    counts = (folder / "counts.csv").read_text("utf-8").splitlines()
    kept = [
        ";".join(cell for i, cell in enumerate(row.split(";")) if i not in (3, 4)) for row in counts
    ]
    (folder / "counts.csv").write_text("\n".join(kept) + "\n", "utf-8")
    prices = (folder / "prices.csv").read_text("utf-8").splitlines()
    rows = [row for row in prices if row.split(";")[3] not in ("1", "1.5")]
    (folder / "prices.csv").write_text("\n".join(rows) + "\n", "utf-8")
    for command in ("check", "gain", "stratify", "sensitivity"):
        code, out, err = run(capsys, command, str(folder))
        assert code == 1
        assert (out + err).count("E206 study.toml: ") == 1


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
    assert finding["deviation"] == pytest.approx(5.0)


def test_the_command_keeps_in_its_file(capsys, tmp_path) -> None:
    """`--keep` writes them beside the draws, and without a file is refused in words."""
    path = tmp_path / "draws.csv"
    asked = ("simulate", "ishoj-smc", "--draws", "100", "--vary", "rates", "--keep", "costs,rates")
    code, _, _ = run(capsys, *asked, "--out", str(path))
    assert code == 0
    assert "rate:flexjob" in path.read_text("utf-8").splitlines()[0]
    code, _, said = run(capsys, *asked, "--lang", "da")
    assert code == 2
    assert "keep" in said
    assert "--out FIL" in said
