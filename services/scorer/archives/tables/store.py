"""What entered the results of a contest, table by table; what came of it stands in the archive's own queries."""

from collections.abc import Mapping
from pathlib import Path

from services.shared.database.sql import load

queries = load(Path(__file__).with_name("queries.sql"))

INPUTS: Mapping[str, str] = {
    "contest": queries.contest,
    "cities": queries.cities,
    "divisions": queries.divisions,
    "entry_windows": queries.entry_windows,
    "rounds": queries.rounds,
    "rules": queries.rules,
    "formats": queries.formats,
    "contestants": queries.contestants,
    "approvals": queries.approvals,
    "eligibility_reviews": queries.eligibility_reviews,
    "double_entries": queries.double_entries,
    "account_aliases": queries.account_aliases,
    "submissions": queries.submissions,
    "teams": queries.teams,
    "selected_finalists": queries.selected_finalists,
    "uploads": queries.uploads,
    "upload_problems": queries.upload_problems,
    "uid_claims": queries.uid_claims,
    "penalties": queries.penalties,
    "products": queries.products,
    "jury_seats": queries.jury_seats,
    "jury_recusals": queries.jury_recusals,
    "jury_marks": queries.jury_marks,
}
