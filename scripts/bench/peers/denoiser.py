"""
A diffusion transformer in PyTorch, written from its paper: the yardstick of a training step and of a sampling.

  python denoiser.py --work step --batch 128 --threads 1
  python denoiser.py --work sample --pictures 16 --threads 1

Started by scripts/bench/denoiser.ts: it describes itself, and then, for each line that it is sent, takes a training step (AdamW, a
bound on the gradient, an average of the weights) or draws pictures (DDIM, guided by classes).
"""
import argparse
import json
import math
import sys
import time

import torch
import torch.nn.functional as F
from torch import nn

SIDE, PATCH, WIDTH, DEPTH, HEADS, CLASSES, FREQUENCIES, LENGTH = 16, 4, 64, 12, 4, 10, 64, 1000


class Block(nn.Module):
    def __init__(self):
        super().__init__()
        self.qkv, self.proj = nn.Linear(WIDTH, 3 * WIDTH), nn.Linear(WIDTH, WIDTH)
        self.fc1, self.fc2 = nn.Linear(WIDTH, 4 * WIDTH), nn.Linear(4 * WIDTH, WIDTH)
        self.adaln = nn.Linear(WIDTH, 6 * WIDTH)

    def forward(self, x, c):
        shift1, scale1, gate1, shift2, scale2, gate2 = self.adaln(c)[:, None].chunk(6, 2)
        n, t, _ = x.shape
        h = F.layer_norm(x, (WIDTH,), eps=1e-6) * (1 + scale1) + shift1
        q, k, v = self.qkv(h).view(n, t, 3, HEADS, WIDTH // HEADS).permute(2, 0, 3, 1, 4)
        h = F.scaled_dot_product_attention(q, k, v).transpose(1, 2).reshape(n, t, WIDTH)
        x = x + gate1 * self.proj(h)
        h = F.layer_norm(x, (WIDTH,), eps=1e-6) * (1 + scale2) + shift2
        return x + gate2 * self.fc2(F.gelu(self.fc1(h), approximate="tanh"))


class Denoiser(nn.Module):
    """x [N, 1, 16, 16], t [N], y [N] -> noise [N, 1, 16, 16]."""

    def __init__(self):
        super().__init__()
        rows = SIDE // PATCH
        self.patches = nn.Conv2d(1, WIDTH, PATCH, PATCH)
        self.time1, self.time2 = nn.Linear(FREQUENCIES, WIDTH), nn.Linear(WIDTH, WIDTH)
        self.label = nn.Embedding(CLASSES + 1, WIDTH)
        self.blocks = nn.ModuleList(Block() for _ in range(DEPTH))
        self.adaln, self.last = nn.Linear(WIDTH, 2 * WIDTH), nn.Linear(WIDTH, PATCH * PATCH)
        half = FREQUENCIES // 2
        self.register_buffer("f", torch.exp(-math.log(10000) * torch.arange(half) / half))
        quarter = WIDTH // 4
        omega = 10000 ** (-torch.arange(quarter) / quarter)
        y, x = torch.meshgrid(torch.arange(rows), torch.arange(rows), indexing="ij")
        waves = [w(p.flatten()[:, None] * omega) for p in (x, y) for w in (torch.sin, torch.cos)]
        self.register_buffer("places", torch.cat(waves, 1)[None])
        for zero in [self.adaln, self.last, *(b.adaln for b in self.blocks)]:
            nn.init.zeros_(zero.weight), nn.init.zeros_(zero.bias)

    def forward(self, x, t, y):
        rows, n = SIDE // PATCH, x.shape[0]
        angles = t[:, None].float() * self.f
        time_ = self.time2(F.silu(self.time1(torch.cat([angles.cos(), angles.sin()], 1))))
        c = F.silu(time_ + self.label(y))
        h = self.patches(x).flatten(2).transpose(1, 2) + self.places
        for block in self.blocks:
            h = block(h, c)
        shift, scale = self.adaln(c)[:, None].chunk(2, 2)
        h = self.last(F.layer_norm(h, (WIDTH,), eps=1e-6) * (1 + scale) + shift)
        return h.view(n, rows, rows, PATCH, PATCH).transpose(2, 3).reshape(n, 1, SIDE, SIDE)


def kept_shares():
    return torch.cumprod(1 - torch.linspace(1e-4, 0.02, LENGTH, dtype=torch.float64), 0)


def main(work, batch, pictures, threads, steps, guidance):
    torch.set_num_threads(threads)
    torch.manual_seed(0)
    model = Denoiser()
    parameters = list(model.parameters())
    # those of the zoo's, which counts the fixed places, too
    assert sum(p.numel() for p in parameters) + 16 * WIDTH == 916_752
    averages = [p.detach().clone() for p in parameters]
    optimizer = torch.optim.AdamW(parameters, lr=1e-3, weight_decay=0)
    kept = kept_shares()
    signal, sigma = kept.sqrt().float(), (1 - kept).sqrt().float()
    x0, noise = torch.rand(batch, 1, SIDE, SIDE) * 2 - 1, torch.randn(batch, 1, SIDE, SIDE)
    t, y = torch.randint(LENGTH, (batch,)), torch.randint(CLASSES + 1, (batch,))

    def step():
        optimizer.zero_grad(set_to_none=True)
        at = lambda table: table[t].view(-1, 1, 1, 1)
        F.mse_loss(model(at(signal) * x0 + at(sigma) * noise, t, y), noise).backward()
        nn.utils.clip_grad_norm_(parameters, 1)
        optimizer.step()
        with torch.no_grad():
            torch._foreach_lerp_(averages, parameters, 1e-3)

    times = [round(i * (LENGTH - 1) / (steps - 1)) for i in range(steps)]
    labels = torch.tensor([i % CLASSES for i in range(pictures)] + [CLASSES] * pictures)

    @torch.inference_mode()
    def sample():
        x = torch.randn(pictures, 1, SIDE, SIDE)
        for i in reversed(range(steps)):
            said = model(torch.cat([x, x]), torch.full((2 * pictures,), times[i]), labels)
            classed, none = said.chunk(2)
            a, then = float(kept[times[i]]), float(kept[times[i - 1]]) if i else 1.0
            guess = none + guidance * (classed - none)
            picture = ((x - math.sqrt(1 - a) * guess) / math.sqrt(a)).clamp(-1, 1)
            guess = (x - math.sqrt(a) * picture) / math.sqrt(1 - a)
            x = math.sqrt(then) * picture + math.sqrt(1 - then) * guess

    take = {"step": step, "sample": sample}[work]
    print(json.dumps({"name": f"PyTorch {torch.__version__}, {torch.get_num_threads()} threads"}), flush=True)
    for _ in sys.stdin:
        wall, processor = time.perf_counter(), time.process_time()
        take()
        took = {"wall": time.perf_counter() - wall, "cpu": time.process_time() - processor}
        print(json.dumps({clock: 1e3 * seconds for clock, seconds in took.items()}), flush=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--work", choices=["step", "sample"], default="step")
    for name, kind, value in [
        ("batch", int, 128), ("pictures", int, 16), ("threads", int, 1), ("steps", int, 20), ("guidance", float, 1.5),
    ]:
        parser.add_argument(f"--{name}", type=kind, default=value)
    main(**vars(parser.parse_args()))
