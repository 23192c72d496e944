"""Stage 2: from general inference to statement against action, on the authored pairs and stories.

    python models/training/specialise.py --base GENERAL_RUN --data DATA_FOLDER --nli NLI_FOLDER --out RUN_FOLDER

DATA_FOLDER holds statement_action/ and stories/; the minimal sets beside this script are added, and with ``--found``
the program's own pairs (see found.py). Some general pairs are mixed in so that nothing is forgotten. The action is the
premise, the statement the hypothesis, both as the program completes them ("Party: text"), or bare, as they come to
``analyzer score``.
"""

from __future__ import annotations

import argparse
import math
import os
import random
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(Path(__file__).parent), str(ROOT)]
from general import read_rows, sample  # noqa: E402
from stories import Story, load_folder, read_jsonl, story_folder  # noqa: E402
from trainer import Plan, Row, one_hot, predict, train  # noqa: E402

from analyzer.attribution import complete  # noqa: E402
from analyzer.records import Attribution, ClaimType  # noqa: E402

# Domains of statement_action/pairs.jsonl that no stage ever trains on: they measure.
HELD_OUT = frozenset(
    {
        "pharma",
        "currency",
        "takeovers",
        "space & aviation accidents",
        "borders_refugees",
        "espionage_surveillance",
        "press freedom & censorship",
        "football & transfers",
        "coalition talks",
        "conservation, fishing & wildlife",
    }
)
SOFT = {3: (0.97, 0.0, 0.03), 2: (0.88, 0.02, 0.10), 1: (0.35, 0.05, 0.60), 0: (0.02, 0.13, 0.85)}
EASY_SHARE = 0.25  # of the negatives: acts of another party, which pairing drops when it knows
NEGATIVES = 3  # a contradiction
SHOWN = 0.6  # share of a story's rows in one epoch: many retell one contradiction
HARD_SHARE = 0.5  # of the negatives among the program's own pairs: those that the model before took for the likeliest
BARE = 0.35  # share of the rows that show the texts alone
UNKNOWN = 0.15  # share of the rows whose actor is not told, as where the tool could not find it


def authored(data: Path, held_out: bool, sets: frozenset[str] = frozenset()) -> list[dict]:
    """Rows of the authored pairs and minimal sets; only the held-out domains, or all others, or only some ``sets``."""
    rows = [
        row
        for row in read_jsonl(data / "statement_action" / "pairs.jsonl")
        if (row["domain"] in HELD_OUT) == held_out and not sets
    ]
    if not held_out:
        for path in sorted((Path(__file__).parent / "data" / "minimal_sets").glob("*.jsonl")):
            if sets and path.stem not in sets:
                continue
            for group in read_jsonl(path):
                for number, (text, actor, label, phenomenon) in enumerate(group["actions"]):
                    shared = {k: v for k, v in group.items() if k != "actions"}
                    more = {"id": f"{group['group']}-{number}", "action": text, "actor": actor}
                    rows.append(shared | more | {"label": label, "phenomenon": phenomenon})
    return rows


def whose(party: str | None, actor: str | None, generator: random.Random) -> tuple[str | None, str | None]:
    """The names put before statement and action: both, none, or only the statement's."""
    chance = generator.random()
    if chance < BARE:
        return None, None
    return party, None if chance < BARE + UNKNOWN else actor


def story_rows(story: Story, generator: random.Random) -> list[Row]:
    """Graded pairs of a story: every contradiction, as many arguable ones as there are, and sampled negatives."""
    parties = {r["party"] for a in story.articles for _, _, r in a.statements if r["party"]}
    statements = {r["id"]: r for a in story.articles for _, _, r in a.statements}
    actions = {r["id"]: r for a in story.articles for _, _, r in a.actions}
    who = {i: r.get("party") or party_of(r["actor"], parties) for i, r in actions.items()}
    strong = [(s, a, g) for (s, a), g in story.grades.items() if g >= 1]
    none = [(s, a, 0) for (s, a), g in story.grades.items() if g == 0]
    generator.shuffle(none)
    own = [x for x in none if statements[x[0]]["party"] == who[x[1]]]
    other = [x for x in none if statements[x[0]]["party"] != who[x[1]]]
    wanted = max(24, NEGATIVES * sum(g >= 2 for _, _, g in strong))
    easy = min(len(other), int(EASY_SHARE * wanted))
    rows = []
    for s, a, grade in strong + own[: wanted - easy] + other[:easy]:
        party, actor = whose(statements[s]["party"], who[a], generator)
        done = complete(actions[a]["text"], Attribution(party=actor), ClaimType.ACTION)
        said = complete(statements[s]["text"], Attribution(party=party), ClaimType.STATEMENT)
        rows.append(Row(done, said, SOFT[grade]))
    return rows


def found_rows(path: Path, generator: random.Random) -> list[Row]:
    """Of the program's own pairs every contradiction and arguable one, and negatives: the hardest, and any."""
    found = read_jsonl(path)
    rows = [row for row in found if row["grade"]]
    none = sorted((row for row in found if not row["grade"]), key=lambda row: -row["score"])
    wanted = min(len(none), NEGATIVES * sum(row["grade"] >= 2 for row in rows))
    hard = int(HARD_SHARE * wanted)
    rows += none[:hard] + generator.sample(none[hard:], wanted - hard)
    return [Row(row["premise"], row["hypothesis"], SOFT[row["grade"]]) for row in rows]


def party_of(actor: str | None, parties: set[str]) -> str | None:
    """The statement party that an actor's name carries ("Arvenian army" -> "Arvenia"), else the actor itself."""
    if not actor:
        return None
    low = actor.casefold()
    for party in sorted(parties, key=len, reverse=True):
        stem = party.casefold().removeprefix("the ")
        if stem in low or (len(stem) > 5 and stem[: len(stem) - 1] in low):
            return party
    return actor


def build(
    data: Path,
    nli: Path | None,
    folders: str,
    seed: int,
    share: float = 1.0,
    general: float = 0.12,
    found: Path | None = None,
    sets: frozenset[str] = frozenset(),
) -> list[Row]:
    """All rows of one epoch; ``share`` of the authored groups and stories, for a learning curve.

    ``general`` is how many general pairs come to each of ours. With ``sets``, of the authored pairs only these.
    """
    generator = random.Random(seed)
    pairs = authored(data, held_out=False, sets=sets)
    keep = {g for g in {r["statement"] for r in pairs} if random.Random(g).random() < share}
    rows = []
    for row in pairs:
        if row["statement"] not in keep:
            continue
        party, actor = whose(row["party"], row["actor"], generator)
        antecedent = row.get("antecedent") if row.get("antecedent") and generator.random() < 0.5 else None
        whole = Attribution(party=party, condition=row.get("condition"), antecedent=antecedent)
        done = complete(row["action"], Attribution(party=actor), ClaimType.ACTION)
        said = complete(row["statement"], whole, ClaimType.STATEMENT)
        rows.append(Row(done, said, one_hot(row["label"])))
    for name in folders:
        for story in load_folder(story_folder(data, name)):
            if random.Random(story.name).random() < share:
                graded = story_rows(story, generator)
                rows += generator.sample(graded, int(SHOWN * len(graded)))
    if found:
        rows += found_rows(found, generator)
    if nli:
        others = sample(read_rows(nli / "train.jsonl.gz"), seed + 1)
        generator.shuffle(others)
        rows += others[: int(general * len(rows))]
    return rows


def auc(scores: list[float], labels: list[bool]) -> float:
    """Area under the ROC curve by ranks; 0.5 when one class is missing."""
    from sklearn.metrics import roc_auc_score

    return float(roc_auc_score(labels, scores)) if len(set(labels)) == 2 else 0.5


def development(data: Path):
    """A function that scores a checkpoint on the held-out domains (bare and completed) and on folder f."""
    held = authored(data, held_out=True)
    bare = [(r["action"], r["statement"]) for r in held]
    full = [
        (f"{r['actor']}: {r['action']}" if r["actor"] else r["action"], f"{r['party']}: {r['statement']}") for r in held
    ]
    generator = random.Random(5)
    story = []
    for one in load_folder(data / "stories" / "f"):
        story += [(r, r.target[0] > 0.5) for r in story_rows(one, generator) if r.target != SOFT[1]]
    generator.shuffle(story)
    story = story[:900]

    def measure(model, tokenizer, _: int) -> dict:
        out = {}
        gold = [r["label"] == "contradiction" for r in held]
        for name, pairs, labels in (
            ("pairs_bare", bare, gold),
            ("pairs_full", full, gold),
            ("stories_f", [(r.premise, r.hypothesis) for r, _ in story], [label for _, label in story]),
        ):
            probabilities = predict(model, tokenizer, pairs)
            out[name] = round(auc(probabilities[:, 0].tolist(), labels), 4)
        return out

    return measure


def main() -> None:
    """Run the stage."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--base", type=Path, required=True)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--nli", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--folders", default="abcdehijklmn")
    parser.add_argument("--epochs", type=float, default=2.0)
    parser.add_argument("--rate", type=float, default=3e-5)
    parser.add_argument("--frozen", type=int, default=3)
    parser.add_argument("--share", type=float, default=1.0)
    parser.add_argument("--general", type=float, default=0.12)
    parser.add_argument("--found", type=Path)
    parser.add_argument("--sets", default="", help="of the authored pairs only these minimal sets: a,b,c")
    arguments = parser.parse_args()
    os.nice(10)
    rows: list[Row] = []
    shown = math.ceil(arguments.epochs)
    for epoch in range(shown):  # each epoch shows the texts and the negatives anew
        seed = 100 + epoch
        sets = frozenset(filter(None, arguments.sets.split(",")))
        given = (arguments.share, arguments.general, arguments.found, sets)
        rows += build(arguments.data, arguments.nli, arguments.folders, seed, *given)
    plan = Plan(
        out=arguments.out,
        base=arguments.base,
        epochs=arguments.epochs / shown,
        learning_rate=arguments.rate,
        frozen_layers=arguments.frozen,
        label_smoothing=0.05,
        layer_decay=0.95,
        save_every=500,
    )
    train(rows, plan, development(arguments.data))


if __name__ == "__main__":
    main()
