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
    then_all: tuple[Callable[..., None], ...] = ()
    """What follows for all rows that were moved together: called once, with the list of them."""
    reason_required: bool = False


class Workflow:
    """The table of one model. `field` is the column that holds the state, `related` what is read with each row.

    `gather` is given the rows of one `move_all`, to read for all of them at once what the needs ask for.
    """

    def __init__(
        self,
        model: type[models.Model],
        moves: Iterable[Move],
        field: str = "status",
        related: Iterable[str] = (),
        gather: Callable[[list[Any]], None] | None = None,
    ) -> None:
        """Raises ValueError for a table that names a move twice or a state that the column does not know."""
        self.model = model
        self.field = field
        self.related = tuple(related)
        self.gather = gather
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
    def move(self, pk: int, name: str, *, by: Any, at: datetime, reason: str = "", signed: Any = None) -> Any:
        """Lock, check, change, record, then what follows: all or nothing.

        `signed`: in whose words the act is recorded, where that is not the plain name of `by` (代理).
        Raises NotAllowed where this person may not, else RuleBroken with the sentences of `blockers()`.
        """
        move = self.moves[name]
        obj = self._locked().get(pk=pk)
        self._check(obj, move, by=by, at=at, reason=reason)
        before = getattr(obj, self.field)
        setattr(obj, self.field, move.target)
        with constraints_as_rules():
            obj.save(update_fields=[self.field])
        audit.record(obj, name, by=signed or by, at=at, before=before, after=move.target, reason=reason)
        self._follow([obj], move, by=by, at=at)
        return obj

    @transaction.atomic
    def move_all(self, pks: Iterable[int], name: str, *, by: Any, at: datetime, reason: str = "") -> list[Any]:
        """The same move for many rows: all of them or none. Returns them, in the order of their ids.

        Raises NotAllowed, or RuleBroken with a line for every row that cannot be moved and every reason why.
        """
        move = self.moves[name]
        rows = list(self._locked().filter(pk__in=list(pks)).order_by("pk"))
        if self.gather is not None:
            self.gather(rows)
        refusals = []
        for obj in rows:
            try:
                self._check(obj, move, by=by, at=at, reason=reason)
            except RuleBroken as refusal:
                refusals.append(f"{obj}: {'、'.join(str(refusal).splitlines())}")
        if refusals:
            raise RuleBroken("\n".join(refusals))
        events = [
            audit.event(obj, name, by=by, at=at, before=getattr(obj, self.field), after=move.target, reason=reason)
            for obj in rows
        ]
        for obj in rows:
            setattr(obj, self.field, move.target)
        with constraints_as_rules():
            self.model._default_manager.filter(pk__in=[obj.pk for obj in rows]).update(**{self.field: move.target})
        audit.record_all(events)
        self._follow(rows, move, by=by, at=at)
        return rows

    def _locked(self) -> models.QuerySet[Any]:
        return self.model._default_manager.select_for_update(of=("self",)).select_related(*self.related)

    def _check(self, obj: Any, move: Move, *, by: Any, at: datetime, reason: str) -> None:
        if blockers := self.blockers(obj, move.name, by=by, at=at):
            if not move.who(by, obj, at):
                raise NotAllowed(self._not_allowed(move))
            raise RuleBroken("\n".join(blockers))
        if move.reason_required and not reason.strip():
            raise RuleBroken(f"「{move.label}」には理由が必要です。")

    @staticmethod
    def _follow(rows: list[Any], move: Move, *, by: Any, at: datetime) -> None:
        for effect in move.then:
            for obj in rows:
                effect(obj, by=by, at=at)
        for effect_of_all in move.then_all:
            effect_of_all(rows, by=by, at=at)

    @staticmethod
    def _not_allowed(move: Move) -> str:
        return f"「{move.label}」を行う権限がありません。"

    def rows(self) -> list[tuple[str, str, str]]:
        """The table as (state, move, next state), for tests and diagrams."""
        return [(source, move.name, move.target) for move in self.moves.values() for source in sorted(move.sources)]
