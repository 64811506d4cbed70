"""A life as a table of moves. A move is the only way to change a state; each leaves a record."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import models, transaction

from aomori_dx.kernel import audit
from aomori_dx.kernel.errors import NotAllowed, RuleBroken, constraints_as_rules

Who = Callable[[Any, Any, datetime], bool]
Need = Callable[[Any, datetime], str | None]


@dataclass(frozen=True)
class Move:
    """One row of the table: from which states, to which, who may, what else must hold, what follows."""

    name: str
    label: str
    sources: frozenset[str]
    target: str
    who: Who
    needs: tuple[Need, ...] = ()
    then: tuple[Callable[..., None], ...] = ()
    reason_required: bool = False


class Workflow:
    """The table of one model. `field` is the column that holds the state."""

    def __init__(self, model: type[models.Model], moves: Iterable[Move], field: str = "status") -> None:
        """Raises ValueError for a table that names a move twice or a state that the column does not know."""
        self.model = model
        self.field = field
        self.moves: dict[str, Move] = {}
        choices = next(column for column in model._meta.concrete_fields if column.name == field).flatchoices
        self.labels = {str(value): str(label) for value, label in choices}
        for move in moves:
            if move.name in self.moves:
                raise ValueError(f"The move {move.name!r} stands in the table twice.")
            if unknown := {*move.sources, move.target} - self.labels.keys():
                raise ValueError(f"The move {move.name!r} names unknown states: {', '.join(sorted(unknown))}.")
            self.moves[move.name] = move

    def blockers(self, obj: Any, name: str, *, by: Any, at: datetime) -> list[str]:
        """Why the move is not possible now, in sentences for the person; empty if it is."""
        move = self.moves[name]
        state = getattr(obj, self.field)
        if state not in move.sources:
            return [f"「{self.labels[state]}」からは「{move.label}」にできません。"]
        if not move.who(by, obj, at):
            return [self._not_allowed(move)]
        return [reason for need in move.needs if (reason := need(obj, at))]

    def possible(self, obj: Any, *, by: Any, at: datetime) -> list[Move]:
        """The moves this person can make now."""
        return [move for move in self.moves.values() if not self.blockers(obj, move.name, by=by, at=at)]

    @transaction.atomic
    def move(self, pk: int, name: str, *, by: Any, at: datetime, reason: str = "") -> Any:
        """Lock, check, change, record, then what follows: all or nothing.

        Raises NotAllowed where this person may not, else RuleBroken with the sentences of `blockers()`.
        """
        move = self.moves[name]
        obj = self.model._default_manager.select_for_update(of=("self",)).get(pk=pk)
        if blockers := self.blockers(obj, name, by=by, at=at):
            if not move.who(by, obj, at):
                raise NotAllowed(self._not_allowed(move))
            raise RuleBroken("\n".join(blockers))
        if move.reason_required and not reason.strip():
            raise RuleBroken(f"「{move.label}」には理由が必要です。")
        before = getattr(obj, self.field)
        setattr(obj, self.field, move.target)
        with constraints_as_rules():
            obj.save(update_fields=[self.field])
        audit.record(obj, move.name, by=by, at=at, before=before, after=move.target, reason=reason)
        for effect in move.then:
            effect(obj, by=by, at=at)
        return obj

    @staticmethod
    def _not_allowed(move: Move) -> str:
        return f"「{move.label}」を行う権限がありません。"

    def rows(self) -> list[tuple[str, str, str]]:
        """The table as (state, move, next state), for tests and diagrams."""
        return [(source, move.name, move.target) for move in self.moves.values() for source in sorted(move.sources)]
