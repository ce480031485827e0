"""The schema: the domains joined, the decisions applied, every value described."""

import strawberry
from graphql import GraphQLError, GraphQLSchema, print_schema
from strawberry.schema.config import StrawberryConfig
from strawberry.types.execution import ExecutionContext

from services.api.accounts.resolvers import AccountMutation
from services.api.aliases.resolvers import AliasMutation, AliasQuery
from services.api.appeals.deciding import DecideAppealMutation
from services.api.appeals.filing import FileAppealMutation
from services.api.appeals.resolvers import AppealMutation, AppealQuery
from services.api.archives.resolvers import ArchiveMutation, ArchiveQuery
from services.api.audit.resolvers import AuditQuery
from services.api.awards.resolvers import AwardMutation, AwardQuery
from services.api.certificates.resolvers import CertificateMutation, CertificateQuery
from services.api.comparisons.resolvers import ComparisonMutation, ComparisonQuery
from services.api.contestants.registration import RegistrationMutation
from services.api.contestants.resolvers import ContestantMutation, ContestantQuery
from services.api.contests.amend import AmendmentMutation
from services.api.contests.dates import ContestDatesMutation
from services.api.contests.originals import OriginalsMutation
from services.api.contests.resolvers import ContestMutation, ContestQuery
from services.api.contests.round_times import RoundMutation
from services.api.context import Info
from services.api.coverage.resolvers import CoverageQuery
from services.api.decided import apply_decisions
from services.api.documents.resolvers import DocumentMutation
from services.api.double_entries.resolvers import DoubleEntryMutation, DoubleEntryQuery
from services.api.eligibility.resolvers import EligibilityMutation
from services.api.entry_windows.resolvers import EntryWindowMutation
from services.api.enums import describe_enums
from services.api.extensions import EXTENSIONS, PRODUCTION_EXTENSIONS
from services.api.fast import make_fast
from services.api.finalists.resolvers import FinalistMutation, FinalistQuery
from services.api.flags.resolvers import FlagMutation, FlagQuery
from services.api.formats.resolvers import FormatMutation, FormatQuery
from services.api.freeze.resolvers import FreezeMutation
from services.api.given_lists.resolvers import GivenListMutation, GivenListQuery
from services.api.grants.resolvers import GrantMutation
from services.api.invitations.resolvers import InvitationMutation, InvitationQuery
from services.api.jury.marks import MarkMutation
from services.api.jury.resolvers import JuryMutation, JuryQuery
from services.api.links.hosts import LinkHostMutation
from services.api.links.resolvers import LinkMutation
from services.api.live.resolvers import LiveMutation
from services.api.marked_copies.resolvers import MarkedCopyMutation
from services.api.messages.export import MessageExportMutation
from services.api.messages.resolvers import MessageMutation, MessageQuery
from services.api.node_query import NodeQuery
from services.api.notices.resolvers import NoticeMutation, NoticeQuery
from services.api.penalties.resolvers import PenaltyMutation, PenaltyQuery
from services.api.personal_data.resolvers import PersonalDataMutation
from services.api.products.resolvers import ProductMutation, ProductQuery
from services.api.publications.decide import DecidePublicationMutation
from services.api.publications.masking import MaskingMutation
from services.api.publications.prepare import PrepareMutation
from services.api.publications.resolvers import PublicationQuery
from services.api.rankings.resolvers import RankingQuery
from services.api.rankings.subscriptions import RankingSubscription
from services.api.rankings.teams import TeamRankingQuery
from services.api.rosters.resolvers import RosterMutation
from services.api.rules.resolvers import RulesMutation
from services.api.scalars import SCALARS
from services.api.scoring_runs.resolvers import ScoringRunMutation, ScoringRunQuery
from services.api.scoring_runs.subscriptions import ScoringRunSubscription
from services.api.second_factor.resolvers import SecondFactorMutation
from services.api.single_sign_on.resolvers import SingleSignOnMutation
from services.api.submissions.exports import CityListExportMutation
from services.api.submissions.resolvers import SubmissionMutation
from services.api.teams.resolvers import TeamMutation, TeamQuery
from services.api.tokens.resolvers import TokenMutation
from services.api.typed_figures.resolvers import TypedFiguresMutation
from services.api.typed_figures.second import SecondTypingMutation
from services.api.unclaimed.resolvers import UnclaimedMutation, UnclaimedQuery
from services.api.uploads.resolvers import UploadMutation, UploadQuery
from services.api.uploads.subscriptions import UploadSubscription
from services.api.users.disable import DisableMutation
from services.api.users.resolvers import UserMutation, UserQuery
from services.api.users.sign_in import SignInMutation, SignInQuery
from services.api.verification.checks import VerificationMutation, VerificationQuery
from services.api.verification.draws import DrawMutation


@strawberry.type(description="Everything that can be read. (查询)")
class Query(
    InvitationQuery,
    SignInQuery,
    UserQuery,
    ContestQuery,
    ContestantQuery,
    AliasQuery,
    DoubleEntryQuery,
    TeamQuery,
    GivenListQuery,
    UploadQuery,
    FormatQuery,
    CoverageQuery,
    UnclaimedQuery,
    ScoringRunQuery,
    ComparisonQuery,
    RankingQuery,
    TeamRankingQuery,
    AwardQuery,
    FinalistQuery,
    ArchiveQuery,
    CertificateQuery,
    PenaltyQuery,
    ProductQuery,
    JuryQuery,
    AppealQuery,
    FlagQuery,
    VerificationQuery,
    AuditQuery,
    MessageQuery,
    NoticeQuery,
    PublicationQuery,
    NodeQuery,
):
    pass


@strawberry.type(description="Everything that can be changed. (变更)")
class Mutation(
    SignInMutation,
    SecondFactorMutation,
    TokenMutation,
    UserMutation,
    DisableMutation,
    GrantMutation,
    InvitationMutation,
    SingleSignOnMutation,
    ContestMutation,
    EntryWindowMutation,
    RegistrationMutation,
    ContestantMutation,
    AliasMutation,
    DoubleEntryMutation,
    RulesMutation,
    AccountMutation,
    UnclaimedMutation,
    UploadMutation,
    MarkedCopyMutation,
    TypedFiguresMutation,
    SecondTypingMutation,
    FormatMutation,
    RosterMutation,
    PersonalDataMutation,
    MessageMutation,
    MessageExportMutation,
    NoticeMutation,
    PrepareMutation,
    DecidePublicationMutation,
    MaskingMutation,
    SubmissionMutation,
    CityListExportMutation,
    GivenListMutation,
    ScoringRunMutation,
    ComparisonMutation,
    EligibilityMutation,
    FinalistMutation,
    AwardMutation,
    FreezeMutation,
    LiveMutation,
    ArchiveMutation,
    CertificateMutation,
    PenaltyMutation,
    ProductMutation,
    JuryMutation,
    MarkMutation,
    FileAppealMutation,
    DecideAppealMutation,
    AppealMutation,
    FlagMutation,
    LinkMutation,
    LinkHostMutation,
    DrawMutation,
    VerificationMutation,
    TeamMutation,
    DocumentMutation,
    ContestDatesMutation,
    OriginalsMutation,
    AmendmentMutation,
    RoundMutation,
):
    pass


@strawberry.type(description="Everything that can be watched. (订阅)")
class Subscription(ScoringRunSubscription, UploadSubscription, RankingSubscription):
    pass


class LivecupSchema(strawberry.Schema):
    """Errors are logged where they are masked, the expected ones not at all."""

    def process_errors(self, errors: list[GraphQLError], execution_context: ExecutionContext | None = None) -> None:
        pass


def build_schema(*, production: bool = False) -> strawberry.Schema:
    """Raises UndecidedError when a field or mutation is not in the table of decisions."""
    built = LivecupSchema(
        query=Query,
        mutation=Mutation,
        subscription=Subscription,
        extensions=PRODUCTION_EXTENSIONS if production else EXTENSIONS,
        config=StrawberryConfig(scalar_map=SCALARS, info_class=Info, disable_field_suggestions=production),
    )
    core = core_of(built)
    describe_enums(core)
    make_fast(core)
    apply_decisions(core)
    return built


def core_of(built: strawberry.Schema) -> GraphQLSchema:
    """The schema that is executed."""
    core: GraphQLSchema = built._schema
    return core


def render_schema() -> str:
    """The schema as text; the same at every call."""
    return print_schema(core_of(build_schema())) + "\n"
