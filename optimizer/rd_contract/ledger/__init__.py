"""The record of an alliance: what happens after a contract is signed, and the credit that follows from it.

A ledger is a file to which entries are added, one after the other, and in which nothing can be changed without
somebody finding out who kept a checkpoint of it. Nothing here looks into the optimizer; of the rest it needs the
certificate, without which no contract is signed.
"""

from .checkpoints import Checkpoint
from .copies import Comparison, compare_ledgers
from .credit import Credit, credit_scores
from .entries import Entry
from .proofs import ConsistencyProof, Inclusion, InclusionProof, wrong_in
from .record import Ledger
from .rules import CreditRules
from .signatures import PublicKey, SigningKey
from .tree import is_consistent, is_included, leaf_hash
from .verification import Verdict

__all__ = [
    "Checkpoint",
    "Comparison",
    "ConsistencyProof",
    "Credit",
    "CreditRules",
    "Entry",
    "Inclusion",
    "InclusionProof",
    "Ledger",
    "PublicKey",
    "SigningKey",
    "Verdict",
    "compare_ledgers",
    "credit_scores",
    "is_consistent",
    "is_included",
    "leaf_hash",
    "wrong_in",
]
