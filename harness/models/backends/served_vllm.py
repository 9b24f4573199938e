"""A checkpoint through a vLLM server that fuseval starts, asks and ends: `--backend vllm --serve`.

For what the engine in this process can not do: a vLLM in an environment of its own (its packages fit together with few
others), and flags of its server. Answers come one by one as they are ready, not lot by lot.
"""

from __future__ import annotations

import os
import shlex
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from harness.errors import EnvironmentLacking, InputError
from harness.models.backends.checkpoint_place import CheckpointPlace, adapter_rank, check_adapter
from harness.models.backends.openai import Dialect, OpenAIModel
from harness.models.backends.vllm import CPU_CACHE_GIB, engine_rank
from harness.models.checkpoint_hash import checkpoint_hash
from harness.models.model import Request, Sampling
from harness.models.remote.own_server import OwnServer
from harness.records import Completion, ModelInfo

if TYPE_CHECKING:
    from harness.models.backends import ModelOptions

_MODULE = "vllm.entrypoints.openai.api_server"
_CONCURRENCY = 64
_DIALECT = Dialect(most_choices=1, says_special_tokens=True)
_BASE, _ADAPTED = "model", "adapter"


class ServedVllmModel:
    """A checkpoint that a vLLM server of our own loads.

    Args:
        name: A folder, or a Hub id.
        options: How it is opened.

    Raises:
        InputError: There is no such folder, interpreter or adapter, or an option says nothing here.
    """

    def __init__(self, name: str, options: ModelOptions) -> None:
        self._place = CheckpointPlace(name, options.revision)
        self._dtype, self._concurrency = options.dtype, options.concurrency or _CONCURRENCY
        self._adapter = check_adapter(options.adapter) if options.adapter is not None else None
        self._python = options.vllm_python or sys.executable
        if not os.access(self._python, os.X_OK) or Path(self._python).is_dir():
            raise InputError(f"{self._python} is no program", hint="--vllm-python FOLDER/bin/python, where vLLM is")
        try:
            self._flags = shlex.split(options.vllm_flags or "")
        except ValueError as error:
            raise InputError(f"--vllm-flags can not be split: {error}", hint="as in a shell") from None
        self._stack = ExitStack()

    @cached_property
    def info(self) -> ModelInfo:
        """The folder's name or the Hub id, and which weights they are: a hash, or the Hub's commit."""
        return ModelInfo(self._place.name, self._place.revision, "vllm")

    @cached_property
    def settings(self) -> Mapping[str, str | int | float]:
        """The kind of numbers, the server's flags, and the adapter. Which device it finds, only the server knows."""
        said = {"dtype": self._dtype or self._place.dtype, "served": "vllm"}
        if self._flags:
            said["flags"] = shlex.join(self._flags)
        return said | ({"adapter": checkpoint_hash(self._adapter)} if self._adapter else {})

    def __enter__(self) -> ServedVllmModel:
        """Give the model itself; its server starts with the first question."""
        return self

    def __exit__(self, *_: object) -> None:
        """End the server and the processes that it started."""
        self._stack.close()
        self.__dict__.pop("_client", None)

    @cached_property
    def _client(self) -> OpenAIModel:
        title = f"vLLM with {self._place.name}"
        server = OwnServer(self.command, _environment, title, on_end=self._give_up)
        self._stack.callback(server.__exit__)  # first: it may be left while it is still starting
        server.__enter__()
        return OpenAIModel(
            _ADAPTED if self._adapter else _BASE,
            server.base_url,
            api_key=server.api_key,
            concurrency=self._concurrency,
            dialect=_DIALECT,
        )

    def leave(self) -> None:
        """Ask nothing more, from another thread: `answer` gives what has come, and ends."""
        if (client := self.__dict__.get("_client")) is not None:
            client.leave()

    def _give_up(self, reason: EnvironmentLacking) -> None:
        if (client := self.__dict__.get("_client")) is not None:
            client.give_up(reason)

    def command(self, port: int) -> list[str]:
        """Give the command that starts the server.

        Args:
            port: Where it is to listen, on this machine only.
        """
        command = [self._python, "-m", _MODULE, "--model", self._place.target, "--served-model-name", _BASE]
        # Not the checkpoint's own generation settings: how answers are drawn is said by whoever asks.
        command += ["--host", "127.0.0.1", "--port", str(port), "--generation-config", "vllm"]
        command += ["--dtype", self._dtype or self._place.dtype, "--max-num-seqs", str(self._concurrency)]
        if "revision" in self._place.arguments:
            command += ["--revision", self._place.revision, "--tokenizer-revision", self._place.revision]
        if self._adapter is not None:
            rank = str(engine_rank(adapter_rank(self._adapter)))
            command += ["--enable-lora", "--max-lora-rank", rank]
            command += ["--lora-modules", f"{_ADAPTED}={self._adapter.absolute()}"]
        return command + self._flags

    def answer(self, requests: Sequence[Request], sampling: Sampling) -> Iterator[Completion]:
        """Answer requests and give the completions as they arrive (see `Model.answer`)."""
        if requests:
            yield from self._client.answer(requests, sampling)


def _environment(api_key: str) -> dict[str, str]:
    """Give what the server finds in its environment; a key in its command would be seen by everybody here."""
    # Of a CPU it would take all of the memory otherwise.
    cache = os.environ.get("VLLM_CPU_KVCACHE_SPACE", CPU_CACHE_GIB)
    return {"VLLM_API_KEY": api_key, "VLLM_CPU_KVCACHE_SPACE": cache}
