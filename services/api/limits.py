"""How much one operation may ask for. Decided on the document alone, before anything else looks at it.

Every fragment is weighed once and remembered, so a document whose fragments double at each level costs no more than
its length. What is refused here never reaches the other rules, which are slower.
"""

from typing import NamedTuple

from graphql import (
    ASTValidationRule,
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    InlineFragmentNode,
    IntValueNode,
    Node,
    OperationDefinitionNode,
    SelectionSetNode,
    ValidationContext,
    VariableNode,
)

MOST_CHARACTERS = 15_000
MOST_TOKENS = 1_000
MOST_DEPTH = 10
MOST_ALIASES = 15
MOST_DIRECTIVES = 50
MOST_COST = 100_000
# Mutations that are told a password or code: one in an operation, so that an alias is no further guess.
GUESSES = frozenset(
    {"signIn", "changePassword", "beginTotp", "confirmTotp", "disableTotp", "createToken", "acceptInvitation"}
)
LONGEST_PAGE = 200  # taken for a page whose length is a variable


class TooMuchError(GraphQLError):
    """The operation asks for more than one may."""

    def __init__(self, message: str) -> None:
        super().__init__(message, extensions={"code": "OPERATION_TOO_LARGE"})


class Weight(NamedTuple):
    """What a selection comes to with its fragments opened."""

    depth: int = 0
    aliases: int = 0
    directives: int = 0
    cost: int = 0
    guesses: int = 0

    def beside(self, other: "Weight") -> "Weight":
        return Weight(
            max(self.depth, other.depth),
            self.aliases + other.aliases,
            self.directives + other.directives,
            self.cost + other.cost,
            self.guesses + other.guesses,
        )


class Limits(ASTValidationRule):
    """Raises instead of reporting: then the document is refused before any other rule has walked it."""

    def __init__(self, context: ValidationContext) -> None:
        super().__init__(context)
        check(context.document)


def check(document: DocumentNode) -> None:
    """Raises TooMuchError, or GraphQLError for a fragment that is unknown or contains itself."""
    if document.loc is not None and len(document.loc.source.body) > MOST_CHARACTERS:
        raise TooMuchError(f"The document is longer than {MOST_CHARACTERS} characters.")
    scales = _Scales(document)
    for definition in document.definitions:
        if isinstance(definition, OperationDefinitionNode):
            _compare(scales.weigh(definition.selection_set).beside(_directives(definition)))
        elif isinstance(definition, FragmentDefinitionNode):
            scales.fragment(definition.name.value)


def _compare(weight: Weight) -> None:
    limits = (
        ("depth", weight.depth, MOST_DEPTH),
        ("aliases", weight.aliases, MOST_ALIASES),
        ("directives", weight.directives, MOST_DIRECTIVES),
        ("cost", weight.cost, MOST_COST),
        ("sign-ins and passwords", weight.guesses, 1),
    )
    for name, found, most in limits:
        if found > most:
            raise TooMuchError(
                f"The operation is too large: {name} {found if found < 10**9 else '> 10⁹'}, at most {most}."
            )


def _directives(node: OperationDefinitionNode | FieldNode | FragmentSpreadNode | InlineFragmentNode) -> Weight:
    return Weight(directives=len(node.directives or ()))


class _Scales:
    def __init__(self, document: DocumentNode) -> None:
        self._fragments = {
            definition.name.value: definition
            for definition in document.definitions
            if isinstance(definition, FragmentDefinitionNode)
        }
        self._known: dict[str, Weight] = {}
        self._open: set[str] = set()

    def weigh(self, selections: SelectionSetNode | None) -> Weight:
        total = Weight()
        for selection in selections.selections if selections else ():
            total = total.beside(self._selection(selection))
        return total

    def fragment(self, name: str) -> Weight:
        """A fragment's weight, found once."""
        if name in self._known:
            return self._known[name]
        definition = self._fragments.get(name)
        if definition is None:
            raise GraphQLError(f"Unknown fragment '{name}'.")
        if name in self._open:
            raise GraphQLError(f"Fragment '{name}' contains itself.")
        self._open.add(name)
        found = self.weigh(definition.selection_set).beside(Weight(directives=len(definition.directives or ())))
        self._open.discard(name)
        self._known[name] = found
        return found

    def _selection(self, node: Node) -> Weight:
        if isinstance(node, FragmentSpreadNode):
            return self.fragment(node.name.value).beside(_directives(node))
        if isinstance(node, InlineFragmentNode):
            return self.weigh(node.selection_set).beside(_directives(node))
        assert isinstance(node, FieldNode)  # noqa: S101  the only other kind of selection
        inside = self.weigh(node.selection_set)
        own = Weight(
            aliases=1 if node.alias else 0,
            directives=len(node.directives or ()),
            cost=1,
            guesses=1 if node.name.value in GUESSES else 0,
        )
        pages = _page_length(node)
        return own.beside(inside._replace(depth=inside.depth + 1, cost=inside.cost * pages))


def _page_length(node: FieldNode) -> int:
    """How many items the field's content stands for."""
    length = next((argument.value for argument in node.arguments or () if argument.name.value == "first"), None)
    if isinstance(length, IntValueNode):
        return max(1, min(int(length.value[:9]), LONGEST_PAGE))
    return LONGEST_PAGE if isinstance(length, VariableNode) else 1
