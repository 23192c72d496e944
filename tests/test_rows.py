"""Rows of pairs: what is usable comes through in order, what is not is named with its line and reason."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer.records import InputError, Skipped
from analyzer.rows import read_rows

GOOD = '{"id": "a", "statement": "We will stay.", "action": "They left.", "party": "X"}'


def read(path: Path, content: bytes) -> tuple[list[dict[str, object]], list[Skipped]]:
    """Rows and notes of a file with this content."""
    path.write_bytes(content)
    skipped: list[Skipped] = []
    return list(read_rows(str(path), skipped)), skipped


def test_unusable_rows_are_named_and_the_rest_goes_on(tmp_path: Path) -> None:
    lines = ["{", "[]", '{"statement": "a"}', '{"statement": " ", "action": "b"}', '{"statement": 3, "action": "b"}']
    path = tmp_path / "pairs.jsonl"
    rows, skipped = read(path, "\n".join([*lines, "", GOOD, GOOD.replace('"id": "a", ', "")]).encode())
    assert [row["id"] for row in rows] == ["a", 8]
    assert [note.path for note in skipped] == [f"{path}#{number}" for number in range(1, 6)]
    reasons = [note.reason.split(":")[0] for note in skipped]
    assert reasons == ["not JSON", "not a JSON object", "has no action", "has no statement", "has no statement"]


def test_a_file_that_is_not_text_is_one_error(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="is not UTF-8 text"):
        read(tmp_path / "x.jsonl", b"\xff\xfe\x00")
    with pytest.raises(InputError, match=r"missing\.jsonl: cannot be read: No such file"):
        list(read_rows(str(tmp_path / "missing.jsonl"), []))
    with pytest.raises(InputError, match="cannot be read: Is a directory"):
        list(read_rows(str(tmp_path), []))


def test_deep_nesting_is_a_bad_row_not_a_crash(tmp_path: Path) -> None:
    rows, skipped = read(tmp_path / "x.jsonl", b"[" * 100_000 + b"\n" + GOOD.encode())
    assert [row["id"] for row in rows] == ["a"]
    assert len(skipped) == 1


@given(st.lists(st.fixed_dictionaries({"statement": st.text(), "action": st.text()}), max_size=5))
def test_what_was_written_is_read(tmp_path_factory: pytest.TempPathFactory, pairs: list[dict[str, str]]) -> None:
    """Line separators inside of JSON strings end no row; a byte order mark is no part of the first."""
    path = tmp_path_factory.mktemp("rows") / "x.jsonl"
    text = "\ufeff" + "".join(json.dumps(pair, ensure_ascii=False) + "\r\n" for pair in pairs)
    rows, skipped = read(path, text.encode("utf-8", "backslashreplace"))
    usable = [pair for pair in pairs if pair["statement"].strip() and pair["action"].strip()]
    assert [{k: row[k] for k in ("statement", "action")} for row in rows] == usable
    assert len(skipped) == len(pairs) - len(usable)
