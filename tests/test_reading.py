"""Reading: every format in, exact text out, and a reason for whatever was left out."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import os
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer.formats import UnusableError, decode, reflow
from analyzer.reading import published_date, read
from analyzer.records import Article, InputError, Skipped
from analyzer.settings import Settings

STORY = (
    "Ministry rules out a second dam\n\n"
    "The water ministry has no plans to dam the river again, a spokeswoman said on Tuesday.\n\n"
    "“We will not touch the upper valley,” she said.\n"
)
PAGE = """<!doctype html><html><head><title>Ministry rules out a second dam</title>
<meta property="og:site_name" content="Valley Herald">
<meta property="og:title" content="Ministry rules out a second dam">
<meta property="article:published_time" content="2021-03-02T09:00:00+01:00"></head><body>
<nav><a href="/">Home</a> <a href="/sport">Sport</a></nav><article><h1>Ministry rules out a second dam</h1>
<p>The water ministry has no plans to dam the river again, a spokeswoman said on Tuesday after a long meeting.</p>
<p>“We will not touch the upper valley,” she said, and added that surveyors seen there in May were on holiday.</p>
<p>Farmers in the upper valley had reported stakes and lorries beside the river since the beginning of the year.</p>
</article><footer>Subscribe to our newsletter. Copyright 2019 Valley Herald.</footer></body></html>"""
FEED = """<?xml version="1.0"?><rss version="2.0"><channel><title>Valley Herald</title>
<item><title>No second dam</title><link>https://valley.example/1</link>
<pubDate>Tue, 02 Mar 2021 23:30:00 -0500</pubDate>
<description>
&lt;p&gt;The ministry has no plans to dam the river again.&lt;/p&gt;
&lt;p&gt;It said so on Tuesday.&lt;/p&gt;</description></item>
<item><title>Empty</title><description></description></item></channel></rss>"""


def run(*paths: Path | str, metadata: Path | None = None, **settings: int) -> tuple[list[Article], list[Skipped]]:
    """All articles and notes of one batch."""
    skipped: list[Skipped] = []
    return list(read([str(p) for p in paths], Settings(**settings), skipped, metadata)), skipped  # type: ignore[arg-type]


def put(path: Path, content: str | bytes) -> Path:
    """Write a file, with its folders."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def test_text_is_kept_as_decoded_and_headline_becomes_the_title(tmp_path: Path) -> None:
    path = put(tmp_path / "a.txt", STORY)
    (article,), skipped = run(path)
    assert article.text == STORY
    assert article.title == "Ministry rules out a second dam"
    assert article.path == str(path)
    assert skipped == []


@pytest.mark.parametrize(
    "first",
    [
        "The minister said no. He meant it.",
        "The ministry has no plans to dam the river again.",
        "2021-03-02 The ministry has no plans",
        " date 2021-03-02 The ministry has no plans",
    ],
)
def test_a_first_line_that_is_running_text_is_no_title(tmp_path: Path, first: str) -> None:
    (article,), _ = run(put(tmp_path / "a.txt", f"{first}\n\nThe river is quiet, and so is the ministry."))
    assert article.title is None


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"\xef\xbb\xbfThe \xe2\x80\x9cdam\xe2\x80\x9d", "The “dam”"),
        ("The “dam”".encode("utf-16"), "The “dam”"),
        ("The minister’s “dam” was – he said – off.".encode("cp1252"), "The minister’s “dam” was – he said – off."),
        (b"one\r\ntwo\rthree\n", "one\ntwo\nthree\n"),
        ("Řeka je klidná, “dam” ".encode() * 9 + b"\xff.", "Řeka je klidná, “dam” " * 9 + "\ufffd."),
    ],
)
def test_decoding(data: bytes, expected: str) -> None:
    assert decode(data) == expected


def test_another_encoding_is_recognised() -> None:
    text = "Министерство не планирует строить вторую плотину, сообщила представитель ведомства во вторник. " * 4
    assert decode(text.encode("cp1251")) == text


@given(st.text(alphabet=st.characters(exclude_categories=("Cs", "Cc")), min_size=1).filter(str.strip))
def test_utf8_text_survives_decoding(text: str) -> None:
    assert decode(text.encode()) == text.removeprefix("\ufeff")


@given(st.binary(max_size=300))
def test_any_bytes_are_text_or_refused(data: bytes) -> None:
    try:
        text = decode(data)
    except UnusableError:
        return
    assert text.strip() or "\x00" not in text
    assert "\r" not in text


def test_html_keeps_the_article_and_its_metadata_only(tmp_path: Path) -> None:
    (article,), _ = run(put(tmp_path / "a.html", PAGE))
    assert "We will not touch the upper valley" in article.text
    assert "Subscribe" not in article.text
    assert "Sport" not in article.text
    assert (article.title, article.publisher) == ("Ministry rules out a second dam", "Valley Herald")
    assert str(article.published) == "2021-03-02"


def test_html_without_a_date_gets_none_from_its_text(tmp_path: Path) -> None:
    page = PAGE.replace('<meta property="article:published_time" content="2021-03-02T09:00:00+01:00">', "")
    (article,), _ = run(put(tmp_path / "a.html", page))
    assert article.published is None


def test_jsonl_rows_and_their_faults(tmp_path: Path) -> None:
    good = {"text": STORY + "\r\nEnd.", "title": "T", "published": "2021-03-02", "publisher": "H", "url": "u", "id": 7}
    lines: list[str | bytes] = [
        "",
        json.dumps(good),
        "{not json",
        "[1]",
        '{"title": "x"}',
        '{"text": 5}',
        b"\xff\xfe",
        '{"text": "short"}',
    ]
    lines.append(json.dumps({"TEXT": STORY, "published": "someday"}))
    data = b"\n".join(line if isinstance(line, bytes) else line.encode() for line in lines)
    path = put(tmp_path / "rows.jsonl", data)
    articles, skipped = run(path)
    assert [a.path.partition("#")[2] for a in articles] == ["2", "9"]
    assert articles[0].text == STORY + "\r\nEnd."
    assert (articles[0].title, articles[0].publisher, articles[0].url) == ("T", "H", "u")
    reasons = {note.path.partition("#")[2]: note.reason for note in skipped}
    assert sorted(reasons) == ["3", "4", "5", "6", "7", "8", "9"]
    assert "not JSON" in reasons["3"]
    assert "object" in reasons["4"]
    assert reasons["5"] == reasons["6"] == "row without text"
    assert "UTF-8" in reasons["7"]
    assert "too short" in reasons["8"]
    assert "someday" in reasons["9"]


def test_half_of_a_surrogate_pair_is_shown_as_its_escape(tmp_path: Path) -> None:
    row = {"text": STORY, "title": "A \ud800", "publisher": "\udfff", "url": "http://e.example/\ud83d"}
    (article,), skipped = run(put(tmp_path / "rows.jsonl", json.dumps(row)))
    assert (article.title, article.publisher, article.url) == (r"A \ud800", r"\udfff", r"http://e.example/\ud83d")
    assert skipped == []


def test_a_jsonl_line_may_not_be_enormous_but_the_file_may(tmp_path: Path) -> None:
    rows = [json.dumps({"text": f"{n} {STORY}"}) for n in range(30)]
    rows.insert(3, json.dumps({"text": "x" * 9000}))
    path = put(tmp_path / "rows.jsonl", "\n".join(rows))
    articles, skipped = run(path, max_bytes=2000)
    assert len(articles) == 30
    assert [(note.path, note.reason) for note in skipped] == [(f"{path}#4", "line larger than 2,000 bytes")]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp1252"])
def test_csv(tmp_path: Path, delimiter: str, encoding: str) -> None:
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter)
    writer.writerows([["Title", "Text", "published"], ["One", STORY, "2 March 2021"], ["Two", "", ""]])
    path = put(tmp_path / "rows.csv", out.getvalue().encode(encoding))
    (article,), skipped = run(path)
    assert (article.text, article.path, str(article.published)) == (STORY, f"{path}#1", "2021-03-02")
    assert skipped == [Skipped(f"{path}#2", "row without text")]


def test_a_table_without_text_column_is_one_note(tmp_path: Path) -> None:
    path = put(tmp_path / "rows.csv", "title,body\na,b\nc,d\n")
    assert run(path) == ([], [Skipped(str(path), "no column 'text' (columns: title, body)")])


def test_parquet(tmp_path: Path) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    table = pa.table({"text": [STORY, None], "published": [dt.date(2021, 3, 2), None], "n": [1, 2]})
    pq.write_table(table, tmp_path / "rows.parquet")
    (article,), skipped = run(tmp_path / "rows.parquet")
    assert (article.text, str(article.published)) == (STORY, "2021-03-02")
    assert [note.reason for note in skipped] == ["row without text"]


def test_feed_entries_are_articles(tmp_path: Path) -> None:
    path = put(tmp_path / "feed.xml", FEED)
    (article,), skipped = run(path)
    assert article.text == "The ministry has no plans to dam the river again.\n\nIt said so on Tuesday."
    assert (article.title, article.publisher, article.url) == (
        "No second dam",
        "Valley Herald",
        "https://valley.example/1",
    )
    assert str(article.published) == "2021-03-02"
    assert skipped == [Skipped(f"{path}#2", "entry without text")]


def test_docx_and_pdf(tmp_path: Path) -> None:
    from docx import Document
    from pypdf import PdfWriter

    document = Document()
    for line in STORY.split("\n\n"):
        document.add_paragraph(line.strip())
    document.save(str(tmp_path / "a.docx"))
    blank = PdfWriter()
    blank.add_blank_page(200, 200)
    with (tmp_path / "b.pdf").open("wb") as stream:
        blank.write(stream)
    (article,), skipped = run(tmp_path)
    assert "“We will not touch the upper valley,” she said." in article.text
    assert "without a text layer" in skipped[0].reason


def test_a_pdf_whose_font_names_half_of_a_surrogate_pair(tmp_path: Path) -> None:
    from pypdf import PdfWriter
    from pypdf.generic import DecodedStreamObject, DictionaryObject, NameObject

    writer = PdfWriter()
    page = writer.add_blank_page(300, 300)

    def stream(data: bytes) -> Any:
        made = DecodedStreamObject()
        made.set_data(data)
        return writer._add_object(made)

    signs = b"1 begincodespacerange <00> <ff> endcodespacerange 1 beginbfchar <41> <D800> endbfchar"
    font = {"/Type": NameObject("/Font"), "/Subtype": NameObject("/Type1"), "/ToUnicode": stream(signs)}
    fonts = DictionaryObject({NameObject("/F"): DictionaryObject({NameObject(k): v for k, v in font.items()})})
    page[NameObject("/Resources")] = DictionaryObject({NameObject("/Font"): fonts})
    page[NameObject("/Contents")] = stream(b"BT /F 12 Tf 10 200 Td (A) Tj ET")
    writer.write(tmp_path / "a.pdf")
    (article,), _ = run(tmp_path / "a.pdf", min_chars=1)
    assert article.text == r"\ud800"


def test_printed_lines_become_paragraphs() -> None:
    page = "The ministry has no plans to dam the river\nagain, a spokes-\nwoman said.\nFarmers were not sure of\nthat."
    assert reflow(page).startswith("The ministry has no plans to dam the river again, a spokeswoman said.")


def test_a_folder_is_walked_in_order_and_every_fault_is_one_note(tmp_path: Path) -> None:
    put(tmp_path / "b" / "two.txt", "Second story. " + STORY)
    put(tmp_path / "a.TXT", STORY)
    put(tmp_path / "copy.md", STORY)
    put(tmp_path / "empty.txt", "")
    put(tmp_path / "blank.txt", " \n ")
    put(tmp_path / "binary.txt", b"\x00\x01\x02" * 40)
    put(tmp_path / "fake.txt", b"%PDF-1.7 " + b"a" * 80)
    put(tmp_path / "photo.jpg", b"\xff\xd8\xff" * 10)
    put(tmp_path / "short.txt", "Hm.")
    put(tmp_path / "big.txt", "word " * 9000)
    put(tmp_path / "bad.docx", b"PK\x03\x04 broken")
    put(tmp_path / "bad.pdf", b"%PDF-1.7 broken")
    put(tmp_path / "bad.parquet", b"PAR1 broken PAR1")
    put(tmp_path / "sitemap.xml", "<urlset><url>x</url></urlset>")
    put(tmp_path / ".hidden.txt", STORY)
    put(tmp_path / ".git" / "x.txt", STORY)
    (tmp_path / "gone.txt").symlink_to(tmp_path / "nowhere.txt")
    os.mkfifo(tmp_path / "pipe.txt")
    articles, skipped = run(tmp_path, max_bytes=40_000)
    base = str(tmp_path)
    assert [a.path for a in articles] == [f"{base}/a.TXT", f"{base}/b/two.txt"]
    reasons = {Path(note.path).name: note.reason for note in skipped}
    assert len(skipped) == len(reasons) == 14
    assert reasons["copy.md"] == f"same text as {base}/a.TXT"
    assert reasons["empty.txt"] == reasons["blank.txt"] == "empty file"
    assert "binary" in reasons["binary.txt"]
    assert "binary" in reasons["fake.txt"]
    assert reasons["photo.jpg"] == "unsupported file type .jpg"
    assert reasons["gone.txt"] == "broken link"
    assert reasons["pipe.txt"] == "not a regular file"
    assert "larger than 40,000 bytes" in reasons["big.txt"]
    assert "too short" in reasons["short.txt"]
    assert all("damaged" in reasons[name] for name in ("bad.docx", "bad.pdf", "bad.parquet"))
    assert "no RSS" in reasons["sitemap.xml"]
    assert all("\n" not in note.reason for note in skipped)


@pytest.mark.skipif(os.geteuid() == 0, reason="the superuser may read everything")
def test_an_unreadable_file_is_noted(tmp_path: Path) -> None:  # pragma: no cover - not run as root
    path = put(tmp_path / "a.txt", STORY)
    path.chmod(0)
    assert run(path) == ([], [Skipped(str(path), "permission denied")])


def test_a_file_given_twice_is_one_article(tmp_path: Path) -> None:
    path = put(tmp_path / "a.txt", STORY)
    articles, skipped = run(path, tmp_path)
    assert len(articles) == 1
    assert skipped == [Skipped(f"{tmp_path}/a.txt", f"same text as {path}")]


def test_the_dated_copy_is_kept_in_any_order(tmp_path: Path) -> None:
    one, two, three = (put(tmp_path / f"{name}.txt", STORY) for name in "abc")
    table = put(tmp_path / "meta.csv", "path,published\nb.txt,2022-01-28\nc.txt,2022-01\n")
    for paths in ((one, two, three), (three, two, one)):
        (article,), skipped = run(*paths, metadata=table)
        assert (article.path, article.text, str(article.published)) == (str(two), STORY, "2022-01-28")
        assert sorted(skipped, key=lambda note: note.path) == [
            Skipped(str(one), f"same text as {two}"),
            Skipped(str(three), f"same text as {two}, dated 2022-01-28, not 2022-01"),
        ]


def test_texts_that_do_not_fit_in_memory_come_back_exactly(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("analyzer.reading.HELD", 10)
    texts = [f"{number}. {STORY}" for number in range(5)]
    put(tmp_path / "rows.jsonl", "\n".join(json.dumps({"text": text}) for text in [*texts, texts[2]]))
    assert [article.text for article in run(tmp_path)[0]] == texts


def test_globs_and_missing_paths(tmp_path: Path) -> None:
    put(tmp_path / "x" / "a.txt", STORY)
    put(tmp_path / "x" / "b.md", STORY + "More of it.")
    assert [Path(a.path).name for a in run(tmp_path / "**" / "*.txt")[0]] == ["a.txt"]
    for wrong in (tmp_path / "none.txt", tmp_path / "*.pdf"):
        with pytest.raises(InputError, match=wrong.name.replace("*", r"\*")):
            run(wrong)


def test_a_missing_path_stops_before_anything_is_read(tmp_path: Path) -> None:
    put(tmp_path / "a.txt", STORY)
    with pytest.raises(InputError):
        read([str(tmp_path / "a.txt"), str(tmp_path / "typo.txt")], Settings(), [])


def test_an_empty_folder_gives_nothing_but_a_note(tmp_path: Path) -> None:
    assert run(tmp_path) == ([], [Skipped(str(tmp_path), "folder without files")])


@pytest.mark.parametrize(
    ("data", "path"), [(STORY, "-"), (json.dumps({"text": STORY}), "-#1"), (PAGE, "-")], ids=["text", "jsonl", "html"]
)
def test_standard_input(monkeypatch: pytest.MonkeyPatch, data: str, path: str) -> None:
    stream = io.TextIOWrapper(io.BufferedReader(io.BytesIO(data.encode())))
    monkeypatch.setattr(sys, "stdin", stream)
    (article,), _ = run("-")
    assert article.path == path
    assert "upper valley" in article.text
    assert "<p>" not in article.text


def test_metadata_fills_gaps_by_relative_path_and_by_name(tmp_path: Path) -> None:
    put(tmp_path / "in" / "a.txt", STORY)
    put(tmp_path / "in" / "b.jsonl", json.dumps({"text": STORY + "b", "publisher": "Own", "published": "2020-01-01"}))
    table = put(
        tmp_path / "meta.csv",
        "path,published,publisher,url,title\nin/a.txt,2021-03-02,Herald,https://h.example,Other\n"
        "b.jsonl,2021-03-03,Herald,,\nlost.txt,2021-03-04,,,\n",
    )
    (one, two), skipped = run(tmp_path / "in", metadata=table)
    assert (str(one.published), one.publisher, one.url) == ("2021-03-02", "Herald", "https://h.example")
    assert one.title == "Ministry rules out a second dam"
    assert (str(two.published), two.publisher) == ("2020-01-01", "Own")
    assert skipped == [Skipped(f"{table}#3", "no article 'lost.txt' in this batch")]


def test_metadata_of_a_file_is_not_that_of_another_of_its_name(tmp_path: Path) -> None:
    one, old = put(tmp_path / "a.txt", STORY), put(tmp_path / "archive" / "a.txt", f"Long ago. {STORY}")
    table = put(tmp_path / "meta.csv", f"path,published\na.txt,2022-01-28\n{old},2011-05-06\n")
    articles, skipped = run(one, old, metadata=table)
    assert [str(article.published) for article in articles] == ["2022-01-28", "2011-05-06"]
    assert skipped == []
    table.write_text("path,published\na.txt,2022-01-28\n")
    (article,), skipped = run(old, metadata=table)
    assert article.published is None
    assert skipped == [Skipped(f"{table}#1", "no article 'a.txt' in this batch")]


def test_a_name_that_two_files_bear_is_noted(tmp_path: Path) -> None:
    put(tmp_path / "in" / "a.txt", STORY)
    put(tmp_path / "in" / "old" / "a.txt", f"Long ago. {STORY}")
    table = put(tmp_path / "meta.csv", "path,publisher\na.txt,Herald\n")
    articles, skipped = run(tmp_path / "in", metadata=table)
    assert [article.publisher for article in articles] == ["Herald", "Herald"]
    assert skipped == [Skipped(f"{table}#1", "used for in/old/a.txt, too, which has the same name")]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_metadata_is_a_table_like_any_other(tmp_path: Path, delimiter: str) -> None:
    put(tmp_path / "a.txt", STORY)
    rows = [["Path", "Published", "Publisher"], ["a.txt", "2021-03-02", "Herald,\nevening; edition\tB"]]
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter).writerows(rows)
    (article,), skipped = run(tmp_path / "a.txt", metadata=put(tmp_path / "meta.csv", out.getvalue()))
    assert (str(article.published), article.publisher) == ("2021-03-02", rows[1][2])
    assert skipped == []


def test_metadata_inside_the_folder_is_not_read_as_articles(tmp_path: Path) -> None:
    put(tmp_path / "a.txt", STORY)
    table = put(tmp_path / "meta.csv", "path,published\na.txt,soon\n")
    (article,), skipped = run(tmp_path, metadata=table)
    assert article.published is None
    assert skipped == [Skipped(f"{table}#1", "date 'soon' not understood")]


def test_unusable_metadata_is_an_input_error(tmp_path: Path) -> None:
    put(tmp_path / "a.txt", STORY)
    bad = put(tmp_path / "bad.csv", "file,date\na,b\n")
    unclosed = put(tmp_path / "unclosed.csv", 'path,title\na.txt,"A\n' + "b.txt,B\n" * 20_000)
    for table in (tmp_path / "none.csv", bad, unclosed):
        with pytest.raises(InputError, match=table.name):
            run(tmp_path / "a.txt", metadata=table)


def test_markdown_front_matter(tmp_path: Path) -> None:
    text = f"---\ntitle: 'No dam'\ndate: 2021-03-02\npublisher: Herald\n---\n{STORY}"
    (article,), _ = run(put(tmp_path / "a.md", text))
    assert (article.title, str(article.published), article.publisher) == ("No dam", "2021-03-02", "Herald")
    assert article.text == text


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2021-03-02T23:30:00-05:00", "2021-03-02"),
        ("Tue, 02 Mar 2021 23:30:00 GMT", "2021-03-02"),
        ("March 2021", "2021-03"),
        ("2021", "2021"),
        (1614643200, "2021-03-02"),
        (1614643200000, "2021-03-02"),
        (dt.datetime(2021, 3, 2, 1, tzinfo=dt.UTC), "2021-03-02"),
        ("yesterday", "None"),
        ("March 2", "None"),
        (True, "None"),
        (float("inf"), "None"),
        pytest.param(10**400, "None", id="huge"),
        ("0001-01-01T00:00:00", "None"),  # what programs write for no date
        (dt.date(9999, 12, 31), "None"),
        ("", "None"),
    ],
)
def test_publication_dates(value: object, expected: str) -> None:
    assert str(published_date(value)) == expected
