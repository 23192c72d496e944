"""A cross-encoder whose lowest layers read each of the two texts by itself, and only the upper ones both together.

What the lower layers give depends on one text alone, so it can be computed once however many pairs the text stands in
(Cao et al. 2020, "DeFormer"; MacAvaney et al. 2020, "PreTTR"). This is the reference in torch, which reads every pair
as a whole: the lower layers under a mask that keeps the texts apart. ``analyzer.graph`` shares the work.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor
from transformers import MPNetForSequenceClassification
from transformers.modeling_outputs import SequenceClassifierOutput

FIRST = 2  # MPNet's number of a text's first position


class SeparateMPNetForSequenceClassification(MPNetForSequenceClassification):
    """MPNet with two settings more in its config.

    ``separate_layers`` is how many of the lowest layers read the texts apart, ``second_position`` the number of the
    position at which the second text starts, however long the first is.
    """

    @classmethod
    def from_config(cls, config: Any) -> SeparateMPNetForSequenceClassification:
        """Return a model with weights at random, as transformers' automatic classes do."""
        return cls(config)

    def forward(self, input_ids: Tensor, attention_mask: Tensor | None = None, **_: Any) -> SequenceClassifierOutput:
        """Logits [rows, labels] of pairs "<s> first </s></s> second </s>" [rows, tokens], padded at the end."""
        real = torch.ones_like(input_ids) if attention_mask is None else attention_mask
        place = torch.arange(input_ids.shape[1], device=input_ids.device)[None, :]
        closing: Any = self.config.eos_token_id
        start = ends(input_ids, closing)[:, None]
        second = place >= start
        positions = torch.where(second, place - start + self.config.second_position, place + FIRST)
        x = self.mpnet.embeddings(input_ids=input_ids, position_ids=positions)
        apart = (second[:, :, None] == second[:, None, :]) & real[:, None, :].bool()
        x = run_layers(self.mpnet, x, apart[:, None], range(self.config.separate_layers))
        return SequenceClassifierOutput(logits=self.judge(x, real))

    def read(self, ids: Tensor, *, second: bool) -> Tensor:
        """States [rows, tokens, width] of single texts of one length, from the layers that read them apart."""
        first = self.config.second_position if second else FIRST
        positions = torch.arange(ids.shape[1], device=ids.device)[None, :].expand_as(ids) + first
        x = self.mpnet.embeddings(input_ids=ids, position_ids=positions)
        return run_layers(self.mpnet, x, None, range(self.config.separate_layers))

    def judge(self, states: Tensor, real: Tensor) -> Tensor:
        """Logits [rows, labels] from the states of both texts, one after the other; ``real`` is 0 where padded."""
        above = range(self.config.separate_layers, self.config.num_hidden_layers)
        logits: Tensor = self.classifier(run_layers(self.mpnet, states, real[:, None, None, :].bool(), above))
        return logits


def run_layers(mpnet: Any, x: Tensor, seen: Tensor | None, numbers: range) -> Tensor:
    """States [rows, tokens, width] after these layers; ``seen`` [rows, 1, queries or 1, keys]: what a query sees."""
    bias = mpnet.encoder.compute_position_bias(x)
    mask = None if seen is None else torch.where(seen, 0.0, torch.finfo(x.dtype).min).to(x.dtype)
    for number in numbers:
        x = mpnet.encoder.layer[number](x, mask, bias)[0]
    return x


def ends(ids: Tensor, closing: int) -> Tensor:
    """Number of tokens [rows] of the first text with its marks: up to the first closing one."""
    return (ids == closing).int().argmax(1) + 1
