"""Several processes, one training: gradients are averaged over the processes that ``torchrun`` started.

The average is taken after the backward pass instead of by the hooks of ``DistributedDataParallel``, which need every
weight to take part once in every pass: the critic sees three batches a step and is differentiated twice (Eq. 8), and
the task "motion" trains a part of the generator.  The sums are the same.  Batch statistics are the first process's.
"""

from __future__ import annotations

import os
from collections.abc import Iterable

import torch
import torch.distributed as dist
from torch import Tensor, nn

from .loader import Shard


def join() -> tuple[Shard, torch.device]:
    """This process's share and device; joins the others where ``torchrun`` started several."""
    world = int(os.environ.get("WORLD_SIZE", "1"))
    local = int(os.environ.get("LOCAL_RANK", "0"))
    cuda = torch.cuda.is_available()
    device = torch.device("cuda", local) if cuda else torch.device("cpu")
    if cuda:
        torch.cuda.set_device(device)
    if world == 1:
        return Shard(), device
    dist.init_process_group("nccl" if cuda else "gloo")
    return Shard(dist.get_rank(), world), device


def leave() -> None:
    """Part from the other processes."""
    if dist.is_initialized():
        dist.destroy_process_group()


def wait_for_all() -> None:
    """Go on when every process is here: a connection that one closes while another uses it ends that one."""
    if dist.is_initialized():
        dist.barrier()


def average_gradients(parameters: Iterable[nn.Parameter]) -> None:
    """Replace every gradient by its mean over the processes, in one message."""
    if not dist.is_initialized():
        return
    gradients = [p.grad for p in parameters if p.grad is not None]
    flat = torch.cat([g.reshape(-1) for g in gradients])
    dist.all_reduce(flat)
    flat /= dist.get_world_size()
    at = 0
    for gradient in gradients:
        gradient.copy_(flat[at : at + gradient.numel()].view_as(gradient))
        at += gradient.numel()


def agree(flag: bool, device: torch.device) -> bool:
    """Is it so in any process?"""
    if not dist.is_initialized():
        return flag
    told = torch.tensor([float(flag)], device=device)
    dist.all_reduce(told)
    return bool(told.item() > 0)


def mean(values: Tensor) -> Tensor:
    """Mean over the processes."""
    if dist.is_initialized():
        dist.all_reduce(values)
        values /= dist.get_world_size()
    return values
