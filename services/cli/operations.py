"""The named operations of operations.graphql, each with just the fragments it needs."""

from functools import cache
from pathlib import Path

from graphql import (
    DocumentNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    OperationDefinitionNode,
    Visitor,
    parse,
    print_ast,
    visit,
)

FILE = Path(__file__).with_name("operations.graphql")


@cache
def document() -> DocumentNode:
    return parse(FILE.read_text(encoding="utf-8"))


@cache
def operation(name: str) -> str:
    """The text to send for one operation; raises KeyError when there is none of that name."""
    operations = {
        one.name.value: one for one in document().definitions if isinstance(one, OperationDefinitionNode) and one.name
    }
    fragments = {one.name.value: one for one in document().definitions if isinstance(one, FragmentDefinitionNode)}
    needed: dict[str, FragmentDefinitionNode] = {}
    waiting = _spreads(operations[name])
    while waiting:
        spread = waiting.pop()
        if spread not in needed:
            needed[spread] = fragments[spread]
            waiting += _spreads(fragments[spread])
    return "\n\n".join(print_ast(node) for node in (operations[name], *(needed[name] for name in sorted(needed))))


def _spreads(node: OperationDefinitionNode | FragmentDefinitionNode) -> list[str]:
    """The names of the fragments that a definition names itself."""
    collector = _Collector()
    visit(node, collector)
    return collector.names


class _Collector(Visitor):
    def __init__(self) -> None:
        super().__init__()
        self.names: list[str] = []

    def enter_fragment_spread(self, node: FragmentSpreadNode, *_: object) -> None:
        self.names.append(node.name.value)
