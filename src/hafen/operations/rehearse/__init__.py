"""The whole journey on this machine: import, up, load, scale, load again, compare, report, down."""

from hafen.operations.rehearse.options import Options
from hafen.operations.rehearse.recipe import Outcome, rehearse

__all__ = ["Options", "Outcome", "rehearse"]
