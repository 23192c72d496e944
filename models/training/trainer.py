"""One training loop for every cross-encoder stage: length buckets, bf16, resumable checkpoints.

The loop is deliberately small. A stage hands it rows and a model folder; it writes a Hugging Face model
folder back. Nothing here knows where the rows come from.
"""

from __future__ import annotations

import json
import math
import random
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path

import torch
from torch.nn import functional
from transformers import AutoConfig, AutoTokenizer

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
from analyzer.hardware import fast_dtype
from analyzer.torchnet import kind, load_shipped
from analyzer.weights import MANIFEST

LABELS = ("contradiction", "entailment", "neutral")
# Where the second text starts when layers read it apart: about as late as after a first text of usual length. Counted
# from its own start, the upper layers of a model trained on whole pairs lose more than by the reading apart itself.
SECOND_POSITION = 38


@dataclass(frozen=True, slots=True)
class Row:
    """One training pair; ``target`` is a distribution over ``LABELS``, ``weight`` scales its loss."""

    premise: str
    hypothesis: str
    target: tuple[float, float, float]
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything that fixes a run: same plan, same rows, same seed give the same weights."""

    out: Path
    base: Path
    epochs: float = 1.0
    batch: int = 32  # pairs a step
    max_tokens: int = 128  # longer pairs are cut, the longer side first
    learning_rate: float = 4e-5
    layer_decay: float = 1.0  # learning rate of layer k is rate * decay ** (top - k)
    frozen_layers: int = 3  # embeddings and this many lowest layers keep the base weights
    frozen_rest: bool = False  # so do the head and the table of distances
    dropout: float = 0.0
    label_smoothing: float = 0.0
    warmup: float = 0.06  # share of all steps
    seed: int = 13
    save_every: int = 400  # steps between resumable checkpoints


def one_hot(label: str) -> tuple[float, float, float]:
    """Return the certain distribution for a label name; raises ValueError for a name not in LABELS."""
    position = LABELS.index(label)
    return tuple(float(i == position) for i in range(3))  # type: ignore[return-value]


def load_model(folder: Path, dropout: float = 0.0, separate: int = 0):
    """Return (tokenizer, model) with a three-way head whose labels are named in LABELS order.

    ``folder`` is a Hugging Face model folder, or a shipped one with int8 weights (told by its manifest). With
    ``separate``, that many of its lowest layers come to read the two texts apart.
    """
    config = AutoConfig.from_pretrained(folder)
    if separate:
        config.separate_layers, config.second_position = separate, SECOND_POSITION
    config.num_labels = 3
    config.id2label = dict(enumerate(LABELS))
    config.label2id = {name: i for i, name in enumerate(LABELS)}
    config.hidden_dropout_prob = dropout
    config.attention_probs_dropout_prob = dropout
    tokenizer = AutoTokenizer.from_pretrained(folder)
    if (folder / MANIFEST).is_file():
        return tokenizer, load_shipped(folder, config)
    return tokenizer, kind(config).from_pretrained(folder, config=config, dtype=torch.float32)


def mixed(device: torch.device):
    """Bfloat16 where the hardware multiplies it; emulated, it would be slower than float32."""
    return torch.autocast(device.type, dtype=torch.bfloat16, enabled=fast_dtype(device) == torch.bfloat16)


def _groups(model, plan: Plan) -> list[dict]:
    """Optimiser groups: frozen part left out, the rest by depth so that layer_decay can apply."""
    layers = model.base_model.encoder.layer
    for parameter in model.base_model.embeddings.parameters():
        parameter.requires_grad_(False)
    for layer in layers[: plan.frozen_layers]:
        for parameter in layer.parameters():
            parameter.requires_grad_(False)
    groups, seen = [], set()
    for depth, layer in enumerate(layers):
        parameters = [p for p in layer.parameters() if p.requires_grad]
        seen.update(map(id, parameters))
        rate = plan.learning_rate * plan.layer_decay ** (len(layers) - 1 - depth)
        if parameters:
            groups.append({"params": parameters, "lr": rate, "peak": rate})
    rest = [p for p in model.parameters() if p.requires_grad and id(p) not in seen]
    if plan.frozen_rest:
        for parameter in rest:
            parameter.requires_grad_(False)
    else:
        groups.append({"params": rest, "lr": plan.learning_rate, "peak": plan.learning_rate})
    return groups


def bucketed(lengths: list[int], batch: int, generator: random.Random) -> list[list[int]]:
    """Shuffle, then sort by length inside windows of 50 batches, so that a batch carries little padding."""
    order = list(range(len(lengths)))
    generator.shuffle(order)
    batches = []
    window = batch * 50
    for start in range(0, len(order), window):
        chunk = sorted(order[start : start + window], key=lengths.__getitem__)
        batches += [chunk[i : i + batch] for i in range(0, len(chunk), batch)]
    generator.shuffle(batches)
    return batches


def collate(encodings, indices: list[int], pad_id: int) -> dict[str, torch.Tensor]:
    """Pad the chosen encodings to the longest of them."""
    width = max(len(encodings[i]) for i in indices)
    ids = torch.full((len(indices), width), pad_id, dtype=torch.long)
    mask = torch.zeros((len(indices), width), dtype=torch.long)
    for row, i in enumerate(indices):
        ids[row, : len(encodings[i])] = torch.tensor(encodings[i])
        mask[row, : len(encodings[i])] = 1
    return {"input_ids": ids, "attention_mask": mask}


def encode(tokenizer, pairs: list[tuple[str, str]], max_tokens: int) -> list[list[int]]:
    """Token ids of premise and hypothesis joined as the tokenizer joins pairs."""
    return tokenizer([p for p, _ in pairs], [h for _, h in pairs], truncation="longest_first", max_length=max_tokens)[
        "input_ids"
    ]


@torch.inference_mode()
def predict(model, tokenizer, pairs: list[tuple[str, str]], max_tokens: int = 160, batch: int = 64) -> torch.Tensor:
    """Return softmax probabilities [len(pairs), 3] in LABELS order, in input order."""
    model.eval()
    encodings = encode(tokenizer, pairs, max_tokens)
    order = sorted(range(len(pairs)), key=lambda i: len(encodings[i]))
    device = next(model.parameters()).device
    out = torch.zeros(len(pairs), 3)
    for start in range(0, len(order), batch):
        indices = order[start : start + batch]
        inputs = {k: v.to(device) for k, v in collate(encodings, indices, tokenizer.pad_token_id).items()}
        with mixed(device):
            logits = model(**inputs).logits
        out[indices] = logits.float().softmax(-1).cpu()
    return out


def train(rows: list[Row], plan: Plan, on_checkpoint=None) -> Path:
    """Train over ``rows`` and write the model to ``plan.out``; resumes from plan.out/state.pt when there.

    ``on_checkpoint(model, tokenizer, step)`` may return a dict of development scores; it is logged.
    """
    torch.manual_seed(plan.seed)
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    plan.out.mkdir(parents=True, exist_ok=True)
    tokenizer, model = load_model(plan.base, plan.dropout)
    model.to(device)
    groups = _groups(model, plan)
    optimiser = torch.optim.AdamW(groups, weight_decay=0.01, fused=True)
    encodings = encode(tokenizer, [(r.premise, r.hypothesis) for r in rows], plan.max_tokens)
    lengths = [len(e) for e in encodings]
    batches: list[list[int]] = []
    for epoch in range(math.ceil(plan.epochs)):
        batches += bucketed(lengths, plan.batch, random.Random(plan.seed + epoch))
    total = int(len(bucketed(lengths, plan.batch, random.Random(0))) * plan.epochs)
    batches = batches[:total]
    step = 0
    state_file = plan.out / "state.pt"
    if state_file.exists():
        state = torch.load(state_file, weights_only=True, map_location=device)
        model.load_state_dict(state["model"])
        optimiser.load_state_dict(state["optimiser"])
        step = state["step"]
    log = (plan.out / "log.jsonl").open("a", encoding="utf-8")
    log.write(
        json.dumps({"plan": {k: str(v) for k, v in asdict(plan).items()}, "rows": len(rows), "steps": total}) + "\n"
    )
    warm = max(1, int(total * plan.warmup))
    started, seen, running = time.monotonic(), 0, 0.0
    model.train()
    while step < total:
        indices = batches[step]
        factor = min((step + 1) / warm, max(0.0, (total - step) / max(1, total - warm)))
        for group in optimiser.param_groups:
            group["lr"] = group["peak"] * factor
        target = torch.tensor([rows[i].target for i in indices], device=device)
        weight = torch.tensor([rows[i].weight for i in indices], device=device)
        target = target * (1 - plan.label_smoothing) + plan.label_smoothing / 3
        with mixed(device):
            batch = collate(encodings, indices, tokenizer.pad_token_id)
            logits = model(**{k: v.to(device) for k, v in batch.items()}).logits.float()
        losses = -(target * functional.log_softmax(logits, -1)).sum(-1)
        loss = (losses * weight).sum() / weight.sum()
        loss.backward()
        torch.nn.utils.clip_grad_norm_([p for g in groups for p in g["params"]], 1.0)
        optimiser.step()
        optimiser.zero_grad(set_to_none=True)
        step += 1
        seen += len(indices)
        running += loss.item()
        if step % 50 == 0:
            rate = seen / (time.monotonic() - started)
            log.write(
                json.dumps({"step": step, "of": total, "loss": round(running / 50, 4), "pairs_s": round(rate, 1)})
                + "\n"
            )
            log.flush()
            running = 0.0
        if step % plan.save_every == 0 or step == total:
            partial = state_file.with_suffix(".part")
            torch.save({"model": model.state_dict(), "optimiser": optimiser.state_dict(), "step": step}, partial)
            partial.replace(state_file)
            if on_checkpoint:
                log.write(json.dumps({"step": step, "dev": on_checkpoint(model, tokenizer, step)}) + "\n")
                log.flush()
                model.train()
    model.save_pretrained(plan.out)
    tokenizer.save_pretrained(plan.out)
    log.close()
    return plan.out
