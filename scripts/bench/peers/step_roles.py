"""What a training step of PyTorch spends its time on, by the roles that scripts/bench/step-roles.ts knows.

From torch.profiler: the time of each operator without that of those which it calls. What stands under `Optimizer.step` is the
optimiser, what stands under a node of autograd is backward, everything else forward.
"""
import re

from torch.profiler import ProfilerActivity, profile

# the first pattern that fits the operator's name decides
KINDS = [
    ("convolution", r"conv"),
    ("norm", r"norm"),
    ("the rest", r"log_softmax|nll_loss|cross_entropy"),
    ("products", r"^aten::(mm|addmm|bmm|baddbmm|linear|matmul|dot|mkldnn_linear)|scaled_dot|attention|softmax"),
    ("layout", r"^aten::(copy_|clone|contiguous|cat|constant_pad_nd|slice|permute|transpose|_to_copy)"),
    ("the rest", r""),
]


def role_of(event):
    parents, parent = [], event
    while parent is not None:
        parents.append(parent.name)
        parent = parent.cpu_parent
    if any(name.startswith("Optimizer.") for name in parents):
        return "optimiser"
    kind = next(kind for kind, pattern in KINDS if re.search(pattern, event.name))
    backward = any(name.startswith("autograd::engine") or name.endswith("Backward0") for name in parents)
    if kind == "layout":
        return kind
    return f"{kind}, {'backward' if backward else 'forward'}"


def milliseconds_by_role(step, times=6):
    """The shortest over steps of each role; the first step is not counted."""
    step()
    found = {}
    for _ in range(times):
        with profile(activities=[ProfilerActivity.CPU]) as profiled:
            step()
        one = {}
        for event in profiled.events():
            role = role_of(event)
            one[role] = one.get(role, 0) + event.self_cpu_time_total / 1000
        for role, ms in one.items():
            found.setdefault(role, []).append(ms)
    return {role: min(all_ms) for role, all_ms in found.items()}
