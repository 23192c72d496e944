"""Every number a user may turn, in one frozen place: unit, range and reason beside each."""

from __future__ import annotations

import hashlib
import json
import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from pathlib import Path
from typing import Any

from analyzer.records import SettingsError


def _number(default: float, low: float, high: float, reason: str) -> Any:
    """A numeric field with an inclusive range; ``reason`` is shown when the range is broken."""
    return field(default=default, metadata={"low": low, "high": high, "reason": reason})


def _name(default: str, reason: str, *choices: str) -> Any:
    """A field that holds a name, one of ``choices`` when there are any; ``reason`` says what it names."""
    return field(default=default, metadata={"reason": reason, "choices": choices})


# Factors on the odds of a contradiction by when the act happened, relative to an act after the statement: shares of
# contradictions among 20,000 dated statement/action pairs of the authored stories, taken to the power that ranking has
# fitted. A denial reaches back ("we have no plans" is undercut by what was already under way), a pledge does not:
# conduct before it is no breach.
# "long before" is more than 90 days, "before" more than 7, "around" 7 days before up to the same day.
TIME_WEIGHTS: dict[str, dict[str, float]] = {
    "denial": {"long before": 0.3, "before": 0.7, "around": 1.0, "after": 1.0},
    "pledge": {"long before": 0.02, "before": 0.05, "around": 0.1, "after": 1.0},
    "intent": {"long before": 0.02, "before": 0.2, "around": 0.3, "after": 1.0},
    "claim": {"long before": 0.15, "before": 0.3, "around": 0.6, "after": 1.0},
}


BACKENDS = ("auto", "openvino", "torch")


@dataclass(frozen=True, slots=True)
class Settings:
    """Settings of one run. Raises SettingsError when a value is out of its range."""

    model: str = _name("nli", "scores the pairs: nli or fast, which are shipped, a folder, or a hub id")

    # Reading.
    max_bytes: int = _number(20_000_000, 1_000, 10**10, "bytes; a single larger text file is no news article")
    max_chars: int = _number(400_000, 1_000, 10**8, "characters; about 70,000 words, longer text is a book or a dump")
    min_chars: int = _number(40, 1, 10_000, "characters; shorter text holds no sentence to quote")

    # Claims.
    statement_threshold: float = _number(0.4, 0.05, 0.95, "tagger probability from which words are a statement's")
    action_threshold: float = _number(0.4, 0.05, 0.95, "tagger probability from which words are an action's")
    claim_cost: float = _number(0.9, 0.0, 20.0, "worth, in words, that a piece must bring to be cut out on its own")
    claim_beginning: float = _number(1.0, 0.0, 20.0, "worth of a beginning the tagger is sure of, lost inside a piece")
    claim_joint: float = _number(1.0, 0.0, 20.0, "worth lost by a piece that holds two clauses which could stand alone")

    # Parties.
    sure_party: float = _number(0.35, 0.34, 1.0, "chance from which a claim is told to be a party's")
    possible_party: float = _number(0.05, 0.0, 1.0, "chance from which it may be a party's, and pairs with its claims")

    # Pairing.
    max_candidates: int = _number(50, 1, 10_000, "actions kept a statement, nearest first, after all other gates")
    least_prospect: float = _number(
        0.03, 0.0, 1.0, "chance of a contradiction before the model reads, under which a pair is not read"
    )
    background_days: int = _number(
        365,
        1,
        36_500,
        "days; an act this long before a statement (if that has no date: before the act's article) is background",
    )

    # Ranking.
    reprint_share: float = _number(0.6, 0.1, 1.0, "share of the shorter article's sentences that makes it a reprint")
    finding_threshold: float = _number(0.1, 0.0, 1.0, "rank score from which a pair supports a finding")
    unknown_party_weight: float = _number(
        0.6, 0.001, 1.0, "factor on the odds when it is not told that one party did both"
    )
    accusation_weight: float = _number(0.8, 0.001, 1.0, "factor on the odds when the act is told as an accusation")
    conditional_weight: float = _number(0.8, 0.001, 1.0, "factor on the odds when the statement is conditional")
    condition_met_weight: float = _number(
        0.15, 0.001, 1.0, "the same when a condition (unless, only if) seems to have been met that frees from it"
    )
    direct_score: float = _number(0.4, 0.0, 1.0, "rank score from which a contradiction is called direct")
    undercuts_score: float = _number(0.2, 0.0, 1.0, "rank score under which a tension is called weak")
    reversal_days: int = _number(
        30, 0, 36_500, "days after a pledge or intention; an act against it later than that is a reversal"
    )
    same_statement: float = _number(
        0.9, 0.0, 2.0, "cosine of two statements and the share of their words in common from which they are one"
    )
    shared_words: float = _number(0.6, 0.0, 1.0, "what all words in common add to the cosine of two statements")
    near_statement: float = _number(0.7, 0.0, 1.0, "cosine under which two statements are never one told twice")
    judged_share: float = _number(
        0.6, 0.1, 1.0, "length ratio at which a quote inside another is the one judged before"
    )

    # Report. The result files hold everything; these bound what a person is asked to page through.
    report_findings: int = _number(100, 1, 10**6, "findings shown in the report")
    report_actions: int = _number(5, 1, 10**4, "actions shown under a finding, and pairs shown when nothing ranks")
    report_articles: int = _number(200, 0, 10**6, "articles listed one by one under what was read")
    report_changes: int = _number(20, 0, 10**6, "changes of each kind at the head of a stored run's report")
    stored_findings: int = _number(
        10_000, 0, 10**8, "best findings in findings.jsonl of a stored run; the report counts them all"
    )
    stored_pairs: int = _number(10_000, 0, 10**8, "best pairs in pairs.csv of a stored run; a store may hold millions")

    # Running.
    backend: str = _name(
        "auto", "what runs the scorer: auto (a GPU, else OpenVINO, else torch), openvino or torch", *BACKENDS
    )
    token_budget: int = _number(4096, 128, 10**6, "tokens being scored at once; bounds memory")
    threads: int = _number(0, 0, 1024, "processor threads; 0 is all that this process may use")

    def __post_init__(self) -> None:
        """Hold every numeric field to its range."""
        for item in fields(self):
            low = item.metadata.get("low")
            value = getattr(self, item.name)
            if low is None:
                if not isinstance(value, str) or not value:
                    raise SettingsError(f"setting {item.name}: {value!r} is not a name")
                choices = item.metadata["choices"]
                if choices and value not in choices:
                    raise SettingsError(f"setting {item.name}: {value!r} is not one of {', '.join(choices)}")
                continue
            wanted = int if item.type == "int" else (int, float)
            if isinstance(value, bool) or not isinstance(value, wanted) or not low <= value <= item.metadata["high"]:
                raise SettingsError(
                    f"setting {item.name}: {value!r} is not within {low:g}..{item.metadata['high']:g}"
                    f" ({item.metadata['reason']})"
                )

    def digest(self, *names: str) -> str:
        """Short hash of the named settings (all when none is named): part of the keys of stored results."""
        values = asdict(self)
        chosen = {name: values[name] for name in (names or values)}
        return hashlib.sha256(json.dumps(chosen, sort_keys=True).encode()).hexdigest()[:12]


def _known() -> set[str]:
    """Names of all settings."""
    return {item.name for item in fields(Settings)}


def past_settings(values: Mapping[str, Any]) -> Settings:
    """Settings of an earlier run, without those that have gone since: they shaped the run, not its report."""
    return Settings(**{name: value for name, value in values.items() if name in _known()})


def load_settings(path: Path | None, **overrides: Any) -> Settings:
    """Read settings from a TOML file (flat keys) and apply overrides that are not None.

    Raises SettingsError, naming the file, for an unreadable file, unknown key or value out of range.
    """
    values: dict[str, Any] = {}
    if path is not None:
        try:
            values = tomllib.loads(path.read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
            raise SettingsError(f"{path}: not a readable settings file: {error}") from error
    unknown = sorted(set(values) - _known())
    if unknown:
        raise SettingsError(f"{path}: unknown setting {unknown[0]!r}")
    values.update({name: value for name, value in overrides.items() if value is not None})
    try:
        return replace(Settings(), **values)
    except SettingsError as error:
        raise SettingsError(f"{path}: {error}" if path is not None else str(error)) from error
