"""A scripted teacher behind real HTTP: fuses, evolves, judges and answers by rules, and fails as servers do.

What it says depends on the question alone, so two runs that ask the same are told the same. As a process of its own:
`python teacher_server.py ADDRESS_FILE [FAULTS_AS_JSON [STALL_SECONDS]]`; it tells what it did when its stdin closes.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import random
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

INVALID_SHARE = 0.37
FAULTS = {"429": 0.05, "500": 0.02, "reset": 0.005, "reset-in-body": 0.003, "truncated": 0.005, "garbage": 0.005}
_THINGS = (
    "list tree graph queue stack matrix string file date price order book city river letter digit prime median table "
    "row column cell color shape sound circle triangle account invoice ticket train weather station recipe garden"
).split()


def _server() -> ModuleType:
    """Load the scripted server of the harness's tests, which is no installed package."""
    path = Path(__file__).resolve().parents[1] / "harness" / "models" / "remote" / "server.py"
    name = "scripted_server"
    if name not in sys.modules:
        spec = importlib.util.spec_from_file_location(name, path)
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        sys.modules[name] = module
        spec.loader.exec_module(module)
    return sys.modules[name]


Behaviour: Any = _server().Behaviour
ScriptedServer: Any = _server().ScriptedServer


def teach(body: dict[str, Any]) -> str:
    """Answer as a teacher: by what the last message holds."""
    text = body["messages"][-1]["content"]
    chance = random.Random(hashlib.sha256(text.encode()).hexdigest())
    if "#First#" in text and "#Judgement#" not in text:
        return _fused(text, chance)
    if "#Harder#" in text:
        parent = text.partition("#Given#")[2].partition("#Harder#")[0].strip().rstrip(".")
        return f"{parent}, and also handle every {chance.choice(_THINGS)} and {chance.choice(_THINGS)} in it."
    if "#Judgement#" in text:
        return "Different" if chance.random() < 0.9 else "Equal"
    if "#Difficulty#" in text:
        return str(chance.randint(1, 10))
    if "NO TESTS" in text:
        return "```python\nassert solve(1) == 1\nassert solve('a') == 'a'\n```"
    return f"```python\ndef solve(x):\n    # {' '.join(chance.choices(_THINGS, k=20))}\n    return x\n```"


def _fused(text: str, chance: random.Random) -> str:
    if chance.random() < INVALID_SHARE:
        return "INVALID PROMPT"
    parents = text.partition("#First#")[2].partition("#New#")[0].split("#Second#")
    chosen: list[str] = []
    for parent in parents:
        words = [word for word in (piece.strip(".,:;()'\"") for piece in parent.split()) if len(word) > 3]
        chosen += chance.sample(words, min(9, len(words)))
    chance.shuffle(chosen)
    return f"Write a function about {' '.join(chosen)} with {' '.join(chance.sample(_THINGS, 6))}."


def main() -> None:
    """Serve until stdin closes."""
    faults = json.loads(sys.argv[2]) if len(sys.argv) > 2 else {}
    stall_s = float(sys.argv[3]) if len(sys.argv) > 3 else 30.0
    with ScriptedServer(Behaviour(faults=faults, answer=teach, stall_s=stall_s)) as running:
        Path(sys.argv[1]).write_text(running.base_url)
        sys.stdin.read()
        repeated = sum(count - 1 for count in running.answered.values())
        print(json.dumps({"counts": dict(running.counts), "billed": running.billed, "repeated": repeated}))


if __name__ == "__main__":
    main()
