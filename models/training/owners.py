"""Fits the head that tells whose a claim is, on the states of a trained encoder, which stay as they are.

    python models/training/owners.py --start models/encoder --data DATA_FOLDER --folders uvwxyz --out RUN_FOLDER

The rounds of ``encoder.py`` see a story once or twice, too seldom for this head: it still errs on what it was shown.
Here the states of all claims and names are computed once, and the head, made anew, is shown them in several epochs with
much dropout. All other weights are written as they were in START.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import sys
from bisect import bisect_right
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import nn
from torch.nn import functional

sys.path.insert(0, str(Path(__file__).parent))
from encoder import ClaimNet, Trained, bears, holders, named
from export import SHARED, share
from stories import GoldArticle, load_folder, story_folder

from analyzer.encoder import TYPES, Encoder, Mention, gap
from analyzer.weights import load_arrays

DROPOUT = 0.4  # of the states; with the epochs chosen on the folders for tuning
EPOCHS = 5
RATE = 1e-3
DECAY = 0.1
TOGETHER = 4  # articles in one batch


@dataclass(frozen=True, slots=True)
class Passage:
    """An article's claims and names: mean states [claims, width], [names, width], and which belong together.

    ``types`` name the claim types, ``gaps`` [claims, names] are the kinds of distance, ``right`` [claims, names + 1]
    whether a claim is the conduct of the bearer; the last column is nobody's.
    """

    claims: torch.Tensor
    names: torch.Tensor
    types: list[str]
    gaps: torch.Tensor
    right: torch.Tensor


def within(article: GoldArticle, start: int, end: int) -> Mention:
    """Where the characters [start, end) of an article stand in its sentences; start is in one of them."""
    sentence = bisect_right([begin for begin, _, _ in article.sentences], start) - 1
    begin = article.sentences[sentence][0]
    return Mention(sentence, start - begin, end - begin)


def passages(encoder: Encoder, folder: Path) -> list[Passage]:
    """Read the articles of a story folder; those without a claim or a name are left out."""
    found = []
    for article in (article for story in load_folder(folder) for article in story.articles):
        names = [
            (within(article, start, end), name, party)
            for start, end, name, party in named(article.file, article.text)
            if any(first <= start < last for first, last, _ in article.sentences)
        ]
        annotated = ((TYPES[0], article.statements), (TYPES[1], article.actions))
        claims = [
            (within(article, start, end), claim_type, holders(row))
            for claim_type, rows in annotated
            for start, end, row in rows
        ]
        if not names or not claims:
            continue
        readings = encoder.read([[article.text[start:end] for start, end, _ in article.sentences]])[0]
        states = [[readings[m.sentence].pool(m.start, m.end) for m, *_ in side] for side in (claims, names)]
        gaps = [
            [gap(n.sentence, n.start, n.end, m.sentence, m.start, m.end) for n, _, _ in names] for m, _, _ in claims
        ]
        right = [[bears(name, party, wanted) for _, name, party in names] for _, _, wanted in claims]
        right = [[*row, not any(row)] for row in right]
        of_claims, of_names = (torch.from_numpy(np.stack(side)) for side in states)
        types = [claim_type.value for _, claim_type, _ in claims]
        found.append(Passage(of_claims, of_names, types, torch.tensor(gaps), torch.tensor(right)))
    return found


def spread(states: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Mean and standard deviation [width] of states [n, width]."""
    return states.mean(0), states.std(0) + 1e-3


def loss(net: ClaimNet, one: Passage, spreads: list[tuple[torch.Tensor, torch.Tensor]]) -> torch.Tensor:
    """Sum of ``ClaimNet.misgiven`` over the claims of a passage, whose states are dropped out."""
    claims, names = (
        functional.dropout((states - mean) / deviation, DROPOUT)
        for states, (mean, deviation) in zip((one.claims, one.names), spreads, strict=True)
    )
    each = zip(claims, one.types, one.gaps, one.right, strict=True)
    return torch.stack([net.misgiven(claim, name, names, gaps, right) for claim, name, gaps, right in each]).sum()


def fit(net: ClaimNet, found: list[Passage]) -> None:
    """Fit the head anew; it learns on states of mean 0 and deviation 1, which is then folded into its weights."""
    heads = [*net.asks.values(), net.names, net.fits, *net.nobody.values()]
    for head in heads:
        head.reset_parameters()
    nn.init.normal_(net.gaps)
    spreads = [spread(torch.cat([getattr(one, side) for one in found])) for side in ("claims", "names")]
    parameters = [net.gaps, *(p for head in heads for p in head.parameters())]
    optimiser = torch.optim.AdamW(parameters, lr=RATE, weight_decay=DECAY)
    order = random.Random(13)
    batches = -(-len(found) // TOGETHER) * EPOCHS
    schedule = torch.optim.lr_scheduler.LinearLR(optimiser, 1.0, 0.0, total_iters=batches)
    for epoch in range(EPOCHS):
        order.shuffle(found)
        total = 0.0
        for i in range(0, len(found), TOGETHER):
            batch = found[i : i + TOGETHER]
            lost = torch.stack([loss(net, one, spreads) for one in batch]).sum()
            (lost / sum(len(one.types) for one in batch)).backward()
            optimiser.step()
            optimiser.zero_grad(set_to_none=True)
            schedule.step()
            total += lost.item()
        sys.stdout.write(f"epoch {epoch + 1}: {total / sum(len(one.types) for one in found):.3f} a claim\n")
    of_claims, of_names = spreads
    for head in (*net.asks.values(), *net.nobody.values()):
        fold(head, *of_claims)
    fold(net.names, *of_names)


def fold(head: nn.Linear, mean: torch.Tensor, deviation: torch.Tensor) -> None:
    """Let a layer that was fitted on standardised states take them as they are."""
    with torch.no_grad():
        head.weight /= deviation
        head.bias -= head.weight @ mean


def put(made: Path, ship: Path) -> None:
    """Put a model folder in the place of the one in ``ship``."""
    (ship / SHARED).unlink(missing_ok=True)
    for file in (*ship.glob("*.safetensors"), *made.iterdir()):
        target = ship / file.name
        target.unlink(missing_ok=True)
        if file.parent == made:
            shutil.copyfile(file, target)
    beside = ship.parent / "nli"
    if beside.is_dir():  # what the scoring model has the same is kept there alone
        share(ship, load_arrays(ship), beside)


def main() -> None:
    """Fit the head and write an int8 model folder."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--start", type=Path, required=True, help="exported encoder")
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--folders", required=True, help="story folders to fit on")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--ship", type=Path, help="folder to put the finished model in")
    parser.add_argument("--nice", type=int, default=10)
    arguments = parser.parse_args()
    os.nice(arguments.nice)
    torch.manual_seed(13)
    encoder = Encoder(arguments.start)
    found = []
    for name in dict.fromkeys(arguments.folders):
        read = passages(encoder, story_folder(arguments.data, name))
        found += read
        sys.stdout.write(f"{name}: {len(read)} articles\n")
        sys.stdout.flush()
    claims = Trained.load(arguments.start)
    fit(claims.net, found)
    arguments.out.mkdir(parents=True, exist_ok=True)
    claims.write(arguments.out / "export", arguments.start)
    if arguments.ship:
        put(arguments.out / "export", arguments.ship)


if __name__ == "__main__":
    main()
