"""Encoders and cross-encoders of the BERT kind as OpenVINO graphs, built straight from their weights.

int8 weights stay int8: OpenVINO rounds each token's activations to int8 in groups and multiplies in integers where the
processor can (VNNI), which is the fastest way on most. One with tiles for bfloat16 (AMX) is half as fast again with the
weights as floats, cut into blocks that fit its cache, and nearer to float32. Batches hold texts of one length, or of
one but for a few tokens of padding; of a cross-encoder's last layer only the first token is computed, the one the
answer is read from. Nothing is traced or converted, so there is nothing to cache.
"""

from __future__ import annotations

import json
import math
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analyzer import importing
from analyzer.hardware import has_bf16, has_tiles, thread_count
from analyzer.records import ModelError
from analyzer.weights import SCALE, as_floats, load_arrays, plain

GROUP = 64  # numbers of one token's activations that share an int8 scale; 128 is 6 % faster and errs half as much again
BLOCK = 768 * 768  # weights of one product in tiles: more than its second-level cache holds (2 MB) cost it a third
STREAMS = 8  # batches under way at once at most, each on its share of the threads; more would cost memory
ROWS = 32  # texts that are read apart in one batch
AHEAD = 256  # batches whose texts are read before the first of them is judged
KEPT = 400_000  # tokens of texts read apart whose states are kept, 1.5 kB each
NEVER = -10_000.0  # added to the score of a key that is padding, whose share of the attention is then 0
STEP = 8  # in tiles lengths are rounded up to a multiple of it: fuller batches are worth more than the padding costs
TOOLS = "openvino.tools.ovc"
NO_WEIGHT = "position_ids"  # a buffer that older files carry among their weights

Array = NDArray[Any]
Batch = Sequence[tuple[Sequence[int], Sequence[int]]]  # token ids and segment ids of each row
Text = tuple[bool, tuple[int, ...]]  # whether it stands second in its pair, and its token ids
Logits = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Family:
    """How an architecture names its parts."""

    prefix: str
    first_position: int
    segments: bool
    relative: bool
    query: str
    key: str
    value: str
    output: str
    norm: str
    pooler: str  # the dense layer with tanh over the first token
    head: str

    def layer(self, number: int) -> str:
        """Start of the names of a layer's weights."""
        return f"{self.prefix}encoder.layer.{number}."


_BERT = ("attention.self.query", "attention.self.key", "attention.self.value", "attention.output.dense")
_MPNET = ("attention.attn.q", "attention.attn.k", "attention.attn.v", "attention.attn.o")
_CLASSIFIER = ("classifier.dense", "classifier.out_proj")
FAMILIES = {
    "bert": Family("bert.", 0, True, False, *_BERT, "attention.output.LayerNorm", "bert.pooler.dense", "classifier"),
    "roberta": Family("roberta.", 2, True, False, *_BERT, "attention.output.LayerNorm", *_CLASSIFIER),
    "xlm-roberta": Family("roberta.", 2, True, False, *_BERT, "attention.output.LayerNorm", *_CLASSIFIER),
    "mpnet": Family("mpnet.", 2, False, True, *_MPNET, "attention.LayerNorm", *_CLASSIFIER),
}


def texts_of(ids: Sequence[int], closing: int) -> tuple[Text, Text]:
    """Both texts of a pair of token ids, each with its marks: the first ends with the first ``closing`` one."""
    cut = ids.index(closing) + 1
    return (False, tuple(ids[:cut])), (True, tuple(ids[cut:]))


def rounded(length: int, step: int) -> int:
    """The next multiple of ``step``."""
    return -(-length // step) * step


class Compiled:
    """A compiled graph; several batches are under way at once, each in a stream with threads of its own."""

    def __init__(self, builder: Builder, model: Any, threads: int) -> None:
        """Compile ``model``, which ``builder`` has built, for ``threads`` threads (0: all)."""
        openvino = load_openvino()
        threads = thread_count(threads)
        self.streams = min(threads, STREAMS)
        precision = "bf16" if has_bf16() else "f32"
        self.compiled = openvino.Core().compile_model(
            model,
            "CPU",
            {
                "INFERENCE_NUM_THREADS": threads,
                "NUM_STREAMS": self.streams,
                "INFERENCE_PRECISION_HINT": precision,
                "DYNAMIC_QUANTIZATION_GROUP_SIZE": str(GROUP),
            },
        )
        self.relative = builder.family.relative
        self.name = f"openvino {openvino.__version__.split('-')[0]} cpu {'int8 ' * builder.int8}{precision}"

    def run(self, batches: Iterable[Sequence[Array]]) -> Iterator[Array]:
        """Yield the output of each batch of inputs, in order. A row does not depend on what is beside it."""
        idle = [self.compiled.create_infer_request() for _ in range(self.streams + 1)]
        running: deque[Any] = deque()
        for inputs in batches:
            if not idle:
                yield self._finish(running, idle)
            request = idle.pop()
            request.start_async(list(inputs))
            running.append(request)
        while running:
            yield self._finish(running, idle)

    def beside(self, ids: Array, types: Array) -> Array:
        """What the graph reads beside token ids [rows, tokens]: MPNet's distances, or segment ids."""
        return buckets(ids.shape[1]) if self.relative else types

    def _finish(self, running: deque[Any], idle: list[Any]) -> Array:
        """Wait for the batch that was started first."""
        request = running.popleft()
        request.wait()
        idle.append(request)
        return np.array(request.get_output_tensor(0).data, dtype=np.float32)


class OpenVINONetwork:
    """A cross-encoder."""

    step = 1

    def __init__(self, builder: Builder, threads: int) -> None:
        """Compile what ``builder`` builds for ``threads`` threads (0: all)."""
        self.compiled = Compiled(builder, builder.classifier(), threads)
        self.streams, self.name = self.compiled.streams, self.compiled.name
        self.labels = builder.labels()

    def logits(self, batches: Iterable[Batch]) -> Iterator[Logits]:
        """Yield the logits [rows, labels] of each batch, in order."""
        stacked = ([np.array(part, dtype=np.int32) for part in zip(*rows, strict=True)] for rows in batches)
        return self.compiled.run((ids, self.compiled.beside(ids, types)) for ids, types in stacked)


class SeparateNetwork:
    """A cross-encoder whose lowest layers read each text apart: they run once a text, not once a pair.

    See ``analyzer.separate`` for the same in torch. Texts and pairs are padded to a multiple of ``step`` tokens, so
    that more of them go in one batch; what a row gives depends on its own length alone.
    """

    def __init__(self, builder: Builder, threads: int) -> None:
        """Compile what ``builder`` builds for ``threads`` threads (0: all)."""
        lower, upper = builder.halves(int(builder.config["separate_layers"]))
        self.lower, self.upper = Compiled(builder, lower, threads), Compiled(builder, upper, threads)
        self.start = {False: 0, True: int(builder.config["second_position"]) - builder.family.first_position}
        self.width = builder.width
        self.padding = int(builder.config["pad_token_id"])
        self.closing = int(builder.config["eos_token_id"])
        self.streams, self.name = self.upper.streams, self.upper.name
        self.step = builder.step
        self.labels = builder.labels()
        self.kept: dict[Text, NDArray[np.float16]] = {}  # longest unused first
        self.tokens = 0  # of all kept texts

    def logits(self, batches: Iterable[Batch]) -> Iterator[Logits]:
        """Yield the logits [rows, labels] of each batch, in order."""
        source = iter(batches)
        while some := list(islice(source, AHEAD)):
            pairs = [[texts_of(ids, self.closing) for ids, _ in rows] for rows in some]
            states = self._states(list(dict.fromkeys(text for batch in pairs for pair in batch for text in pair)))
            yield from self.upper.run(self._joined(batch, states) for batch in pairs)

    def _joined(self, pairs: Sequence[tuple[Text, Text]], states: dict[Text, NDArray[np.float16]]) -> Sequence[Array]:
        """What the upper layers read: states of both texts one after the other, distances, how many tokens are real."""
        real = [sum(len(ids) for _, ids in pair) for pair in pairs]
        x = np.zeros((len(pairs), self._padded(real), self.width), dtype=np.float32)
        for row, (first, second) in zip(x, pairs, strict=True):
            cut = len(first[1])
            row[:cut] = states[first]
            row[cut : cut + len(second[1])] = states[second]
        return [x, buckets(x.shape[1]), *self._real(real)]

    def _ids(self, texts: Sequence[Text]) -> Sequence[Array]:
        """What the lower layers read of texts of one place: ids, distances, first position, how many are real."""
        real = [len(ids) for _, ids in texts]
        rows = np.full((len(texts), self._padded(real)), self.padding, dtype=np.int32)
        for row, (_, ids) in zip(rows, texts, strict=True):
            row[: len(ids)] = ids
        return [rows, buckets(rows.shape[1]), np.array([self.start[texts[0][0]]]), *self._real(real)]

    def _padded(self, lengths: Sequence[int]) -> int:
        """The length of a row: the next multiple of ``step``, which is the same for all of a batch."""
        return rounded(max(lengths), self.step)

    def _real(self, lengths: Sequence[int]) -> list[Array]:
        """How many tokens of each row are real, for graphs that know padding."""
        return [np.array(lengths, dtype=np.int32)] if self.step > 1 else []

    def _states(self, wanted: Sequence[Text]) -> dict[Text, NDArray[np.float16]]:
        """States [tokens, width] of these texts; what is not kept from before is read, and kept as room allows."""
        states = {text: self.kept.pop(text) for text in wanted if text in self.kept}
        alike: dict[tuple[bool, int], list[Text]] = {}
        for text in sorted(wanted, key=lambda text: -len(text[1])):
            if text not in states:
                alike.setdefault((text[0], self._padded([len(text[1])])), []).append(text)
        batches = [group[i : i + ROWS] for group in alike.values() for i in range(0, len(group), ROWS)]
        for batch, found in zip(batches, self.lower.run(map(self._ids, batches)), strict=True):
            for text, rows in zip(batch, found.astype(np.float16), strict=True):
                states[text] = rows[: len(text[1])]
            self.tokens += sum(len(ids) for _, ids in batch)
        self.kept |= states
        while self.tokens > KEPT and len(self.kept) > len(states):
            oldest = next(iter(self.kept))
            self.tokens -= len(oldest[1])
            del self.kept[oldest]
        return states


class OpenVINOStates:
    """An encoder without head."""

    def __init__(self, config: dict[str, Any], tensors: dict[str, Array], threads: int) -> None:
        """Build from a model's config and tensors; raises as ``network`` does."""
        load_openvino()
        builder = Builder(config, tensors)
        self.compiled = Compiled(builder, builder.encoder(), threads)

    def states(self, windows: Iterable[Sequence[int]]) -> Iterator[NDArray[np.float32]]:
        """Yield the states [tokens, width] of each window of token ids, in order."""
        rows = (np.array([ids], dtype=np.int32) for ids in windows)
        for states in self.compiled.run((ids, self.compiled.beside(ids, np.zeros_like(ids))) for ids in rows):
            yield states[0]


class Builder:
    """Writes the graph of one model from its config and its tensors."""

    def __init__(self, config: dict[str, Any], tensors: dict[str, Array]) -> None:
        """Check that the graph knows every part of the model; raises ModelError if not."""
        kind = config.get("model_type")
        if kind not in FAMILIES:
            raise ModelError(f"no graph for models of type {kind}")
        self.family = FAMILIES[kind]
        self.config = config
        self.tensors = {name: tensor for name, tensor in tensors.items() if not name.endswith(NO_WEIGHT)}
        self.width = int(config["hidden_size"])
        self.heads = int(config["num_attention_heads"])
        self.layers = int(config["num_hidden_layers"])
        self.tiles = has_tiles()
        self.step = STEP if self.tiles else 1
        self.int8 = any(name.endswith(SCALE) for name in tensors) and not self.tiles
        self.used: set[str] = set()
        plain = {"hidden_act": "gelu", "position_embedding_type": "absolute", "is_decoder": False}
        if self.family.first_position:
            plain["pad_token_id"] = self.family.first_position - 1  # positions count on from the padding's number
        strange = [name for name, value in plain.items() if (config.get(name) or value) != value]
        if strange:
            raise ModelError(f"no graph for models with another {strange[0]}")

    def labels(self) -> dict[int, str]:
        """Names of the classes by their place in the logits."""
        return {int(number): str(label) for number, label in self.config["id2label"].items()}

    def classifier(self) -> Any:
        """Return the cross-encoder: token ids and segment ids (or relative position buckets) in, logits out."""
        x, beside, inputs = self._texts()
        return self._model(self._judged(self._stack(x, beside, range(self.layers), whole=False)), inputs)

    def encoder(self) -> Any:
        """Return the encoder: the same in, states [rows, tokens, width] out."""
        x, beside, inputs = self._texts()
        return self._model(self._stack(x, beside, range(self.layers), whole=True), inputs)

    def halves(self, cut: int) -> tuple[Any, Any]:
        """Return the ``cut`` lowest layers, which read a text by itself, and the others, which judge a pair of texts.

        The first gives states [rows, tokens, width]; the second takes those of both texts, one after the other.
        """
        import openvino
        import openvino.opset13 as op

        if not self.family.relative:
            raise ModelError(f"no graph for models of type {self.config['model_type']} that read texts apart")
        start = op.parameter([1], np.int64, name="start")  # number of a text's first position, 0 for a first text
        x, beside, inputs = self._texts(start)
        real = self._real()
        lower = openvino.Model([self._stack(x, beside, range(cut), *real, whole=True)], [*inputs, start, *real])
        states = op.parameter([-1, -1, self.width], np.float32, name="states")
        beside, real = op.parameter([-1, -1], np.int32, name="beside"), self._real()
        judged = self._judged(self._stack(states, beside, range(cut, self.layers), *real, whole=False))
        return lower, self._model(judged, [states, beside, *real])

    def _real(self) -> list[Any]:
        """An input for how many tokens of each row are no padding; none where nothing is padded."""
        import openvino.opset13 as op

        return [op.parameter([-1], np.int32, name="real")] if self.step > 1 else []

    def _model(self, output: Any, inputs: list[Any]) -> Any:
        """Close the graph; every tensor must have found its place."""
        import openvino

        left = sorted(set(plain(self.tensors)) - self.used)
        if left:
            raise ModelError(f"no graph for models with {left[0]}")
        return openvino.Model([output], inputs)

    def _texts(self, start: Any = None) -> tuple[Any, Any, list[Any]]:
        """Vectors of token ids, what stands beside the ids, and both as the graph's inputs."""
        import openvino.opset13 as op

        ids = op.parameter([-1, -1], np.int32, name="ids")
        beside = op.parameter([-1, -1], np.int32, name="beside")
        return self._embed(ids, beside, _ints(0) if start is None else start), beside, [ids, beside]

    def _stack(self, x: Any, beside: Any, numbers: range, real: Any = None, *, whole: bool) -> Any:
        """Layers one after another, the last of all for every token or for the first alone.

        ``real`` [rows]: how many tokens of each row are no padding; without it all are.
        """
        import openvino.opset13 as op

        bias = None
        if self.family.relative:
            table = op.constant(self._floats(f"{self.family.prefix}encoder.relative_attention_bias.weight"))
            bias = op.transpose(op.gather(table, beside, _ints(0)), _ints(2, 0, 1))
            bias = op.unsqueeze(bias, _ints(0))
            if real is not None:
                bias = op.add(bias, self._hidden(beside, real))
        for number in numbers:
            first_only = not whole and number == self.layers - 1
            x = self._layer(self.family.layer(number), x, bias, last=first_only)
        return x

    def _hidden(self, beside: Any, real: Any) -> Any:
        """What is added to the scores of keys [rows, 1, 1, tokens]: 0, or so little that padding has no share."""
        import openvino.opset13 as op

        zero, one = (op.constant(np.int32(number)) for number in (0, 1))
        place = op.range(zero, op.gather(op.shape_of(beside, "i32"), zero, zero), one, "i32")
        padding = op.greater_equal(op.unsqueeze(place, _ints(0)), op.unsqueeze(real, _ints(1)))
        return op.unsqueeze(op.multiply(op.convert(padding, "f32"), op.constant(np.float32(NEVER))), _ints(1, 2))

    def _judged(self, x: Any) -> Any:
        """Logits [rows, labels] from the first token's state."""
        import openvino.opset13 as op

        first = op.reshape(x, _ints(0, -1), True)
        return self._linear(op.tanh(self._linear(first, self.family.pooler)), self.family.head)

    def _embed(self, ids: Any, types: Any, first: Any) -> Any:
        """Sum of word, position and segment vectors, normalised: [rows, tokens, width]."""
        import openvino.opset13 as op

        start = f"{self.family.prefix}embeddings."
        word, scale = self._raw(start + "word_embeddings.weight")
        x = op.gather(op.constant(word), ids, _ints(0))
        if scale is not None:
            x = op.multiply(op.convert(x, "f32"), op.gather(op.constant(scale), ids, _ints(0)))
        positions = op.constant(self._floats(start + "position_embeddings.weight")[self.family.first_position :])
        length = op.gather(op.shape_of(ids), _ints(1), _ints(0))
        x = op.add(x, op.unsqueeze(op.slice(positions, first, op.add(first, length), _ints(1), _ints(0)), _ints(0)))
        if self.family.segments:
            x = op.add(x, op.gather(op.constant(self._floats(start + "token_type_embeddings.weight")), types, _ints(0)))
        return self._norm(x, start + "LayerNorm")

    def _layer(self, start: str, x: Any, bias: Any, *, last: bool) -> Any:
        """Attention and feed-forward; of the ``last`` layer only the first token's query is answered."""
        import openvino.opset13 as op

        family = self.family
        names = [start + name for name in (family.query, family.key, family.value)]
        if last:
            first = op.slice(x, _ints(0), _ints(1), _ints(1), _ints(1))
            query, (key, value) = self._linear(first, names[0]), self._beside(x, names[1:])
            x = first
            bias = bias if bias is None else op.slice(bias, _ints(0), _ints(1), _ints(1), _ints(2))
        else:
            query, key, value = self._beside(x, names)
        size = self.width // self.heads
        query, key, value = (
            op.transpose(op.reshape(part, _ints(0, 0, self.heads, size), True), _ints(0, 2, 1, 3))
            for part in (query, key, value)
        )
        scores = op.multiply(op.matmul(query, key, False, True), op.constant(np.float32(1 / math.sqrt(size))))
        scores = scores if bias is None else op.add(scores, bias)
        context = op.transpose(op.matmul(op.softmax(scores, -1), value, False, False), _ints(0, 2, 1, 3))
        context = op.reshape(context, _ints(0, 0, self.width), True)
        x = self._norm(op.add(self._linear(context, start + family.output), x), start + family.norm)
        x = self._feed_forward(x, start + "intermediate.dense", start + "output.dense")
        return self._norm(x, start + "output.LayerNorm")

    def _beside(self, x: Any, names: Sequence[str]) -> list[Any]:
        """Dense layers over the same input: one product cut up afterwards, or one each where it runs in tiles."""
        import openvino.opset13 as op

        if self.tiles:
            return [self._linear(x, name) for name in names]
        cut = op.variadic_split(self._linear(x, *names), _ints(2), _ints(*[self.width] * len(names)))
        return [cut.output(i) for i in range(len(names))]

    def _feed_forward(self, x: Any, first: str, second: str) -> Any:
        """Two dense layers with GELU between them, and their input added; in tiles by blocks of the inner width."""
        import openvino.opset13 as op

        if not self.tiles:
            return op.add(self._linear(op.gelu(self._linear(x, first), "erf"), second), x)
        wide, narrow = (self._floats(f"{name}.weight") for name in (first, second))
        wide_bias, narrow_bias = (self._floats(f"{name}.bias") for name in (first, second))
        out = None
        for rows in np.array_split(np.arange(len(wide)), math.ceil(wide.size / BLOCK)):
            inner = op.add(op.matmul(x, op.constant(wide[rows]), False, True), op.constant(wide_bias[rows]))
            part = op.matmul(op.gelu(inner, "erf"), op.constant(narrow[:, rows]), False, True)
            out = op.add(op.add(part, op.constant(narrow_bias)), x) if out is None else op.add(part, out)
        return out

    def _linear(self, x: Any, *names: str) -> Any:
        """Multiply by the weights of one or more dense layers, side by side, and add their biases."""
        import openvino.opset13 as op

        parts = [self._raw(f"{name}.weight") for name in names]
        scales = [scale for _, scale in parts if scale is not None]
        if self.int8 and len(scales) == len(parts):
            rows = op.constant(np.concatenate([weight for weight, _ in parts]))
            weight = op.multiply(op.convert(rows, "f32"), op.constant(np.concatenate(scales)))
        else:
            weight = op.constant(np.concatenate([self._floats(f"{name}.weight") for name in names]))
        bias = np.concatenate([self._floats(f"{name}.bias") for name in names])
        return op.add(op.matmul(x, weight, False, True), op.constant(bias))

    def _norm(self, x: Any, name: str) -> Any:
        """Layer normalisation over the last axis."""
        import openvino.opset13 as op

        x = op.mvn(x, _ints(-1), True, float(self.config["layer_norm_eps"]), "inside_sqrt")
        scaled = op.multiply(x, op.constant(self._floats(f"{name}.weight")))
        return op.add(scaled, op.constant(self._floats(f"{name}.bias")))

    def _raw(self, name: str) -> tuple[Array, Array | None]:
        """A tensor as stored, and its scale [rows, 1] when it is int8."""
        if name not in self.tensors:
            raise ModelError(f"weights are incomplete ({name})")
        self.used.add(name)
        scale = self.tensors.get(name + SCALE)
        return self.tensors[name], None if scale is None else scale.astype(np.float32).reshape(-1, 1)

    def _floats(self, name: str) -> Array:
        """A tensor as float32."""
        self._raw(name)
        return as_floats(self.tensors, name)


def network(path: Path, threads: int) -> OpenVINONetwork | SeparateNetwork:
    """Build what runs the cross-encoder in the folder ``path`` for ``threads`` threads (0: all).

    Raises ModelError when the model is of another kind than the graph knows, and ImportError without OpenVINO.
    """
    load_openvino()
    config = json.loads((path / "config.json").read_text(encoding="utf-8"))
    builder = Builder(config, load_arrays(path))
    return (SeparateNetwork if config.get("separate_layers") else OpenVINONetwork)(builder, threads)


def load_openvino() -> Any:
    """Import OpenVINO without its conversion tools, whose import reports to its makers over the network.

    They are kept out for the length of the import alone, so that who wants them can have them.
    """
    return importing.without("openvino", TOOLS)


def _ints(*values: int) -> Any:
    """A constant of integers."""
    import openvino.opset13 as op

    return op.constant(np.array(values, dtype=np.int64))


@cache
def buckets(length: int) -> NDArray[np.int32]:
    """MPNet's bucket [length, length] of how far a key stands from a query: exact when near, logarithmic when far.

    Half of the 32 buckets are for keys after the query. Computed in float32 like the reference, since a bound that
    falls on a power of two must fall on the same side (Song et al. 2020, after Raffel et al. 2020).
    """
    half, exact, farthest = 16, 8, 128
    place = np.arange(length)
    distance = place[:, None] - place[None, :]
    away = np.maximum(np.abs(distance), 1).astype(np.float32)
    steps = np.log(away / np.float32(exact)) / np.float32(math.log(farthest / exact)) * np.float32(half - exact)
    far = np.minimum(exact + steps.astype(np.int64), half - 1)
    bucket = np.where(np.abs(distance) < exact, np.abs(distance), far) + half * (distance < 0)
    return np.asarray(bucket, dtype=np.int32)


def supported(path: Path) -> bool:
    """Whether the folder looks like a model this graph can be built for, without reading its weights."""
    try:
        config = json.loads((path / "config.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return config.get("model_type") in FAMILIES and any(path.glob("*.safetensors"))


__all__: Sequence[str] = (
    "Batch",
    "Logits",
    "OpenVINONetwork",
    "OpenVINOStates",
    "SeparateNetwork",
    "network",
    "supported",
)
