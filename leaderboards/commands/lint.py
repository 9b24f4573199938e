"""`fuseval lint`: what can not be trusted among the runs, and what to do about it."""

from __future__ import annotations

import typer

from harness.commands.options import DEFAULT_RUNS, AsJson, Debug, Runs
from harness.commands.terminal import output, print_json


def lint(
    *,
    runs: Runs = DEFAULT_RUNS,
    as_json: AsJson = False,
    debug: Debug = False,
) -> None:
    """Find runs whose numbers can not be trusted.

    Looks for scores that nothing can give, records that disagree with their verdicts, other data under one name,
    self-checks that came out wrong, the same answers twice, missing settings, ungraded samples, weak isolation and
    damaged files. Ends with exit code 1 if there is an error or a warning; notes alone do not count.

    Example:
        fuseval lint
        fuseval lint --runs runs --json
    """
    from leaderboards.lint.findings import plain_report
    from leaderboards.lint.lint import lint as look
    from leaderboards.lint.view import LintView

    report = look(runs.expanduser())
    if as_json:
        print_json(plain_report(report))
    else:
        output().print(LintView(report))
    if not report.is_clean:
        # 1 is for what is done but not in order, as a run with infra errors is; 2 would blame the command line.
        raise typer.Exit(1)
