"""The backends by name: which one answers for a model's name, and whether it can be used here.

A backend is imported when it is used; its packages are extras (`pip install 'fuseval[gguf]'`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Protocol, cast

from harness.errors import EnvironmentLacking, InputError, nearest
from harness.models.known_files import KNOWN_FILES
from harness.models.model import Model
from harness.models.model_name import check_model_name
from harness.models.running_batch import LocalModel
from harness.records import Task


@dataclass(frozen=True)
class Backend:
    """One backend: where it is, and what it is for, in a line."""

    target: str
    """`module:class`."""
    summary: str


BACKENDS: Mapping[str, Backend] = {
    "gguf": Backend("harness.models.backends.gguf:GgufModel", "a GGUF file on a CPU, through openvino-genai"),
    "openai": Backend("harness.models.backends.openai:OpenAIModel", "any OpenAI-compatible address"),
    "transformers": Backend(
        "harness.models.backends.transformers:TransformersModel", "a checkpoint folder or a Hub id, with adapters"
    ),
    "vllm": Backend("harness.models.backends.vllm:VllmModel", "the same through vLLM, here or as a server (--serve)"),
    "mock": Backend("harness.models.backends.mock:MockModel", "scripted answers, for dry runs"),
}
"""By name. Samples that are there already need none: `fuseval score --samples FILE`."""


@dataclass(frozen=True)
class ModelOptions:
    """How a model is to be opened; what is not said is chosen by its name."""

    backend: str | None = None
    base_url: str | None = None
    revision: str | None = None
    dtype: str | None = None
    adapter: str | None = None
    concurrency: int | None = None
    budget: str | None = None
    price: str | None = None
    serve: bool = False
    vllm_python: str | None = None
    vllm_flags: str | None = None


class _Probed(Protocol):
    @classmethod
    def probe(cls) -> str: ...


def probe(backend: str) -> str:
    """Say why a backend can not be used here, with the command that helps; empty where it can.

    Args:
        backend: A name out of `BACKENDS`.

    Example:
        >>> probe("mock")
        ''
    """
    return cast("type[_Probed]", _class_of(backend)).probe()


def choose_backend(name: str, options: ModelOptions) -> str:
    """Choose the backend for a model's name.

    Args:
        name: What the person called the model.
        options: How it is to be opened.

    Raises:
        InputError: There is no backend of the name that was said, or no model can have the name.

    Example:
        >>> choose_backend("m", ModelOptions(base_url="http://127.0.0.1:1/v1"))
        'openai'
    """
    if options.backend is not None:
        if options.backend not in BACKENDS:
            raise InputError(f"no backend named {options.backend!r}", hint=nearest(options.backend, BACKENDS))
        return options.backend
    if options.serve:
        return "vllm"
    if options.base_url is not None:
        return "openai"
    if name == "mock" or name.startswith("mock:"):
        return "mock"
    if name in KNOWN_FILES or name.lower().endswith(".gguf"):
        return "gguf"
    check_model_name(name)  # first: to find out what vLLM has to run on takes seconds where it is installed
    return "transformers" if options.adapter or probe("vllm") else "vllm"


def open_model(name: str, options: ModelOptions, tasks: Mapping[str, Task]) -> Model:
    """Open a model; nothing is loaded or connected before it answers.

    Args:
        name: A checkpoint folder, a GGUF file, a Hub id, what a server calls it, or `mock`.
        options: How.
        tasks: What it will be asked, for a mock.

    Raises:
        InputError: The name or an option is wrong.
        EnvironmentLacking: The backend's package is missing.
    """
    backend = choose_backend(name, options)
    _check_serving(backend, options)
    if options.serve:
        from harness.models.backends.served_vllm import ServedVllmModel

        return ServedVllmModel(name, options)
    if reason := probe(backend):
        raise EnvironmentLacking(f"the backend {backend} can not be used here: {reason}", hint="fuseval models")
    _check_loading(backend, name, options)
    if backend == "mock":
        from harness.models.backends.mock import MockModel, read_script

        script = name.partition(":")[2]
        return MockModel(tasks, read_script(Path(script)) if script else None)
    if backend == "openai":
        from harness.models.backends.openai import OpenAIModel
        from harness.models.remote import Budget, find_price

        price = find_price(name, options.price)
        budget = Budget.read(options.budget, name, price) if options.budget else None
        return OpenAIModel(name, options.base_url, concurrency=options.concurrency or 32, budget=budget)
    if options.budget:
        raise InputError(f"--budget is for servers that cost money, and {name!r} runs here", hint="leave --budget out")
    return cast("type[_Local]", _class_of(backend)).open(name, options)


def _check_serving(backend: str, options: ModelOptions) -> None:
    if options.serve and (backend != "vllm" or options.base_url is not None):
        other = "--base-url names one" if options.base_url is not None else f"--backend {backend} has none"
        raise InputError(f"--serve starts a vLLM server, and {other}", hint="leave --serve out")
    for option in ("vllm_python", "vllm_flags"):
        if getattr(options, option) is not None and not options.serve:
            name = f"--{option.replace('_', '-')}"
            raise InputError(f"{name} is for a server that fuseval starts", hint=f"--serve, or leave {name} out")
    if options.serve and options.budget:
        raise InputError("--budget is for servers that cost money, and --serve starts one here", hint="leave it out")


def _check_loading(backend: str, name: str, options: ModelOptions) -> None:
    """Refuse what says how weights are loaded where nothing is loaded: it would be taken for what was scored."""
    if backend not in ("openai", "mock"):
        return
    for option in ("adapter", "revision", "dtype"):
        if getattr(options, option) is not None:
            who = "a server's model" if backend == "openai" else "a mock"
            raise InputError(f"--{option} says how weights are loaded, and {name!r} is {who}", hint="leave it out")


def open_local(name: str, options: ModelOptions) -> LocalModel:
    """Open a model that runs in this process; nothing is loaded before it answers.

    Args:
        name: A checkpoint folder, a GGUF file, or a Hub id.
        options: How.

    Raises:
        InputError: The name or an option is wrong, or it names a server or a mock.
        EnvironmentLacking: The backend's package is missing.

    Example:
        >>> open_local("mock", ModelOptions())
        Traceback (most recent call last):
        harness.errors.InputError: 'mock' is no model of this machine
    """
    backend = choose_backend(name, options)
    if backend in ("openai", "mock"):
        raise InputError(f"{name!r} is no model of this machine", hint="name a .gguf file or a checkpoint folder")
    return cast(LocalModel, open_model(name, options, {}))


class _Local(Protocol):
    @classmethod
    def open(cls, name: str, options: ModelOptions) -> Model: ...


def _class_of(backend: str) -> object:
    module, _, attribute = BACKENDS[backend].target.partition(":")
    return getattr(import_module(module), attribute)
