"""Which figures deserve a look. Pure: figures and thresholds in, signs out.

The larger the value of a sign, the more it stands out, whatever the code. Where a figure is not known nothing is
flagged: what a platform leaves out is no sign against anybody.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from itertools import groupby
from typing import NamedTuple
from uuid import UUID

from services.scorer.flags.figures import OrderSums, Place, SameWork, Seen, Session, ViewersStep, WorkStep
from services.shared.beijing import BEIJING
from services.shared.exact import ONE, ZERO, exactly, plain, rounded
from services.shared.file_vocabulary import FlagCode, FlagThreshold
from services.shared.flags.thresholds import Thresholds
from services.shared.problems import Parameters

_PLACES = 4  # of a value that people read


@dataclass(frozen=True, slots=True)
class Sign:
    """What was found of whom: `about` which work or session, on which rows (the first of `rows_count`), and how far
    it lies from where it is flagged. `places` is empty where the rows are read once it is known that there is a sign.
    """

    code: FlagCode
    contestant_id: UUID
    about: str
    value: Decimal
    threshold: Decimal
    parameters: Parameters
    places: Sequence[Place] = ()
    rows_count: int = 0
    other_id: UUID | None = None


def detect(seen: Seen, limits: Thresholds) -> list[Sign]:
    """All signs, in the order of the figures."""
    with exactly():
        return [
            *(sign for step in seen.work_rises if (sign := _jump(step, limits))),
            *(sign for step in seen.work_falls if (sign := _plays_fell(step, limits))),
            *(sign for session in seen.sessions if (sign := _sales_without_viewers(session, limits))),
            *(sign for step in seen.viewers_steps if (sign := _viewers_fell(step, limits))),
            *(sign for sums in seen.order_sums for sign in (_refunds(sums, limits), _outside(sums, limits)) if sign),
            *_same_rows(seen.same_works, limits),
        ]


def _jump(step: WorkStep, limits: Thresholds) -> Sign | None:
    """Many plays came in while hardly anybody liked, commented, shared or kept the work."""
    before, after = step.before, step.after
    engaged, engaged_before = after.engagement, before.engagement if before else 0
    plays_before = before.plays if before else 0
    added = after.plays - plays_before
    if engaged is None or engaged_before is None or added < limits[FlagThreshold.JUMP_PLAYS]:
        return None
    gained, least = max(engaged - engaged_before, 0), limits[FlagThreshold.JUMP_ENGAGEMENT]
    if Decimal(gained) / added >= least:
        return None
    return Sign(
        FlagCode.PLAYS_JUMP_WITHOUT_ENGAGEMENT,
        step.contestant_id,
        f"{_work(step)} {_stamp(before.exported_at) if before else '-'}",
        Decimal(added),
        limits[FlagThreshold.JUMP_PLAYS],
        {
            "published": _minute(step.published_at),
            "before": plays_before,
            "after": after.plays,
            "gained": gained,
            "share": plain(rounded(Decimal(gained) / added, 6)),
            "least": plain(least),
            "exported": _minute(after.exported_at),
        },
        *_rows(*([before.place] if before else []), after.place),
    )


def _plays_fell(step: WorkStep, limits: Thresholds) -> Sign | None:
    """Plays only ever grow, unless a platform takes some back or a file was changed."""
    if step.before is None:
        return None
    before = _Told(step.before.plays, step.before.exported_at, step.before.place)
    after = _Told(step.after.plays, step.after.exported_at, step.after.place)
    named: Parameters = {"what": "FIGURE_PLAYS", "when": _minute(step.published_at)}
    return _fall(_Subject(step.contestant_id, _work(step), named), before, after, limits)


def _viewers_fell(step: ViewersStep, limits: Thresholds) -> Sign | None:
    before = _Told(step.before, step.exported_before, step.places[0])
    after = _Told(step.after, step.exported_after, step.places[1])
    named: Parameters = {"what": "FIGURE_VIEWERS", "when": _minute(step.started_at)}
    return _fall(_Subject(step.contestant_id, f"session {_stamp(step.started_at)}", named), before, after, limits)


class _Told(NamedTuple):
    number: int
    exported_at: datetime
    place: Place


class _Subject(NamedTuple):
    contestant_id: UUID
    about: str
    named: Parameters


def _fall(subject: _Subject, before: _Told, after: _Told, limits: Thresholds) -> Sign | None:
    lost, least = before.number - after.number, limits[FlagThreshold.FALL_SHARE]
    if lost < limits[FlagThreshold.FALL_COUNT] or Decimal(lost) / before.number < least:
        return None
    return Sign(
        FlagCode.FIGURES_WENT_DOWN,
        subject.contestant_id,
        f"{subject.about} {_stamp(before.exported_at)}",
        rounded(Decimal(lost) / before.number, _PLACES),
        least,
        {
            **subject.named,
            "before": before.number,
            "after": after.number,
            "exported_before": _minute(before.exported_at),
            "exported_after": _minute(after.exported_at),
        },
        *_rows(before.place, after.place),
    )


def _sales_without_viewers(session: Session, limits: Thresholds) -> Sign | None:
    """More orders than so many viewers usually place."""
    most = limits[FlagThreshold.ORDERS_PER_VIEWER]
    if session.orders < limits[FlagThreshold.SESSION_ORDERS] or session.orders <= most * session.viewers:
        return None
    return Sign(
        FlagCode.SALES_WITHOUT_VIEWERS,
        session.contestant_id,
        f"session {_stamp(session.started_at)}",
        rounded(Decimal(session.orders) / (session.viewers or ONE), _PLACES),
        most,
        {"when": _minute(session.started_at), "orders": session.orders, "viewers": session.viewers},
        *_rows(session.place),
    )


def _refunds(sums: OrderSums, limits: Thresholds) -> Sign | None:
    """By amount, once there are enough orders to speak of a share."""
    most = limits[FlagThreshold.REFUND_SHARE]
    if sums.lines < limits[FlagThreshold.REFUND_ORDERS] or sums.amount <= ZERO:
        return None
    share = sums.refunded_amount / sums.amount
    if share <= most:
        return None
    return Sign(
        FlagCode.REFUND_SHARE_HIGH,
        sums.contestant_id,
        "orders",
        rounded(share, _PLACES),
        most,
        {
            "orders": sums.lines,
            "refunded": sums.refunded,
            "amount": plain(sums.amount),
            "refunds": plain(sums.refunded_amount),
        },
        rows_count=sums.refunded,
    )


def _outside(sums: OrderSums, limits: Thresholds) -> Sign | None:
    """Of the orders that may have been sold live and of whose time the sessions are known."""
    most = limits[FlagThreshold.OUTSIDE_SHARE]
    if sums.outside < limits[FlagThreshold.OUTSIDE_ORDERS] or sums.outside <= most * sums.comparable:
        return None
    return Sign(
        FlagCode.ORDERS_OUTSIDE_LIVE,
        sums.contestant_id,
        "orders",
        rounded(Decimal(sums.outside) / sums.comparable, _PLACES),
        most,
        {
            "orders": sums.comparable,
            "outside": sums.outside,
            "minutes": plain(limits[FlagThreshold.OUTSIDE_MINUTES]),
        },
        rows_count=sums.outside,
    )


def _same_rows(works: Sequence[SameWork], limits: Thresholds) -> Iterator[Sign]:
    """Both sides are flagged: who took from whom nobody can tell from figures, and a joint work is on both by right."""
    pairs = sorted(works, key=lambda work: (work.contestant_id, work.other_id, work.published_at))
    for (contestant_id, other_id), group in groupby(pairs, key=lambda work: (work.contestant_id, work.other_id)):
        same = list(group)
        if len(same) >= limits[FlagThreshold.SAME_ROWS]:
            places, count = _rows(*(place for work in same for place in work.places))
            yield Sign(
                FlagCode.SAME_ROWS_AS_ANOTHER,
                contestant_id,
                f"with {other_id}",
                Decimal(len(same)),
                limits[FlagThreshold.SAME_ROWS],
                {"count": len(same)},
                places,
                count,
                other_id,
            )


def _rows(*places: Place) -> tuple[Sequence[Place], int]:
    return places, len(places)


def _work(step: WorkStep) -> str:
    return f"work {_stamp(step.published_at)} {step.ordinal} {step.called}".rstrip()


def _stamp(moment: datetime) -> str:
    return moment.astimezone(BEIJING).isoformat()


def _minute(moment: datetime) -> str:
    return f"{moment.astimezone(BEIJING):%Y-%m-%d %H:%M}"
