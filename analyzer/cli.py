"""The command line: each command is one call of the Python API, its files and its exit status.

0 done, 1 nothing usable found, 2 bad input or usage, 130 interrupted. Results go to files or standard output,
everything else to standard error.
"""

from __future__ import annotations

import io
import os
import signal
import sys
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TextIO

import typer

from analyzer import __version__, syntax
from analyzer.output import check_file, check_folder, replacing
from analyzer.records import AnalyzerError, InputError, Run, Skipped
from analyzer.settings import Settings, load_settings

if TYPE_CHECKING:
    from analyzer.pipeline import Progress

DONE, NOTHING, BAD, INTERRUPTED = 0, 1, 2, 130
LATEST = Path("reports/latest")

app = typer.Typer(
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    help="Find statements and the reported actions that contradict them, across news articles.",
)

Paths = Annotated[list[str], typer.Argument(metavar="PATH...", help="Files, folders, patterns; - is standard input.")]
PairsFile = Annotated[str, typer.Argument(metavar="PAIRS.jsonl", help="Rows with statement and action; - is stdin.")]
Model = Annotated[
    str | None, typer.Option("--model", metavar="NAME", help="nli or fast (both shipped), a folder, or a hub id.")
]
SettingsFile = Annotated[Path | None, typer.Option("--settings", metavar="FILE", help="Settings in TOML.")]
Metadata = Annotated[
    Path | None,
    typer.Option("--metadata", metavar="FILE", help="CSV of path, published, publisher, url, title for the articles."),
]
OutDir = Annotated[Path, typer.Option("--out", metavar="DIR", help="Folder for the results.")]
StoreFile = Annotated[Path, typer.Option("--store", metavar="FILE", help="The store: one SQLite file.")]
Top = Annotated[int | None, typer.Option("--top", min=1, metavar="N", help="Findings shown in the report.")]
OutFile = Annotated[str, typer.Option("--out", metavar="FILE", help="Where results go; - is standard output.")]


def _version(asked: bool) -> None:
    """Print the version and stop."""
    if asked:
        typer.echo(f"analyzer {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Hold the options of the program itself."""


@app.command()
def run(
    paths: Paths,
    out: OutDir = LATEST,
    store: Annotated[
        Path | None,
        typer.Option("--store", metavar="FILE", help="Keep everything in this file; compute only what is new."),
    ] = None,
    settings: SettingsFile = None,
    model: Model = None,
    metadata: Metadata = None,
    explain: Annotated[
        bool, typer.Option("--explain", help="List what each gate dropped, in DIR/dropped.csv.")
    ] = False,
    top: Top = None,
) -> int:
    """Read articles and write report.md, report.html, findings.jsonl and pairs.csv."""
    chosen = load_settings(settings, model=model, report_findings=top)
    check_folder(out)
    if store is not None:
        if explain:
            raise InputError("--explain lists every pair of a run; a run with --store looks only at what is new")
        from analyzer import stored

        with _progress() as progress:
            result = stored.analyze(paths, store, chosen, at=_now(), metadata=metadata, progress=progress)
        _say_saved(result.run.counts)
        return _write_stored(out, store)
    from analyzer.pipeline import analyze

    with _progress() as progress:
        result = analyze(paths, chosen, metadata=metadata, progress=progress, explain=explain)
    _say_skipped(result.run.skipped)
    _write_run(out, result.run, chosen)
    dropped = out / "dropped.csv"
    if explain:
        from analyzer.report import files

        rows = files.dropped_rows(result.run, result.dropped)
        _save(dropped, lambda file: files.write_csv(rows, files.DROPPED_COLUMNS, file))
    else:
        dropped.unlink(missing_ok=True)  # an earlier run's would not belong to this report
    return _close(result.run, out / "report.md")


@app.command()
def report(
    store: StoreFile,
    out: OutDir = LATEST,
    run: Annotated[
        int | None, typer.Option("--run", min=1, metavar="N", help="Which run; by default the last.")
    ] = None,
) -> int:
    """Write the files of a stored run again, the same bytes, without computing anything."""
    check_folder(out)
    return _write_stored(out, store, run)


@app.command()
def review(
    store: StoreFile,
    finding: Annotated[
        str | None, typer.Argument(metavar="FINDING", help="Key of a finding, or its rank in the last run.")
    ] = None,
    dismiss: Annotated[bool, typer.Option("--dismiss", help="It is no contradiction: keep it out.")] = False,
    confirm: Annotated[bool, typer.Option("--confirm", help="Its strongest act contradicts the statement.")] = False,
    restore: Annotated[bool, typer.Option("--restore", help="Take the judgement back.")] = False,
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why; kept in the ledger.")] = "",
    show: Annotated[bool, typer.Option("--list", help="List every judgement ever made.")] = False,
    dismissed: Annotated[bool, typer.Option("--dismissed", help="With --list: only the dismissals in force.")] = False,
    export: Annotated[
        str | None,
        typer.Option("--export", metavar="FILE", help="Write judged pairs as labelled rows; - is standard output."),
    ] = None,
) -> int:
    """Enter the analyst's judgement of a finding, list the judgements or export them as labelled pairs."""
    from analyzer import stored

    decisions = [name for name, on in (("dismiss", dismiss), ("confirm", confirm), ("restore", restore)) if on]
    if (finding is not None) != (len(decisions) == 1) or len(decisions) + show + (export is not None) != 1:
        raise InputError("review takes FINDING and one of --dismiss, --confirm, --restore; or --list; or --export FILE")
    if finding is not None:
        entered = stored.review(store, finding, decisions[0], reason, at=_now())
        _say(
            f"{entered.kind} {entered.key}: {_quoted(entered.text)}; the next run over the store takes it into account"
        )
        return DONE
    if show:
        rows = stored.judgements(store, dismissed=dismissed)
        _save("-", lambda file: file.writelines(_judgement(row) for row in rows))
        return DONE
    from analyzer.report.files import write_jsonl

    found = stored.labelled(store)
    _check(str(export))
    _save(str(export), lambda file: write_jsonl(found, file))
    return DONE


def _judgement(row: Mapping[str, Any]) -> str:
    """A judgement as one line: when, what, on which finding, why, and the two quotes."""
    cells = (
        row["at"],
        row["decision"],
        row["finding"],
        row["reason"],
        *(_quoted(row[name]) for name in ("statement", "action")),
    )
    return "\t".join(" ".join(cell.split()) for cell in cells) + "\n"


def _quoted(text: str) -> str:
    """A quote in quotation marks, unless it has its own."""
    return text if text[:1] in {"“", '"'} else f"“{text}”"


@app.command()
def watch(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder in which articles arrive.")],
    store: StoreFile,
    out: OutDir = LATEST,
    interval: Annotated[
        float, typer.Option("--interval", min=0.1, metavar="SECONDS", help="Time between two looks.")
    ] = 60.0,
    once: Annotated[bool, typer.Option("--once", help="Look once and end, for cron.")] = False,
    metadata: Metadata = None,
    settings: SettingsFile = None,
    model: Model = None,
    top: Top = None,
) -> int:
    """Read new and changed files of a folder into the store and write the report again, until interrupted."""
    import time

    from analyzer import stored

    chosen = load_settings(settings, model=model, report_findings=top)
    check_folder(out)
    while True:
        try:
            with _progress() as progress:
                found = stored.watch(folder, store, chosen, at=_now(), metadata=metadata, progress=progress)
            if found:
                _say_saved(found.run.counts)
            status = _write_stored(out, store) if found or not (out / "report.md").exists() else DONE
        except AnalyzerError as error:
            if once:
                raise
            _say(f"analyzer: {error}")  # the next look may find it mended: a busy store, a full disk
        else:
            if once:
                return status
        time.sleep(interval)


@app.command()
def extract(
    paths: Paths,
    out: OutFile,
    settings: SettingsFile = None,
    metadata: Metadata = None,
) -> int:
    """Write the statements and actions found in articles, one JSON object a line."""
    chosen = load_settings(settings)
    _check(out)
    from analyzer.pipeline import extract as find
    from analyzer.report.files import claim_rows, write_jsonl

    with _progress() as progress:
        found = find(paths, chosen, metadata=metadata, progress=progress).run
    _say_skipped(found.skipped)
    claims = len(found.statements) + len(found.actions)
    if not found.articles or not claims:
        return _nothing("no article could be read" if not found.articles else "no statement or action found")
    _save(out, lambda file: write_jsonl(claim_rows(found), file))
    return DONE


@app.command()
def score(pairs: PairsFile, out: OutFile, settings: SettingsFile = None, model: Model = None) -> int:
    """Score given pairs of statement and action, in input order, one JSON object a line."""
    chosen = load_settings(settings, model=model)
    _check(out)
    from analyzer.report.files import write_jsonl
    from analyzer.rows import read_rows

    skipped: list[Skipped] = []
    rows = read_rows(pairs, skipped)
    first = next(rows, None)  # before the model is loaded: a file that cannot be read is known at once
    if first is None:
        _say_skipped(skipped)
        return _nothing(f"{pairs}: no row with a statement and an action")
    _save(out, lambda file: write_jsonl(_scored(chain([first], rows), chosen), file))
    _say_skipped(skipped)
    return DONE


@app.command()
def evaluate(
    pairs: PairsFile,
    settings: SettingsFile = None,
    model: Model = None,
    out: OutFile = "-",
) -> int:
    """Measure quality on labelled pairs; rows that carry a score keep it unless a model is named."""
    import json

    from analyzer.evaluation import evaluate as measure
    from analyzer.rows import read_rows

    chosen = load_settings(settings, model=model)
    _check(out)
    skipped: list[Skipped] = []
    rows = list(read_rows(pairs, skipped))
    _say_skipped(skipped)
    if not rows:
        return _nothing(f"{pairs}: no row with a statement and an action")
    if missing := [row for row in rows if model is not None or row.get("score") is None]:
        for row, found in zip(missing, _scored(missing, chosen), strict=True):
            row["score"] = found["score"]
    figures = {name: round(value, 4) for name, value in measure(rows).items()}
    _save(out, lambda file: file.write(json.dumps(figures, indent=2) + "\n"))
    return DONE


def _scored(rows: Iterable[Mapping[str, Any]], settings: Settings) -> Iterator[dict[str, Any]]:
    """Scores of rows, in input order, rounded like every result file; an id stays as it was given."""
    from analyzer.pipeline import score_rows

    for row in score_rows(rows, settings):
        yield {name: value if name == "id" else round(value, 4) for name, value in row.items()}


def _write_run(out: Path, found: Run, settings: Settings) -> None:
    """Write the four files of a run; each appears whole or not at all."""
    from analyzer.report import files, html, markdown
    from analyzer.report.data import report_data

    data = report_data(found, settings)
    _save(out / "findings.jsonl", lambda file: files.write_jsonl(files.finding_rows(found), file))
    _save(out / "pairs.csv", lambda file: files.write_csv(files.pair_rows(found), files.PAIR_COLUMNS, file))
    _save(out / "report.html", lambda file: file.write(html.render(data)))
    _save(out / "report.md", lambda file: file.write(markdown.render(data)))


def _write_stored(out: Path, store: Path, number: int | None = None) -> int:
    """Write the four files of a stored run; each appears whole or not at all."""
    from analyzer import stored
    from analyzer.report import files, html, markdown
    from analyzer.report.data import report_data

    with stored.shown(store, number) as shown:
        found = shown.result.run
        data = report_data(found, shown.result.settings)
        _save(out / "findings.jsonl", lambda file: file.writelines(shown.finding_lines))
        _save(out / "pairs.csv", lambda file: files.write_csv(shown.pair_rows, files.PAIR_COLUMNS, file))
        _save(out / "report.html", lambda file: file.write(html.render(data)))
        _save(out / "report.md", lambda file: file.write(markdown.render(data)))
    (out / "dropped.csv").unlink(missing_ok=True)  # another run's would not belong to this report
    _say_skipped(found.skipped)
    return _close(found, out / "report.md")


def _now() -> str:
    """The time of day, for the store's records; nothing that is computed depends on it."""
    import datetime as dt

    return dt.datetime.now(tz=dt.UTC).isoformat(timespec="seconds")


def _close(found: Run, report: Path) -> int:
    """Say what came out, and choose the exit status."""
    from analyzer.report.data import headline, why_empty

    _say(f"{headline(found)} Report: {report}")
    if not (found.stored.totals["pair"] if found.stored else found.scored):
        return _nothing(why_empty(found))
    return DONE


def _check(out: str) -> None:
    """Prove before the work that its results can be written."""
    if out != "-":
        check_file(Path(out))


def _save(out: str | Path, write: Callable[[TextIO], object]) -> None:
    """Let ``write`` fill a file, whole or not at all, or standard output."""
    if out != "-":
        with replacing(Path(out)) as file:
            write(file)
        return
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8", errors="backslashreplace", newline="\n")
    try:
        write(sys.stdout)
        sys.stdout.flush()
    except BrokenPipeError:
        # The reader has seen enough; without this Python complains again when it closes standard output.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _say(line: str) -> None:
    """One line to standard error."""
    typer.echo(" ".join(line.split()).encode("utf-8", "backslashreplace").decode(), err=True)


def _say_skipped(skipped: Sequence[Skipped]) -> None:
    """One line for each input that was not read."""
    for one in skipped:
        _say(f"{one.path}: {one.reason}")


def _say_saved(counts: Mapping[str, int]) -> None:
    """How many model calls a run over a store made, and how many it was spared."""
    made, saved = counts["sentences encoded"], counts["sentences known from the store"]
    scored, known = counts["pairs scored"], counts["pair scores known from the store"]
    _say(
        f"model calls made: {made:,} sentences encoded, {scored:,} pairs scored;"
        f" saved by the store: {saved:,} sentences, {known:,} pairs"
    )


def _nothing(reason: str) -> int:
    """Say why nothing came out."""
    _say(f"analyzer: {reason.rstrip('.')}")
    return NOTHING


@contextmanager
def _progress() -> Iterator[Progress | None]:
    """A progress bar on a terminal, none in a pipe."""
    if not sys.stderr.isatty():
        yield None
        return
    from analyzer.progress import Bars

    with Bars() as bars:
        yield bars


def _run(arguments: Sequence[str]) -> int:
    """Run one command and turn every way to end into an exit status and at most one line."""
    try:
        status = int(app(list(arguments), prog_name="analyzer", standalone_mode=False) or DONE)
    except (AnalyzerError, typer.TyperException) as error:
        message = error.format_message() if isinstance(error, typer.TyperException) else str(error)
        _say(f"analyzer: {message}")
        return BAD
    except (KeyboardInterrupt, typer.Abort):
        status = INTERRUPTED
    except MemoryError:
        _say("analyzer: not enough memory; give fewer articles or a smaller token_budget")
        return BAD
    if status == INTERRUPTED:  # typer's own answer to an interrupt, too
        _say("analyzer: interrupted, nothing half written is left")
    return status


def main(arguments: Sequence[str] | None = None) -> None:
    """Entry point of the console script; without arguments it shows the help."""
    # Libraries speak to their developers on standard error; here one line must stand out.
    os.environ.setdefault("TRANSFORMERS_VERBOSITY", "error")
    os.environ.setdefault("HF_HUB_DISABLE_PROGRESS_BARS", "1")
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    if not sys.warnoptions:
        warnings.simplefilter("ignore")
    syntax.ALONE = True
    # A watch is stopped by whoever started it, also from a script, where an interrupt is ignored unless asked for.
    for sign in (signal.SIGINT, signal.SIGTERM):
        signal.signal(sign, signal.default_int_handler)
    sys.exit(_run(sys.argv[1:] or ["--help"] if arguments is None else arguments))


if __name__ == "__main__":
    main()
