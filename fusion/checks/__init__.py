"""Which replies are instructions, and which are answers; every reason to reject has a name and is counted."""

from fusion.checks.answers import answer_fault
from fusion.checks.evolved import evolved_fault
from fusion.checks.fused import CheckSettings, fused_fault
from fusion.checks.reply_text import instruction_text

__all__ = ["CheckSettings", "answer_fault", "evolved_fault", "fused_fault", "instruction_text"]
