"""Small questions about Python's syntax tree, shared by the rules."""

import ast
from collections.abc import Callable, Iterator

FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef


def functions(tree: ast.AST) -> Iterator[FunctionNode]:
    return (node for node in ast.walk(tree) if isinstance(node, FunctionNode))


def dotted(node: ast.AST) -> str:
    """`timezone.now` for that attribute or name; empty for what is no plain name."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        owner = dotted(node.value)
        return f"{owner}.{node.attr}" if owner else node.attr
    return ""


def calls(tree: ast.AST) -> Iterator[tuple[str, ast.Call]]:
    """Every call with the dotted name of what is called."""
    return ((dotted(node.func), node) for node in ast.walk(tree) if isinstance(node, ast.Call))


def called(tree: ast.AST, *names: str) -> Iterator[ast.Call]:
    """Calls of something whose last name is one of these: `save` for `row.save()` too."""
    return (node for name, node in calls(tree) if name.rpartition(".")[2] in names or _last(node.func) in names)


def _last(node: ast.AST) -> str:
    return node.attr if isinstance(node, ast.Attribute) else ""


def keywords(call: ast.Call) -> set[str]:
    return {keyword.arg for keyword in call.keywords if keyword.arg}


def imported(tree: ast.AST) -> Iterator[tuple[str, ast.stmt]]:
    """Every imported name, dotted from its module, with the statement."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from ((f"{node.module or ''}.{alias.name}", node) for alias in node.names)


def texts(tree: ast.AST) -> Iterator[tuple[str, ast.Constant]]:
    """Every text in the code that is no docstring."""
    docstrings = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, (ast.Module, ast.ClassDef, FunctionNode))
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings:
            yield node.value, node


def assigned(tree: ast.AST, *, but: Callable[[ast.expr | None], bool] = lambda value: False) -> Iterator[ast.expr]:
    """Everything that is assigned to: names, attributes, items; `but` not where the value is such a one."""
    for node in ast.walk(tree):
        if isinstance(node, (ast.For, ast.comprehension)):
            yield node.target
        elif isinstance(node, ast.Assign) and not but(node.value):
            yield from node.targets
        elif isinstance(node, (ast.AugAssign, ast.AnnAssign)) and not but(node.value):
            yield node.target


def decorators(node: FunctionNode) -> set[str]:
    return {dotted(item.func if isinstance(item, ast.Call) else item) for item in node.decorator_list}
