"""The data set that fusing or evolving leaves: rows with their lineage, what was rejected and why, and a record."""

from fusion.dataset.folder import DatasetFolder
from fusion.dataset.rows import Rejected, Row

__all__ = ["DatasetFolder", "Rejected", "Row"]
