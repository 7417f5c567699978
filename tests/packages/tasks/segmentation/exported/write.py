"""Writes `encoder.onnx` and `expected.json`: an encoder of the family of Segment Anything as PyTorch exports it, and what it says.

One linear layer for queries, keys and values, windows that are filled up with zeros, tables of relative positions that are read
by einsum, a neck of two convolutions. Made for the decoder of sam-tiny: pictures of 64 pixels, an embedding of 64 by 8 by 8.

    python tests/packages/tasks/segmentation/exported/write.py     (torch 2.13, onnx)
"""

import base64
import json
import pathlib

import numpy
import torch
from torch import nn
from torch.nn import functional as F

PICTURE, PATCH, WIDTH, HEADS, CHANNELS = 64, 8, 12, 2, 64
GRID = PICTURE // PATCH


class Norm2d(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(channels))
        self.bias = nn.Parameter(torch.zeros(channels))

    def forward(self, x):
        mean = x.mean(1, keepdim=True)
        variance = (x - mean).pow(2).mean(1, keepdim=True)
        x = (x - mean) / torch.sqrt(variance + 1e-6)
        return self.weight[:, None, None] * x + self.bias[:, None, None]


class Attention(nn.Module):
    def __init__(self, side):
        super().__init__()
        self.side = side
        self.depth = WIDTH // HEADS
        self.qkv = nn.Linear(WIDTH, 3 * WIDTH)
        self.proj = nn.Linear(WIDTH, WIDTH)
        self.rel_pos_h = nn.Parameter(0.3 * torch.randn(2 * side - 1, self.depth))
        self.rel_pos_w = nn.Parameter(0.3 * torch.randn(2 * side - 1, self.depth))

    def forward(self, x):
        s, d = self.side, self.depth
        n = x.shape[0]
        qkv = self.qkv(x).reshape(n, s * s, 3, HEADS, d).permute(2, 0, 3, 1, 4)
        q, k, v = qkv.reshape(3, n * HEADS, s * s, d).unbind(0)
        scores = (q * d**-0.5) @ k.transpose(-2, -1)
        places = torch.arange(s)[:, None] - torch.arange(s)[None, :] + s - 1
        grid = q.reshape(n * HEADS, s, s, d)
        rows = torch.einsum("bhwc,hkc->bhwk", grid, self.rel_pos_h[places])
        columns = torch.einsum("bhwc,wkc->bhwk", grid, self.rel_pos_w[places])
        scores = scores.view(n * HEADS, s, s, s, s) + rows[:, :, :, :, None] + columns[:, :, :, None, :]
        weights = scores.view(n * HEADS, s * s, s * s).softmax(-1)
        mixed = (weights @ v).view(n, HEADS, s, s, d).permute(0, 2, 3, 1, 4).reshape(n, s, s, WIDTH)
        return self.proj(mixed)


class Block(nn.Module):
    def __init__(self, window):
        super().__init__()
        self.window = window
        self.norm1 = nn.LayerNorm(WIDTH, eps=1e-6)
        self.attn = Attention(window or GRID)
        self.norm2 = nn.LayerNorm(WIDTH, eps=1e-6)
        self.lin1 = nn.Linear(WIDTH, 4 * WIDTH)
        self.lin2 = nn.Linear(4 * WIDTH, WIDTH)

    def attend(self, x):
        w = self.window
        if w == 0:
            return self.attn(x)
        missing = (w - GRID % w) % w
        whole = GRID + missing
        across = whole // w
        x = F.pad(x, (0, 0, 0, missing, 0, missing))
        x = x.view(-1, across, w, across, w, WIDTH).permute(0, 1, 3, 2, 4, 5).reshape(-1, w, w, WIDTH)
        x = self.attn(x)
        x = x.view(-1, across, across, w, w, WIDTH).permute(0, 1, 3, 2, 4, 5).reshape(-1, whole, whole, WIDTH)
        return x[:, :GRID, :GRID, :]

    def forward(self, x):
        x = x + self.attend(self.norm1(x))
        return x + self.lin2(F.gelu(self.lin1(self.norm2(x))))


class Encoder(nn.Module):
    def __init__(self):
        super().__init__()
        self.patch = nn.Conv2d(3, WIDTH, PATCH, PATCH)
        self.pos_embed = nn.Parameter(0.1 * torch.randn(1, GRID, GRID, WIDTH))
        self.blocks = nn.ModuleList([Block(3), Block(0)])
        self.neck = nn.Sequential(
            nn.Conv2d(WIDTH, CHANNELS, 1, bias=False),
            Norm2d(CHANNELS),
            nn.Conv2d(CHANNELS, CHANNELS, 3, padding=1, bias=False),
            Norm2d(CHANNELS),
        )

    def forward(self, x):
        x = self.patch(x).permute(0, 2, 3, 1) + self.pos_embed
        for block in self.blocks:
            x = block(x)
        return self.neck(x.permute(0, 3, 1, 2))


def text(array):
    return base64.b64encode(array.astype("<f4").tobytes()).decode()


folder = pathlib.Path(__file__).parent
torch.manual_seed(0)
encoder = Encoder().eval()
picture = torch.linspace(-2, 2, 2 * 3 * PICTURE * PICTURE).sin().reshape(2, 3, PICTURE, PICTURE)
with torch.no_grad():
    said = encoder(picture)
torch.onnx.export(
    encoder,
    (picture,),
    str(folder / "encoder.onnx"),
    input_names=["input_image"],
    output_names=["image_embeddings"],
    dynamic_axes={"input_image": {0: "batch"}, "image_embeddings": {0: "batch"}},
    opset_version=16,
    dynamo=False,
)
expected = {
    "torch": torch.__version__.split("+")[0],
    "params": sum(p.numel() for p in encoder.parameters()),
    # of the second picture, every eighth channel: enough to see that they are the same
    "embedding": text(numpy.ascontiguousarray(said[1, ::8].numpy())),
}
(folder / "expected.json").write_text(json.dumps(expected, indent=2) + "\n")
