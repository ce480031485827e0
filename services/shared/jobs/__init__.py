"""Work for the scorer: every kind of job by name, how a transaction leaves one behind, and how Redis is told of it.

PostgreSQL is the truth: a job is a row, written in the transaction of the change that asks for it, together with a
line in the outbox. Redis carries `[job id, attempt]` and nothing else; what it loses, the scorer's sweeper sends again.
"""

from services.shared.jobs.kinds import JobKind
from services.shared.jobs.send import QUEUE, TASK, message_id, send_waiting
from services.shared.jobs.store import enqueue

__all__ = ["QUEUE", "TASK", "JobKind", "enqueue", "message_id", "send_waiting"]
