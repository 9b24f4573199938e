"""What runs a teacher's tests inside the sandbox, behind an answer: its source is added to the answer's program.

The tests are written by a model as the answer is, so nothing of them may run outside. Who writes both can forge a
pass; a label of a training row is not worth that to anyone, and a score is never made here.
"""

from __future__ import annotations

from collections.abc import Callable


def fuseval_run_tests(statements: list[str], wanted: list[str]) -> str:
    """Run tests against the answer that stands above this function.

    Args:
        statements: Imports, assignments and asserts, in their order.
        wanted: Names that the tests call and do not define: an answer without one of them fails.

    Returns:
        `pass`; `fail` where the answer is to blame; `broken` where the tests are, or never ask the answer anything.
    """
    # Self-contained, and Python's own names are taken from their module: the answer above may have taken them.
    import builtins
    import functools
    import re
    import types

    answer = builtins.globals()
    is_asked = has_asked = False

    def noted(function: Callable[..., object]) -> Callable[..., object]:
        @functools.wraps(function)
        def call(*arguments: object, **keywords: object) -> object:
            nonlocal is_asked
            is_asked = True
            return function(*arguments, **keywords)

        return call

    own = {}
    touched = builtins.set()  # names whose use asks the answer, and whose calls can not be noted
    for name, value in answer.items():
        if builtins.isinstance(value, types.FunctionType) and value.__globals__ is answer:
            own[name] = noted(value)
        elif builtins.getattr(value, "__module__", None) == answer["__name__"]:
            touched.add(name)
            if builtins.hasattr(value, "__name__"):
                own[name] = value
        elif not name.startswith("__") and not builtins.isinstance(
            value, (builtins.type, types.ModuleType, types.FunctionType, types.BuiltinFunctionType)
        ):
            touched.add(name)
    space = {**answer, **own}
    for statement in statements:
        before = builtins.dict(space)
        is_asked = not touched.isdisjoint(re.findall(r"\w+", statement))
        try:
            builtins.exec(builtins.compile(statement, "<tests>", "exec", dont_inherit=True), space)
        except builtins.NameError as error:
            trace = error.__traceback__
            while trace is not None and trace.tb_next is not None:
                trace = trace.tb_next
            is_of_tests = trace is not None and trace.tb_frame.f_code.co_filename == "<tests>"
            return "broken" if is_of_tests and error.name not in wanted else "fail"
        except builtins.BaseException:
            return "fail" if is_asked else "broken"
        has_asked = has_asked or is_asked
        if is_asked:
            touched |= {name for name, value in space.items() if name not in before or before[name] is not value}
        space.update(own)  # what the tests import must not stand in for what the answer defines
    return "pass" if has_asked else "broken"
