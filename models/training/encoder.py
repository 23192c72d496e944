"""Train the claim encoder (models/encoder): token tags, sentence types, statement kinds, claim vectors at once.

    python models/training/encoder.py --base BASE_FOLDER --data DATA_FOLDER --out RUN_FOLDER --ship models/encoder

BASE_FOLDER holds all-MiniLM-L6-v2 (checked by sha256); DATA_FOLDER holds stories/ and statement_action/. Resumes from
RUN_FOLDER/state.pt when there.
A batch is one story, so that the vectors learn to tell a contradicting action from the other acts of the same story.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import sys
import time
from pathlib import Path

import numpy as np
import torch
from torch.nn import functional
from transformers import AutoConfig, AutoModel

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(Path(__file__).parent), str(ROOT)]
from export import export_int8  # noqa: E402
from general import check_sha256  # noqa: E402
from stories import Story, load_folder, read_jsonl, story_folder  # noqa: E402

from analyzer.encoder import KINDS, TAGS, ClaimNet, join, pad, windows  # noqa: E402
from analyzer.records import ClaimType  # noqa: E402

BASE_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
TEMPERATURE = 0.05
MASKED = 0.08  # share of tokens hidden in training
NO_ACT = ("reported_doubt", "lexical_trap", "same_topic_neutral")  # phenomena whose second text may be no act
SETS = 20  # minimal sets in one batch
SAVE_EVERY = 200  # steps between resumable checkpoints
SKIP = -100  # "no gold here"
KIND_INDEX = {kind.value: i for i, kind in enumerate(KINDS)}


class Batch:
    """Windows with their gold: tags, sentence types, spans (for kinds and vectors)."""

    def __init__(self) -> None:
        """Start empty."""
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


def story_batch(tokenizer, story: Story, special: dict) -> Batch:
    """All articles of a story as windows."""
    batch = Batch()
    for article in story.articles:
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
                inner = [(s - a, e - a, kind) for s, e, kind, _ in claims if s < b and e > a]
                tags[begin : begin + len(ids[i])] = tag_tokens(offsets[i], inner)
                batch.sentences.append((number, begin, begin + len(ids[i]), type_targets(name)))
                for s, e, kind, row in claims:
                    if a <= s < b:
                        inside = np.flatnonzero((offsets[i][:, 0] < e - a) & (offsets[i][:, 1] > s - a))
                        if len(inside):
                            gold = KIND_INDEX.get(row.get("kind"), SKIP) if kind == "statement" else SKIP
                            batch.spans[row["id"]] = (number, begin + inside[0], begin + inside[-1] + 1, kind, gold)
            batch.rows.append(joined)
            batch.tags.append(tags)
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
    with torch.autocast("cpu", dtype=torch.bfloat16):
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
    return total


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


def train(net: ClaimNet, tokenizer, special: dict, stories: list[Story], data: Path, epochs: int, out: Path) -> None:
    """Train all heads; one epoch is every story once with the single sentences spread between."""
    for parameter in net.base.embeddings.parameters():
        parameter.requires_grad_(False)
    rows, groups = singles(data)
    generator = random.Random(13)
    heads = [p for n, p in net.named_parameters() if not n.startswith("base.")]
    body = [p for n, p in net.named_parameters() if n.startswith("base.") and p.requires_grad]
    optimiser = torch.optim.AdamW(
        [{"params": body, "lr": 1.5e-4}, {"params": heads, "lr": 1e-3}], weight_decay=0.01, fused=True
    )
    peaks = [g["lr"] for g in optimiser.param_groups]
    plan: list[tuple[str, object]] = []
    for _ in range(epochs):
        generator.shuffle(rows)
        generator.shuffle(groups)
        jobs: list[tuple[str, object]] = [("story", s) for s in stories]
        jobs += [("single", rows[i : i + 64]) for i in range(0, len(rows), 64)]
        jobs += [("sets", groups[i : i + SETS]) for i in range(0, len(groups), SETS)]
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
    parser.add_argument("--base", type=Path, required=True)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--folders", default="abcdehijklmn", help="story folders to fit on")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--ship", type=Path, help="folder to put the finished model in")
    parser.add_argument("--epochs", type=int, default=8)
    parser.add_argument("--nice", type=int, default=10)
    arguments = parser.parse_args()
    os.nice(arguments.nice)
    torch.manual_seed(13)
    check_sha256(arguments.base / "model.safetensors", BASE_SHA256)
    arguments.out.mkdir(parents=True, exist_ok=True)
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(arguments.base / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    special = {
        name: tokenizer.token_to_id(token)
        for name, token in (("first", "[CLS]"), ("separator", "[SEP]"), ("pad", "[PAD]"), ("mask", "[MASK]"))
    }
    config = AutoConfig.from_pretrained(arguments.base)
    # Dropout draws cost more than the layers themselves on a CPU; masked tokens regularise instead (see losses).
    config.hidden_dropout_prob = config.attention_probs_dropout_prob = 0.0
    base = AutoModel.from_pretrained(arguments.base, config=config, add_pooling_layer=False, dtype=torch.float32)
    net = ClaimNet(base, config.hidden_size)
    stories = [s for name in arguments.folders for s in load_folder(story_folder(arguments.data, name))]
    train(net, tokenizer, special, stories, arguments.data, arguments.epochs, arguments.out)
    shipped = arguments.out / "export"
    shutil.rmtree(shipped, ignore_errors=True)
    shipped.mkdir()
    config.save_pretrained(shipped)
    tokenizer.save(str(shipped / "tokenizer.json"))
    (shipped / "special_tokens.json").write_text(json.dumps(special) + "\n")
    export_int8(net.state_dict(), shipped)
    if arguments.ship:
        for file in (*arguments.ship.glob("*.safetensors"), *shipped.iterdir()):
            target = arguments.ship / file.name
            target.unlink(missing_ok=True)
            if file.parent == shipped:
                shutil.copyfile(file, target)


if __name__ == "__main__":
    main()
