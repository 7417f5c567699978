"""
The image encoder of Segment Anything in PyTorch, written from its description: the yardstick of a training step.

  python segmenter.py step --params 740576 --batch 4 --threads 2

Started by scripts/bench/segmenter-step.ts: it checks that it has as many parameters, describes itself, and then takes a training
step for each line `step` that it is sent: mean square of the distance to a given embedding, AdamW, a bound on the gradient.
"""
import argparse
import json
import sys
import time

import torch
from torch import nn
from torch.nn import functional as F


class Norm2d(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.norm = nn.LayerNorm(channels, eps=1e-6)

    def forward(self, x):
        return self.norm(x.permute(0, 2, 3, 1)).permute(0, 3, 1, 2)


class Attention(nn.Module):
    def __init__(self, width, heads, side):
        super().__init__()
        self.heads, self.depth, self.side = heads, width // heads, side
        self.qkv, self.proj = nn.Linear(width, 3 * width), nn.Linear(width, width)
        self.rows = nn.Parameter(torch.zeros(2 * side - 1, self.depth))
        self.columns = nn.Parameter(torch.zeros(2 * side - 1, self.depth))
        self.register_buffer("places", torch.arange(side)[:, None] - torch.arange(side)[None, :] + side - 1)

    def forward(self, x):  # [n, side, side, width]
        n, s, h, d = x.shape[0], self.side, self.heads, self.depth
        q, k, v = self.qkv(x).reshape(n, s * s, 3, h, d).permute(2, 0, 3, 1, 4).reshape(3, n * h, s * s, d).unbind(0)
        grid = q.reshape(n * h, s, s, d)
        rows = torch.einsum("bhwc,hkc->bhwk", grid, self.rows[self.places])
        columns = torch.einsum("bhwc,wkc->bhwk", grid, self.columns[self.places])
        bias = (rows[:, :, :, :, None] + columns[:, :, :, None, :]).reshape(n * h, s * s, s * s)
        mixed = F.scaled_dot_product_attention(q, k, v, attn_mask=bias)
        return self.proj(mixed.reshape(n, h, s, s, d).permute(0, 2, 3, 1, 4).reshape(n, s, s, h * d))


class Block(nn.Module):
    def __init__(self, width, heads, side, window):
        super().__init__()
        self.side, self.window = side, window
        self.norm1, self.norm2 = nn.LayerNorm(width, eps=1e-6), nn.LayerNorm(width, eps=1e-6)
        self.attention = Attention(width, heads, window or side)
        self.lin1, self.lin2 = nn.Linear(width, 4 * width), nn.Linear(4 * width, width)

    def attend(self, x):
        w, side = self.window, self.side
        if w == 0:
            return self.attention(x)
        n, width = x.shape[0], x.shape[-1]
        across = -(-side // w)
        missing = across * w - side
        x = F.pad(x, (0, 0, 0, missing, 0, missing)).view(n, across, w, across, w, width)
        x = self.attention(x.permute(0, 1, 3, 2, 4, 5).reshape(-1, w, w, width))
        x = x.view(n, across, across, w, w, width).permute(0, 1, 3, 2, 4, 5)
        return x.reshape(n, across * w, across * w, width)[:, :side, :side]

    def forward(self, x):
        x = x + self.attend(self.norm1(x))
        return x + self.lin2(F.gelu(self.lin1(self.norm2(x))))


class Encoder(nn.Module):
    def __init__(self, picture, patch, width, depth, heads, window, attends, channels):
        super().__init__()
        side = picture // patch
        self.patch = nn.Conv2d(3, width, patch, patch)
        self.positions = nn.Parameter(torch.zeros(1, side, side, width))
        self.blocks = nn.Sequential(
            *(Block(width, heads, side, 0 if i in attends else window) for i in range(depth))
        )
        self.neck = nn.Sequential(
            nn.Conv2d(width, channels, 1, bias=False), Norm2d(channels),
            nn.Conv2d(channels, channels, 3, padding=1, bias=False), Norm2d(channels),
        )

    def forward(self, x):
        x = self.blocks(self.patch(x).permute(0, 2, 3, 1) + self.positions)
        return self.neck(x.permute(0, 3, 1, 2))


def steps(params, batch, threads, lr, clip, **shape):
    torch.set_num_threads(threads)
    torch.manual_seed(0)
    model = Encoder(**shape).train()
    parameters = list(model.parameters())
    own = sum(p.numel() for p in parameters)
    assert own == params, f"{params} parameters expected, not {own}"
    optimizer = torch.optim.AdamW(parameters, lr=lr, weight_decay=0)
    x = torch.randn(batch, 3, shape["picture"], shape["picture"])
    side = shape["picture"] // shape["patch"]
    wanted = torch.randn(batch, shape["channels"], side, side)

    def step():
        optimizer.zero_grad(set_to_none=True)
        F.mse_loss(model(x), wanted).backward()
        nn.utils.clip_grad_norm_(parameters, clip)
        optimizer.step()

    print(json.dumps({"name": f"PyTorch {torch.__version__}, {torch.get_num_threads()} threads"}), flush=True)
    for _ in sys.stdin:
        wall, processor = time.perf_counter(), time.process_time()
        step()
        times = {"wall": time.perf_counter() - wall, "cpu": time.process_time() - processor}
        print(json.dumps({clock: 1e3 * seconds for clock, seconds in times.items()}), flush=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("command", choices=["step"])
    for name in ["params", "batch", "threads", "picture", "patch", "width", "depth", "heads", "window", "channels"]:
        parser.add_argument(f"--{name}", type=int, required=True)
    parser.add_argument("--attends", type=lambda text: [int(i) for i in text.split(",")], required=True)
    parser.add_argument("--lr", type=float, default=1e-3)
    parser.add_argument("--clip", type=float, default=1)
    given = vars(parser.parse_args())
    given.pop("command")
    steps(**given)
