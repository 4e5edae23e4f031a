"""What one member of an alliance may see of its contract: its own part, the alliance's totals, and nothing else."""

from .content import party_page
from .files import party_file
from .subject import Party, PartyProof, party_of, proof_in

__all__ = ["Party", "PartyProof", "party_file", "party_of", "party_page", "proof_in"]
