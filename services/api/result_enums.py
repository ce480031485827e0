"""The words of what enters a result, described."""

from enum import Enum

from services.shared.appeal_vocabulary import AppealKind, AppealState, AppealVerdict, OutcomeKind
from services.shared.vocabulary import MarkState, PenaltyKind, PenaltyState, RenditionFormat

RESULT_ENUMS: dict[type[Enum], tuple[str, dict[str, str]]] = {
    RenditionFormat: (
        "A kind of document. (文件格式)",
        {
            "PDF": "To be read and printed. (PDF)",
            "DOCX": "To be put on the office's own letterhead. (Word)",
            "XLSX": "All lists, to be sorted and filtered. (Excel)",
            "CSV": "The list of everybody. (CSV)",
        },
    ),
    PenaltyKind: (
        "What a penalty does. (扣罚方式)",
        {
            "HALVE": "Half of the points. (减半)",
            "ZERO": "No points. (计零分)",
            "SUBTRACT": "So many points less, never below 0. (扣分)",
            "DISQUALIFY": "The whole result is void. (取消成绩)",
        },
    ),
    MarkState: (
        "Whether a judge's mark holds. (评分状态)",
        {"HOLDS": "It does. (有效)", "WAITING": "Typed; a second person confirms it. (待确认)"},
    ),
    PenaltyState: (
        "How far a penalty has come. (扣罚状态)",
        {
            "PROPOSED": "Waits for a second person. (待确认)",
            "IN_FORCE": "Counts in runs started since. (生效)",
            "REVOKED": "Taken back, or declined. (已撤销)",
        },
    ),
    AppealKind: (
        "By whom something is contested, and about whom. (申诉或异议)",
        {
            "APPEAL": "By a contestant, or their city for them, about their own figures. (申诉)",
            "OBJECTION": "By anybody under their real name, about anybody on a published list. (异议)",
        },
    ),
    AppealState: (
        "How far an appeal has come. (申诉状态)",
        {
            "FILED": "Waits for somebody to be assigned. (已提交)",
            "ASSIGNED": "Somebody looks into it. (办理中)",
            "PROPOSED": "Decided by one person, waits for a second. (待复核)",
            "UPHELD": "It is right. (成立)",
            "REJECTED": "It is not. (不成立)",
            "INADMISSIBLE": "It is not looked into. (不予受理)",
            "WITHDRAWN": "Taken back by whoever filed it. (已撤回)",
        },
    ),
    AppealVerdict: (
        "What is decided on an appeal. (申诉结论)",
        {
            "UPHELD": "It is right. (成立)",
            "REJECTED": "It is not. (不成立)",
            "INADMISSIBLE": "Too late, or nobody stands behind it: it is not looked into. (不予受理)",
        },
    ),
    OutcomeKind: (
        "What an upheld appeal has led to. (处理结果种类)",
        {
            "UPLOAD": "A corrected file. (数据文件)",
            "PENALTY": "A penalty. (扣罚)",
            "RUN": "A new run. (成绩核算)",
            "COMPARISON": "A comparison of before and after. (成绩对比)",
            "PUBLICATION": "A new revision of what is published. (公示或公布)",
        },
    ),
}
