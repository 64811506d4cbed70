"""How the computation of the figures stands: when, how far, and in words what went wrong."""

from dataclasses import dataclass
from datetime import datetime

from aomori_dx.kernel import progress
from aomori_dx.kernel.models import Job, JobState
from stages.services import quotas

SILENT = "処理の応答が途切れています。中断した場合は、数分のうちに自動でもう一度実行されます。"
AGAIN = "処理が途中で中断したため、もう一度実行します。"
NOBODY_WORKS = "バックグラウンドの処理が止まっています。再開されるまで待機します。画面を閉じても依頼は残ります。"
TRY_AGAIN = "「いま計算する」を押すと、もう一度計算します。表示中の数値は、前回の計算結果です。"


@dataclass(frozen=True)
class Computation:
    """The newest job, if it is still of interest, and what a person must know about it beyond its state."""

    job: Job | None
    remark: str = ""
    failed_last: bool = False

    @property
    def is_open(self) -> bool:
        return self.job is not None and self.job.is_open

    @property
    def seen(self) -> int:
        """The newest job that the page knows of."""
        return self.job.pk if self.job else 0


def newest(*, at: datetime, confirmed_at: datetime | None = None) -> Computation:
    """The job that was asked for last. A failure is over where the figures were confirmed since."""
    return of(Job.objects.filter(kind=quotas.KIND).first(), at=at, confirmed_at=confirmed_at)


def of(job: Job | None, *, at: datetime, confirmed_at: datetime | None = None) -> Computation:
    if job is None:
        return Computation(None)
    failed = job.state == JobState.FAILED and not (confirmed_at and job.finished_at and confirmed_at > job.finished_at)
    return Computation(job, _remark(job, at), failed)


def _remark(job: Job, at: datetime) -> str:
    if job.state == JobState.FAILED:
        return TRY_AGAIN
    if job.state == JobState.RUNNING and job.heartbeat_at and at - job.heartbeat_at > progress.SILENCE:
        return SILENT
    if job.state == JobState.QUEUED and job.attempts:
        return AGAIN
    if job.state == JobState.QUEUED and at - job.queued_at > progress.FORGOTTEN:
        return "" if progress.is_alive(progress.worker_seen_at(), at=at) else NOBODY_WORKS
    return ""
