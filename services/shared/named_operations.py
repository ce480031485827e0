"""Named GraphQL operations kept in `.graphql` files, each with just the fragments it needs."""

from collections.abc import Iterable
from functools import cached_property
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


class NamedOperations:
    """The operations and fragments of some files, as one document."""

    def __init__(self, files: Iterable[Path]) -> None:
        self._files = tuple(files)
        self._texts: dict[str, str] = {}

    @cached_property
    def document(self) -> DocumentNode:
        return parse("\n".join(path.read_text(encoding="utf-8") for path in self._files))

    @cached_property
    def operations(self) -> dict[str, OperationDefinitionNode]:
        definitions = self.document.definitions
        return {one.name.value: one for one in definitions if isinstance(one, OperationDefinitionNode) and one.name}

    def text(self, name: str) -> str:
        """The text to send for one operation; raises KeyError when there is none of that name."""
        if name not in self._texts:
            self._texts[name] = self._print(self.operations[name])
        return self._texts[name]

    def _print(self, operation: OperationDefinitionNode) -> str:
        definitions = self.document.definitions
        fragments = {one.name.value: one for one in definitions if isinstance(one, FragmentDefinitionNode)}
        needed: dict[str, FragmentDefinitionNode] = {}
        waiting = _spreads(operation)
        while waiting:
            spread = waiting.pop()
            if spread not in needed:
                needed[spread] = fragments[spread]
                waiting += _spreads(fragments[spread])
        return "\n\n".join(print_ast(node) for node in (operation, *(needed[name] for name in sorted(needed))))


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
