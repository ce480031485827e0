"""The words of flags and verification, described."""

from enum import Enum

from services.shared.file_vocabulary import (
    DrawPer,
    FlagCode,
    FlagConclusion,
    FlagState,
    FlagThreshold,
    LinkKind,
    VerificationMethod,
    VerificationOutcome,
    VerificationState,
)

FLAG_ENUMS: dict[type[Enum], tuple[str, dict[str, str]]] = {
    FlagCode: (
        "What in figures deserves a look; no verdict. (提示类别)",
        {
            "PLAYS_JUMP_WITHOUT_ENGAGEMENT": "Plays jumped, engagement did not. (播放骤增而互动很少)",
            "SALES_WITHOUT_VIEWERS": "More orders than so many viewers place. (订单多而观看人数少)",
            "REFUND_SHARE_HIGH": "Much was refunded. (退款占比高)",
            "SAME_ROWS_AS_ANOTHER": "Another contestant's file has the same works. (与他人数据行相同)",
            "FIGURES_WENT_DOWN": "A later export says less. (后一次导出数据变小)",
            "ORDERS_OUTSIDE_LIVE": "Orders lie outside the live sessions. (订单不在直播时段)",
            "RAISED_BY_A_PERSON": "A judge or organiser has noticed something. (人工提出)",
        },
    ),
    FlagState: (
        "What became of a flag. (提示状态)",
        {
            "OPEN": "Nobody has concluded it. (待核实)",
            "EXPLAINED": "Looked at: there is a good reason. (已说明)",
            "REFERRED": "Looked at: handed to the organising body. (转组委会)",
            "GONE": "The figures no longer show it. (依据已不存在)",
        },
    ),
    FlagConclusion: (
        "What somebody who has looked makes of a flag. (处理结论)",
        {
            "EXPLAINED": "There is a good reason. (已说明)",
            "REFERRED": "Handed to the organising body, which decides by its own procedure. (转组委会)",
        },
    ),
    FlagThreshold: (
        "From where on figures are flagged. (提示线名称)",
        {
            "JUMP_PLAYS": "Plays added between two exports, at least. (播放骤增: 两次导出间新增播放不少于)",
            "JUMP_ENGAGEMENT": "Engagements for each added play, fewer than. (播放骤增: 每次新增播放的互动少于)",
            "SESSION_ORDERS": "Orders of a session, at least. (订单与观看: 场次订单不少于)",
            "ORDERS_PER_VIEWER": "Orders for each viewer, more than. (订单与观看: 每名观众订单多于)",
            "REFUND_ORDERS": "Paid order lines, at least. (退款占比: 已支付订单行不少于)",
            "REFUND_SHARE": "Refunded share of their amount, more than. (退款占比: 退款金额占比高于)",
            "SAME_ROWS": "Identical works, at least. (数据行相同: 相同作品数不少于)",
            "SAME_ROWS_PLAYS": "Works with so many plays at least are compared. (数据行相同: 只比对播放量不少于)",
            "FALL_COUNT": "A figure fell by at least. (数据变小: 减少量不少于)",
            "FALL_SHARE": "It fell by at least this share. (数据变小: 减少比例不低于)",
            "OUTSIDE_ORDERS": "Order lines outside live sessions, at least. (不在直播时段: 订单行不少于)",
            "OUTSIDE_SHARE": "Their share of those that can be compared, more than. (不在直播时段: 占比高于)",
            "OUTSIDE_MINUTES": "Minutes after a session that still belong to it. (不在直播时段: 下播后仍算的分钟数)",
        },
    ),
    LinkKind: (
        "What the address of a link shows. (链接类别)",
        {"WORK": "A video or picture post. (作品)", "REPLAY": "The replay of a live session. (直播回放)"},
    ),
    DrawPer: (
        "Of what a draw takes so many people each. (抽取单位)",
        {"CITY": "Of each city. (每个市州)", "DIVISION": "Of each division. (每个组别)"},
    ),
    VerificationState: (
        "How verifying somebody's figures stands. (核验状态)",
        {
            "OPEN": "Not compared yet, or files came or went since. (待核验)",
            "AGREES": "As the platform has it. (相符)",
            "DIFFERS": "Not as the platform has it. (不符)",
        },
    ),
    VerificationOutcome: (
        "What comparing found. (核验结论)",
        {"AGREES": "As the platform has it. (相符)", "DIFFERS": "Not as the platform has it. (不符)"},
    ),
    VerificationMethod: (
        "With what figures are compared. (核验方式)",
        {
            "SCREEN": "The platform's own page, looked at together. (对照平台页面)",
            "FRESH_EXPORT": "A file exported anew before witnesses. (当场重新导出)",
        },
    ),
}
