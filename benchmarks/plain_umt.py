"""UMT's computation and its training pipeline, written plainly: what ours is compared with.

The same network, layer by layer, as eager PyTorch modules with UMT's parameter names (so that its weights load into
ours by the name map, and the benchmark can assert that both compute the same); positions tables of 5000 rows, Adam over
all of them; a DataLoader with four workers started anew for every epoch and every evaluation; a metric in Python loops.
That is how UMT trains (its configs/_base_). Written from its description in our docs, not its code.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.utils.data import DataLoader, Dataset

from visionaryvids.data.example import Example

WIDTH, HEADS, ROWS, RATE = 256, 8, 5000, 0.1
WORKERS = 4


class Attention(nn.Module):
    """Multi-head attention with one matrix for each of q, k, v, m."""

    def __init__(self) -> None:
        super().__init__()
        self.q, self.k, self.v, self.m = (nn.Linear(WIDTH, WIDTH) for _ in range(4))
        self.drop1, self.drop2 = nn.Dropout(RATE), nn.Dropout(RATE)

    def forward(self, q: Tensor, k: Tensor, v: Tensor) -> Tensor:
        q, k, v = (f(x).unflatten(-1, (HEADS, -1)).transpose(1, 2) for f, x in ((self.q, q), (self.k, k), (self.v, v)))
        weights = (q @ k.transpose(-2, -1) / q.size(-1) ** 0.5).softmax(-1)
        return self.drop2(self.m((self.drop1(weights) @ v).transpose(1, 2).flatten(2)))


class FeedForward(nn.Module):
    """The feed-forward layer, with the reference's parameter names."""

    def __init__(self) -> None:
        super().__init__()
        up, down = nn.Linear(WIDTH, 4 * WIDTH), nn.Linear(4 * WIDTH, WIDTH)
        self.mapping = nn.Sequential(up, nn.ReLU(inplace=True), nn.Dropout(RATE), down, nn.Dropout(RATE))

    def forward(self, x: Tensor) -> Tensor:
        return self.mapping(x)


class Position(nn.Module):
    """A learned table, copied for every example."""

    def __init__(self) -> None:
        super().__init__()
        self.pe = nn.Parameter(torch.randn(1, ROWS, WIDTH) / WIDTH**0.5)
        self.dropout = nn.Dropout(RATE)

    def forward(self, x: Tensor) -> Tensor:
        return self.dropout(self.pe[:, : x.size(1)].repeat(x.size(0), 1, 1))


class EncoderLayer(nn.Module):
    """Self-attention and feed-forward, pre-norm."""

    def __init__(self) -> None:
        super().__init__()
        self.att, self.ffn = Attention(), FeedForward()
        self.norm1, self.norm2 = nn.LayerNorm(WIDTH), nn.LayerNorm(WIDTH)

    def forward(self, x: Tensor, pe: Tensor) -> Tensor:
        v = self.norm1(x)
        x = x + self.att(v + pe, v + pe, v)
        return x + self.ffn(self.norm2(x))


class UniModal(nn.Module):
    """Input dropout, mapping, one layer."""

    def __init__(self, dim: int) -> None:
        super().__init__()
        self.dropout = nn.Dropout(0.5)
        self.mapping = nn.ModuleDict({"linear": nn.Linear(dim, WIDTH)})
        self.pos_enc, self.encoder = Position(), EncoderLayer()

    def forward(self, x: Tensor) -> Tensor:
        x = self.mapping["linear"](self.dropout(x))
        return self.encoder(x, self.pos_enc(x))


class Bottleneck(nn.Module):
    """Two modalities and four tokens."""

    def __init__(self) -> None:
        super().__init__()
        self.att1, self.att2, self.att3, self.att4 = (Attention() for _ in range(4))
        self.ffn1, self.ffn2 = FeedForward(), FeedForward()
        self.norm1, self.norm2, self.norm3, self.norm4, self.norm5, self.norm6 = (nn.LayerNorm(WIDTH) for _ in range(6))

    def forward(self, a: Tensor, b: Tensor, t: Tensor, pe: Tensor) -> tuple[Tensor, Tensor]:
        da, db, dt = self.norm1(a), self.norm2(b), self.norm3(t)
        t = t + self.att1(dt, da + pe, da) + self.att2(dt, db + pe, db)
        dt = self.norm4(t)
        a, b = a + self.att3(da + pe, dt, dt), b + self.att4(db + pe, dt, dt)
        return a + self.ffn1(self.norm5(a)), b + self.ffn2(self.norm6(b))


class Fusion(nn.Module):
    """The cross-modal encoder."""

    def __init__(self) -> None:
        super().__init__()
        self.pos_enc = Position()
        self.encoder = nn.Module()
        self.encoder.token = nn.Parameter(torch.randn(4, WIDTH) / WIDTH**0.5)
        self.encoder.encoder = nn.ModuleList([Bottleneck()])
        self.norm = nn.LayerNorm(WIDTH)

    def forward(self, a: Tensor, b: Tensor) -> Tensor:
        tokens = self.encoder.token.expand(a.size(0), -1, -1)
        a, b = self.encoder.encoder[0](a, b, tokens, self.pos_enc(a))
        return self.norm(a + b)


class Generator(nn.Module):
    """The query generator."""

    def __init__(self, dim: int) -> None:
        super().__init__()
        self.dropout = nn.Dropout(0.3)
        self.mapping = nn.ModuleDict({"linear": nn.Linear(dim, WIDTH, bias=False), "norm": nn.LayerNorm(WIDTH)})
        self.encoder = Attention()

    def forward(self, x: Tensor, words: Tensor) -> Tensor:
        words = self.mapping["norm"](self.mapping["linear"](self.dropout(words)))
        return self.encoder(x, words, words)


class DecoderLayer(nn.Module):
    """Self-attention, attention to the fused clips, feed-forward."""

    def __init__(self) -> None:
        super().__init__()
        self.att1, self.att2, self.ffn = Attention(), Attention(), FeedForward()
        self.norm1, self.norm2, self.norm3 = (nn.LayerNorm(WIDTH) for _ in range(3))

    def forward(self, x: Tensor, mem: Tensor, q_pe: Tensor, k_pe: Tensor) -> Tensor:
        v = self.norm1(x)
        x = x + self.att1(v + q_pe, v + q_pe, v)
        x = x + self.att2(self.norm2(x) + q_pe, mem + k_pe, mem)
        return x + self.ffn(self.norm3(x))


class Decoder(nn.Module):
    """The query decoder, one layer."""

    def __init__(self) -> None:
        super().__init__()
        self.q_pos_enc, self.k_pos_enc = Position(), Position()
        self.decoder, self.norm = nn.ModuleList([DecoderLayer()]), nn.LayerNorm(WIDTH)

    def forward(self, x: Tensor, mem: Tensor) -> Tensor:
        return self.norm(self.decoder[0](x, mem, self.q_pos_enc(x), self.k_pos_enc(x)))


class PlainUMT(nn.Module):
    """The small model: video, audio, query in; saliency logits out."""

    def __init__(self, video: int, audio: int, query: int) -> None:
        super().__init__()
        self.video_enc, self.audio_enc, self.cross_enc = UniModal(video), UniModal(audio), Fusion()
        self.query_gen, self.query_dec = Generator(query), Decoder()
        self.pred_head = nn.ModuleList(
            [nn.ModuleDict({"saliency_pred": nn.ModuleDict({"linear": nn.Linear(WIDTH, 1)})})]
        )

    def forward(self, video: Tensor, audio: Tensor, query: Tensor) -> Tensor:
        fused = self.cross_enc(self.video_enc(video), self.audio_enc(audio))
        decoded = self.query_dec(self.query_gen(fused, query), fused)
        return self.pred_head[0]["saliency_pred"]["linear"](decoded).squeeze(-1)


class PlainData(Dataset):
    """Examples as dictionaries of tensors."""

    def __init__(self, examples: tuple[Example, ...]) -> None:
        self.examples = examples

    def __len__(self) -> int:
        return len(self.examples)

    def __getitem__(self, index: int) -> dict[str, Tensor]:
        one = self.examples[index]
        arrays = one.features.video_TD, one.features.audio_TD, one.query.tokens_LD, one.saliency_T
        return {
            n: torch.from_numpy(a.copy()) for n, a in zip(("video", "audio", "query", "saliency"), arrays, strict=True)
        }


def loader(examples: tuple[Example, ...], shuffle: bool) -> DataLoader:
    """Batch size 1 and four worker processes, which start at every pass."""
    return DataLoader(PlainData(examples), batch_size=1, num_workers=WORKERS, shuffle=shuffle)


def step(model: PlainUMT, optimizer: torch.optim.Optimizer, data: dict[str, Tensor]) -> None:
    """One training step."""
    optimizer.zero_grad()
    logits = model(data["video"], data["audio"], data["query"])
    nn.functional.binary_cross_entropy_with_logits(logits, data["saliency"]).backward()
    optimizer.step()


def evaluate(model: PlainUMT, data: DataLoader, ratings: list[Tensor], k: int = 5) -> float:
    """Top-5 mAP, one person, one video, one rank at a time."""
    model.eval()
    with torch.no_grad():
        scores = [model(d["video"], d["audio"], d["query"]).sigmoid()[0] for d in data]
    means = []
    for person in range(ratings[0].size(1)):
        precisions = []
        for score, rating in zip(scores, ratings, strict=True):
            order = torch.argsort(score, descending=True)
            label = (rating[:, person] > rating[:, person].median()).float()[order].tolist()[:k]
            hits = ap = recall = 0.0
            precision = 1.0
            for rank, hit in enumerate(label, start=1):
                hits += hit
                new_recall, new_precision = hits / max(sum(label), 1), hits / rank
                ap += (new_recall - recall) * (precision + new_precision) / 2
                recall, precision = new_recall, new_precision
            precisions.append(ap)
        means.append(sum(precisions) / len(precisions))
    return sum(means) / len(means)
