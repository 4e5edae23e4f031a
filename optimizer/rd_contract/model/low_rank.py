"""The low rank of derived synergies (M6): a small factor in place of a large matrix."""

from __future__ import annotations

import numpy as np

from ..base.arrays import Array
from ..base.tolerances import RANK, SMALLEST


def synergy_factor(
    score: Array,
    mastery: Array,
    cooperation: Array,
    gain: float,
    redundancy: float,
    distance_penalty: float,
) -> tuple[Array, Array]:
    """Return ``b`` and ``λ`` with ``γ_ij = Σ_r λ_r b_ir b_jr`` (M6) for all pairs without a relation of their own.

    With ``comp_ij = (C_i + C_j)/2 − Σ_k A_ik A_jk`` (M3), where ``A_ik = √ω_k a_ik``, the synergy is a form in the
    columns ``e C, e, e A`` and ``A``: rank at most ``2|K| + 1``. With a cognitive-distance penalty (M4) comes
    ``−λ comp²``, a form in products of two of the columns ``C, 1, A``; ``1 − λ comp`` is never negative, as comp is at
    most ½ and λ at most 1.

    Parameters
    ----------
    score : array, shape (n,)
        C_i (M1).
    mastery : array, shape (n, |K|)
        ``√ω_k a_ik``.
    cooperation : array, shape (n,)
        e_i.
    gain
        ``R κ`` times the conductivity of the default relation, money.
    redundancy
        ``R δ``, money.
    distance_penalty
        λ of (M4).

    Returns
    -------
    tuple
        ``b`` with orthonormal columns, shape (n, rank), and the eigenvalues λ, shape (rank,), money, ascending.
    """
    n, k = mastery.shape
    distance = np.column_stack([score, np.ones(n), mastery])
    form = np.zeros((k + 2, k + 2))
    form[0, 1] = form[1, 0] = 0.5
    form[2:, 2:] = -np.eye(k)  # comp = distance · form · distanceᵀ
    parts: list[tuple[Array, Array]] = [
        (cooperation[:, None] * distance, gain * form),
        (mastery, -redundancy * np.eye(k)),
    ]
    if distance_penalty > 0.0:
        squares = (distance[:, :, None] * distance[:, None, :]).reshape(n, -1)
        form_of_squares: Array = -gain * distance_penalty * np.kron(form, form).astype(float)
        parts.append((cooperation[:, None] * squares, form_of_squares))
    columns = np.hstack([part for part, _ in parts])
    core = np.zeros((columns.shape[1],) * 2)
    at = 0
    for part, block in parts:
        end = at + part.shape[1]
        core[at:end, at:end] = block
        at = end
    basis, triangle = np.linalg.qr(columns)
    eigenvalues, vectors = np.linalg.eigh(triangle @ core @ triangle.T)
    kept = np.abs(eigenvalues) > RANK * max(float(np.abs(eigenvalues).max(initial=0.0)), SMALLEST)
    return (basis @ vectors)[:, kept], eigenvalues[kept]
