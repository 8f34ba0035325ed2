"""A document of a run with invented numbers."""

from __future__ import annotations

from typing import Any


def row(name: str, kind: str, ours: float, **peers: float) -> dict[str, Any]:
    rivals = {
        peer: {
            "seconds": seconds,
            "variant": "best",
            "ratio": seconds / ours,
            "lowest": 0.9 * seconds / ours,
            "highest": 1.1 * seconds / ours,
        }
        for peer, seconds in peers.items()
    }
    real = [peer for peer in peers if peer != "numpy"]
    return {
        "name": f"{kind} {name}",
        "label": name,
        "kind": kind,
        "flops": 2_000_000,
        "ours": ours,
        "variant": "step",
        "variants": {"step": ours} | ({"predict_proba": 1.5 * ours} if kind == "inference" else {}),
        "peers": rivals,
        "best": min(real, key=lambda peer: peers[peer]) if real else None,
        "differences": {peer: {"absolute": 1e-6, "relative": 1e-7} for peer in ("ours", *peers)},
        "rounds": {},
    }


def document(load: float | None = 0.03) -> dict[str, Any]:
    """One of each kind of rows."""
    return {
        "date": "2026-11-23T06:00:00+00:00",
        "machine": {
            "processor": "Abacus",
            "cores": 2,
            "system": "none",
            "target": "beads",
            "peak_flops_per_second": 8e9,
            "load_of_others": load,
        },
        "versions": {"Python": "3.11", "fullstride": "0.1.0", "torch": "2.13.0", "onnxruntime": "1.32.0"},
        "threads": 2,
        "rounds": 7,
        "seconds": 0.3,
        "quiet": load is None or load <= 0.1,
        "failures": [],
        "rows": [
            row("small 28x28x1, m = 64", "step", 1e-3, torch=4e-3, numpy=20e-3),
            row("lenet5 28x28x1, m = 1", "inference", 1e-3, torch=8e-3, onnxruntime=2e-3),
            row("lenet5 28x28x1, m = 64", "inference", 1e-3, torch=8e-3, onnxruntime=8.5e-3),
            row("m64 28x28x1 to 8 f3 s1 p1", "layer forward", 2e-3, torch=1e-3, numpy=2e-3),
            row("m64 28x28x1 to 8 f3 s1 p1", "layer dW", 1e-3, torch=2e-3, numpy=2e-3),
            {
                "name": "peak memory, small",
                "unit": "bytes",
                "values": {"ours": 90_000_000, "torch": 360_000_000},
            },
            {"name": "first step, cold, small", "unit": "seconds", "values": {"ours": 0.25, "torch": 0.5}},
            {
                "name": "throughput lost to a busy process, small",
                "unit": "part",
                "values": {"ours": 0.5},
            },
        ],
    }
