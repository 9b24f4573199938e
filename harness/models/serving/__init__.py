"""A model in this process behind an OpenAI-compatible address of its own: requests that come together are batched."""

from harness.models.serving.batcher import Batcher
from harness.models.serving.http_server import ModelServer
from harness.models.serving.served import Served

__all__ = ["Batcher", "ModelServer", "Served"]
