"""One call to an OpenAI-compatible server, tried until it is answered or will not be.

Tried again: 408, 409, 429, 5xx, broken connections, stalls, and bodies that are no reply. The client library's own
retries are off, since it repeats slow calls that are paid for each time without telling. A wrong key, an unknown model
and a request that the server does not take end at once.
"""

from __future__ import annotations

import asyncio
import dataclasses
import random
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol, cast

from harness.errors import EnvironmentLacking, InputError, nearest
from harness.models.remote.budget import Budget, Usage
from harness.models.remote.pace import Pace
from harness.models.remote.refusals import asked_wait, is_too_long, never_arrived, room_for_answer, words_of
from harness.models.remote.replies import Choice, NoReply, Reply, read_reply

if TYPE_CHECKING:
    import openai

_TRIES = 10
_FIRST_WAIT_S, _LONGEST_WAIT_S = 0.5, 30.0
_HURRY = 8.0
"""So many times shorter than usual a wait may be where a server says how long it wants to be left alone."""
_PATIENCE, _LEAST_PATIENCE_S = 20.0, 30.0
"""Times the usual wait for an answer after which nothing more is expected, and never less than so many seconds."""
_NOTHING = Usage(0, 0)
_TOO_LARGE = 413


@dataclass(frozen=True)
class Call:
    """One request, as the API takes it."""

    kind: Literal["chat", "completions"]
    body: Mapping[str, object]
    prompt_bytes: int
    """No prompt has more tokens than bytes."""
    max_tokens: int
    n: int = 1
    turn: int = 0
    """Of the calls that wait to be sent, the lowest goes first."""

    def shortened(self, room: int) -> Call:
        """Ask the same for answers of at most so many tokens."""
        names = {"max_tokens", "max_completion_tokens"} & set(self.body)
        return dataclasses.replace(self, body={**self.body, **dict.fromkeys(names, room)}, max_tokens=room)


class _RawReply(Protocol):
    @property
    def content(self) -> bytes: ...


_Create = Callable[..., Awaitable[_RawReply]]
"""The library's own signature lists every model and option it knows; what a server takes is in `Call.body`."""


class Refused(Exception):
    """The server does not take the request; `message` is what it says.

    Args:
        status: Of its reply.
        words: In it.
    """

    def __init__(self, status: int, words: str) -> None:
        what = "the request is too large for the server: " if status == _TOO_LARGE else ""
        self.message = f"{status}: {what}{words}"
        super().__init__(self.message)
        self._status = status

    def hint(self, verb: str) -> str:
        """Say what can be done.

        Args:
            verb: Of the command that asked.

        Example:
            >>> Refused(405, "Method Not Allowed").hint("score")
            'is --base-url the address of an OpenAI-compatible server?'
        """
        if self._status in (400, 422):
            return f"what it names is an option of this command; fuseval {verb} --help lists them"
        if self._status == _TOO_LARGE:
            return "the server, or a proxy before it, has a limit on the size of a request, which has to be raised"
        return "is --base-url the address of an OpenAI-compatible server?"


class Client:
    """Asks one server; use as an async context manager.

    Args:
        base_url: As in `http://127.0.0.1:8000/v1`; None for OpenAI itself.
        api_key: None where the server wants none.
        model: What the server calls it, for errors.
        concurrency: Calls in flight at most.
        timeout_s: Seconds without a word from the server after which a call is given up and tried again.
        budget: What may be spent.
        seed: Of the jitter.
    """

    def __init__(
        self,
        base_url: str | None,
        api_key: str | None,
        model: str,
        *,
        concurrency: int = 32,
        timeout_s: float = 600.0,
        budget: Budget | None = None,
        seed: int = 0,
    ) -> None:
        self._base_url, self._api_key, self._model = base_url, api_key, model
        self._concurrency, self._timeout_s = concurrency, timeout_s
        self._budget = budget
        self._pace = Pace(concurrency)
        self._random = random.Random(seed)
        self._end: EnvironmentLacking | None = None
        self._openai: openai.AsyncOpenAI | None = None

    async def __aenter__(self) -> Client:
        import openai

        try:
            # Over aiohttp a request costs two thirds of the time that the library's usual transport takes.
            self._openai = openai.AsyncOpenAI(
                base_url=self._base_url,
                api_key=self._api_key,
                max_retries=0,
                timeout=self._timeout_s,
                http_client=openai.DefaultAioHttpClient(),
            )
        except openai.OpenAIError as error:
            raise EnvironmentLacking(
                f"no key for {self._base_url or 'OpenAI'}: {str(error).partition('.')[0]}",
                hint="export OPENAI_API_KEY=..., or --base-url for a server that wants none",
            ) from None
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._openai is not None:
            await self._openai.close()

    async def ask(self, call: Call) -> Reply:
        """Ask until there is an answer.

        Raises:
            BudgetSpent: The call could pass the budget; it was not sent.
            EnvironmentLacking: The server can not be reached, keeps failing, or refuses key or model.
            Refused: It does not take the request as it is.
        """
        trouble = ""
        for attempt in range(_TRIES):
            async with self._pace.place(call.turn):
                if self._end is not None:
                    raise self._end
                sent = time.monotonic()
                try:
                    outcome = await self._try(call)
                except EnvironmentLacking as error:
                    self._end = error  # key, name, quota or budget: the next call would fare no better
                    raise
            if isinstance(outcome, Reply):
                self._pace.went_well(seconds := time.monotonic() - sent)
                return dataclasses.replace(outcome, seconds=seconds)
            trouble = outcome.trouble
            usual = min(_FIRST_WAIT_S * 2**attempt, _LONGEST_WAIT_S) * self._random.uniform(0.5, 1.0)
            # Some servers ask for 0 s or some ms, again and again: the tries must not be used up in a second.
            wait = usual if outcome.wait_s is None else max(usual / _HURRY, outcome.wait_s)
            if outcome.room is not None:
                call = call.shortened(outcome.room)
                continue
            is_for_all = outcome.is_rate_limit and self._pace.too_many(wait)
            if not is_for_all and attempt + 1 < _TRIES:
                await asyncio.sleep(wait)
        raise EnvironmentLacking(
            f"{self._where} did not answer in {_TRIES} tries; last: {trouble}",
            hint="what was answered is kept; the same command goes on when the server is well",
        )

    async def _try(self, call: Call) -> Reply | _Trouble:
        """Send the request once, its worst case reserved."""
        budget = self._budget
        if budget is None:
            outcome, _ = await self._send(call)
            return outcome
        worst = Usage(call.prompt_bytes, call.max_tokens * call.n)
        await budget.reserve(worst)
        real = worst  # where the call is cut off from outside, it may have been billed
        try:
            outcome, may_be_billed = await self._send(call)
            if isinstance(outcome, Reply):
                if outcome.prompt_tokens is not None and outcome.completion_tokens is not None:
                    real = Usage(outcome.prompt_tokens, outcome.completion_tokens, outcome.cached_tokens)
                return dataclasses.replace(outcome, cost=budget.amount(real))
            real = worst if may_be_billed else _NOTHING
            return outcome
        except (EnvironmentLacking, InputError, Refused):
            real = _NOTHING
            raise
        finally:
            budget.settle(worst, real)

    async def _send(self, call: Call) -> tuple[Reply | _Trouble, bool]:
        """Send once; the second value says whether a failed try may have been billed."""
        import openai

        assert self._openai is not None
        places = {"chat": self._openai.chat.completions, "completions": self._openai.completions}
        create = cast(_Create, places[call.kind].with_raw_response.create)  # type: ignore[attr-defined]
        # The library walks through every message it is given: an empty prompt is quick, the real one replaces it.
        model, empty = str(call.body["model"]), {"chat": "messages", "completions": "prompt"}[call.kind]
        usual = self._pace.usual_s
        patience = self._timeout_s if usual is None else min(self._timeout_s, max(_LEAST_PATIENCE_S, _PATIENCE * usual))
        try:
            answer = await create(model=model, **{empty: []}, extra_body=call.body, timeout=patience)
        except openai.APIConnectionError as error:
            # First: over aiohttp a refused connection and an unknown name come as time-outs too.
            if never_arrived(error):
                return _Trouble(f"no connection: {error.__cause__ or error.message}"), False
            if isinstance(error, openai.APITimeoutError):
                return _Trouble(f"nothing came for {patience:.3g} s"), True
            return _Trouble(f"{error.message} {error.__cause__ or ''}".strip()), True
        except openai.APIStatusError as error:
            return await self._status(error, call), False
        try:
            return read_reply(answer.content, is_chat=call.kind == "chat"), True
        except NoReply as error:
            return _Trouble(f"a body that is no reply ({error})"), True

    async def _status(self, error: openai.APIStatusError, call: Call) -> Reply | _Trouble:
        status, words = error.status_code, words_of(error)
        if status in (401, 403):
            raise EnvironmentLacking(
                f"{self._where} refuses the key ({status}): {words}", hint="export OPENAI_API_KEY=... with a key of it"
            )
        if status == 404:
            raise EnvironmentLacking(
                f"{self._where} has no model {self._model!r}, or no such address (404): {words}",
                hint=await self._known_models(),
            )
        is_rate_limit = status == 429
        if status == 402 or (is_rate_limit and "insufficient_quota" in words + str(error.code)):
            raise EnvironmentLacking(
                f"{self._where}: the account's quota is spent ({status}): {words}",
                hint="what was answered is kept; the same command goes on when the account has credit again",
            )
        if status in (408, 409, 429) or status >= 500:
            wait = asked_wait(error.response.headers, is_rate_limit=is_rate_limit)
            return _Trouble(f"{status} {words}", wait, is_rate_limit)
        if is_too_long(words):
            room = room_for_answer(words)
            if room and room < call.max_tokens:
                return _Trouble(words, room=room)
            return Reply([Choice("", "prompt_too_long") for _ in range(call.n)], 0, 0)
        raise Refused(status, words)

    async def _known_models(self) -> str:
        """Name the served model that is nearest to the wrong name."""
        import openai

        assert self._openai is not None
        try:
            names = [model.id async for model in self._openai.models.list()]
        except (openai.OpenAIError, ValueError, TypeError, AttributeError):
            return "the server does not list its models; look at --base-url and the model's name"
        return nearest(self._model, names) if names else "it serves no model"

    @property
    def _where(self) -> str:
        return self._base_url or "OpenAI"


@dataclass(frozen=True)
class _Trouble:
    """Why a try brought nothing, and when the server wants the next one."""

    trouble: str
    wait_s: float | None = None
    is_rate_limit: bool = False
    room: int | None = None
    """Tokens that an answer may have, where more were asked for than fit beside the prompt."""
