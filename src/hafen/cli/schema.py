"""`hafen schema`: what may stand in hafen.yaml, for editors and for the reference page."""

from __future__ import annotations

import click


@click.command()
@click.option("--markdown", is_flag=True, help="The reference page instead of the JSON Schema.")
def schema(markdown: bool) -> None:
    """Print the JSON Schema of hafen.yaml, for editors."""
    from hafen.spec.schema import reference_page, schema_text

    click.echo(reference_page() if markdown else schema_text(), nl=False)
