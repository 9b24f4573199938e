"""Trainings from end to end on a tiny model made here: what is learned, stopped, resumed, refused, and left behind."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.training.command import ROOT, command, environment, run
from tests.training.tiny import byte_tokenizer, make_model, torch, transformers, write_rows
from training.run.checkpoints import whole_checkpoints

safetensors = pytest.importorskip("safetensors.torch")
pytest.importorskip("trl")
pytest.importorskip("peft")
psutil = pytest.importorskip("psutil")  # comes with accelerate

STEPS = 12


def arguments(base: Path, data: Path, out: Path, *more: str) -> list[str]:
    return [
        *("train", "--model", str(base), "--data", str(data), "--out", str(out), "--steps", str(STEPS), "--batch", "4"),
        *("--micro-batch", "2", "--learning-rate", "3e-3", "--max-length", "256", "--set", "train.warmup=0"),
        *("--set", "checkpoints.every=3", *more),
    ]


@pytest.fixture(scope="module")
def rows(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_rows(tmp_path_factory.mktemp("rows") / "rows.jsonl")


@pytest.fixture(scope="module")
def full(tiny: Path, rows: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A whole training, undisturbed."""
    out = tmp_path_factory.mktemp("full") / "model"
    done = run(*arguments(tiny, rows, out, "--set", "data.template=chat"))
    assert done.returncode == 0, done.stderr
    return out


def weights(folder: Path) -> dict[str, object]:
    loaded: dict[str, object] = safetensors.load_file(folder / "model.safetensors")
    return loaded


def losses(folder: Path) -> list[float]:
    return [loss for _, loss in json.loads((folder / "training.json").read_text())["finished"]["losses"]]


def test_the_loss_falls_and_the_folder_is_a_model(full: Path) -> None:
    seen = losses(full)
    assert len(seen) == STEPS
    assert sum(seen[-3:]) < 0.9 * sum(seen[:3])
    assert transformers.AutoModelForCausalLM.from_pretrained(full).config.vocab_size
    assert transformers.AutoTokenizer.from_pretrained(full).chat_template
    # The answers of this template end with another token than the tokenizer says.
    assert 4 in transformers.GenerationConfig.from_pretrained(full).eos_token_id
    kept = {path.name for path in (full / "checkpoints").glob("checkpoint-*")}
    assert kept == {"checkpoint-9", "checkpoint-12"}
    assert not list(full.glob(".writing-*"))


def test_the_card_says_what_was_done(full: Path) -> None:
    card = (full / "README.md").read_text()
    for words in (
        "base_model: tiny",
        "| rows.jsonl | alpaca | 24 | 24 |",
        "answers only",
        "Loss",
        "batch: 4",
    ):
        assert words in card
    assert str(full.parent) not in card
    assert "kWh" not in card or os.access("/sys/class/powercap/intel-rapl:0/energy_uj", os.R_OK)


def test_the_same_command_again_does_nothing(full: Path, tiny: Path, rows: Path) -> None:
    before = (full / "model.safetensors").stat().st_mtime_ns
    done = run(*arguments(tiny, rows, full, "--set", "data.template=chat"))
    assert done.returncode == 0
    assert "was trained before" in done.stdout
    assert (full / "model.safetensors").stat().st_mtime_ns == before


def test_another_training_does_not_go_into_the_same_folder(full: Path, tiny: Path, rows: Path) -> None:
    done = run(*arguments(tiny, rows, full, "--seed", "5"))
    assert done.returncode == 2
    assert "holds another training" in done.stderr


@pytest.mark.parametrize("method", ["full", "lora"])
def test_killed_in_the_middle_it_ends_with_the_same_weights(
    tiny: Path, rows: Path, tmp_path: Path, full: Path, method: str
) -> None:
    """kill -9 after the first checkpoint: resumed, every weight is the undisturbed training's, bit for bit."""
    out, undisturbed = tmp_path / "killed", full
    more = ["--method", method, "--set", "data.template=chat", "--set", "lora.dropout=0.1"]
    if method == "full":
        more = more[:4]
    else:
        undisturbed = tmp_path / "undisturbed"
        assert run(*arguments(tiny, rows, undisturbed, *more)).returncode == 0
    process = subprocess.Popen(
        command(*arguments(tiny, rows, out, *more)),
        cwd=ROOT,
        env=environment(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    while not (out / "checkpoints" / "checkpoint-3" / "complete.json").exists():
        assert process.poll() is None, "it ended before its first checkpoint"
        time.sleep(0.01)
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert not (out / "config.json").exists()
    done = run(*arguments(tiny, rows, out, *more))
    assert done.returncode == 0, done.stderr
    assert "going on from step" in done.stderr
    assert losses(out) == losses(undisturbed)
    theirs = weights(undisturbed)
    for name, tensor in weights(out).items():
        assert torch.equal(tensor, theirs[name]), name


@pytest.mark.long
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_ctrl_c_saves_and_ends_with_130(tiny: Path, rows: Path, tmp_path: Path, number: int) -> None:
    out = tmp_path / "stopped"
    typed = arguments(tiny, rows, out, "--steps", "4000", "--set", "checkpoints.every=3000")
    process = subprocess.Popen(
        command(*typed), cwd=ROOT, env=environment(), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    )
    assert process.stderr is not None
    for line in process.stderr:
        if line.startswith("step "):
            break
    process.send_signal(number)
    _, said = process.communicate(timeout=120)
    assert process.returncode == 130
    assert "interrupted: saved at step" in said
    assert len(list((out / "checkpoints").glob("checkpoint-*/complete.json"))) == 1


@pytest.mark.parametrize("more", [[], ["--fresh"]])
def test_a_folder_with_other_files_is_not_written_into(tiny: Path, rows: Path, tmp_path: Path, more: list[str]) -> None:
    base = tmp_path / "base"
    shutil.copytree(tiny, base)
    before = {path.name: path.read_bytes() for path in base.iterdir()}
    for out, said in ((base, "is the base itself"), (tmp_path, "holds files that are not of a training")):
        done = run(*arguments(base, rows, out, "--steps", "2", *more))
        assert done.returncode == 2, done.stderr
        assert said in done.stderr
    assert {path.name: path.read_bytes() for path in base.iterdir()} == before


def test_a_base_that_lacks_weights_is_refused(tiny: Path, rows: Path, tmp_path: Path) -> None:
    base = tmp_path / "lacking"
    shutil.copytree(tiny, base)
    kept = {name: tensor for name, tensor in weights(base).items() if "layers.0.self_attn.q_proj" not in name}
    safetensors.save_file(kept, base / "model.safetensors", metadata={"format": "pt"})
    done = run(*arguments(base, rows, tmp_path / "out", "--steps", "2"))
    assert done.returncode == 2, done.stderr
    assert "lacks 1 of its weights: model.layers.0.self_attn.q_proj.weight" in done.stderr


def test_a_folder_that_is_trained_into_is_left_alone(tiny: Path, rows: Path, tmp_path: Path) -> None:
    out = tmp_path / "busy"
    out.mkdir()
    handle = os.open(out, os.O_RDONLY)
    fcntl.flock(handle, fcntl.LOCK_EX)
    done = run(*arguments(tiny, rows, out, "--steps", "2"))
    os.close(handle)
    assert done.returncode == 2
    assert "another fuseval trains into" in done.stderr


def copy_unfinished(full: Path, out: Path) -> None:
    """A whole training that was stopped before it said so."""
    shutil.copytree(full, out)
    record = json.loads((out / "training.json").read_text())
    del record["finished"]
    (out / "training.json").write_text(json.dumps(record))


def test_a_stop_behind_the_last_step_adds_none(tiny: Path, full: Path, rows: Path, tmp_path: Path) -> None:
    out = tmp_path / "late"
    copy_unfinished(full, out)
    done = run(*arguments(tiny, rows, out, "--set", "data.template=chat"))
    assert done.returncode == 0, done.stderr
    assert "step 13" not in done.stdout + done.stderr
    assert losses(out) == losses(full)
    for name, tensor in weights(out).items():
        assert torch.equal(tensor, weights(full)[name])


def test_a_half_written_checkpoint_is_not_trusted(tiny: Path, rows: Path, full: Path, tmp_path: Path) -> None:
    out = tmp_path / "half"
    copy_unfinished(full, out)
    last = out / "checkpoints" / "checkpoint-12" / "model.safetensors"
    last.write_bytes(last.read_bytes()[:-100])
    done = run(*arguments(tiny, rows, out, "--set", "data.template=chat"))
    assert done.returncode == 0, done.stderr
    assert "left out, since not whole: checkpoint-12" in done.stderr
    assert "going on from step 9" in done.stderr
    for name, tensor in weights(out).items():
        assert torch.equal(tensor, weights(full)[name])


def test_a_checkpoint_damaged_at_its_size_is_left_for_an_older_one(
    tiny: Path, rows: Path, full: Path, tmp_path: Path
) -> None:
    out = tmp_path / "damaged"
    copy_unfinished(full, out)
    last = out / "checkpoints" / "checkpoint-12" / "optimizer.pt"
    data = bytearray(last.read_bytes())
    data[len(data) // 2] ^= 1
    last.write_bytes(data)
    done = run(*arguments(tiny, rows, out, "--set", "data.template=chat"))
    assert done.returncode == 0, done.stderr
    assert "left out, since not whole: checkpoint-12" in done.stderr
    assert "going on from step 9" in done.stderr
    for name, tensor in weights(out).items():
        assert torch.equal(tensor, weights(full)[name])


@pytest.mark.long
def test_two_processes_share_a_training_and_survive_a_kill(tiny: Path, rows: Path, tmp_path: Path) -> None:
    """Two processes on the CPU, as a launcher starts them for two cards."""
    launcher = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc_per_node", "2", "-m"]

    def start(out: Path) -> subprocess.Popen[str]:
        typed = [*launcher, "harness.cli", *arguments(tiny, rows, out, "--method", "lora", "--set", "lora.dropout=0.1")]
        return subprocess.Popen(
            typed,
            cwd=ROOT,
            env=environment(GLOO_SOCKET_IFNAME="lo"),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )

    whole = start(tmp_path / "whole")
    said, _ = whole.communicate(timeout=300)
    assert whole.returncode == 0, said
    assert said.count("trained     loss") == 1
    killed = start(tmp_path / "killed")
    while not (tmp_path / "killed" / "checkpoints" / "checkpoint-3" / "complete.json").is_file():
        assert killed.poll() is None
        time.sleep(0.01)
    # The launcher starts each of them in a session of its own.
    for process in [killed, *psutil.Process(killed.pid).children(recursive=True)]:
        process.kill()
    killed.communicate()
    assert not (tmp_path / "killed" / "model.safetensors").exists()
    again = start(tmp_path / "killed")
    said, _ = again.communicate(timeout=300)
    assert again.returncode == 0, said
    assert "going on from step" in said
    for name, tensor in weights(tmp_path / "killed").items():
        assert torch.equal(tensor, weights(tmp_path / "whole")[name])


@pytest.mark.long
def test_a_launcher_that_starts_one_process_starts_it_once(tiny: Path, rows: Path, tmp_path: Path) -> None:
    config = tmp_path / "one.yaml"
    config.write_text("{compute_environment: LOCAL_MACHINE, distributed_type: 'NO', num_processes: 1, use_cpu: true}")
    typed = command(*arguments(tiny, rows, tmp_path / "out", "--parallel", str(config)))
    done = subprocess.run(typed, cwd=ROOT, env=environment(), capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("trained     loss") == 1


@pytest.mark.parametrize("mark", ["", "{}", '{"files": {}, "seconds": 1, "joules": null}', "\xff"])
def test_a_mark_that_says_nothing_is_none(tmp_path: Path, mark: str) -> None:
    folder = tmp_path / "checkpoint-5"
    folder.mkdir()
    (folder / "complete.json").write_text(mark, encoding="latin-1")
    assert whole_checkpoints(tmp_path) == []


def test_weights_that_were_removed_are_written_again(tiny: Path, rows: Path, full: Path, tmp_path: Path) -> None:
    out = tmp_path / "emptied"
    shutil.copytree(full, out)
    (out / "model.safetensors").unlink()
    done = run(*arguments(tiny, rows, out, "--set", "data.template=chat"))
    assert done.returncode == 0, done.stderr
    assert "its model is not whole any more" in done.stderr
    for name, tensor in weights(out).items():
        assert torch.equal(tensor, weights(full)[name])
    (out / "README.md").write_text("a card that somebody edited")
    assert "was trained before" in run(*arguments(tiny, rows, out, "--set", "data.template=chat")).stdout
    assert (out / "README.md").read_text() == "a card that somebody edited"


def test_what_is_refused_takes_nothing_and_claims_nothing(tiny: Path, rows: Path, full: Path, tmp_path: Path) -> None:
    out = tmp_path / "kept"
    shutil.copytree(full, out)
    before = {path: path.read_bytes() for path in sorted(out.rglob("*")) if path.is_file()}
    for more in (["--batch", "3"], ["--set", "train.optimizer=adam"], ["--evaluate", "humaneval"]):
        assert run(*arguments(tiny, rows, out, "--fresh", *more)).returncode == 2
    assert {path: path.read_bytes() for path in sorted(out.rglob("*")) if path.is_file()} == before
    new = tmp_path / "new"
    assert run(*arguments(tiny, rows, new, "--set", "train.optimizer=adam")).returncode == 2
    assert run(*arguments(tiny, rows, new, "--steps", "2")).returncode == 0
    planned = run(*arguments(tiny, rows, tmp_path / "none", "--batch", "3", "--plan"))
    assert "a batch of 3 is no multiple of 2" in planned.stderr


@pytest.mark.filterwarnings("ignore::FutureWarning")  # peft and transformers warn of each other's changes
@pytest.mark.parametrize("method", ["lora", "dora"])
def test_adapters_are_merged_and_kept_beside(tiny: Path, rows: Path, tmp_path: Path, method: str) -> None:
    out = tmp_path / method
    done = run(*arguments(tiny, rows, out, "--method", method, "--set", "lora.r=4"))
    assert done.returncode == 0, done.stderr
    peft = pytest.importorskip("peft")
    base = transformers.AutoModelForCausalLM.from_pretrained(tiny)
    adapted = peft.PeftModel.from_pretrained(base, str(out / "adapter"))
    merged = transformers.AutoModelForCausalLM.from_pretrained(out)
    ids = torch.arange(5, 25).unsqueeze(0)
    with torch.no_grad():
        assert torch.allclose(adapted(ids).logits, merged(ids).logits, atol=1e-4)
        before = transformers.AutoModelForCausalLM.from_pretrained(tiny)
        assert not torch.allclose(merged(ids).logits, before(ids).logits)


def test_packing_learns_the_same_rows(tiny: Path, rows: Path, tmp_path: Path) -> None:
    done = run(*arguments(tiny, rows, tmp_path / "packed", "--packing", "--batch", "1", "--micro-batch", "1"))
    assert done.returncode == 0, done.stderr
    assert losses(tmp_path / "packed")[-1] < losses(tmp_path / "packed")[0]


def test_gradient_checkpointing_changes_no_weight(tiny: Path, rows: Path, full: Path, tmp_path: Path) -> None:
    more = ["--set", "train.gradient_checkpointing=true", "--set", "data.template=chat"]
    done = run(*arguments(tiny, rows, tmp_path / "less", *more))
    assert done.returncode == 0, done.stderr
    for name, tensor in weights(tmp_path / "less").items():
        assert torch.allclose(tensor, weights(full)[name], atol=1e-6)


def test_a_curriculum_is_learned_in_its_order(tiny: Path, tmp_path: Path) -> None:
    lines = [{"prompt": f"Say {n}.", "completion": "x" * (n + 1), "difficulty": 30 - n} for n in range(8)]
    (tmp_path / "rows.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    more = ["--set", "data.order=curriculum", "--set", "data.smoothness=0", "--preview", "8"]
    done = run(*arguments(tiny, tmp_path / "rows.jsonl", tmp_path / "out", *more))
    assert done.returncode == 0, done.stderr
    order = [done.stdout.index(f"Say {number}.") for number in range(8)]
    assert order == sorted(order, reverse=True)
    refused = run(*arguments(tiny, tmp_path / "rows.jsonl", tmp_path / "out", *more[:2], "--packing"))
    assert refused.returncode == 2
    assert "undoes the order of a curriculum" in refused.stderr


def test_preview_marks_what_is_learned(tiny: Path, rows: Path, tmp_path: Path) -> None:
    done = run(*arguments(tiny, rows, tmp_path / "none", "--preview", "1"))
    assert "⟦" in done.stdout
    assert " it is.<|im_end|>⟧" in done.stdout
    assert not (tmp_path / "none").exists()


def test_a_tokenizer_without_pad_token_pads_with_its_end(rows: Path, tmp_path: Path) -> None:
    base = make_model(tmp_path / "padless", byte_tokenizer(pad_token=None))
    done = run(*arguments(base, rows, tmp_path / "out", "--steps", "2"))
    assert done.returncode == 0, done.stderr
    assert "padding     with the end token" in done.stdout


def test_numbers_that_are_none_end_it_and_the_last_checkpoint_stays(tiny: Path, rows: Path, tmp_path: Path) -> None:
    out = tmp_path / "apart"
    done = run(*arguments(tiny, rows, out, "--learning-rate", "1e30", "--set", "train.max_grad_norm=0"))
    assert done.returncode == 2, done.stdout
    assert "the training has come apart" in done.stderr
    assert "--fresh --learning-rate 3e+29" in done.stderr
    for folder in (out / "checkpoints").glob("checkpoint-*"):
        kept = safetensors.load_file(folder / "model.safetensors")
        assert all(bool(torch.isfinite(tensor).all()) for tensor in kept.values())


@pytest.mark.long
def test_a_disk_that_fills_leaves_the_last_checkpoint(tiny: Path, rows: Path, tmp_path: Path) -> None:
    """A file system of its own, which somebody else fills once the first checkpoint is there."""
    place = tmp_path / "small"
    place.mkdir()
    out = place / "model"
    first = out / "checkpoints" / "checkpoint-3" / "complete.json"
    typed = command(*arguments(tiny, rows, out, "--set", "checkpoints.keep=1", "--steps", "3000"))
    script = f"""
        mount -t tmpfs -o size=64m none {place} || exit 9
        (while ! test -e {first}; do sleep 0.01; done; cat /dev/zero > {place}/other) 2>/dev/null &
        {" ".join(f"'{part}'" for part in typed)}
        code=$?
        ls {out}/checkpoints
        ls {out}
        exit $code
    """
    done = subprocess.run(
        ["unshare", "--mount", "--map-root-user", "sh", "-c", script],
        cwd=ROOT,
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode == 9 or "unshare" in done.stderr:
        pytest.skip(f"no file system of one's own here: {done.stderr.strip()}")
    assert done.returncode == 3, done.stdout + done.stderr
    assert "could not be written" in done.stderr
    assert "the disk has 0 MB free" in done.stderr
    assert len([line for line in done.stdout.splitlines() if line.startswith("checkpoint-")]) == 1
    assert "config.json" not in done.stdout.splitlines()


@pytest.mark.parametrize(
    ("changes", "code", "words"),
    [
        ({"--model": "no-such-model"}, 2, "no model 'no-such-model'"),
        ({"--model": "model.gguf"}, 2, "is a GGUF file"),
        ({"--model": "owner/none"}, 3, "owner/none is not in the local cache"),
        ({"--set": "train.optimizer=adam"}, 2, "adam"),
        ({"--batch": "3"}, 2, "a batch of 3 is no multiple of 2"),
        ({"--data": "none.jsonl"}, 2, "no such file"),
        ({"--set": "evaluation.benchmark=humaneval"}, 2, "humaneval is a benchmark"),
        ({"--set": "train.schedule=cosin"}, 2, "cosin"),
        ({"--set": "report_to=wandb"}, 3, "pip install wandb"),
        ({"--parallel": "fsdp2"}, 3, "this machine has none"),
        ({"--method": "qlora"}, 3, "pip install bitsandbytes"),
        ({"--seed": "-1"}, 2, "train.seed = -1"),
        ({"--method": "lora", "--set": 'lora.targets=["q_proj","k_prj"]'}, 2, "did you mean 'k_proj'?"),
        ({"--template": sys.executable}, 2, "can not be read"),
        ({"--seed": "4294967296"}, 2, "train.seed = 4294967296"),
    ],
)
def test_what_can_not_be_done_is_said(
    tiny: Path, rows: Path, tmp_path: Path, changes: dict[str, str], code: int, words: str
) -> None:
    more = [part for pair in changes.items() for part in pair]
    done = run(*arguments(tiny, rows, tmp_path / "out", *more))
    assert done.returncode == code, done.stderr
    assert words in done.stderr
    assert not (tmp_path / "out" / "config.json").exists()


@pytest.mark.parametrize(
    ("base", "words"),
    [
        ({"max_position_embeddings": 16}, "which has 16 places"),
        ({"vocab_size": 40}, "and the model has 40 of them"),
    ],
)
def test_rows_for_which_the_base_has_no_weights_are_refused(
    rows: Path, tmp_path: Path, base: dict[str, int], words: str
) -> None:
    done = run(*arguments(make_model(tmp_path / "base", **base), rows, tmp_path / "out"))
    assert done.returncode == 2, done.stderr
    assert words in done.stderr
    assert not (tmp_path / "out").exists()


def test_half_a_character_is_refused_by_its_row(tiny: Path, tmp_path: Path) -> None:
    (tmp_path / "rows.jsonl").write_text(json.dumps({"instruction": "Say it.", "output": "\ud800"}) + "\n")
    done = run(*arguments(tiny, tmp_path / "rows.jsonl", tmp_path / "out"))
    assert done.returncode == 2, done.stderr
    assert "rows.jsonl row 1: turn 2 holds half of a character" in done.stderr


def test_a_model_that_does_not_fit_is_refused_with_the_number(rows: Path, tmp_path: Path) -> None:
    folder = tmp_path / "large"
    byte_tokenizer().save_pretrained(folder)
    transformers.LlamaConfig(
        vocab_size=32000, hidden_size=8192, intermediate_size=28672, num_hidden_layers=80, num_attention_heads=64
    ).save_pretrained(folder)
    done = run(*arguments(folder, rows, tmp_path / "out"))
    assert done.returncode == 3, done.stderr
    assert "million parameters take" in done.stderr
    assert "GB free" in done.stderr
