"""What the teacher is asked: one Jinja file a question, each named with its hash in every row it led to."""

from fusion.prompts.domains import DOMAINS, Domain, domain
from fusion.prompts.templates import INVALID, OPERATORS, Prompts

__all__ = ["DOMAINS", "INVALID", "OPERATORS", "Domain", "Prompts", "domain"]
