"""Dask clusters on this machine, as tests need them."""

from __future__ import annotations

from typing import Any

import pytest


def local_cluster(workers: int = 2) -> Any:
    """A real cluster: a scheduler, and workers in processes of their own; at any port, so that several may run."""
    distributed = pytest.importorskip("distributed")
    return distributed.LocalCluster(n_workers=workers, threads_per_worker=1, dashboard_address="127.0.0.1:0")
