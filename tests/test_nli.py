"""The scorer with real (tiny, random) models: label order by name, batching that changes nothing, clear errors."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from safetensors.numpy import save_file
from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from tokenizers.pre_tokenizers import Whitespace
from tokenizers.processors import TemplateProcessing
from transformers import (
    BertConfig,
    BertForSequenceClassification,
    DistilBertConfig,
    MPNetConfig,
    PreTrainedTokenizerFast,
    RobertaConfig,
)
from transformers.models.mpnet.modeling_mpnet import MPNetEncoder

from analyzer import graph, torchnet, weights
from analyzer.nli import Calibration, label_order, load_scorer
from analyzer.records import ModelError, SettingsError
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
    save_tokenizer(folder)
    return str(folder)


def save_tokenizer(folder: Path, words: list[str] = WORDS, inputs: tuple[str, ...] = ("input_ids",)) -> None:
    """A word a token, pairs joined as BERT joins them; ``inputs`` are what the model is given."""
    backend = Tokenizer(WordLevel({word: i for i, word in enumerate(words)}, unk_token="[UNK]"))
    backend.pre_tokenizer = Whitespace()
    backend.post_processor = TemplateProcessing(
        single="[CLS] $A [SEP]",
        pair="[CLS] $A [SEP] $B:1 [SEP]:1",
        special_tokens=[("[CLS]", words.index("[CLS]")), ("[SEP]", 2)],
    )
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=backend, pad_token="[PAD]", cls_token="[CLS]", sep_token="[SEP]", unk_token="[UNK]",
        model_max_length=64, model_input_names=[*inputs],
    )  # fmt: skip
    tokenizer.save_pretrained(folder)


def save_other(folder: Path, kind: str) -> str:
    """A two-layer model of another architecture; wide enough that int8 groups and head sizes are whole."""
    torch.manual_seed(1)
    size: dict[str, Any] = {
        "vocab_size": len(WORDS),
        "hidden_size": 64,
        "num_hidden_layers": 2,
        "num_attention_heads": 2,
    }
    apart: dict[str, Any] = {"separate_layers": 1, "second_position": 9}
    makers: dict[str, Callable[[], Any]] = {
        "mpnet": lambda: MPNetConfig(**size, intermediate_size=128, pad_token_id=1),
        "roberta": lambda: RobertaConfig(**size, intermediate_size=128, pad_token_id=1),
        "separate": lambda: MPNetConfig(**size, intermediate_size=128, pad_token_id=1, **apart),
        "bert": lambda: BertConfig(**size, intermediate_size=128),
        "distilbert": lambda: DistilBertConfig(vocab_size=len(WORDS), dim=64, n_layers=2, n_heads=2, hidden_dim=128),
    }
    config = makers[kind]()
    config.num_labels = len(NAMES)
    config.id2label = dict(enumerate(NAMES))
    config.label2id = {name: i for i, name in enumerate(NAMES)}
    model = torchnet.kind(config).from_config(config)
    for name, weight in model.named_parameters():  # wide weights, so that a part left out or misplaced would show
        wide = "embeddings" in name or "relative_attention_bias" in name or "classifier" in name
        if weight.ndim == 2 or name.endswith("bias"):
            weight.data.normal_(std=0.6 if wide and weight.ndim == 2 else 0.2)
    model.save_pretrained(folder)
    # RoBERTa and MPNet count positions on from the padding's number, 1.
    words = WORDS if kind == "bert" else [WORDS[1], WORDS[0], *WORDS[2:]]
    save_tokenizer(folder, words, ("input_ids", "token_type_ids") if kind == "bert" else ("input_ids",))
    return str(folder)


def shrink(folder: Path) -> None:
    """Turn a model's matrices into int8 with a scale a row, as the shipped weights are kept."""
    from safetensors.torch import load_file, save_file

    out = {}
    for name, tensor in load_file(folder / "model.safetensors").items():
        out[name] = tensor
        if tensor.ndim == 2:
            out[name + ".scale"] = tensor.abs().amax(1) / 127
            out[name] = (tensor / out[name + ".scale"].unsqueeze(1).clamp(min=1e-9)).round().to(torch.int8)
    save_file(out, folder / "model.safetensors")
    digests = {p.name: hashlib.sha256(p.read_bytes()).hexdigest() for p in folder.iterdir()}
    (folder / "manifest.json").write_text(json.dumps({"sha256": digests}))


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
    assert np.array_equal(found, one_by_one)  # nothing is padded, so a pair scores the same whatever is beside it
    backwards = scorer.score(PREMISES[::-1], HYPOTHESES[::-1])[::-1]
    assert np.array_equal(found, backwards)


def test_a_small_budget_gives_the_same_scores(tmp_path: Path) -> None:
    path = save_model(tmp_path / "m")
    many = PREMISES * 20, HYPOTHESES * 20
    told: list[int] = []
    small = load_scorer(Settings(model=path, token_budget=128)).score(*many, told.append)
    large = load_scorer(Settings(model=path, token_budget=100_000)).score(*many)
    assert np.allclose(small, large, atol=1e-6)  # a large matrix is multiplied in other tiles than a small one
    assert sum(told) == 80
    assert len(told) > 1


@pytest.mark.parametrize("kind", ["bert", "roberta", "mpnet", "separate"])
@pytest.mark.parametrize("int8", [False, True])
@pytest.mark.parametrize("tiles", [False, True])
def test_the_graph_computes_what_torch_computes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str, int8: bool, tiles: bool
) -> None:
    """Same weights, same numbers as transformers', for each family the graph knows, as floats and as int8.

    The graph is another for processors with tiles: blocks of weights, padding. It computes the same on all.
    """
    pytest.importorskip("openvino")
    monkeypatch.setattr(graph, "has_tiles", lambda: tiles)
    monkeypatch.setattr(graph, "BLOCK", 3000)
    path = save_other(tmp_path / "m", kind)
    if int8:
        shrink(tmp_path / "m")
    ours = load_scorer(Settings(model=path, backend="openvino"))
    theirs = load_scorer(Settings(model=path, backend="torch"))
    assert ours.info.backend.startswith("openvino")
    assert ("int8" in ours.info.backend) == (int8 and not tiles)
    assert theirs.info.backend.startswith("torch")
    found, wanted = ours.score(PREMISES, HYPOTHESES), theirs.score(PREMISES, HYPOTHESES)
    assert np.allclose(found, wanted, atol=0.15 if int8 else 0.08)  # random weights magnify what is rounded
    assert np.ptp(wanted, axis=0).max() > 0.2  # else the test could not fail


@pytest.mark.parametrize("tiles", [False, True])
def test_a_padded_pair_scores_the_same_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, tiles: bool) -> None:
    pytest.importorskip("openvino")
    monkeypatch.setattr(graph, "has_tiles", lambda: tiles)
    scorer = load_scorer(Settings(model=save_other(tmp_path / "m", "separate"), backend="openvino"))
    assert scorer.network.step == (graph.STEP if tiles else 1)
    hypotheses = [text + " today" * (number % 3) for number, text in enumerate(HYPOTHESES * 3)]
    premises = PREMISES * 3
    together = scorer.score(premises, hypotheses)
    alone = [scorer.score([p], [h])[0] for p, h in zip(premises, hypotheses, strict=True)]
    assert np.array_equal(together, np.stack(alone))


def test_a_text_read_apart_is_read_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """However many pairs it stands in, and with the same scores when there is no room to keep anything."""
    pytest.importorskip("openvino")
    path = save_other(tmp_path / "m", "separate")
    said = list(dict.fromkeys(HYPOTHESES))
    premises, hypotheses = [p for p in PREMISES for _ in said], said * len(PREMISES)
    scorer = load_scorer(Settings(model=path, backend="openvino"))
    assert isinstance(scorer.network, graph.SeparateNetwork)
    read: list[int] = []
    run = scorer.network.lower.run

    def counted(batches: Iterable[Sequence[Any]]) -> Iterator[Any]:
        for batch in batches:
            read.append(len(batch[0]))
            yield from run([batch])

    monkeypatch.setattr(scorer.network.lower, "run", counted)
    found = scorer.score(premises, hypotheses)
    assert sum(read) == len(PREMISES) + len(said)
    assert np.array_equal(scorer.score(premises, hypotheses), found)
    assert sum(read) == len(PREMISES) + len(said)  # kept from before
    monkeypatch.setattr(graph, "KEPT", 0)
    monkeypatch.setattr(graph, "AHEAD", 1)
    forgetful = load_scorer(Settings(model=path, backend="openvino"))
    assert np.array_equal(forgetful.score(premises, hypotheses), found)


def test_texts_are_read_apart_below_and_together_above(tmp_path: Path) -> None:
    """Under the layer that separates, a word of the one text changes no state of the other; the answer it does."""
    model = torchnet.load(save_other(tmp_path / "m", "separate")).eval()
    ids = torch.tensor([[0, 5, 6, 2, 9, 10, 2], [0, 7, 6, 2, 9, 10, 2]])
    with torch.inference_mode():
        whole = model(ids).logits
        second = model.read(ids[:, 4:], second=True)
        parts = torch.cat([model.read(ids[:, :4], second=False), second], 1)
        assert torch.allclose(second[0], second[1], atol=1e-6)  # rows of a batch may differ in the last bit
        assert torch.allclose(model.judge(parts, torch.ones_like(ids)), whole, atol=1e-4)
        padded = torch.nn.functional.pad(ids, (0, 3), value=1)
        assert torch.allclose(model(padded, (padded != 1).long()).logits, whole, atol=1e-4)
    assert (whole[0] - whole[1]).abs().max() > 0.1


def test_relative_positions_are_those_of_the_reference() -> None:
    place = torch.arange(512)
    wanted = MPNetEncoder.relative_position_bucket(place[None, :] - place[:, None])
    assert np.array_equal(graph.buckets(512), wanted.numpy())


def test_what_the_graph_does_not_know_runs_in_torch(tmp_path: Path) -> None:
    path = save_other(tmp_path / "m", "distilbert")
    scorer = load_scorer(Settings(model=path))
    assert scorer.info.backend.startswith("torch")
    assert scorer.score(PREMISES, HYPOTHESES).shape == (4, 3)
    with pytest.raises(ModelError, match="no graph for models of type distilbert"):
        load_scorer(Settings(model=path, backend="openvino"))


def test_without_openvino_torch_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "openvino", None)
    path = save_model(tmp_path / "m")
    assert load_scorer(Settings(model=path)).info.backend.startswith("torch")
    with pytest.raises(ModelError, match="openvino"):
        load_scorer(Settings(model=path, backend="openvino"))


def test_nothing_reports_to_the_makers_of_a_library() -> None:
    """OpenVINO's conversion tools send an event over the network when imported; the program must not import them."""
    pytest.importorskip("openvino")
    script = (
        "import sys; from analyzer.graph import load_openvino; load_openvino().Core();"
        " sys.exit(any(name.startswith(('openvino_telemetry', 'openvino.tools')) for name in sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0


def test_a_backend_nobody_has_is_refused() -> None:
    with pytest.raises(SettingsError, match="not one of auto, openvino, torch"):
        Settings(backend="abacus")


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
    file = path / "model.safetensors"
    (path / "manifest.json").write_text(json.dumps({"sha256": {"model.safetensors": "0" * 64}}))
    with pytest.raises(ModelError, match=r"model\.safetensors: damaged or changed"):
        load_scorer(Settings(model=str(path)))
    file.unlink()
    with pytest.raises(ModelError, match=r"model\.safetensors"):
        load_scorer(Settings(model=str(path)))


def test_calibration_is_monotone_and_identity_by_default() -> None:
    steps = np.linspace(0.001, 0.999, 50, dtype=np.float32)
    rows = np.stack([steps, (1 - steps) / 2, (1 - steps) / 2], axis=1)
    assert np.allclose(Calibration()(rows), steps, atol=1e-4)
    bent = Calibration(slope=0.7, offset=-1.2)(rows)
    assert (np.diff(bent) > 0).all()
    assert ((bent > 0) & (bent < 1)).all()


def test_tensors_in_common_are_read_from_the_model_beside(tmp_path: Path) -> None:
    """And a damaged neighbour is named, not used."""
    both: dict[str, np.ndarray[Any, Any]] = {
        "base.one": np.arange(6, dtype=np.int8).reshape(2, 3),
        "base.one.scale": np.ones(2, dtype=np.float32),
    }
    own = {"head": np.ones(3, dtype=np.float32)}
    folders = {"whole": both | {"other": own["head"]}, "part": own}
    for name, tensors in folders.items():
        (tmp_path / name).mkdir()
        save_file(tensors, tmp_path / name / "model.safetensors")
        digest = hashlib.sha256((tmp_path / name / "model.safetensors").read_bytes()).hexdigest()
        (tmp_path / name / "manifest.json").write_text(json.dumps({"sha256": {"model.safetensors": digest}}))
    (tmp_path / "part" / "shared.json").write_text(json.dumps({"whole": list(both)}))
    found = weights.load_arrays(tmp_path / "part")
    assert found.keys() == {*both, *own}
    assert (found["base.one"] == both["base.one"]).all()
    weights.fingerprint.cache_clear()
    (tmp_path / "whole" / "model.safetensors").write_bytes(b"cut")
    with pytest.raises(ModelError, match=r"whole.model\.safetensors: damaged or changed"):
        weights.load_arrays(tmp_path / "part")


def test_the_student_ships_little_of_its_own_and_knows_what_its_teacher_knows() -> None:
    """What both have the same is read from nli; a plain breach is told from what has nothing to do with it."""
    path = weights.folder("fast")
    assert sum(file.stat().st_size for file in path.iterdir()) < 16_000_000
    assert len(json.loads((path / "shared.json").read_text())["nli"]) > 50
    scorer = load_scorer(Settings(model="fast"))
    assert scorer.info.calibrated
    said = "Arden Steel: “We will not close the Harwick plant.”"
    done = [
        "Arden Steel: Arden Steel closed the Harwick plant on Friday and sent 400 workers home.",
        "Arden Steel: Arden Steel opened a canteen for the workers of its Harwick plant.",
    ]
    breach, other = scorer.calibrate(scorer.score(done, [said] * 2)).tolist()
    assert breach > 3 * other
