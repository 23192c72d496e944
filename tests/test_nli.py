"""The scorer with real (tiny, random) models: label order by name, batching that changes nothing, clear errors."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from tokenizers.pre_tokenizers import Whitespace
from tokenizers.processors import TemplateProcessing
from transformers import BertConfig, BertForSequenceClassification, PreTrainedTokenizerFast

from analyzer.nli import Calibration, label_order, load_scorer
from analyzer.records import ModelError
from analyzer.settings import Settings

WORDS = [
    "[PAD]",
    "[CLS]",
    "[SEP]",
    "[UNK]",
    *["troops", "left", "crossed", "the", "border", "we", "will", "not", "cross", "it", "closed", "plant"],
]
NAMES = ("contradiction", "entailment", "neutral")


def save_model(folder: Path, names: tuple[str, ...] = NAMES, seed: int = 0) -> str:
    """Write a two-layer BERT with the given label names; the weights depend on the seed alone."""
    torch.manual_seed(seed)
    config = BertConfig(
        vocab_size=len(WORDS), hidden_size=32, num_hidden_layers=2, num_attention_heads=2, intermediate_size=64
    )
    config.num_labels = len(names)
    config.id2label = dict(enumerate(names))
    config.label2id = {name: i for i, name in enumerate(names)}
    model = BertForSequenceClassification(config)
    model.classifier.weight.data *= 30  # spread the probabilities, so that an exchanged column would show
    model.save_pretrained(folder)
    backend = Tokenizer(WordLevel({word: i for i, word in enumerate(WORDS)}, unk_token="[UNK]"))
    backend.pre_tokenizer = Whitespace()
    backend.post_processor = TemplateProcessing(
        single="[CLS] $A [SEP]", pair="[CLS] $A [SEP] $B:1 [SEP]:1", special_tokens=[("[CLS]", 1), ("[SEP]", 2)]
    )
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=backend, pad_token="[PAD]", cls_token="[CLS]", sep_token="[SEP]", unk_token="[UNK]",
        model_max_length=64,
    )  # fmt: skip
    tokenizer.save_pretrained(folder)
    return str(folder)


PREMISES = ["troops crossed the border", "plant closed", "the troops left", "troops crossed the border it will not"]
HYPOTHESES = ["we will not cross the border", "we will not", "it closed", "we will not cross the border"]


def test_label_order_is_read_by_name(tmp_path: Path) -> None:
    """The same weights under permuted names must give the same numbers under the same names."""
    plain = load_scorer(Settings(model=save_model(tmp_path / "plain"))).score(PREMISES, HYPOTHESES)
    for shuffled in (("entailment", "neutral", "contradiction"), ("NEUTRAL", "CONTRADICTION", "ENTAILMENT")):
        model = load_scorer(Settings(model=save_model(tmp_path / shuffled[0], shuffled)))
        found = model.score(PREMISES, HYPOTHESES)
        for column, name in enumerate(NAMES):
            position = [n.lower() for n in shuffled].index(name)
            assert np.allclose(found[:, column], plain[:, position], atol=1e-6)
    assert np.abs(plain[:, 0] - plain[:, 1]).max() > 0.05  # else the test could not fail


def test_rows_are_distributions_in_input_order(tmp_path: Path) -> None:
    scorer = load_scorer(Settings(model=save_model(tmp_path / "m")))
    found = scorer.score(PREMISES, HYPOTHESES)
    assert found.shape == (4, 3)
    assert np.allclose(found.sum(1), 1, atol=1e-5)
    one_by_one = np.concatenate([scorer.score([p], [h]) for p, h in zip(PREMISES, HYPOTHESES, strict=True)])
    assert np.allclose(found, one_by_one, atol=0.02)  # bf16 rounds differently with the batch's shape
    backwards = scorer.score(PREMISES[::-1], HYPOTHESES[::-1])[::-1]
    assert np.allclose(found, backwards, atol=0.02)


def test_a_small_budget_gives_the_same_scores(tmp_path: Path) -> None:
    path = save_model(tmp_path / "m")
    many = PREMISES * 20, HYPOTHESES * 20
    told: list[int] = []
    small = load_scorer(Settings(model=path, token_budget=128)).score(*many, told.append)
    large = load_scorer(Settings(model=path, token_budget=100_000)).score(*many)
    assert np.allclose(small, large, atol=0.02)
    assert sum(told) == 80
    assert len(told) > 1


def test_empty_input(tmp_path: Path) -> None:
    scorer = load_scorer(Settings(model=save_model(tmp_path / "m")))
    assert scorer.score([], []).shape == (0, 3)
    with pytest.raises(ValueError, match="1 premises for 0"):
        scorer.score(["troops left"], [])


@pytest.mark.parametrize(
    "names", [("LABEL_0", "LABEL_1", "LABEL_2"), ("entailment", "not_entailment"), ("positive", "negative", "neutral")]
)
def test_a_model_without_nli_labels_is_refused(tmp_path: Path, names: tuple[str, ...]) -> None:
    path = save_model(tmp_path / "m", names)
    with pytest.raises(ModelError, match="labels are") as caught:
        load_scorer(Settings(model=path))
    assert path in str(caught.value)
    assert "\n" not in str(caught.value)


def test_label_order_of_known_models() -> None:
    assert label_order({0: "ENTAILMENT", 1: "NEUTRAL", 2: "CONTRADICTION"}) == [2, 0, 1]
    assert label_order({0: "contradiction", 1: "entailment", 2: "neutral"}) == [0, 1, 2]


@pytest.mark.parametrize("what", ["folder without config", "no such place", "text file"])
def test_what_is_no_model_gives_one_line(tmp_path: Path, what: str) -> None:
    path = tmp_path / "x"
    if what == "folder without config":
        path.mkdir()
        (path / "readme.txt").write_text("nothing here")
    elif what == "text file":
        path.write_text("not a model")
    with pytest.raises(ModelError) as caught:
        load_scorer(Settings(model=str(path)))
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)


def test_damaged_weights_are_named(tmp_path: Path) -> None:
    """A manifest whose file was truncated must not load."""
    path = tmp_path / "m"
    save_model(path)
    weights = path / "model.safetensors"
    (path / "manifest.json").write_text(json.dumps({"sha256": {"model.safetensors": "0" * 64}}))
    with pytest.raises(ModelError, match=r"model\.safetensors: damaged or changed"):
        load_scorer(Settings(model=str(path)))
    weights.unlink()
    with pytest.raises(ModelError, match=r"model\.safetensors"):
        load_scorer(Settings(model=str(path)))


def test_calibration_is_monotone_and_identity_by_default() -> None:
    steps = np.linspace(0.001, 0.999, 50, dtype=np.float32)
    rows = np.stack([steps, (1 - steps) / 2, (1 - steps) / 2], axis=1)
    assert np.allclose(Calibration()(rows), steps, atol=1e-4)
    bent = Calibration(slope=0.7, offset=-1.2)(rows)
    assert (np.diff(bent) > 0).all()
    assert ((bent > 0) & (bent < 1)).all()
