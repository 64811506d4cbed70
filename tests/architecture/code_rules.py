"""The house rules for Python that neither ruff nor import-linter keeps. Each yields line and finding."""

import ast
import re
from collections.abc import Callable, Iterator

from tests.architecture import syntax
from tests.architecture.sources import Source

Found = Iterator[tuple[int, str]]
Rule = Callable[[Source], Found]

FILE, FUNCTION = 300, 40
CLOCK = "aomori_dx/kernel/clock.py"
WORKFLOW = "aomori_dx/kernel/workflow.py"
OUTBOX = "aomori_dx/kernel/outbox.py"

READS_THE_CLOCK = {
    "date.today", "datetime.now", "datetime.today", "datetime.utcnow", "timezone.now", "timezone.localdate",
    "timezone.localtime", "time.time", "Now", "functions.Now", "localdate",
}  # fmt: skip
ZONELESS = {"TruncDate", "TruncDay", "TruncMonth", "TruncYear", "ExtractYear", "ExtractMonth", "ExtractDay"}
SQL_CLOCK = re.compile(r"\b(CURRENT_DATE|CURRENT_TIMESTAMP|LOCALTIME(STAMP)?)\b|\bnow\(\)|::date\b")
LATER = re.compile(r"#.*\b(?:TOD[O]|FIXM[E]|XX[X]|HAC[K])\b")
BANNED = {"utils", "helpers", "common", "misc", "data", "info", "process", "handle"}
BANNED_CLASSES = {"Session", "Year", "Transfer", "Request"}
STATES = {"status", "state"}
WRITES = {
    "save", "create", "get_or_create", "update_or_create", "bulk_create", "bulk_update", "insert_all", "delete",
    "select_for_update",
}  # fmt: skip


def files_end_before_they_tire(source: Source) -> Found:
    if len(source.lines) > FILE:
        yield FILE, f"{len(source.lines)} lines; split it by noun (ceiling {FILE})"


def functions_fit_on_a_page(source: Source) -> Found:
    for node in syntax.functions(source.tree):
        length = (node.end_lineno or node.lineno) - node.lineno + 1
        if length > FUNCTION:
            yield node.lineno, f"{node.name} has {length} lines (ceiling {FUNCTION})"


def every_room_says_what_it_is_for(source: Source) -> Found:
    if source.text.strip() and not ast.get_docstring(source.tree):
        yield 1, "no module docstring"


def only_the_clock_reads_the_clock(source: Source) -> Found:
    if source.is_test or source.path in {CLOCK, "bootstrap.py"}:
        return
    for name, call in syntax.calls(source.tree):
        short = ".".join(name.split(".")[-2:])
        if short in READS_THE_CLOCK or name in READS_THE_CLOCK:
            yield call.lineno, f"{name}() reads the clock"
        if name.rpartition(".")[2] in ZONELESS and "tzinfo" not in syntax.keywords(call):
            yield call.lineno, f"{name} cuts days in UTC: give it tzinfo"
        for keyword in syntax.keywords(call) & {"auto_now", "auto_now_add"}:
            yield call.lineno, f"{keyword} reads the clock"
    for text, node in syntax.texts(source.tree):
        if match := SQL_CLOCK.search(text):
            yield node.lineno, f"{match[0]} in SQL reads the database's clock"


def imports_stand_at_the_top(source: Source) -> Found:
    if source.path == "bootstrap.py":
        return
    for function in syntax.functions(source.tree):
        if function.name == "ready" and source.path.endswith("apps.py"):
            continue
        for node in ast.walk(function):
            if isinstance(node, (ast.Import, ast.ImportFrom)):
                yield node.lineno, f"import inside {function.name}()"


def names_say_something(source: Source) -> Found:
    for part in source.path.removesuffix(".py").split("/"):
        if part in BANNED:
            yield 1, f"a file or folder called {part}"
    for node in ast.walk(source.tree):
        if isinstance(node, ast.ClassDef) and _is_idle_class(node.name):
            yield node.lineno, f"a class called {node.name}"
        if isinstance(node, syntax.FunctionNode) and node.name in BANNED and not _is_asked_by_a_library(node):
            yield node.lineno, f"a function called {node.name}"


def variables_say_something(source: Source) -> Found:
    if source.is_test:  # there `info` is a person of 情報政策担当
        return
    for name in (name for target in syntax.assigned(source.tree) for name in ast.walk(target)):
        if isinstance(name, ast.Name) and name.id in BANNED:
            yield name.lineno, f"a variable called {name.id}"


def _is_idle_class(name: str) -> bool:
    return name.endswith("Manager") or name in BANNED_CLASSES or name.lower() in BANNED


def _is_asked_by_a_library(node: syntax.FunctionNode) -> bool:
    """Commands and servers name their method `handle`."""
    return node.name == "handle" and bool(node.args.args) and node.args.args[0].arg == "self"


def states_change_only_by_moves(source: Source) -> Found:
    if source.is_test:
        return
    for target in syntax.assigned(source.tree, but=_is_a_number):
        if isinstance(target, ast.Attribute) and target.attr in STATES:
            yield target.lineno, "a state is assigned; make it a move"
    for call in syntax.called(source.tree, "update", "bulk_update", "setattr"):
        if _writes_a_state(call):
            yield call.lineno, "a state is written; make it a move"


def _is_a_number(value: ast.expr | None) -> bool:
    """As of an answer, 422."""
    return isinstance(value, ast.Constant) and isinstance(value.value, int)


def _writes_a_state(call: ast.Call) -> bool:
    """update(status=…), bulk_update(rows, ["status"]), setattr(row, "status", …) or setattr(obj, self.field, …)."""
    if STATES & syntax.keywords(call):
        return True
    names = [node for argument in call.args for node in ast.walk(argument)]
    return any(
        (isinstance(node, ast.Constant) and node.value in STATES) or syntax.dotted(node) == "self.field"
        for node in names
    )


def floors_speak_by_named_signals_only(source: Source) -> Found:
    for name, node in syntax.imported(source.tree):
        if re.search(r"signals\.(pre|post)_(save|delete|init)$|signals\.m2m_changed$", name):
            yield node.lineno, f"{name}: what follows is called by its service, not by a row being saved"


def letters_go_through_the_outbox(source: Source) -> Found:
    if source.is_test:
        return
    for name, node in syntax.imported(source.tree):
        if re.match(r"django\.core\.mail\.(send_|mail_|EmailM|get_connection)", name):
            yield node.lineno, f"{name}: write the letter with kernel.outbox"


def locks_are_taken_where_things_are_written(source: Source) -> Found:
    """SQLite takes no row lock: only code that also holds on a re-read and a constraint may ask for one."""
    if source.is_test or source.lies_in("services", "effects", "workflows", "kernel"):
        return
    for call in syntax.called(source.tree, "select_for_update"):
        yield call.lineno, "select_for_update outside services"


def services_start_no_tasks(source: Source) -> Found:
    if source.is_test:
        return
    for call in syntax.called(source.tree, "delay", "apply_async", "send_task", "delay_on_commit"):
        yield call.lineno, "a task is started; write a Job (kernel.progress.enqueue) instead"


def tasks_make_one_call(source: Source) -> Found:
    for node in syntax.functions(source.tree):
        if not syntax.decorators(node) & {"shared_task", "app.task"}:
            continue
        if any(isinstance(child, (ast.For, ast.While, ast.If, ast.Try)) for child in ast.walk(node)):
            yield node.lineno, f"the task {node.name} decides something; let its service decide"


def views_are_thin(source: Source) -> Found:
    if not source.lies_in("views"):
        return
    for call in syntax.called(source.tree, *WRITES):
        yield call.lineno, f"{syntax.dotted(call.func)}: a view writes; call a service"
    for name, node in syntax.imported(source.tree):
        if name.startswith("django.db.transaction"):
            yield node.lineno, "a view opens a transaction; call a service"


def roles_are_asked_of_permissions(source: Source) -> Found:
    if source.is_test or source.lies_in("permissions", "roles", "migrations"):
        return
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Compare):
            sides = [node.left, *node.comparators]
            if any(isinstance(side, ast.Attribute) and side.attr == "role" for side in sides):
                yield node.lineno, "a role is compared; ask a predicate of permissions.py"
        if isinstance(node, ast.Attribute) and node.attr in {"is_staff", "is_superuser"}:
            yield node.lineno, f"{node.attr} is read; ask a predicate of permissions.py"


def no_door_is_left_open(source: Source) -> Found:
    for name, node in syntax.imported(source.tree):
        if name.rpartition(".")[2] in {"csrf_exempt", "mark_safe"} and not source.is_test:
            yield node.lineno, name.rpartition(".")[2]


def nothing_is_left_for_later(source: Source) -> Found:
    for number, line in enumerate(source.lines, 1):
        if LATER.search(line):
            yield number, "left for later"


EXCEPTIONS = {
    ("letters_go_through_the_outbox", OUTBOX): "it is the outbox",
    ("services_start_no_tasks", "aomori_dx/kernel/tasks.py"): "it calls the worker for a Job",
    ("services_start_no_tasks", "aomori_dx/celery.py"): "a worker that starts looks around at once",
    ("states_change_only_by_moves", WORKFLOW): "it makes the moves",
    (
        "states_change_only_by_moves",
        "aomori_dx/kernel/progress.py",
    ): "a job is no life of the domain: one UPDATE takes it",
    ("states_change_only_by_moves", "stages/services/corrections.py"): (
        "a correction of a state is an act of its own, beside the moves"
    ),
    ("states_change_only_by_moves", "stages/imports/stage_enrollments.py"): (
        "records what the office's list says of past years, each with its audit event"
    ),
}
"""Rule and file → why the rule does not hold there."""

RULES: tuple[Rule, ...] = (
    files_end_before_they_tire, functions_fit_on_a_page, every_room_says_what_it_is_for,
    only_the_clock_reads_the_clock, imports_stand_at_the_top, names_say_something, variables_say_something,
    states_change_only_by_moves,
    floors_speak_by_named_signals_only, letters_go_through_the_outbox, locks_are_taken_where_things_are_written,
    services_start_no_tasks, tasks_make_one_call, views_are_thin, roles_are_asked_of_permissions,
    no_door_is_left_open, nothing_is_left_for_later,
)  # fmt: skip
