"""The report and the result files: golden runs, escaping laws over arbitrary text, and what each file promises."""

from __future__ import annotations

import csv
import dataclasses
import io
import json
from html.parser import HTMLParser

import golden
import pytest
import runs
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from analyzer.records import Article, Dropped, Run, Sentence, Skipped
from analyzer.report import files, html, markdown
from analyzer.report.data import report_data
from analyzer.report.text import shorten
from analyzer.sentences import split
from analyzer.settings import Settings

# Text as hostile as an article can be: whatever Unicode has, with a leaning to what Markdown and HTML act on.
PIECES = [
    "|", "`", "```", "~~~", "[a](http://x.y)", "![i](//x.y/z.png)", "[^1]", "[x]: y", "# h", "## ", "=====", "-----",
    "* ", "- ", "+ ", "1. ", "2) ", "> ", "<b>", "<script>alert(1)</script>", "<!--", "<http://a.b>", "https://a.b/c",
    "www.a.b", "a@b.cd", "&amp;", "&#60;", "\\", "\\|", "**b**", "_e_", "~~s~~", "$x$", ":---", "|---|", "\n", "\n\n",
    "\r\n", "\r", "\t", "    ", "\u2028", "\x0b", "\x85", "\x00", "\u202e", "{{ x }}", "{% y %}", "word", " ",
    "“q”", "'", '"',
]  # fmt: skip
hostile = st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=6)), min_size=1, max_size=8).map("".join)
MARKDOWN = MarkdownIt("gfm-like", {"html": True})
assert MARKDOWN.linkify is not None
MARKDOWN.linkify.set({"fuzzy_link": False})  # a bare domain, or one after //, is no link in GitHub's dialect
MARKDOWN.linkify.add("//", None)


def tokens(text: str) -> list[Token]:
    """All tokens of rendered Markdown, block and inline."""
    blocks = MARKDOWN.parse(text)
    return [token for block in blocks for token in (block, *(block.children or ()))]


def shape(text: str) -> list[str]:
    """The structure of rendered Markdown without its words: block and inline token types, text left out."""
    return [t.type for t in tokens(text) if t.type not in {"text", "softbreak", "hardbreak", "text_special"}]


def shown(text: str) -> str:
    """The words of rendered Markdown with white space normalised."""
    parts = (t.content if t.type in {"text", "code_inline"} else " " for t in tokens(text))
    return " ".join("".join(parts).split())


def with_text(text: str) -> Run:
    """A run in which every piece of article text, path, name and reason is ``text``."""
    run = runs.full()
    book = Article(text=text, path=text, title=text, publisher=text)
    said = dataclasses.replace(
        runs.PLEDGE, article=book.id, start=0, end=len(text), text=text, reads=text + " x", speaker=text, party=text,
        condition=text,
    )  # fmt: skip
    did = dataclasses.replace(
        runs.DISMISSALS, article=book.id, start=0, end=len(text), text=text, reads=text + " x", actor=text, party=text,
        reported_by=text,
    )  # fmt: skip
    one = dataclasses.replace(runs.DIRECT, pair=dataclasses.replace(runs.DIRECT.pair, statement=said, action=did))
    one = dataclasses.replace(one, reasons=(text,))
    found = dataclasses.replace(
        run.findings[0], statement=said, also_in=(dataclasses.replace(said, text=text + "!"),), actions=(one,),
        reasons=(text,), weakened_by=(text,),
    )  # fmt: skip
    return dataclasses.replace(
        run, articles=(book,), skipped=(Skipped(text, text),), statements=(said,), actions=(did,), scored=(one,),
        findings=(found,), counts={text: 1},
    )  # fmt: skip


RUNS = {
    "full": runs.full,
    "without_findings": runs.without_findings,
    "one_article": runs.one_article,
    "nothing": runs.nothing,
}


@pytest.mark.parametrize("name", RUNS)
def test_markdown_is_as_agreed(name: str) -> None:
    golden.check(f"{name}.md", markdown.render(report_data(RUNS[name]())))


@pytest.mark.parametrize("name", ["full", "without_findings"])
def test_html_is_as_agreed(name: str) -> None:
    golden.check(f"{name}.html", html.render(report_data(RUNS[name]())))


def test_files_are_as_agreed() -> None:
    run = runs.full()
    out = io.StringIO()
    files.write_jsonl(files.finding_rows(run), out)
    golden.check("findings.jsonl", out.getvalue())
    out = io.StringIO()
    files.write_csv(files.pair_rows(run), files.PAIR_COLUMNS, out)
    golden.check("pairs.csv", out.getvalue())
    out = io.StringIO()
    files.write_jsonl(files.claim_rows(run), out)
    golden.check("claims.jsonl", out.getvalue())
    out = io.StringIO()
    dropped = [Dropped("party", runs.QUAY, runs.SECOND, "=another party")]
    files.write_csv(files.dropped_rows(run, dropped), files.DROPPED_COLUMNS, out)
    golden.check("dropped.csv", out.getvalue())


@given(hostile)
def test_escaped_text_renders_as_itself(text: str) -> None:
    rendered = "a " + markdown.escape(text) + " z"
    assert set(shape(rendered)) <= {"paragraph_open", "inline", "paragraph_close"}
    # CommonMark shows U+FFFD for NUL; everything else must come out as it went in.
    assert shown(rendered) == " ".join(f"a {text} z".replace("\x00", "\ufffd").split())


@given(hostile)
def test_a_quote_holds_text_and_nothing_else(text: str) -> None:
    found = shape(f"before\n\n{markdown.quote(text)}\n\nafter")
    paragraph = ["paragraph_open", "inline", "paragraph_close"]
    inside = paragraph if text.split() else []
    assert found == [*paragraph, "blockquote_open", *inside, "blockquote_close", *paragraph]


@given(hostile)
def test_no_article_text_changes_the_shape_of_the_report(text: str) -> None:
    """Whatever articles, names and paths hold, the Markdown has the headings, tables and lists of plain words."""
    drop = {"paragraph_open", "paragraph_close", "inline", "code_inline"}
    rendered = markdown.render(report_data(with_text(text)))
    assert not {t.type for t in tokens(rendered)} & {"html_block", "html_inline", "image", "link_open", "fence"}
    if text.split() and not text[-1].isspace():
        plain = markdown.render(report_data(with_text("plain")))
        assert [t for t in shape(rendered) if t not in drop] == [t for t in shape(plain) if t not in drop]


class Tags(HTMLParser):
    """Collects start tags with their attribute names, and the text."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, tuple[str, ...]]] = []
        self.words: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, tuple(name for name, _ in attrs)))

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def page(run: Run) -> Tags:
    """The parsed HTML report of a run."""
    tags = Tags()
    tags.feed(html.render(report_data(run)))
    return tags


@given(hostile.filter(str.strip))
def test_no_article_text_becomes_html(text: str) -> None:
    assert page(with_text(text)).tags == page(with_text("plain")).tags


def test_the_page_needs_no_network_and_no_script() -> None:
    text = html.render(report_data(runs.full()))
    tags = {tag for tag, _ in page(runs.full()).tags}
    assert not tags & {"script", "link", "img", "iframe", "object", "form", "base"}
    assert "url(" not in text
    assert "@import" not in text
    assert "default-src 'none'" in text


def test_the_notebook_table_links_nowhere_outside() -> None:
    tags = Tags()
    tags.feed(html.fragment(report_data(runs.full())))
    assert ("table", ()) in tags.tags
    assert any("Ida Brandt" in word for word in tags.words)


def test_same_run_same_bytes() -> None:
    assert markdown.render(report_data(runs.full())) == markdown.render(report_data(runs.full()))
    assert html.render(report_data(runs.full())) == html.render(report_data(runs.full()))


def test_reading_direction_marks_are_shown_not_obeyed() -> None:
    run = with_text("safe \u202egnip\u202c end")
    for text in (markdown.render(report_data(run)), html.render(report_data(run))):
        assert "\u202e" not in text
        assert "safe \ufffdgnip\ufffd end" in text


def test_the_report_never_convicts() -> None:
    for make in RUNS.values():
        words = markdown.render(report_data(make())).lower().split()
        assert not {"lie", "lies", "lied", "liar", "lying"} & set(words)


def test_every_place_reproduces_its_quote() -> None:
    run = runs.full()
    texts = {article.path: article.text for article in run.articles}
    quotes = [row["statement"] for row in files.finding_rows(run)]
    quotes += [one for row in files.finding_rows(run) for one in (*row["actions"], *row["statement"]["also_in"])]
    quotes += list(files.claim_rows(run))
    assert len(quotes) == 9
    for one in quotes:
        assert texts[one["article"]][one["start"] : one["end"]] == one["text"]


def test_a_copy_with_other_spacing_is_not_given_wrong_offsets() -> None:
    run = runs.full()
    copy = dataclasses.replace(runs.HARBOUR, text="\n\n  " + runs.HARBOUR.text, path="articles/09-copy.txt")
    exact = dataclasses.replace(runs.HARBOUR, path="articles/08-same.txt")
    assert copy.id == runs.HARBOUR.id
    data = report_data(dataclasses.replace(run, articles=(*run.articles, exact, copy)))
    places = [source.place for source in data.findings[0].said.sources]
    assert places == ["articles/01-harbour.txt:29-82", "articles/08-same.txt:29-82", "articles/02-reprint.txt:0-59"]


def test_a_quote_from_the_middle_is_shown_in_its_sentence() -> None:
    run = runs.full()
    one = run.findings[0].actions[0]
    cut = dataclasses.replace(one.pair.action, text=one.pair.action.text[10:], start=one.pair.action.start + 10)
    shown_one = dataclasses.replace(one, pair=dataclasses.replace(one.pair, action=cut))
    found = dataclasses.replace(run.findings[0], actions=(shown_one,))
    did = report_data(dataclasses.replace(run, findings=(found,))).findings[0].did[0]
    assert did.text[0].islower()
    assert did.sentence is not None
    assert one.pair.action.text[:30] in did.sentence


def test_an_act_names_its_party_first_and_the_wording_it_is_against() -> None:
    run = runs.full()
    one = run.findings[0].actions[0]

    def done(actor: str | None, party: str | None) -> str:
        action = dataclasses.replace(one.pair.action, actor=actor, party=party)
        other = dataclasses.replace(one.pair.statement, text="another wording")
        scored = dataclasses.replace(one, pair=dataclasses.replace(one.pair, action=action, statement=other))
        found = dataclasses.replace(run.findings[0], actions=(scored,))
        did = report_data(dataclasses.replace(run, findings=(found,))).findings[0].did[0]
        assert did.against == "another wording"
        return did.actor

    assert done("Corvane guards", "Corvane") == "Corvane (Corvane guards)"
    assert done("last axle", "Corvane") == "Corvane"
    assert done("supplier", None) == "supplier, party not known"
    assert done(None, None) == "actor not found"


def test_limits_are_said() -> None:
    run = runs.full()
    run = dataclasses.replace(run, findings=run.findings * 3)
    text = markdown.render(report_data(run, Settings(report_findings=1, report_actions=1, report_articles=1)))
    assert "2 more findings with lower scores in findings.jsonl." in text
    assert "1 more action with lower scores in findings.jsonl." in text
    assert "- and 2 more\n" in text


def test_an_uncalibrated_model_is_not_called_a_probability() -> None:
    run = runs.full()
    run = dataclasses.replace(run, model=dataclasses.replace(run.model, calibrated=False))
    assert "not calibrated" in report_data(run).caution
    assert "calibrated probability" not in report_data(run).caution


@given(hostile.filter(lambda text: "\x00" not in text))
def test_csv_cells_come_back_and_start_no_formula(text: str) -> None:
    out = io.StringIO(newline="")
    files.write_csv([{"a": text, "b": -3}], ("a", "b"), out)
    rows = list(csv.reader(io.StringIO(out.getvalue(), newline="")))
    cell, number = rows[1]
    assert number == "-3"
    assert cell in {text, "'" + text}
    assert len(cell) < 2 or cell[0] not in "=+-@\t\r\n"


def test_half_a_surrogate_pair_stays_json() -> None:
    """A lone surrogate has no UTF-8; written with backslashreplace it is the JSON escape that reads back the same."""
    out = io.StringIO()
    files.write_jsonl([{"text": "a\udc80b"}], out)
    written = out.getvalue().encode("utf-8", "backslashreplace")
    assert json.loads(written) == {"text": "a\udc80b"}


@given(st.text(), st.integers(min_value=2, max_value=200))
def test_shortened_text_fits(text: str, width: int) -> None:
    short = shorten(text, width)
    line = " ".join(text.split())
    assert len(short) <= width
    assert short == line or (short.endswith("…") and line.startswith(short[:-1]))


def test_an_article_is_split_once_however_often_it_is_quoted(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = []

    def counted(article: Article) -> tuple[Sentence, ...]:
        texts.append(article.text)
        return split(article)

    monkeypatch.setattr("analyzer.report.data.split", counted)
    run = runs.full()
    one = run.findings[0].actions[0]
    cut = dataclasses.replace(one.pair.action, text=one.pair.action.text[10:], start=one.pair.action.start + 10)
    shown_one = dataclasses.replace(one, pair=dataclasses.replace(one.pair, action=cut))
    found = dataclasses.replace(run.findings[0], actions=(shown_one,) * 3)
    data = report_data(dataclasses.replace(run, findings=(found, found)))
    assert len({did.sentence for finding in data.findings for did in finding.did}) == 1
    assert len(texts) == len(set(texts)) > 0


def test_its_chairman_is_told_with_whose_he_is() -> None:
    run = runs.full()
    first = run.findings[0]
    said = dataclasses.replace(first.statement, speaker="its chairman", party="Corvane")
    found = dataclasses.replace(run, findings=(dataclasses.replace(first, statement=said), *run.findings[1:]))
    assert "Corvane's chairman" in markdown.render(report_data(found, Settings()))
