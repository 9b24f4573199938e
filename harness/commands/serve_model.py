"""`fuseval serve-model`: a model of this machine behind an OpenAI-compatible address."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from harness.commands.model_options import Adapter, Backend, Concurrency, Dtype, Revision
from harness.commands.options import AsJson, Debug
from harness.commands.terminal import messages, output, print_json

Host = Annotated[
    str, typer.Option("--host", envvar="FUSEVAL_HOST", metavar="ADDRESS", help="Where to listen; no key is asked for.")
]
Port = Annotated[
    int, typer.Option("--port", envvar="FUSEVAL_PORT", min=0, max=65535, metavar="N", help="0 takes a free one.")
]


def serve_model(
    model: Annotated[
        str,
        typer.Argument(
            envvar="FUSEVAL_MODEL", metavar="MODEL", help="A .gguf file, a checkpoint folder, a Hub id, or smollm2."
        ),
    ],
    *,
    backend: Backend = None,
    revision: Revision = None,
    dtype: Dtype = None,
    adapter: Adapter = None,
    concurrency: Concurrency = None,
    host: Host = "127.0.0.1",
    port: Port = 8000,
    as_json: AsJson = False,
    debug: Debug = False,
) -> None:
    """Serve a model of this machine to what speaks OpenAI's API.

    Requests that come together are answered together. The address is printed when the model is loaded; Ctrl-C or
    SIGTERM ends it.

    Example:
        fuseval serve-model smollm2 --port 8000
        fuseval score SmolLM2-135M-Instruct.Q4_1 --base-url http://127.0.0.1:8000/v1 --bench humaneval
    """
    from harness.models.backends import ModelOptions, choose_backend, open_local
    from harness.models.known_files import model_file
    from harness.models.model import Prompt, Request, Sampling
    from harness.models.serving import Batcher, ModelServer, Served
    from harness.models.tokenizers import find_tokenizer

    options = ModelOptions(backend, revision=revision, dtype=dtype, adapter=adapter, concurrency=concurrency)
    chosen = choose_backend(model, options)
    console = messages()
    with open_local(model, options) as opened:
        template = find_tokenizer(str(model_file(model)), revision).chat_template
        served = Served(list(dict.fromkeys([opened.info.name, model])), template)
        console.print(f"loading {opened.info.name} with {chosen}", soft_wrap=True)
        try:
            with Batcher(opened.running_batch()) as batcher, ModelServer(served, batcher, host, port) as server:
                # The first answer takes longer than others, and shows what does not work.
                batcher.ask(Request("", 0, Prompt("1"), seed=0), Sampling(max_tokens=1)).result()
                if as_json:
                    print_json({"base_url": server.base_url, "models": list(served.names)})
                else:
                    output().print(f"{opened.info.name} answers at {server.base_url}", soft_wrap=True)
                sys.stdout.flush()  # whoever started it reads the address from a pipe
                server.serve_forever()
        except KeyboardInterrupt:
            console.print("stopped")
