"""PyTorch's time for a run of fullstride: the same network, batch size, schedule and augmentation, over a few epochs.

    python benchmarks/torch_epochs.py examples/cifar10.toml path/to/cifar10 --epochs 2 --threads 2

PyTorch is used as its experts would: channels_last, fused SGD, images kept as uint8 in memory, a whole batch
augmented at once by tensor operations (shift as padding and a gather, flips, an affine grid for rotation and zoom),
no data loader between. The network is made from fullstride's own description (`fullstride.bench.peer_torch.model`),
with the same first parameters. It prints the seconds of each epoch, and of the whole run as many times as long.
"""

from __future__ import annotations

import argparse
import time
from math import radians

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from fullstride.bench.networks import graph_of
from fullstride.bench.peer_torch import model
from fullstride.runs import Configuration, Job, load_data, prepare
from fullstride.runs.building import build_augmentation, build_schedule
from fullstride.steps import Augmentation


def augment(X: Tensor, how: Augmentation) -> Tensor:
    """A batch of float images (m, n_C, n_H, n_W), every image by numbers of its own."""
    m, _, n_H, n_W = X.shape
    reflect = how.border == "reflect"
    if how.flip:
        X = torch.where((torch.rand(m) < 0.5)[:, None, None, None], X.flip(3), X)
    if how.rotation or how.scale != (1.0, 1.0) or how.crop != 1.0:
        angle = (2 * torch.rand(m) - 1) * radians(how.rotation)
        zoom = how.scale[0] + torch.rand(m) * (how.scale[1] - how.scale[0])
        cos, sin, zero = angle.cos() / zoom, angle.sin() / zoom, torch.zeros(m)
        theta = torch.stack([torch.stack([cos, -sin, zero], 1), torch.stack([sin, cos, zero], 1)], 1)
        places = F.affine_grid(theta, list(X.shape), align_corners=False)
        border = (
            "reflection" if reflect else "zeros"
        )  # here at the edge of a pixel, not its middle: the time is the same
        X = F.grid_sample(X, places, padding_mode=border, align_corners=False)
    if how.shift:
        padded = F.pad(X, [how.shift] * 4, mode="reflect" if reflect else "constant")
        rows = torch.randint(2 * how.shift + 1, (m, 1)) + torch.arange(n_H)
        columns = torch.randint(2 * how.shift + 1, (m, 1)) + torch.arange(n_W)
        X = padded[torch.arange(m)[:, None, None], :, rows[:, :, None], columns[:, None, :]].permute(
            0, 3, 1, 2
        )
    if how.cutout:
        y, x = torch.randint(n_H, (m, 1)), torch.randint(n_W, (m, 1))
        rows, columns = torch.arange(n_H) - y + how.cutout // 2, torch.arange(n_W) - x + how.cutout // 2
        inside = lambda place: (place >= 0) & (place < how.cutout)  # noqa: E731
        X = X.masked_fill((inside(rows)[:, :, None] & inside(columns)[:, None, :])[:, None], 0.0)
    return X


def epochs(job: Job, count: int) -> list[float]:
    """Seconds of each epoch."""
    training, data = job.configuration.training, job.data
    graph = graph_of(job.network.program)
    network = model(graph, dict(job.network.parameters)).train().to(memory_format=torch.channels_last)
    assert training.epochs is not None
    assert training.batch_size is not None
    size, schedule = training.batch_size, build_schedule(training)
    optimizer = torch.optim.SGD(
        network.parameters(),
        lr=training.lr or 0.0,
        momentum=training.momentum or 0.0,
        nesterov=bool(training.nesterov),
        weight_decay=training.weight_decay or 0.0,
        fused=True,
    )
    inputs = job.inputs
    mean, std = (torch.tensor(v or [d])[:, None, None] for v, d in ((inputs.mean, 0.0), (inputs.std, 1.0)))
    how = build_augmentation(job.configuration.augmentation)
    X = torch.from_numpy(np.array(data.X_train)).permute(0, 3, 1, 2)  # uint8, channels last in memory
    y = torch.from_numpy(data.y_train)
    steps, found = -(-len(X) // size), []
    for epoch in range(count):
        start, order, total = time.perf_counter(), torch.randperm(len(X)), 0.0
        for step in range(steps):
            rows = order[step * size : (step + 1) * size]
            images = (X[rows].float() * inputs.scale - mean) / std
            images = images if how is None else augment(images, how)
            images = images.contiguous(memory_format=torch.channels_last)
            factor = schedule.factor(epoch * steps + step, steps, training.epochs)
            for group in optimizer.param_groups:
                group["lr"] = (training.lr or 0.0) * factor
            optimizer.zero_grad(set_to_none=True)
            loss = F.cross_entropy(network(images), y[rows], label_smoothing=training.label_smoothing or 0.0)
            loss.backward()
            optimizer.step()
            total += loss.item() * len(rows) if step % 50 == 0 else 0.0
        found.append(time.perf_counter() - start)
        print(f"epoch {epoch + 1}: {found[-1]:.1f} s", flush=True)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("config")
    parser.add_argument("data")
    parser.add_argument("--data-dir")
    parser.add_argument("--epochs", type=int, default=2)
    parser.add_argument("--threads", type=int, default=2)
    given = parser.parse_args()
    torch.set_num_threads(given.threads)
    torch.manual_seed(0)
    changes = {"data.name": given.data, "data.dir": given.data_dir}
    configuration = Configuration.from_toml(given.config).override(changes)
    job = prepare(configuration, load_data(configuration))
    seconds = epochs(job, given.epochs)
    all_epochs = job.configuration.training.epochs or 1
    print(
        f"torch {torch.__version__}: {all_epochs} epochs at {seconds[-1]:.1f} s: {all_epochs * seconds[-1]:.0f} s"
    )


if __name__ == "__main__":
    main()
