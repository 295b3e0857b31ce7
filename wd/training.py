"""The training of a build: what the evidence lacks, on this machine or on a cluster."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from wd.cluster import Cluster
from wd.config import Config
from wd.console import progress, say, stage
from wd.evidence.pending import pending
from wd.evidence.processor import name_processor
from wd.evidence.store import Evidence
from wd.foresight import foresee


def train_missing(
    config: Config,
    evidence: Evidence,
    device: str,
    chosen,
    *,
    large: bool = False,
    cluster: str | None = None,
) -> None:
    """Train what is missing, and say what that takes, where it is done and how far it is.

    Args:
        config: What is asked for.
        evidence: A writable evidence file.
        device: Where to train: "auto", or a device's name.
        chosen: That device of this machine where it was checked already, else None.
        large: Whether more than is usual is meant.
        cluster: The address of the scheduler whose workers train; None if this machine does.

    Raises:
        ClusterError: If no scheduler answers there, or a worker would make other numbers.
        ConfigError: As `foresee`.
        DeviceError: If the device isn't there.
    """
    if chosen is None and device == "auto" and not pending(config, evidence):
        return  # without a word, and without importing torch
    from wd.lab import experiment
    from wd.lab.device import choose

    anywhere = device == "auto"
    with _open_workers(cluster, device) as workers:
        chosen = workers.kind.device if workers else choose(device)
        print(f"device: {chosen}", flush=True)  # noqa: T201
        foresee(config, evidence, chosen, anywhere=anywhere, large=large, workers=workers)
        with stage("train"), progress() as advance:
            experiment.run(config, evidence, chosen, advance, anywhere=anywhere, workers=workers)


@contextmanager
def _open_workers(address: str | None, device: str) -> Iterator:
    """The workers of a cluster, of which the user is told; None without an address."""
    if address is None:
        yield None
        return
    from wd.lab.errands import Workers
    from wd.lab.experiment import find_commit

    with Cluster(address, say) as cluster:
        workers = Workers(cluster, device, find_commit())
        print(  # noqa: T201
            f"cluster: {workers.count()} at a time on {workers.kind}; watch: {cluster.dashboard}",
            flush=True,
        )
        if workers.kind.processor != name_processor():
            say(f"this machine is another kind, {name_processor()}: their runs are kept apart")
        yield workers
