"""The benchmarks' tasks, indexed by their texts: which of them does a training row hold?

    exact       a question, solution or test line, word for word
    ngram       runs of words that cover most of a question or solution, rare words counting more
    minhash     a text that is nearly a question or solution
    embedding   a text of like meaning: candidates only, which a judge has to confirm

What it does not find: a task told in other words without a judge, or in another language. The execution probe finds
those whose answer is a Python function.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from fusion import near_copies
from fusion.decontamination import overlap
from fusion.decontamination.benchmark_texts import BenchmarkText
from fusion.decontamination.hit import Hit, Method
from fusion.decontamination.overlap import Coverage, Overlap
from fusion.decontamination.pieces import Kind, Weights, pieces_of
from fusion.decontamination.words import words_of
from fusion.embedding import Embedder

EXACT_CHARACTERS = 20
EXACT_WORDS: Mapping[Kind, int] = {"question": 5, "solution": 16, "test": 8}
"""Shorter pieces say too little: `return sorted(list(set(l)))` is everybody's."""
LONG_SHARE = 0.5
"""Of a long piece (`overlap.LONG_WORDS`), half is enough."""
SHORT_SHARE = 0.8
SHORT_RARE = 3
"""Rare words that a short text has to share, so that no template counts."""
CANDIDATES = 5
COSINE = 0.8
_NEAR_WORDS = 8
_KNOWN_SHARE = 0.5
_EXCERPT = 80

Judge = Callable[[str, BenchmarkText], bool]
"""Says whether a text asks the same as a task. May cost money, so it is asked about candidates only."""


class TextIndex:
    """The tasks' texts, ready to check rows against.

    Args:
        tasks: What `read_texts` gave.
        embedder: Makes candidates by meaning; None compares words only.
        judge: Says which candidates are the same task; without one they are only listed.

    Example:
        >>> from fusion.decontamination.benchmark_texts import read_texts
        >>> index = TextIndex(read_texts(["humaneval"]).tasks)
        >>> row = "Find how many times a given substring can be found in the original string. Count overlaping cases."
        >>> [(hit.task_id, hit.method) for hit in index.check(row)]
        [('HumanEval/18', 'exact'), ('HumanEval/18', 'ngram'), ('HumanEval/18', 'minhash')]
    """

    def __init__(
        self, tasks: Sequence[BenchmarkText], *, embedder: Embedder | None = None, judge: Judge | None = None
    ) -> None:
        self.tasks = tuple(tasks)
        self._embedder, self._judge = embedder, judge
        self._pieces = pieces_of(self.tasks)
        weights = Weights(self._pieces)
        self._overlap = Overlap(self._pieces, weights)
        self._near = near_copies.NearCopies()
        self._near_runs: set[tuple[str, ...]] = set()
        for number, piece in enumerate(self._pieces):
            if piece.kind != "test" and len(piece.words) >= _NEAR_WORDS:
                self._near.add(number, self._near.signature(piece.words))
                self._near_runs.update(near_copies.runs_of(piece.words))
        # A task that several benchmarks ask, in many ways, has one meaning: any of its questions will do.
        by_origin: dict[str, list[int]] = {}
        for number, task in enumerate(self.tasks):
            by_origin.setdefault(task.origin or task.task_id, []).append(number)
        self._same = list(by_origin.values())
        questions = [self.tasks[same[0]].questions[0] for same in self._same]
        self._vectors = embedder.embed(questions) if embedder else None

    def check(self, text: str) -> tuple[Hit, ...]:
        """Give the tasks that a text holds, by every method that finds them.

        Args:
            text: An instruction, or an answer.

        Returns:
            What is reason to remove the row, ordered by task; empty for a clean one.
        """
        hits = self._by_words(text)
        if self._judge and self._embedder:
            hits += [hit for hit in self.candidates([text])[0] if hit.is_removal]
        return tuple(hits)

    def candidates(self, texts: Sequence[str]) -> list[tuple[Hit, ...]]:
        """Give the tasks nearest in meaning to each text, the nearest first; needs an embedder.

        Args:
            texts: Instructions, many at once: that is faster.

        Returns:
            The five nearest at most, each in every benchmark that has it; those that the judge confirms are reason to
            remove the row.
        """
        if self._embedder is None or self._vectors is None or not texts:
            return [() for _ in texts]
        cosines = self._embedder.embed(texts) @ self._vectors.T
        found: list[tuple[Hit, ...]] = []
        for text, row in zip(texts, cosines, strict=True):
            nearest = (-row).argsort(kind="stable")[:CANDIDATES]
            near = [(int(same), float(row[same])) for same in nearest if row[same] >= COSINE]
            found.append(tuple(hit for same, cosine in near for hit in self._meant(text, same, cosine)))
        return found

    def overlaps(self, text: str) -> dict[int, float]:
        """Give how much of each task's question or solution a text covers, for tasks that share a run with it.

        Args:
            text: An instruction, an answer, or both.

        Returns:
            By the task's index in `tasks`, the covered share of its weight, in (0, 1].
        """
        most: dict[int, float] = {}
        for found in self._overlap.covered(words_of(text)):
            for task in self._pieces[found.piece].tasks:
                most[task] = max(most.get(task, 0.0), found.share)
        return most

    @property
    def settings(self) -> Mapping[str, object]:
        """What a data set's record has to say of the check: methods, thresholds, and the benchmarks' data."""
        sources = dict.fromkeys(task.source for task in self.tasks)
        methods: dict[str, object] = {
            "exact": {"characters": EXACT_CHARACTERS, "words": dict(EXACT_WORDS)},
            "ngram": {
                "words_of_long": overlap.LONG_RUN,
                "words_of_short": overlap.SHORT_RUN,
                "template_tasks": overlap.TEMPLATE_TASKS,
                "share_of_long": LONG_SHARE,
                "long_content_words": overlap.LONG_WORDS,
                "share_of_short": SHORT_SHARE,
                "rare_words_of_short": SHORT_RARE,
            },
            "minhash": {
                "words": near_copies.RUN_WORDS,
                "permutations": near_copies.PERMUTATIONS,
                "jaccard": near_copies.THRESHOLD,
            },
        }
        if self._embedder:
            methods["embedding"] = {
                "model": self._embedder.name,
                "nearest": CANDIDATES,
                "cosine": COSINE,
                "is_judged": self._judge is not None,
            }
        return {
            "methods": methods,
            "benchmarks": [
                {"name": source.name, "version": source.version, "sha256": source.sha256, "tasks": source.tasks}
                for source in sources
            ],
        }

    def _by_words(self, text: str) -> list[Hit]:
        words = words_of(text)
        best: dict[tuple[int, Method], Hit] = {}
        for piece, method, score, start in self._matches(words):
            length = len(self._pieces[piece].words)
            for task in self._pieces[piece].tasks:
                known = best.get((task, method))
                if known is None or score > known.score:
                    best[task, method] = self._hit(task, method, score, " ".join(words[start : start + length]))
        return [best[key] for key in sorted(best, key=lambda key: (key[0], _ORDER[key[1]]))]

    def _matches(self, words: Sequence[str]) -> Iterator[tuple[int, Method, float, int]]:
        """Give piece, method, score and the word of the text where it starts."""
        for piece, start in self._overlap.contained(words):
            wanted = self._pieces[piece]
            is_enough = len(wanted.words) >= EXACT_WORDS[wanted.kind]
            if is_enough and len(" ".join(wanted.words)) >= EXACT_CHARACTERS:
                yield piece, "exact", 1.0, start
        for found in self._overlap.covered(words):
            if _is_covered(found):
                yield found.piece, "ngram", found.share, found.start
        if self._may_be_near(words):
            for piece, similarity in self._near.find(self._near.signature(words)):
                yield piece, "minhash", similarity, 0

    def _may_be_near(self, words: Sequence[str]) -> bool:
        """Whether a signature is worth its making: a near copy has most of its runs in common with some task."""
        known = total = 0
        for run in near_copies.runs_of(words):
            total += 1
            known += run in self._near_runs
        return known >= _KNOWN_SHARE * total > 0

    def _meant(self, text: str, same: int, cosine: float) -> Iterator[Hit]:
        tasks = self._same[same]
        is_same = self._judge is not None and self._judge(text, self.tasks[tasks[0]])
        for task in tasks:
            yield self._hit(task, "embedding", cosine, " ".join(text.split()), is_removal=is_same)

    def _hit(self, task: int, method: Method, score: float, matched: str, *, is_removal: bool = True) -> Hit:
        found = self.tasks[task]
        excerpt = matched if len(matched) <= _EXCERPT else matched[: _EXCERPT - 1] + "…"
        return Hit(found.benchmark, found.task_id, method, round(score, 4), excerpt, is_removal)


_ORDER: Mapping[Method, int] = {"exact": 0, "ngram": 1, "minhash": 2, "embedding": 3, "execution": 4}


def _is_covered(found: Coverage) -> bool:
    if found.is_long:
        return found.share >= LONG_SHARE
    return found.share >= SHORT_SHARE and found.rare >= SHORT_RARE
