"""What firms have done, and what follows from it for an instance: capabilities, proximity, embeddedness.

Counts of patents, papers or projects become capabilities (:mod:`.transforms`), what two firms work on their proximity
(:mod:`.proximity`), joint projects their embeddedness (:mod:`.embeddedness`). ``register`` and ``cordis`` read a public
register of projects and make an instance of it.
"""

from .applying import Told, apply_evidence, sketch, told_of
from .cordis import cordis_instance
from .counts import Counts
from .evidence import Evidence, Pair, gather_evidence
from .projects import JointProjects
from .register import CordisRegister
from .selection import CordisSelection
from .transforms import TRANSFORMS, capabilities_of

__all__ = [
    "TRANSFORMS",
    "CordisRegister",
    "CordisSelection",
    "Counts",
    "Evidence",
    "JointProjects",
    "Pair",
    "Told",
    "apply_evidence",
    "capabilities_of",
    "cordis_instance",
    "gather_evidence",
    "sketch",
    "told_of",
]
