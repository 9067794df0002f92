"""The network (needs the extra ``train``): characters by convolution, lines by LiLT of ``transformers``, all from scratch.

What a stretch of text is follows from its own characters and from the lines around it (a label to the left or above, the
title). So characters are read by convolutions, each line becomes one vector, and LiLT (Wang, Jin and Ding, ACL 2022), which
reads text in one stream and places in a narrower one, goes over the lines: a tenth of the tokens, whatever the page. What it
makes of a line goes back to the line's characters. Two heads of the attention begin with a leaning: to lines at the left on
the same row, and to lines above.
"""

from __future__ import annotations

import math
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional
from transformers import LiltConfig, LiltModel

from models.field_tagger.settings import Shape
from models.sequence.vocabulary import PAD_ID

LINE_STARTS = 2
"""Token types: 1 where a line begins, else 0."""
FAR = -20.0
"""Added to the scores of lines that a leaning head should not look at."""


class JointAttention(nn.Module):  # type: ignore[misc]
    """In the place of ``LiltSelfAttention``: both streams through one scaled dot product.

    The sum of both streams' scores is the same in both, so queries, keys and values are laid side by side: the same numbers
    for half the work.
    """

    def __init__(self, config: LiltConfig) -> None:
        super().__init__()
        hidden, heads, shrink = config.hidden_size, config.num_attention_heads, config.channel_shrink_ratio
        self.heads, self.size, self.layout_size = heads, hidden // heads, hidden // heads // shrink
        self.text = nn.Linear(hidden, 3 * hidden)
        self.layout = nn.Linear(hidden // shrink, 3 * hidden // shrink)

    def forward(self, hidden_states: Tensor, layout_inputs: Tensor, added: Tensor) -> tuple[Tensor, Tensor]:
        """Text (batch, n, hidden) and places (batch, n, hidden / shrink) to the same shapes; ``added`` to the scores."""
        batch, n, _ = hidden_states.shape
        text = self.text(hidden_states).view(batch, n, 3, self.heads, self.size)
        layout = self.layout(layout_inputs).view(batch, n, 3, self.heads, self.layout_size)
        both = torch.cat([text, layout], dim=-1).permute(2, 0, 3, 1, 4)
        # LiLT scales each stream by its own head size; the product below scales by 1.
        scale = torch.cat(
            [torch.full((self.size,), self.size**-0.5), torch.full((self.layout_size,), self.layout_size**-0.5)]
        ).to(both)
        out = functional.scaled_dot_product_attention(
            both[0] * scale, both[1], both[2], attn_mask=added.to(both.dtype), scale=1.0
        )
        out = out.permute(0, 2, 1, 3)
        return out[..., : self.size].reshape(batch, n, -1), out[..., self.size :].reshape(batch, n, -1)


def _through(layer: Any, text: Tensor, layout: Tensor, added: Tensor) -> tuple[Tensor, Tensor]:
    # A LiLT layer step by step: what its parts hand to each other differs between versions of transformers.
    seen, seen_layout = layer.attention.self(text, layout, added)
    text, layout = layer.attention.output(seen, text), layer.attention.layout_output(seen_layout, layout)
    return layer.output(layer.intermediate(text), text), layer.layout_output(layer.layout_intermediate(layout), layout)


class Near(nn.Module):  # type: ignore[misc]
    """Neighbouring characters looked at together; what comes of it is added."""

    def __init__(self, width: int, kernel: int) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(width)
        self.conv = nn.Conv1d(width, width, kernel, padding=kernel // 2)
        self.mix = nn.Linear(width, width)

    def forward(self, values: Tensor, mask: Tensor) -> Tensor:
        """(batch, n, width) to the same; ``mask`` (batch, n, 1): 0 where padded."""
        seen = self.conv((self.norm(values) * mask).transpose(1, 2)).transpose(1, 2)
        out: Tensor = values + self.mix(functional.gelu(seen))
        return out


class Tagger(nn.Module):  # type: ignore[misc]
    """Characters and their boxes to a value for each label.

    Args:
        vocabulary: how many characters have numbers.
        labels: how many labels there are.
        shape: of the network.
        dropout: share of values that are left out while learning.
    """

    def __init__(self, vocabulary: int, labels: int, shape: Shape, dropout: float = 0.1) -> None:
        super().__init__()
        width = shape.hidden
        config = LiltConfig(
            vocab_size=1, hidden_size=width, num_hidden_layers=shape.layers, num_attention_heads=shape.heads,
            intermediate_size=shape.feed_forward, channel_shrink_ratio=shape.shrink, type_vocab_size=1,
            max_position_embeddings=shape.lines + 2, max_2d_position_embeddings=1024, pad_token_id=PAD_ID,
            hidden_dropout_prob=dropout, attention_probs_dropout_prob=0.0,
        )  # fmt: skip
        self.lines = shape.lines
        self.characters = nn.Embedding(vocabulary, width, padding_idx=PAD_ID)
        self.starts = nn.Embedding(LINE_STARTS, width)
        self.before = nn.ModuleList(Near(width, shape.kernel) for _ in range(2))
        self.weigh = nn.Linear(width, 1)
        self.lilt = LiltModel(config, add_pooling_layer=False)
        for layer in self.lilt.encoder.layer:
            layer.attention.self = JointAttention(config)
        self.back = nn.Linear(width + width // shape.shrink, width)
        self.after = nn.ModuleList(Near(width, shape.kernel) for _ in range(2))
        self.norm = nn.LayerNorm(width)
        self.dropout = nn.Dropout(dropout)
        self.out = nn.Linear(width, labels)
        _begin(self)

    def forward(self, ids: Tensor, boxes: Tensor, first: Tensor, mask: Tensor | None = None) -> Tensor:
        """Values (batch, n, labels) for ``ids``, ``first`` (batch, n), ``boxes`` (batch, n, 4); ``mask``: 0 where padded."""
        text = self.characters(ids) + self.starts(first)
        kept = torch.ones_like(text[..., :1]) if mask is None else mask[..., None].to(text.dtype)
        for near in self.before:
            text = near(text, kept)
        # (batch, n, lines): 1 where a character belongs to a line. What lies before the first start belongs to line 0.
        number = first.cumsum(1).clamp(max=self.lines - 1)
        mine = (number[..., None] == torch.arange(self.lines, device=ids.device)).to(text.dtype) * kept
        weight = mine * torch.exp(self.weigh(text).clamp(-8, 8))
        total = weight.sum(1)[..., None]
        pooled = torch.matmul(weight.transpose(1, 2), text) / (total + 1e-6)
        there = (total > 0)[..., 0]
        places = _places(boxes, number, mine)
        seen, layout = self._among(pooled, places, there)
        lines = self.back(torch.cat([seen, layout], dim=-1))
        text = text + torch.matmul(mine, lines.to(mine.dtype))
        for near in self.after:
            text = near(text, kept)
        values: Tensor = self.out(self.dropout(self.norm(text)))
        return values

    def _among(self, lines: Tensor, boxes: Tensor, there: Tensor) -> tuple[Tensor, Tensor]:
        """The lines' vectors after they have looked at each other: text and places."""
        positions = torch.arange(1, self.lines + 1, device=lines.device)[None].expand(lines.shape[:2])
        text, _ = self.lilt.embeddings(inputs_embeds=lines, token_type_ids=torch.zeros_like(positions), position_ids=positions)
        layout = self.lilt.layout_embeddings(bbox=boxes, position_ids=positions)
        added = _leanings(boxes, there, self.lilt.encoder.layer[0].attention.self.heads)
        for layer in self.lilt.encoder.layer:
            text, layout = _through(layer, text, layout, added)
        return text, layout


def _places(boxes: Tensor, number: Tensor, mine: Tensor) -> Tensor:
    """The boxes (batch, lines, 4) of lines, from those of their first and last characters; 0 where there is none.

    ``number`` (batch, n): of each character's line; ``mine`` (batch, n, lines): 1 where a character belongs to a line.
    """
    change = (number[:, 1:] != number[:, :-1]).to(mine.dtype)
    begins = torch.cat([torch.ones_like(change[:, :1]), change], dim=1)
    at = torch.arange(boxes.shape[1], device=boxes.device).to(mine.dtype)
    count = mine.sum(1)
    start = (mine * (begins * at)[..., None]).sum(1)
    end = (start + count - 1).clamp(min=0)
    first = boxes.gather(1, start.long()[..., None].expand(-1, -1, 4))
    last = boxes.gather(1, end.long()[..., None].expand(-1, -1, 4))
    return torch.cat([first[..., :2], last[..., 2:]], dim=-1) * (count > 0)[..., None]


def _leanings(boxes: Tensor, there: Tensor, heads: int) -> Tensor:
    """What is added to the scores (batch, heads, lines, lines): the first two heads lean to the left and upwards."""
    at = boxes.float()
    left, right = at[..., 0], at[..., 2]
    middle = (at[..., 1] + at[..., 3]) / 2
    down = middle[:, None, :] - middle[:, :, None]
    gap = left[:, :, None] - right[:, None, :]
    beside = torch.where(gap < -10, FAR, -0.3 * down.abs() - 0.01 * gap).clamp(min=FAR)
    shift = (left[:, None, :] - left[:, :, None]).abs()
    above = torch.where(down >= -4, FAR, 0.08 * down - 0.02 * shift).clamp(min=FAR)
    free = torch.zeros_like(down)
    none = (1.0 - there[:, None, :].float()) * -1e4
    return torch.stack([beside, above, *[free] * (heads - 2)], dim=1) + none[:, None]


def _begin(model: Tagger) -> None:
    """First weights: small, and waves for positions, so that near ones look alike from the start."""
    for module in model.modules():
        if isinstance(module, nn.Linear):
            nn.init.xavier_uniform_(module.weight)
            nn.init.zeros_(module.bias)
        elif isinstance(module, nn.Embedding):
            nn.init.normal_(module.weight, std=0.1)
    layout = model.lilt.layout_embeddings
    with torch.no_grad():
        for table in (layout.x_position_embeddings, layout.y_position_embeddings, layout.h_position_embeddings,
                      layout.w_position_embeddings):  # fmt: skip
            table.weight.copy_(waves(*table.weight.shape, longest=2000.0, shortest=16.0))
        for table in (model.lilt.embeddings.position_embeddings, layout.box_position_embeddings):
            table.weight.copy_(0.3 * waves(*table.weight.shape, longest=2000.0, shortest=4.0))
            table.weight[PAD_ID] = 0
        model.characters.weight[PAD_ID] = 0


def waves(rows: int, width: int, *, longest: float, shortest: float) -> Tensor:
    """Sines and cosines (rows, width) of wave lengths from ``shortest`` to ``longest`` rows."""
    half = (width + 1) // 2
    lengths = torch.exp(torch.linspace(math.log(shortest), math.log(longest), half))
    angles = torch.arange(rows)[:, None] * (2 * math.pi / lengths)[None]
    return torch.cat([angles.sin(), angles.cos()], dim=1)[:, :width]
