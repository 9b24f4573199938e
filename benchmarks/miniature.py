"""Whether the miniature answers to its training data: one base model, four kinds of rows, as many of each, three seeds.

    python benchmarks/miniature.py                     the base, 12 fine-tunings, 13 scores; a table
    python benchmarks/miniature.py --rows 300          another size
    python benchmarks/miniature.py --arms fused --seeds 1

Plain TRL, one thread an arm, two arms at once. What comes out is a test of the plumbing: the benchmark asks for what
the fused rows train, so that arm has to win.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import random
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fusion.offline import OfflineTeacher

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
ARMS = ("seeds", "evolved", "fused", "mixed")
KINDS = ("single", "sequence", "conditional", "both")
"""Of the benchmark's tasks, fifty each."""


@dataclass(frozen=True)
class Cell:
    """One arm with one seed."""

    base: str
    folder: str
    arm: str
    rows: int
    seed: int
    epochs: float
    learning_rate: float
    batch: int


def rows_of(arm: str, count: int, seed: int) -> list[dict[str, str]]:
    """Make an arm's rows with the offline teacher."""
    from fusion.offline import OfflineTeacher, make_seeds

    if arm == "seeds":
        return make_seeds(count, seed)
    if arm == "mixed":
        third = count // 3
        made = [rows_of(other, third, seed) for other in ("seeds", "evolved")]
        return [*made[0], *made[1], *rows_of("fused", count - 2 * third, seed)]
    teacher, rng, seeds = OfflineTeacher(), random.Random(seed), make_seeds(count, seed)
    drawn = fused(teacher, seeds, rng) if arm == "fused" else evolved(teacher, seeds)
    found: dict[str, str] = {}
    for instruction in drawn:
        found.setdefault(instruction, teacher.reply([{"role": "user", "content": instruction}], task="answer"))
        if len(found) == count:
            break
    return [{"instruction": instruction, "response": response} for instruction, response in found.items()]


def fused(teacher: OfflineTeacher, seeds: list[dict[str, str]], rng: random.Random) -> Iterator[str]:
    """Fuse random pairs for ever."""
    while True:
        pair = "\n".join(row["instruction"] for row in rng.sample(seeds, 2))
        said = teacher.reply([{"role": "user", "content": pair}], task="fuse")
        if said != "INVALID PROMPT":
            yield said


def evolved(teacher: OfflineTeacher, seeds: list[dict[str, str]]) -> Iterator[str]:
    """Evolve in rounds, each from what the one before gave."""
    parents = [row["instruction"] for row in seeds]
    while True:
        children = []
        for parent in parents:
            said = teacher.reply([{"role": "user", "content": parent}], task="evolve")
            children.append(said)
            if said != parent:
                yield said
        parents = children


def run(cell: Cell) -> dict[str, object]:
    """Train and score one cell."""
    import warnings

    warnings.simplefilter("ignore")
    import torch

    torch.set_num_threads(1)
    began, cpu = time.monotonic(), cpu_seconds()
    checkpoint = Path(cell.folder, f"{cell.arm}-{cell.rows}-{cell.seed}")
    train(cell, checkpoint)
    trained, trained_cpu = time.monotonic(), cpu_seconds()
    passed, by_kind = score(checkpoint, Path(cell.folder, "runs"))
    return {
        "arm": cell.arm,
        "seed": cell.seed,
        "pass@1": passed,
        **by_kind,
        "train_s": trained - began,
        "train_cpu_s": trained_cpu - cpu,
        "score_s": time.monotonic() - trained,
        "score_cpu_s": cpu_seconds() - trained_cpu,
    }


def cpu_seconds() -> float:
    """Give what this process and those that it waited for have used: the sandboxes are among them."""
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime


def train(cell: Cell, checkpoint: Path) -> None:
    """Fine-tune with TRL, loss on the answers alone."""
    from datasets import Dataset, disable_progress_bars
    from transformers import AutoModelForCausalLM, AutoTokenizer, PrinterCallback
    from transformers.utils import logging
    from trl import SFTConfig, SFTTrainer

    logging.disable_progress_bar()
    disable_progress_bars()
    rows = rows_of(cell.arm, cell.rows, cell.seed)
    data = Dataset.from_list(
        [
            {
                "prompt": [{"role": "user", "content": row["instruction"]}],
                "completion": [{"role": "assistant", "content": row["response"]}],
            }
            for row in rows
        ]
    )
    settings = SFTConfig(
        output_dir=str(checkpoint),
        num_train_epochs=cell.epochs,
        per_device_train_batch_size=cell.batch,
        learning_rate=cell.learning_rate,
        lr_scheduler_type="cosine",
        warmup_steps=0.1,
        weight_decay=0.01,
        adam_beta2=0.95,
        bf16=False,
        activation_checkpointing=False,
        use_cpu=True,
        report_to="none",
        save_strategy="no",
        logging_strategy="no",
        disable_tqdm=True,
        max_length=512,
        seed=cell.seed,
    )
    model = AutoModelForCausalLM.from_pretrained(cell.base)
    tokenizer = AutoTokenizer.from_pretrained(cell.base)
    trainer = SFTTrainer(model=model, args=settings, train_dataset=data, processing_class=tokenizer)
    trainer.remove_callback(PrinterCallback)
    trainer.train()
    trainer.save_model(str(checkpoint))


def score(checkpoint: Path, runs: Path) -> tuple[float, dict[str, float]]:
    """Score a checkpoint as `fuseval score` does: on all tasks, and by the kind of task."""
    from harness.commands.asks import opened
    from harness.commands.model_options import ModelFlags
    from harness.records import Status
    from harness.run import ScoreRequest
    from harness.run import score as score_run

    with opened(str(checkpoint), ModelFlags(concurrency=64), ["miniature"]) as (_, (ask,)):
        request = ScoreRequest(str(checkpoint), "miniature", ask=ask, extraction="chat", runs_root=runs, workers=1)
        verdicts = score_run(request).verdicts()
    passed: dict[str, list[bool]] = {kind: [] for kind in KINDS}
    for verdict in verdicts:
        number = int(verdict.task_id.rpartition("/")[2])
        passed[KINDS[number // 50]].append(verdict.status is Status.PASS)
    everything = [is_pass for kind in passed.values() for is_pass in kind]
    return statistics.mean(everything), {kind: statistics.mean(of_kind) for kind, of_kind in passed.items()}


def make_and_score_base(folder: Path) -> dict[str, object]:
    """Make the base model where it is not there yet, and score it."""
    from training.miniature import make_base

    checkpoint = folder / "base"
    began, cpu = time.monotonic(), cpu_seconds()
    if not checkpoint.exists():
        make_base(checkpoint, seed=1)
    made, made_cpu = time.monotonic(), cpu_seconds()
    passed, by_kind = score(checkpoint, folder / "runs")
    return {
        "arm": "base",
        "seed": 1,
        "pass@1": passed,
        **by_kind,
        "train_s": made - began,
        "train_cpu_s": made_cpu - cpu,
        "score_s": time.monotonic() - made,
        "score_cpu_s": cpu_seconds() - made_cpu,
    }


def line(result: dict[str, object]) -> str:
    """Write one result as a line of the table."""
    return " ".join(f"{value:>11.3f}" if isinstance(value, float) else f"{value!s:>11}" for value in result.values())


def main() -> None:
    """Make the base, run the cells two at once, print every cell and the mean of every arm."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--rows", type=int, default=600)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--arms", default=",".join(ARMS))
    parser.add_argument("--epochs", type=float, default=4)
    parser.add_argument("--learning-rate", type=float, default=3e-3)
    parser.add_argument("--batch", type=int, default=16)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--folder", type=Path, help="keep checkpoints and runs here, the base among them")
    options = parser.parse_args()
    os.environ["OMP_NUM_THREADS"] = "1"
    with tempfile.TemporaryDirectory() as temporary:
        folder = options.folder or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        os.environ.setdefault("FUSEVAL_CACHE", str(folder / "cache"))
        began = time.monotonic()
        context = multiprocessing.get_context("spawn")
        with ProcessPoolExecutor(options.jobs, context) as pool:
            base = pool.submit(make_and_score_base, folder).result()
            print(" ".join(f"{name:>11}" for name in base), line(base), sep="\n", flush=True)
            cells = [
                Cell(
                    str(folder / "base"),
                    str(folder),
                    arm,
                    options.rows,
                    seed,
                    options.epochs,
                    options.learning_rate,
                    options.batch,
                )
                for seed in range(1, options.seeds + 1)
                for arm in options.arms.split(",")
            ]
            results = []
            for result in pool.map(run, cells):
                results.append(result)
                print(line(result), flush=True)
        for arm in options.arms.split(","):
            scores = [float(str(result["pass@1"])) for result in results if result["arm"] == arm]
            spread = f" (sd {statistics.stdev(scores):.3f})" if len(scores) > 1 else ""
            print(f"{arm}: mean pass@1 {statistics.mean(scores):.3f}{spread}")
        print(f"all of it: {time.monotonic() - began:.0f} s")


if __name__ == "__main__":
    main()
