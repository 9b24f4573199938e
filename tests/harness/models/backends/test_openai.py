"""A model behind an OpenAI-compatible address, against a server that fails in every way it can."""

from __future__ import annotations

import sys
import threading
import time
from collections import Counter
from pathlib import Path

import pytest

from harness.errors import EnvironmentLacking, InputError
from harness.models.backends import ModelOptions, open_model
from harness.models.backends.openai import OpenAIModel
from harness.models.model import Message, Prompt, Request, Sampling
from harness.models.remote import Budget, Price, find_price
from harness.records import Completion

sys.path.insert(0, str(Path(__file__).parents[1] / "remote"))

from server import ANSWER, Behaviour, ScriptedServer  # noqa: E402


@pytest.fixture(autouse=True)
def short_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    """Try again soon."""
    monkeypatch.setattr("harness.models.remote.client._FIRST_WAIT_S", 0.01)


def requests(tasks: int, samples: int = 1, stop: tuple[str, ...] = ()) -> list[Request]:
    return [
        Request(f"Demo/{task}", sample, Prompt(f"def f{task}():\n", stop=stop))
        for sample in range(samples)
        for task in range(tasks)
    ]


def ask(
    server: ScriptedServer, wanted: list[Request], sampling: Sampling | None = None, **options: object
) -> list[Completion]:
    model = OpenAIModel("model", server.base_url, **options)  # type: ignore[arg-type]
    with model:
        return list(model.answer(wanted, sampling or Sampling(max_tokens=16)))


def keys(completions: list[Completion]) -> Counter[tuple[str, int]]:
    return Counter((item.task_id, item.sample_index) for item in completions)


def test_every_request_is_answered_once() -> None:
    with ScriptedServer() as server:
        found = ask(server, requests(50))
    assert keys(found) == Counter({(f"Demo/{task}", 0): 1 for task in range(50)})
    assert {(item.text, item.finish_reason, item.tokens, item.kind) for item in found} == {
        (ANSWER, "stop", 3, "completion")
    }
    assert len(server.requests) == 50


@pytest.mark.parametrize("fault", ["429", "429-date", "500", "502", "reset", "reset-in-body", "truncated", "garbage"])
def test_a_fault_is_tried_again_and_nothing_answered_is_asked_again(fault: str) -> None:
    with ScriptedServer(Behaviour({fault: 0.3}, seed=1)) as server:
        found = ask(server, requests(40), concurrency=4)
        assert server.counts[fault] > 0
    assert len(found) == 40
    assert keys(found).most_common(1)[0][1] == 1
    assert set(server.answered.values()) == {1}
    assert len(server.requests) == 40 + server.counts[fault]


def test_a_server_that_does_not_speak_is_left_and_asked_again() -> None:
    with ScriptedServer(Behaviour({"stall": 0.2}, seed=2)) as server:
        found = ask(server, requests(20), timeout_s=0.5)
        assert server.counts["stall"] > 0
    assert len(found) == 20


def test_too_many_requests_make_it_slower_not_stop() -> None:
    with ScriptedServer(Behaviour({"429": 0.5}, seed=3, retry_after=0.02)) as server:
        assert len(ask(server, requests(60), concurrency=16)) == 60


def test_a_server_that_always_fails_ends_the_asking(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("harness.models.remote.client._FIRST_WAIT_S", 0.001)
    with (
        ScriptedServer(Behaviour({"500": 1.0})) as server,
        pytest.raises(EnvironmentLacking, match="did not answer in"),
    ):
        ask(server, requests(3), concurrency=1)
    assert len(server.requests) == 10


@pytest.mark.parametrize(
    ("status", "error", "words"),
    [
        (401, {"message": "Incorrect API key", "code": "invalid_api_key"}, "refuses the key"),
        (403, {"message": "no access", "code": None}, "refuses the key"),
        (404, {"message": "no such model", "code": "model_not_found"}, "has no model 'model'"),
        (429, {"message": "You exceeded your current quota", "code": "insufficient_quota"}, "quota is spent"),
        (402, {"message": "Insufficient credits", "code": None}, "quota is spent .402.: Insufficient credits"),
        (400, {"message": "temperature is not supported", "code": None}, "does not take the request"),
        (413, {"message": "no", "code": None}, "413: the request is too large for the server: no"),
        (405, {"message": "no", "code": None}, "does not take the request: 405: no"),
    ],
)
def test_what_can_not_get_better_ends_at_once(status: int, error: dict[str, str | None], words: str) -> None:
    behaviour = Behaviour(status=status, error=error, models=("modell", "other"))
    with ScriptedServer(behaviour) as server, pytest.raises(EnvironmentLacking, match=words) as caught:
        ask(server, requests(100), concurrency=4, api_key="sk-secret-key")
    assert len(server.requests) <= 8
    assert "sk-secret-key" not in f"{caught.value} {caught.value.hint}"
    if status == 404:
        assert caught.value.hint == "did you mean 'modell'?"
    assert ("an option of this command" in caught.value.hint) == (status == 400)
    assert ("credit" in caught.value.hint) == (status in (402, 429))


def test_nobody_at_the_address(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("harness.models.remote.client._FIRST_WAIT_S", 0.001)
    with ScriptedServer() as server:
        address = server.base_url
    with pytest.raises(EnvironmentLacking, match=r"did not answer in 10 tries; last: no connection: Cannot connect"):
        list(OpenAIModel("model", address).answer(requests(2), Sampling()))


def test_openai_itself_needs_a_key(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("OPENAI_API_KEY", "OPENAI_BASE_URL", "OPENAI_ADMIN_KEY"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(EnvironmentLacking, match="no key for OpenAI") as caught:
        list(OpenAIModel("gpt-4o").answer(requests(1), Sampling()))
    assert "OPENAI_API_KEY" in caught.value.hint


def test_a_key_is_sent_and_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-from-environment")
    with ScriptedServer() as server:
        model = OpenAIModel("model", server.base_url + "/")
        assert len(list(model.answer(requests(1), Sampling()))) == 1
    assert server.requests[0]["_authorization"] == "Bearer sk-from-environment"
    assert model.settings == {"base_url": server.base_url}


@pytest.mark.parametrize("honours", [True, False])
def test_several_samples_come_in_one_request_where_the_server_takes_it(honours: bool) -> None:
    sampling = Sampling(temperature=0.5, max_tokens=16)
    with ScriptedServer(Behaviour(honours_n=honours)) as server:
        found = ask(server, requests(5, samples=4), sampling, concurrency=1)
    assert keys(found) == Counter({(f"Demo/{task}", sample): 1 for task in range(5) for sample in range(4)})
    assert len(server.requests) == (5 if honours else 20)


def test_where_it_takes_one_at_a_time_each_is_handed_over_as_it_comes() -> None:
    """A stop must not lose the earlier samples of a task, which are paid for."""
    with ScriptedServer(Behaviour(honours_n=False, latency_s=0.1)) as server:
        answers = OpenAIModel("model", server.base_url, concurrency=1).answer(
            requests(1, samples=16), Sampling(temperature=0.5, max_tokens=16)
        )
        next(answers)
        assert len(server.requests) <= 3
        answers.close()  # type: ignore[attr-defined]


def test_what_has_come_is_given_when_it_is_left() -> None:
    with ScriptedServer(Behaviour(latency_s=0.2)) as server:
        model = OpenAIModel("model", server.base_url, concurrency=8)
        answers = model.answer(requests(40), Sampling(max_tokens=16))
        next(answers)
        time.sleep(0.1)
        model.leave()
        assert len(list(answers)) == 7
        assert len(server.requests) <= 16


@pytest.mark.parametrize("name", ["adapter", "revision", "dtype"])
@pytest.mark.parametrize("model", ["mock", "served"])
def test_how_weights_are_loaded_is_refused_where_none_are(name: str, model: str) -> None:
    options = ModelOptions(base_url=None if model == "mock" else "http://127.0.0.1:1/v1", **{name: "x"})  # type: ignore[arg-type]
    with pytest.raises(InputError, match=f"--{name} says how weights are loaded, and '{model}' is"):
        open_model(model, options, {})


def test_samples_have_seeds_of_their_own() -> None:
    with ScriptedServer(Behaviour(honours_n=False)) as server:
        ask(server, requests(2, samples=3), Sampling(temperature=0.5), concurrency=1)
    seeds = {(body["prompt"], body["seed"]) for body in server.requests}
    assert len({seed for _, seed in seeds}) >= 6
    assert {body["top_p"] for body in server.requests} == {1.0}


def test_greedy_sends_no_seed() -> None:
    with ScriptedServer() as server:
        ask(server, requests(1))
    assert "seed" not in server.requests[0]
    assert server.requests[0]["temperature"] == 0


def test_stop_strings_end_an_answer_also_those_that_the_server_does_not_take() -> None:
    stops = ("\nclass ", "\n#", "\nif ", "\nprint(", "\ndef ")
    with ScriptedServer(Behaviour(answer=lambda body: "    return 1\n\ndef g():\n    pass\n")) as server:
        found = ask(server, requests(1, stop=stops))
    assert server.requests[0]["stop"] == list(stops[:4])
    assert (found[0].text, found[0].finish_reason) == ("    return 1\n", "stop")


def test_messages_go_to_the_chat_and_reasoning_is_kept() -> None:
    prompt = Prompt("", (Message("user", "Say one."),), kind="raw")
    with ScriptedServer(Behaviour(reasoning="Hm.")) as server:
        found = ask(server, [Request("Demo/0", 0, prompt)])
    assert server.requests[0]["messages"] == [{"role": "user", "content": "Say one."}]
    assert found[0].text == f"<think>Hm.</think>\n{ANSWER}"


def test_the_limit_is_named_as_the_server_wants_it() -> None:
    with ScriptedServer(Behaviour(refuses_max_tokens=True)) as server:
        assert len(ask(server, requests(10), concurrency=1)) == 10
    assert [("max_tokens" in body) for body in server.requests] == [True] + [False] * 10


def test_calls_that_were_in_flight_when_the_limits_name_was_learned_are_asked_again() -> None:
    sampling = Sampling(temperature=0.5, max_tokens=16)
    with ScriptedServer(Behaviour(refuses_max_tokens=True, latency_s=0.1)) as server:
        found = ask(server, requests(8, samples=2), sampling, concurrency=8)
    assert keys(found) == Counter(keys(found).keys())
    assert len(found) == 16
    assert [("max_tokens" in body, body["n"]) for body in server.requests] == [(True, 2)] * 8 + [(False, 2)] * 8


def test_calls_that_were_in_flight_when_several_samples_were_refused_are_asked_again_one_by_one() -> None:
    sampling = Sampling(temperature=0.5, max_tokens=16)
    with ScriptedServer(Behaviour(refuses_n=True, latency_s=0.1)) as server:
        assert len(ask(server, requests(4, samples=2), sampling, concurrency=4)) == 8
    assert len(server.requests) == 4 + 8


def test_a_prompt_that_is_too_long_fails_alone() -> None:
    error = {"message": "This model's maximum context length is 10 tokens", "code": "context_length_exceeded"}
    with ScriptedServer(Behaviour(status=400, error=error)) as server:
        found = ask(server, requests(3))
    assert {(item.text, item.finish_reason) for item in found} == {("", "prompt_too_long")}


def test_without_usage_tokens_are_unknown() -> None:
    with ScriptedServer(Behaviour(has_usage=False)) as server:
        assert [item.tokens for item in ask(server, requests(2))] == [None, None]


@pytest.mark.parametrize("faults", [{}, {"reset-in-body": 0.2, "truncated": 0.2, "500": 0.1}])
def test_a_budget_in_tokens_is_never_passed(faults: dict[str, float]) -> None:
    with ScriptedServer(Behaviour(faults, seed=5)) as server:
        model = OpenAIModel("model", server.base_url, concurrency=8, budget=Budget(2000, None))
        found: list[Completion] = []
        with pytest.raises(EnvironmentLacking, match="the budget is spent"):
            found.extend(model.answer(requests(1000), Sampling(max_tokens=16)))
    assert 10 < len(found) < 1000
    assert sum(server.billed) <= 2000


def test_a_budget_in_dollars_is_never_passed() -> None:
    price = Price(1000.0, 2000.0)
    with ScriptedServer() as server:
        model = OpenAIModel("model", server.base_url, concurrency=8, budget=Budget(1.0, price))
        with pytest.raises(EnvironmentLacking, match="dollars"):
            list(model.answer(requests(1000), Sampling(max_tokens=16)))
    assert 0.1 < price.cost(*server.billed) <= 1.0


def test_a_reader_that_leaves_ends_the_asking() -> None:
    with ScriptedServer(Behaviour(latency_s=0.01)) as server:
        answers = OpenAIModel("model", server.base_url, concurrency=4).answer(requests(5000), Sampling())
        assert next(answers)
        answers.close()  # type: ignore[attr-defined]
        assert "openai" not in {thread.name for thread in threading.enumerate()}
    assert len(server.requests) < 1000


@pytest.mark.parametrize("said", ["1", "a,b", "1,2,3", "-1,2"])
def test_a_price_that_is_none(said: str) -> None:
    with pytest.raises(InputError, match="price"):
        find_price("m", said)


def test_known_prices_say_where_they_are_from() -> None:
    found = find_price("gpt-4o-mini")
    assert found is not None
    assert found.source.endswith("2025-08-07")
    assert find_price("never-heard-of") is None


@pytest.mark.parametrize(
    ("said", "limit"), [("50usd", 50.0), ("$0.5", 0.5), ("2", 2.0), ("2Mtokens", 2e6), ("10 tok", 10.0)]
)
def test_budgets_are_read(said: str, limit: float) -> None:
    assert Budget.read(said, "m", Price(1, 1)).limit == limit


def test_a_budget_in_dollars_needs_a_price() -> None:
    with pytest.raises(InputError, match="no price of 'm' is known"):
        Budget.read("5usd", "m", None)
    with pytest.raises(InputError, match="is no budget"):
        Budget.read("much", "m", None)


def test_an_answer_that_would_not_fit_beside_its_prompt_is_asked_for_shorter() -> None:
    """The whole of --max-tokens does not fit: that is no prompt that is too long, and no empty answer."""
    with ScriptedServer(Behaviour(context=100)) as server:
        long = Request("Demo/long", 0, Prompt("x" * 800))
        found = {answer.task_id: answer for answer in ask(server, [*requests(3), long], Sampling(max_tokens=2048))}
    assert [found[f"Demo/{task}"].text for task in range(3)] == [ANSWER] * 3
    assert (found["Demo/long"].text, found["Demo/long"].finish_reason) == ("", "prompt_too_long")
    assert [body["max_tokens"] for body in server.requests if body["prompt"] == "def f0():\n"] == [2048, 98]
