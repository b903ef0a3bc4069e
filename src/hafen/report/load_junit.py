"""A load run as JUnit XML: one case for the generator, one for each `ensure` rule, so that a CI shows what failed."""

from __future__ import annotations

from xml.sax.saxutils import quoteattr

from hafen.measure.result import LoadResult
from hafen.report.load_text import trust_line


def junit_xml(result: LoadResult, *, accept_generator_limits: bool = False) -> str:
    """Optional rules that failed are skipped cases."""
    cases = []
    trusted = result.generator.trusted or accept_generator_limits
    cases.append(_case("the generator kept up", "" if trusted else _element("failure", trust_line(result))))
    for check in result.checks:
        outcome = "" if check.passed else _element("failure" if check.strict else "skipped", "the rule does not hold")
        cases.append(_case(check.rule, outcome))
    failures = sum("<failure" in case for case in cases)
    skipped = sum("<skipped" in case for case in cases)
    head = (
        f"<testsuite name={_attribute(result.script)} tests={_attribute(str(len(cases)))} "
        f'failures="{failures}" skipped="{skipped}" errors="0" time="{result.duration_s:.3f}" '
        f"timestamp={_attribute(result.started_at)}>"
    )
    return "\n".join(['<?xml version="1.0" encoding="UTF-8"?>', head, *cases, "</testsuite>", ""])


def _case(name: str, outcome: str) -> str:
    return f'  <testcase classname="hafen.load" name={_attribute(name)}>{outcome}</testcase>'


def _element(tag: str, message: str) -> str:
    return f"<{tag} message={_attribute(message)}/>"


def _attribute(text: str) -> str:
    """Quoted; characters that XML does not know are left out."""
    return quoteattr("".join(letter for letter in text if letter.isprintable()))
