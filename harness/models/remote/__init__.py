"""Asking OpenAI-compatible servers: retries, pace, and a budget that is never passed."""

from harness.models.remote.budget import Budget, Price, find_price
from harness.models.remote.client import Call, Client
from harness.models.remote.replies import Choice, Reply

__all__ = ["Budget", "Call", "Choice", "Client", "Price", "Reply", "find_price"]
