"""Reads templates in a script, and keeps account of the variables in them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from hafen.load.place import Place
from hafen.load.plan import Http
from hafen.load.template import Surroundings, Template, TemplateInvalid, parse


@dataclass
class Reader:
    """Reads templates and collects which variables are read and set, to tell of those that nothing sets."""

    around: Surroundings
    http: Http
    reads: dict[str, Place] = field(default_factory=dict)
    sets: set[str] = field(default_factory=set)
    warnings: list[str] = field(default_factory=list)

    def template(self, place: Place) -> Template:
        """A text with templates in it; numbers stand for their text."""
        return self.template_of(place, place.text())

    def template_of(self, place: Place, text: str) -> Template:
        try:
            made = parse(text, self.around)
        except TemplateInvalid as error:
            place.problem(str(error), error.hint)
            return Template("", ())
        self.note(made.names, place)
        return made

    def note(self, names: Iterable[str], place: Place) -> None:
        for name in names:
            self.reads.setdefault(name, place)

    def never_set(self, known: Iterable[str]) -> list[str]:
        """Warnings for variables that the script reads and nothing sets: they are sent as "undefined"."""
        names = self.sets.union(known)
        return [
            f'{place.line}: nothing sets {name}; it is sent as "undefined"'
            for name, place in self.reads.items()
            if name not in names
        ]

    def named(self, place: Place) -> tuple[tuple[str, Template], ...]:
        """A mapping of texts, as headers; null leaves an entry out."""
        return tuple((key, self.template(entry)) for key, entry in place.mapping().items() if entry.there)
