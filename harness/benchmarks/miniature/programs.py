"""The program that an instruction asks for: one statement a step, so that fusing two is a matter of lines."""

from __future__ import annotations

from harness.benchmarks.miniature.instruction import Addition, Instruction, Step


def program(instruction: Instruction) -> str:
    r"""Write the program.

    Args:
        instruction: Any.

    Example:
        >>> print(program(Instruction("gamma", "sequence", (Step("add", 4), Step("square")))), end="")
        def gamma(x):
            x = x + 4
            x = x * x
            return x
    """
    guards = [item for item in instruction.constraints if item.clause.role == "guard"]
    finishes = [item for item in instruction.constraints if item.clause.role == "finish"]
    lines = [f"def {instruction.function}(x):"]
    for guard in guards:
        lines += [f"    if {_expression(guard)}:", "        return None"]
    lines += _body(instruction)
    lines += [f"    x = {_expression(finish)}" for finish in finishes]
    lines.append("    return y, z" if instruction.shape == "both" else "    return x")
    return "\n".join(lines) + "\n"


def _body(instruction: Instruction) -> list[str]:
    done = [_expression(step) for step in instruction.steps]
    if instruction.shape == "both":
        return [f"    y = {done[0]}", f"    z = {done[1]}"]
    if instruction.condition:
        test = _expression(instruction.condition)
        return [f"    if {test}:", f"        x = {done[0]}", "    else:", f"        x = {done[1]}"]
    return [f"    x = {expression}" for expression in done]


def _expression(part: Step | Addition) -> str:
    template = part.operation.expression if isinstance(part, Step) else part.clause.expression
    return template.format(v="x", k=part.number)
