"""Every read of many at once, by its name: the domains joined."""

from services.api.accounts import loaders as accounts
from services.api.aliases import loaders as aliases
from services.api.appeals import loaders as appeals
from services.api.archives import loaders as archives
from services.api.audit import loaders as audit
from services.api.certificates import loaders as certificates
from services.api.cities import loaders as cities
from services.api.comparisons import loaders as comparisons
from services.api.contestants import loaders as contestants
from services.api.contests import loaders as contests
from services.api.context import Loader
from services.api.documents import loaders as documents
from services.api.double_entries import loaders as double_entries
from services.api.eligibility import loaders as eligibility
from services.api.entry_windows import loaders as entry_windows
from services.api.explanations import loaders as explanations
from services.api.finalists import loaders as finalists
from services.api.flags import loaders as flags
from services.api.formats import loaders as formats
from services.api.given_lists import loaders as given_lists
from services.api.invitations import loaders as invitations
from services.api.jury import loaders as jury
from services.api.links import loaders as links
from services.api.live import loaders as live
from services.api.marked_copies import loaders as marked_copies
from services.api.messages import loaders as messages
from services.api.notices import loaders as notices
from services.api.penalties import loaders as penalties
from services.api.products import loaders as products
from services.api.publications import loaders as publications
from services.api.rankings import loaders as rankings
from services.api.renditions import loaders as renditions
from services.api.rosters import loaders as rosters
from services.api.rules import loaders as rules
from services.api.scoring_runs import loaders as scoring_runs
from services.api.submissions import loaders as submissions
from services.api.teams import loaders as teams
from services.api.unclaimed import loaders as unclaimed
from services.api.uploads import loaders as uploads
from services.api.users import loaders as users
from services.api.verification import loaders as verification
from services.api.waiting import loaders as waiting

LOADERS: dict[str, Loader] = {
    **users.LOADERS,
    **invitations.LOADERS,
    **contests.LOADERS,
    **entry_windows.LOADERS,
    **aliases.LOADERS,
    **double_entries.LOADERS,
    **rules.LOADERS,
    **contestants.LOADERS,
    **accounts.LOADERS,
    **uploads.LOADERS,
    **unclaimed.LOADERS,
    **formats.LOADERS,
    **renditions.LOADERS,
    **rosters.LOADERS,
    **submissions.LOADERS,
    **marked_copies.LOADERS,
    **given_lists.LOADERS,
    **scoring_runs.LOADERS,
    **comparisons.LOADERS,
    **rankings.LOADERS,
    **explanations.LOADERS,
    **finalists.LOADERS,
    **penalties.LOADERS,
    **products.LOADERS,
    **appeals.LOADERS,
    **archives.LOADERS,
    **certificates.LOADERS,
    **jury.LOADERS,
    **links.LOADERS,
    **live.LOADERS,
    **flags.LOADERS,
    **verification.LOADERS,
    **teams.LOADERS,
    **cities.LOADERS,
    **messages.LOADERS,
    **notices.LOADERS,
    **publications.LOADERS,
    **eligibility.LOADERS,
    **documents.LOADERS,
    **audit.LOADERS,
    **waiting.LOADERS,
}
