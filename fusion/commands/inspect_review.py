"""What `fuseval inspect --review` does: serves the page until Ctrl-C, and says what was kept."""

from __future__ import annotations

import threading

from fusion.inspection.subject import Subject
from fusion.review.reviews import reviews_path
from fusion.review.sample import sample_of
from fusion.review.server import ReviewServer
from harness.commands.terminal import output
from harness.errors import InputError


def serve_review(subject: Subject, count: int) -> None:
    """Serve the page until it is interrupted, which is how it ends.

    Args:
        subject: The data set.
        count: Instructions to rate.

    Raises:
        InputError: There is nothing to rate, or no place for the ratings.
    """
    if subject.path is None:
        raise InputError(
            f"{subject.name} is no path here, so there is no place for ratings",
            hint=f"hf download --repo-type dataset {subject.name} --local-dir DIR",
        )
    items = sample_of(subject, count)
    if not items:
        raise InputError(f"{subject.name} has no rows to rate yet", hint=f"fuseval inspect {subject.path}")
    path = reviews_path(subject.path)
    console = output()
    with ReviewServer(items, path, subject.path) as server:
        console.print(f"{len(items)} instructions to rate, in a browser on this machine:")
        console.print(server.address, soft_wrap=True)
        console.print("Ctrl-C ends; every rating is kept as it is given.")
        try:
            threading.Event().wait()
        except KeyboardInterrupt:
            console.print(f"{server.ratings} rating{'s' * (server.ratings != 1)} in {path}", soft_wrap=True)
            console.print(f"Next: fuseval inspect {subject.path}", soft_wrap=True)
