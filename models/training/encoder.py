"""Train the claim encoder (models/encoder): token tags, sentence types, statement kinds, claim vectors, owners at once.

    python models/training/encoder.py --base BASE_FOLDER --data DATA_FOLDER --out RUN_FOLDER

BASE_FOLDER holds all-mpnet-base-v2 (checked by sha256), of which the lower LAYERS are taken; with --start in its place
training goes on from an exported encoder, the shipped one too. DATA_FOLDER holds stories/ and statement_action/.
Resumes from RUN_FOLDER/state.pt when there.
A batch is one story, so that the vectors learn to tell a contradicting action from the other acts of the same story,
and every claim is held against all names of its article: whose is it?
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import sys
import time
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import torch
from torch import nn
from torch.nn import functional
from transformers import AutoConfig, AutoModel

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(Path(__file__).parent), str(ROOT)]
from export import export_int8  # noqa: E402
from general import BASE_SHA256, check_sha256  # noqa: E402
from stories import GoldArticle, Story, load_folder, read_jsonl, story_folder  # noqa: E402

from analyzer import parties, sentences, syntax  # noqa: E402
from analyzer.encoder import GAPS, KINDS, TAGS, TYPES, VECTOR, gap, join, windows  # noqa: E402
from analyzer.hardware import has_bf16  # noqa: E402
from analyzer.records import Article, ClaimType  # noqa: E402
from analyzer.weights import load_arrays, load_tensors  # noqa: E402
from benchmarks.quality.scoring import same_party  # noqa: E402

LAYERS = 8  # of twelve: the upper ones are made for whole-sentence vectors, and cost as much
HEADS = 16  # learning rate of the heads, as a multiple of the layers
FROZEN = 2  # lowest layers left as they are, like the embeddings
TEMPERATURE = 0.05
MASKED = 0.08  # share of tokens hidden in training
NO_ACT = ("reported_doubt", "lexical_trap", "same_topic_neutral")  # phenomena whose second text may be no act
SETS = 20  # minimal sets in one batch
SAVE_EVERY = 50  # steps between resumable checkpoints
SKIP = -100  # "no gold here"
KIND_INDEX = {kind.value: i for i, kind in enumerate(KINDS)}


class ClaimNet(nn.Module):
    """Transformer with the heads that ``analyzer.encoder`` describes."""

    def __init__(self, base: nn.Module, width: int) -> None:
        """Put the heads on ``base``, an encoder whose hidden size is ``width``."""
        super().__init__()
        self.base = base
        self.tags = nn.Linear(width, len(TAGS))
        self.types = nn.Linear(width, len(TYPES))
        self.kinds = nn.Linear(width, len(KINDS))
        self.vectors = nn.ModuleDict({t.value: nn.Linear(width, VECTOR) for t in TYPES})
        self.asks = nn.ModuleDict({t.value: nn.Linear(width, VECTOR) for t in TYPES})
        self.names = nn.Linear(width, VECTOR)
        self.gaps = nn.Parameter(torch.zeros(GAPS, VECTOR))
        self.fits = nn.Linear(VECTOR, 1)
        self.nobody = nn.ModuleDict({t.value: nn.Linear(width, 1) for t in TYPES})

    def hidden(self, ids: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        """Contextual states [batch, tokens, width] of padded token ids."""
        return self.base(input_ids=ids, attention_mask=mask).last_hidden_state

    def vector(self, pooled: torch.Tensor, claim_type: ClaimType) -> torch.Tensor:
        """Unit vectors [n, VECTOR] of mean-pooled spans; a statement and what contradicts it lie close."""
        return functional.normalize(self.vectors[claim_type.value](pooled), dim=-1)

    def owner(self, claim: torch.Tensor, name: str, mentions: torch.Tensor, gaps: torch.Tensor) -> torch.Tensor:
        """Log-odds [mentions + 1] that a claim [width] is the conduct of each named one; the last is nobody's."""
        met = functional.relu(self.asks[name](claim) + self.names(mentions) + self.gaps[gaps])
        return torch.cat([self.fits(met).squeeze(-1), self.nobody[name](claim)])

    def misgiven(
        self, claim: torch.Tensor, name: str, mentions: torch.Tensor, gaps: torch.Tensor, right: torch.Tensor
    ) -> torch.Tensor:
        """Negative log-likelihood that a claim is given to one of the ``right`` [mentions + 1] names, all together."""
        return -self.owner(claim, name, mentions, gaps).log_softmax(0)[right].logsumexp(0)


@dataclass(slots=True)
class Owned:
    """One claim to be given to one of the names of its article: indices into the spans of the batch."""

    claim: str
    type: str
    mentions: list[int]
    gaps: list[int]
    right: list[bool]  # one a mention, the last: nobody named


class Batch:
    """Windows with their gold: tags, sentence types, spans (for kinds and vectors), mentions and whose claims are."""

    def __init__(self) -> None:
        """Start empty."""
        self.mentions: list[tuple[int, int, int]] = []  # row, start, end
        self.owned: list[Owned] = []
        self.rows: list[list[int]] = []
        self.tags: list[list[int]] = []
        self.sentences: list[tuple[int, int, int, tuple[float, float]]] = []  # row, start, end, types
        self.spans: dict[str, tuple[int, int, int, str, int]] = {}  # id -> row, start, end, claim type, kind


def type_targets(name: str) -> tuple[float, float]:
    """Sentence type name to (statement, action)."""
    return (float("statement" in name), float("action" in name))


def tag_tokens(offsets: np.ndarray, spans: list[tuple[int, int, str]]) -> list[int]:
    """BIO tags of the tokens of one sentence; span offsets are relative to it."""
    tags = [0] * len(offsets)
    for start, end, name in spans:
        inside = [i for i, (a, b) in enumerate(offsets) if a < end and b > start]
        for n, i in enumerate(inside):
            tags[i] = TAGS.index(("B-" if n == 0 and start >= 0 else "I-") + name)
    return tags


def inside(offsets: np.ndarray, start: int, end: int) -> np.ndarray:
    """Indices of the tokens that overlap the characters [start, end)."""
    return np.flatnonzero((offsets[:, 0] < end) & (offsets[:, 1] > start))


@cache
def named(path: str, text: str) -> list[tuple[int, int, str, str | None]]:
    """Names of an article as the tool finds them: start, end, what the bearer is called, its party where stated."""
    article = Article(text, path)
    spans = sentences.split(article)
    who = parties.resolve(article, spans, syntax.parse(article, spans))
    return [(n.start, n.end, e.name, e.party if e.stated else None) for e in who.entities for n in e.names]


def holders(row: dict) -> set[str]:
    """Names of those whose a claim is, by its annotation."""
    given = {row.get("party"), row.get("actor")} - {None}
    return {one for name in given for one in (name, *(part.strip() for part in name.split(";")))}


def bears(name: str, party: str | None, wanted: set[str]) -> bool:
    """Whether one who is called ``name``, of ``party`` where that is stated, is among those whose a claim is."""
    return any(same_party(one, other) for one in {name, party} - {None} for other in wanted)


def add_owners(batch: Batch, article: GoldArticle, place: dict[int, tuple[int, int]], offsets: list) -> None:
    """Add the names of an article and, for each of its claims, which of them it belongs to.

    ``place`` gives row and first token of each sentence in the batch, ``offsets`` the tokens' characters in it.
    """
    mentions = []
    for start, end, name, party in named(article.file, article.text):
        for i, (a, b, _) in enumerate(article.sentences):
            if i in place and a <= start < b:
                tokens = inside(offsets[i], start - a, end - a)
                if len(tokens):
                    row, begin = place[i]
                    batch.mentions.append((row, begin + int(tokens[0]), begin + int(tokens[-1]) + 1))
                    mentions.append((len(batch.mentions) - 1, i, start, end, name, party))
    for claim_type, claims in (("statement", article.statements), ("action", article.actions)):
        for start, end, row in claims:
            sentence = next((i for i, (a, b, _) in enumerate(article.sentences) if a <= start < b), None)
            if row["id"] not in batch.spans or sentence is None:
                continue
            wanted = holders(row)
            owned = Owned(row["id"], claim_type, [], [], [])
            for index, where, first, last, name, party in mentions:
                owned.mentions.append(index)
                owned.gaps.append(gap(where, first, last, sentence, start, end))
                owned.right.append(bears(name, party, wanted))
            owned.right.append(not any(owned.right))
            batch.owned.append(owned)


def story_batch(tokenizer, story: Story, special: dict) -> Batch:
    """All articles of a story as windows."""
    batch = Batch()
    for article in story.articles:
        place: dict[int, tuple[int, int]] = {}
        texts = [article.text[a:b] for a, b, _ in article.sentences]
        encoded = tokenizer.encode_batch(texts, add_special_tokens=False)
        ids = [e.ids[:254] for e in encoded]
        offsets = [np.array(e.offsets[:254]).reshape(-1, 2) for e in encoded]
        claims = [(a, b, "statement", row) for a, b, row in article.statements]
        claims += [(a, b, "action", row) for a, b, row in article.actions]
        for first, last, keep, end in windows([len(x) for x in ids]):
            joined, starts = join(ids[first:last], special["first"], special["separator"])
            tags = [SKIP] * len(joined)
            number = len(batch.rows)
            for i in range(keep, end):
                a, b, name = article.sentences[i]
                begin = starts[i - first]
                place[i] = (number, begin)
                inner = [(s - a, e - a, kind) for s, e, kind, _ in claims if s < b and e > a]
                tags[begin : begin + len(ids[i])] = tag_tokens(offsets[i], inner)
                batch.sentences.append((number, begin, begin + len(ids[i]), type_targets(name)))
                for s, e, kind, row in claims:
                    if a <= s < b:
                        tokens = inside(offsets[i], s - a, e - a)
                        if len(tokens):
                            gold = KIND_INDEX.get(row.get("kind"), SKIP) if kind == "statement" else SKIP
                            batch.spans[row["id"]] = (number, begin + tokens[0], begin + tokens[-1] + 1, kind, gold)
            batch.rows.append(joined)
            batch.tags.append(tags)
        add_owners(batch, article, place, offsets)
    return batch


def single_batch(tokenizer, rows: list[dict], special: dict) -> Batch:
    """Sentences without a story: typed as a whole; only those of type other have token gold (nothing is a claim)."""
    batch = Batch()
    encoded = tokenizer.encode_batch([r["text"] for r in rows], add_special_tokens=False)
    for row, e in zip(rows, encoded, strict=True):
        ids, starts = join([e.ids[:254]], special["first"], special["separator"])
        number, begin, end = len(batch.rows), starts[0], starts[0] + len(e.ids[:254])
        tags = [SKIP] * len(ids)
        if row["type"] == "other":
            tags[begin:end] = [0] * (end - begin)
        batch.rows.append(ids)
        batch.tags.append(tags)
        batch.sentences.append((number, begin, end, type_targets(row["type"])))
        if row.get("id"):
            kind = KIND_INDEX.get(row.get("kind") or "", SKIP)
            batch.spans[row["id"]] = (number, begin, end, row["type"], kind)
        elif "statement" in row["type"] and row.get("kind"):
            batch.spans[f"s{number}"] = (number, begin, end, "kind only", KIND_INDEX[row["kind"]])
    return batch


def pad(rows: list[list[int]], pad_id: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Token ids and attention mask [rows, longest], padded at the end."""
    width = max(map(len, rows))
    ids = torch.full((len(rows), width), pad_id, dtype=torch.long)
    mask = torch.zeros((len(rows), width), dtype=torch.long)
    for i, row in enumerate(rows):
        ids[i, : len(row)] = torch.tensor(row, dtype=torch.long)
        mask[i, : len(row)] = 1
    return ids, mask


def pool(hidden: torch.Tensor, spans: list[tuple[int, int, int]]) -> torch.Tensor:
    """Mean state of each (row, start, end), as one product: a slice a span would copy the gradient once a span."""
    weights = torch.zeros(len(spans), *hidden.shape[:2])
    for i, (row, start, end) in enumerate(spans):
        weights[i, row, start:end] = 1 / max(1, end - start)
    return weights.flatten(1) @ hidden.flatten(0, 1)


def contrast(scores: torch.Tensor, positive: torch.Tensor, usable: torch.Tensor | None = None) -> torch.Tensor:
    """Mean InfoNCE over the rows that have a positive; ``positive`` [n, m] are weights, 0 is a negative."""
    has = positive.gt(0).any(1)
    if not has.any():
        return scores.sum() * 0
    scores = scores / TEMPERATURE
    if usable is not None:
        scores = scores.masked_fill(~usable, -1e4)
    logs = scores.log_softmax(1)
    weights = positive / positive.sum(1, keepdim=True).clamp_min(1e-6)
    return -(weights * logs).sum(1)[has].mean()


def losses(net: ClaimNet, batch: Batch, special: dict, grades: dict, duplicates: list[list[str]]) -> torch.Tensor:
    """Sum of the losses of all heads on one batch."""
    ids, mask = pad(batch.rows, special["pad"])
    hide = (torch.rand(ids.shape) < MASKED) & (ids != special["first"]) & (ids != special["separator"])
    with torch.autocast("cpu", dtype=torch.bfloat16, enabled=has_bf16()):
        hidden = net.hidden(ids.masked_fill(hide, special["mask"]), mask)
    hidden = hidden.float()
    gold = torch.full(ids.shape, SKIP)
    for i, tags in enumerate(batch.tags):
        gold[i, : len(tags)] = torch.tensor(tags)
    total = hidden.sum() * 0
    if (gold != SKIP).any():
        total = total + functional.cross_entropy(net.tags(hidden).flatten(0, 1), gold.flatten(), ignore_index=SKIP)
    types = torch.tensor([s[3] for s in batch.sentences])
    total = total + 0.5 * functional.binary_cross_entropy_with_logits(
        net.types(pool(hidden, [s[:3] for s in batch.sentences])), types
    )
    kinds = [(s[:3], s[4]) for s in batch.spans.values() if s[4] != SKIP]
    if kinds:
        logits = net.kinds(pool(hidden, [k[0] for k in kinds]))
        total = total + 0.3 * functional.cross_entropy(logits, torch.tensor([k[1] for k in kinds]))
    statements = [(i, s[:3]) for i, s in batch.spans.items() if s[3] == "statement"]
    actions = [(i, s[:3]) for i, s in batch.spans.items() if s[3] == "action"]
    if grades and statements and actions:
        left = net.vector(pool(hidden, [s for _, s in statements]), ClaimType.STATEMENT)
        right = net.vector(pool(hidden, [a for _, a in actions]), ClaimType.ACTION)
        weight = torch.tensor(
            [[{3: 1.0, 2: 0.7, 1: 0.1}.get(grades.get((s, a), 0), 0.0) for a, _ in actions] for s, _ in statements]
        )
        total = total + 0.3 * contrast(left @ right.T, weight) + 0.15 * contrast(right @ left.T, weight.T)
        group = {i: n for n, ids_ in enumerate(duplicates) for i in ids_}
        same = torch.tensor(
            [[float(i != j and i in group and group[i] == group.get(j)) for j, _ in statements] for i, _ in statements]
        )
        total = total + 0.2 * contrast(left @ left.T, same, ~torch.eye(len(statements), dtype=torch.bool))
    if batch.owned and batch.mentions:
        total = total + 0.5 * owner_loss(net, hidden, batch)
    return total


def owner_loss(net: ClaimNet, hidden: torch.Tensor, batch: Batch) -> torch.Tensor:
    """Mean of ``ClaimNet.misgiven`` over the claims of a batch."""
    spans = [batch.spans[o.claim][:3] for o in batch.owned]
    states = pool(hidden, spans + batch.mentions)
    claims, mentions = states[: len(spans)], states[len(spans) :]
    lost = []
    for claim, owned in zip(claims, batch.owned, strict=True):
        gaps, right = torch.tensor(owned.gaps, dtype=torch.long), torch.tensor(owned.right)
        lost.append(net.misgiven(claim, owned.type, mentions[owned.mentions], gaps, right))
    return torch.stack(lost).mean()


class Trained:
    """A claim encoder in training, with its tokenizer, the ids of the special tokens and the configuration."""

    def __init__(self, net: ClaimNet, tokenizer, special: dict[str, int], config) -> None:
        """Hold them together."""
        self.net, self.tokenizer, self.special, self.config = net, tokenizer, special, config

    @classmethod
    def load(cls, source: Path, fresh: bool = False) -> Trained:
        """Read an exported encoder, or, where ``fresh``, all-mpnet-base-v2 under new heads."""
        from tokenizers import Tokenizer

        tokenizer = Tokenizer.from_file(str(source / "tokenizer.json"))
        tokenizer.no_padding()
        tokenizer.no_truncation()
        names = (("first", "<s>"), ("separator", "</s>"), ("pad", "<pad>"), ("mask", "<mask>"))
        special = {name: tokenizer.token_to_id(token) for name, token in names}
        config = AutoConfig.from_pretrained(source, num_hidden_layers=LAYERS)
        # Dropout draws cost more than the layers themselves on a CPU; masked tokens regularise instead (see losses).
        config.hidden_dropout_prob = config.attention_probs_dropout_prob = 0.0
        if fresh:
            base = AutoModel.from_pretrained(source, config=config, add_pooling_layer=False, dtype=torch.float32)
        else:
            base = AutoModel.from_config(config, add_pooling_layer=False)
        net = ClaimNet(base, config.hidden_size)
        if not fresh:
            prefix = f"{config.model_type}."
            net.load_state_dict({n.replace(prefix, "base.", 1): value for n, value in load_tensors(source).items()})
        return cls(net, tokenizer, special, config)

    def write(self, out: Path, start: Path | None) -> None:
        """Write an int8 model folder; a matrix that is as it was in ``start`` is stored as it was."""
        shutil.rmtree(out, ignore_errors=True)
        out.mkdir()
        self.config.save_pretrained(out)
        self.tokenizer.save(str(out / "tokenizer.json"))
        (out / "special_tokens.json").write_text(json.dumps(self.special) + "\n")
        tensors = {n.replace("base.", f"{self.config.model_type}.", 1): v for n, v in self.net.state_dict().items()}
        export_int8(tensors, out, load_arrays(start) if start else None)


def singles(data: Path) -> tuple[list[dict], list[list[dict]]]:
    """Typed sentences without pairs, and groups (a statement with its actions) of the minimal sets."""
    rows = read_jsonl(data / "statement_action" / "sentences.jsonl")
    groups: dict[str, list[dict]] = {}
    for row in read_jsonl(data / "statement_action" / "pairs.jsonl"):
        group = groups.setdefault(row["statement"], [])
        if not group:
            group.append({"id": f"{row['id']}s", "text": row["statement"], "type": "statement", "kind": row["kind"]})
        if row["phenomenon"] not in NO_ACT:
            group.append({"id": row["id"], "text": row["action"], "type": "action", "label": row["label"]})
    for path in sorted((Path(__file__).parent / "data" / "minimal_sets").glob("*.jsonl")):
        for one in read_jsonl(path):
            group = [{"id": one["group"], "text": one["statement"], "type": "statement", "kind": one["kind"]}]
            for number, (text, _, label, phenomenon) in enumerate(one["actions"]):
                if phenomenon not in NO_ACT:
                    group.append({"id": f"{one['group']}-{number}", "text": text, "type": "action", "label": label})
            groups[one["group"]] = group
    return rows, list(groups.values())


def train(
    claims: Trained,
    stories: list[Story],
    others: tuple[list[dict], list[list[dict]]],
    epochs: int,
    rate: float,
    out: Path,
) -> None:
    """Train all heads; one epoch is every story once with the ``others``, sentences and sets, spread between."""
    net, tokenizer, special = claims.net, claims.tokenizer, claims.special
    frozen = [net.base.embeddings, *net.base.encoder.layer[:FROZEN]]
    for parameter in (p for part in frozen for p in part.parameters()):
        parameter.requires_grad_(False)
    rows, groups = others
    generator = random.Random(13)
    heads = [p for n, p in net.named_parameters() if not n.startswith("base.")]
    body = [p for n, p in net.named_parameters() if n.startswith("base.") and p.requires_grad]
    optimiser = torch.optim.AdamW(
        [{"params": body, "lr": rate}, {"params": heads, "lr": HEADS * rate}], weight_decay=0.01, fused=True
    )
    peaks = [g["lr"] for g in optimiser.param_groups]
    plan: list[tuple[str, object]] = []
    for _ in range(epochs):
        generator.shuffle(rows)
        generator.shuffle(groups)
        jobs: list[tuple[str, object]] = [("story", s) for s in stories]
        jobs += [("single", rows[i : i + 64]) for i in range(0, len(rows), 64)]
        half = groups[: len(groups) // 2]  # they teach vectors and types alone, and cost as much as stories
        jobs += [("sets", half[i : i + SETS]) for i in range(0, len(half), SETS)]
        generator.shuffle(jobs)
        plan += jobs
    log = (out / "log.jsonl").open("a", encoding="utf-8")
    first, state_file = 0, out / "state.pt"
    if state_file.exists():
        state = torch.load(state_file, weights_only=True)
        net.load_state_dict(state["net"])
        optimiser.load_state_dict(state["optimiser"])
        first = state["step"]
    net.train()
    running, started = 0.0, time.monotonic()
    for step, (name, job) in enumerate(plan[first:], first):
        factor = min((step + 1) / (0.06 * len(plan)), (len(plan) - step) / (0.94 * len(plan)))
        for group, peak in zip(optimiser.param_groups, peaks, strict=True):
            group["lr"] = peak * factor
        grades: dict = {}
        duplicates: list[list[str]] = []
        if name == "story":
            batch = story_batch(tokenizer, job, special)
            grades, duplicates = job.grades, job.duplicates
        elif name == "single":
            batch = single_batch(tokenizer, job, special)
        else:
            batch = single_batch(tokenizer, [row for g in job for row in g], special)
            grades = {(g[0]["id"], a["id"]): 3 for g in job for a in g[1:] if a["label"] == "contradiction"}
        loss = losses(net, batch, special, grades, duplicates)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(net.parameters(), 1.0)
        optimiser.step()
        optimiser.zero_grad(set_to_none=True)
        running += loss.item()
        if step % 50 == 49:
            log.write(
                json.dumps(
                    {
                        "step": step + 1,
                        "of": len(plan),
                        "loss": round(running / 50, 4),
                        "s": round(time.monotonic() - started),
                    }
                )
                + "\n"
            )
            log.flush()
            running = 0.0
        if step % SAVE_EVERY == SAVE_EVERY - 1:
            partial = state_file.with_suffix(".part")
            torch.save({"net": net.state_dict(), "optimiser": optimiser.state_dict(), "step": step + 1}, partial)
            partial.replace(state_file)
    log.close()


def main() -> None:
    """Run the training and write an int8 model folder."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    begin = parser.add_mutually_exclusive_group(required=True)
    begin.add_argument("--base", type=Path, help="all-mpnet-base-v2")
    begin.add_argument("--start", type=Path, help="exported encoder to go on from")
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--folders", default="abcdehijklmn", help="story folders to fit on")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--epochs", type=int, default=5)
    parser.add_argument("--rate", type=float, default=6e-5, help="peak learning rate of the layers")
    parser.add_argument("--stories-only", action="store_true", help="leave out sentences and sets without a story")
    parser.add_argument("--nice", type=int, default=10)
    arguments = parser.parse_args()
    os.nice(arguments.nice)
    torch.manual_seed(13)
    if arguments.base:
        check_sha256(arguments.base / "model.safetensors", BASE_SHA256)
    arguments.out.mkdir(parents=True, exist_ok=True)
    claims = Trained.load(arguments.base or arguments.start, fresh=arguments.base is not None)
    stories = [s for name in arguments.folders for s in load_folder(story_folder(arguments.data, name))]
    others = ([], []) if arguments.stories_only else singles(arguments.data)
    train(claims, stories, others, arguments.epochs, arguments.rate, arguments.out)
    claims.write(arguments.out / "export", arguments.start)


if __name__ == "__main__":
    main()
