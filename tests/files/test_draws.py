"""Files of draws: they hold the whole result, and a broken one is one message."""

from __future__ import annotations

import gzip
import json
import math
import struct
import zipfile

import numpy as np
import pytest

import gevinst as gv


def test_draws_go_to_files_and_back(ishoj, tmp_path) -> None:
    """CSV holds every draw; npz gives the whole result again; a bad file is one message."""
    found = gv.simulate(ishoj.assume("outcomes", law="rubin"), n=100, rng=1)
    gv.write_draws(found, tmp_path / "draws.npz")
    again = gv.read_draws(tmp_path / "draws.npz")
    assert again.to_dict() == found.to_dict()
    assert again.provenance == found.provenance
    assert again.provenance.assumed == {"outcomes": {"law": "rubin"}}
    gv.write_draws(found, tmp_path / "draws.csv")
    rows = (tmp_path / "draws.csv").read_text("utf-8").splitlines()
    assert rows[0] == "coupling,draw,intervention,control,difference"
    assert len(rows) == 1 + 3 * 100
    gv.write_draws(found, tmp_path / "deep" / "more.csv")  # folders are made on the way
    gv.write_draws(found, tmp_path / "deep" / "MORE.CSV.GZ")
    packed = (tmp_path / "deep" / "MORE.CSV.GZ").read_bytes()
    assert gzip.decompress(packed) == (tmp_path / "deep" / "more.csv").read_bytes()
    gv.write_draws(found, tmp_path / "deep" / "again.csv.gz")
    assert (tmp_path / "deep" / "again.csv.gz").read_bytes() == packed
    for name in ("draws.parquet", "draws.gz", "draws.csv.zip", "draws.npz.gz", "draws", "csv"):
        with pytest.raises(ValueError, match=r"path: read .*; write .*: \.csv, \.csv\.gz, \.npz$"):
            gv.write_draws(found, tmp_path / name)
    (tmp_path / "bad.npz").write_bytes(b"PK not one of ours")
    for name, code in (("bad.npz", "E088"), ("none.npz", "E003"), ("deep", "E162")):
        with pytest.raises(gv.StudyError, match=code):
            gv.read_draws(tmp_path / name)
    assert sorted(p.name for p in tmp_path.iterdir()) == [
        "bad.npz",
        "deep",
        "draws.csv",
        "draws.npz",
    ]


def test_broken_files_of_draws_are_one_message(ishoj, tmp_path) -> None:
    """Cut off, turned bits, another format, draws that do not fit: never a traceback."""
    path = tmp_path / "draws.npz"
    gv.write_draws(gv.simulate(ishoj, n=50, rng=1), path)
    whole = path.read_bytes()
    with np.load(path) as file:
        about = json.loads(str(file["about"]))
        arrays = {name: file[name] for name in file.files if name != "about"}
    flipped = bytearray(whole)
    flipped[len(whole) // 2] ^= 255
    for content in (whole[: len(whole) // 2], whole[:-10], bytes(flipped), b""):
        path.write_bytes(content)
        with pytest.raises(gv.StudyError, match="E088"):
            gv.read_draws(path)
    net_gain = arrays["widest"]
    for said, held in (
        ({"format": 99}, {}),
        ({"arms": ["intervention"]}, {}),
        ({"points": 3}, {}),
        ({"standardised": 5}, {}),
        ({"problems": [{"code": "E9999", "file": "x"}]}, {}),
        ({}, {"widest": net_gain[:, 0]}),
        ({}, {"widest": net_gain[:20]}),
        ({}, {"widest": np.full_like(net_gain, np.nan)}),
        ({}, {name: array[:0] for name, array in arrays.items()}),
    ):
        np.savez(path, about=np.array(json.dumps({**about, **said})), **{**arrays, **held})
        with pytest.raises(gv.StudyError, match="E088"):
            gv.read_draws(path)


def _changed(value, by):
    """Go through every value within a value: the whole with that one changed."""
    yield by
    lists = range(len(value)) if isinstance(value, list) else ()
    for key in value if isinstance(value, dict) else lists:
        for changed in _changed(value[key], by):
            copy = value.copy()
            copy[key] = changed
            yield copy


@pytest.mark.parametrize("by", [None, True, -1, 3.5, math.nan, 10**400, "x", "", [], {}, [[]]])
def test_every_value_of_the_metadata_is_looked_at(ishoj, tmp_path, by) -> None:
    """Whatever stands in the place of whichever value, it is refused, or is a whole result."""
    path = tmp_path / "draws.npz"
    study = ishoj.assume("outcomes", law="rubin")
    weights = {"cash_benefit_all": 1, "resource_programme_all": 2.5}
    found = gv.simulate(study, n=3, rng=1, weights=weights, until_mcse=1e-9)
    assert found.problems
    gv.write_draws(found, path)
    with np.load(path) as file:
        about = json.loads(str(file["about"]))
        arrays = {name: file[name] for name in file.files if name != "about"}
    every, refused = list(_changed(about, by)), 0
    for changed in every:
        np.savez(path, about=np.array(json.dumps(changed)), **arrays)
        try:
            again = gv.read_draws(path)
        except gv.StudyError as error:
            refused += error.problems[0].code == "E088"
            continue
        for lang in ("da", "en"):
            assert again.summary(lang)
        json.dumps([again.to_dict(), again.provenance.settings()], allow_nan=False)
        assert len(again.to_frame()) == 3
    assert len(every) > 60
    assert refused > len(every) / 3


def test_a_level_comes_back(ishoj, tmp_path) -> None:
    """The intervals of what is read have the level they were made with."""
    found = gv.simulate(ishoj, n=50, confidence_level=0.8)
    gv.write_draws(found, tmp_path / "draws.npz")
    assert gv.read_draws(tmp_path / "draws.npz").to_dict() == found.to_dict()


def test_sizes_are_looked_at_before_anything_is_unpacked(ishoj, tmp_path, monkeypatch) -> None:
    """What would unpack to more than a simulation is refused unread, and never written."""
    path = tmp_path / "draws.npz"
    found = gv.simulate(ishoj, n=50, rng=1)
    gv.write_draws(found, path)
    monkeypatch.setattr("gevinst.files.draws.MOST", 3 * 50 * 2 * 8)
    gv.read_draws(path)
    monkeypatch.setattr("gevinst.files.draws.MOST", 3 * 50 * 2 * 8 - 1)
    with pytest.raises(ValueError, match=r"\.csv or \.csv\.gz, which so many"):
        gv.write_draws(found, path)
    monkeypatch.setattr(np, "load", None)
    monkeypatch.setattr("gevinst.files.draws._SAID", 0)
    with pytest.raises(gv.StudyError, match="E088"):
        gv.read_draws(path)


def test_a_header_that_claims_more_than_there_is(ishoj, tmp_path) -> None:
    """An array whose header asks for more than its bytes is refused before it is made."""
    path = tmp_path / "draws.npz"
    header = b"{'descr': '<f8', 'fortran_order': False, 'shape': (9999999999999, 2), }"
    header += b" " * (117 - len(header)) + b"\n"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("widest.npy", b"\x93NUMPY\x01\x00" + struct.pack("<H", 118) + header)
    with pytest.raises(gv.StudyError, match="E088"):
        gv.read_draws(path)


def test_saved_standardised_draws_come_back(ishoj, tmp_path) -> None:
    """The file holds weights, strata and each coupling's value."""
    found = gv.simulate(ishoj, n=50, weights={"cash_benefit_all": 1, "resource_programme_all": 1})
    gv.write_draws(found, tmp_path / "draws.npz")
    assert gv.read_draws(tmp_path / "draws.npz").to_dict() == found.to_dict()


def test_kept_inputs_go_to_files_and_back(ishoj, tmp_path) -> None:
    """CSV has them beside the draws, npz gives them again; what does not fit is refused."""
    few = gv.simulate(ishoj, n=50, keep="all", rng=3)
    gv.write_draws(few, tmp_path / "draws.npz")
    again = gv.read_draws(tmp_path / "draws.npz")
    assert again.inputs.names == few.inputs.names
    for coupling, each in few.inputs.by_coupling.items():
        assert (again.inputs.by_coupling[coupling] == each).all()
    gv.write_draws(few, tmp_path / "draws.csv")
    head, *rows = (tmp_path / "draws.csv").read_text("utf-8").splitlines()
    assert head == "coupling,draw,intervention,control,difference," + ",".join(few.inputs.names)
    assert len(rows) == 150
    assert [float(x) for x in rows[0].split(",")[5:]] == few.inputs.by_coupling["narrowest"][
        0
    ].tolist()
    with np.load(tmp_path / "draws.npz") as file:
        arrays = {name: file[name] for name in file.files}
    for name in arrays:
        if name.startswith("inputs:"):
            for wrong in (arrays[name][:9], arrays[name][:, :2], arrays[name] * np.nan):
                np.savez(tmp_path / "draws.npz", **{**arrays, name: wrong})
                with pytest.raises(gv.StudyError, match="E088"):
                    gv.read_draws(tmp_path / "draws.npz")
