"""Results appear whole or not at all, and a place that cannot be written is known before the work begins."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from analyzer.output import check_file, check_folder, replacing
from analyzer.records import InputError


def test_a_file_keeps_its_old_content_until_the_new_one_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "report.md"
    path.write_text("old")
    with pytest.raises(KeyboardInterrupt), replacing(path) as file:  # noqa: PT012 - the block is what is tested
        file.write("half")
        assert path.read_text() == "old"
        raise KeyboardInterrupt
    assert path.read_text() == "old"
    with replacing(path) as file:
        file.write("new\n")
    assert path.read_bytes() == b"new\n"
    assert [p.name for p in tmp_path.iterdir()] == ["report.md"]


def test_a_new_file_gets_the_usual_rights(tmp_path: Path) -> None:
    with replacing(tmp_path / "a") as file:
        file.write("x")
    (tmp_path / "b").write_text("x")
    assert (tmp_path / "a").stat().st_mode == (tmp_path / "b").stat().st_mode


def test_a_link_is_followed(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    target, link = tmp_path / "real" / "out.jsonl", tmp_path / "link.jsonl"
    link.symlink_to(target)
    check_file(link)
    with replacing(link) as file:
        file.write("x")
    assert link.is_symlink()
    assert target.read_text() == "x"


def test_a_device_is_written_to_and_not_replaced() -> None:
    check_file(Path(os.devnull))
    with replacing(Path(os.devnull)) as file:
        file.write("x")
    assert not Path(os.devnull).is_file()


def test_a_missing_folder_is_made(tmp_path: Path) -> None:
    check_folder(tmp_path / "a" / "b")
    check_file(tmp_path / "c" / "d.jsonl")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a", "c"]
    assert list((tmp_path / "a" / "b").iterdir()) == []


def test_a_place_that_cannot_be_is_refused_with_its_name(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    for check, place in (
        (check_folder, tmp_path / "file"),
        (check_folder, tmp_path / "file" / "under"),
        (check_file, tmp_path / "file" / "under.jsonl"),
        (check_file, tmp_path),
    ):
        with pytest.raises(InputError, match=f"^{place}: cannot write there: "):
            check(place)
    assert (tmp_path / "file").read_text() == "x"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_a_full_disk_is_one_clear_error() -> None:
    with (
        pytest.raises(InputError, match=r"^/dev/full: cannot be written: No space left"),
        replacing(Path("/dev/full")) as file,
    ):
        file.write("x")
