"""What a load did, as people read it: on stderr, so that stdout stays data."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from app.graph.generations import Generation
    from loaders.bundle import Bundle


def print_load_report(bundle: Bundle, generation: Generation | None) -> None:
    """Say what was loaded, what was turned away and why, and what was published."""
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    console = Console(stderr=True)
    manifest = bundle.manifest
    table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 2))
    table.add_column(justify="right", style="bold")
    table.add_column(overflow="fold")
    table.add_row(f"{manifest.quads:,}", "quads")
    for name, count in sorted(manifest.counts.items()):
        table.add_row(f"{count:,}", escape(name))
    console.print(table)
    if manifest.rejects:
        console.print("[red]Turned away[/red]")
        for reason, count in sorted(manifest.rejects.items(), key=lambda item: (-item[1], item[0])):
            console.print(f"  {count:>7,}  {escape(reason)}")
        console.print(f"Each of them, with its reason: {bundle.rejects}", soft_wrap=True)
    if manifest.warnings:
        console.print("[yellow]Worth a look[/yellow]")
        warnings = sorted(manifest.warnings.items(), key=lambda item: (-item[1].count, item[0]))
        for kind, warning in warnings:
            example = f"[dim], as {escape(warning.examples[0])}[/dim]" if warning.examples else ""
            console.print(f"  {warning.count:>7,}  {escape(kind)}{example}")
    if generation is None:
        console.print("Dry run: nothing was published.")
    else:
        console.print(f"Published generation [bold]{generation.id}[/bold]")
        click.echo(generation.id)


def print_orphans(generation: Generation) -> None:
    """Say which claims wait aside since what they speak of is gone, and what to do."""
    from rich.console import Console
    from rich.markup import escape

    from app.graph.embedded import open_store
    from app.graph.orphans import summary
    from ontology.iris import Minter

    found = summary(open_store(generation), Minter(generation.base))
    if not found.claims:
        return
    console = Console(stderr=True)
    console.print(
        f"[yellow]Kept aside[/yellow]: {found.claims:,} claims on {len(found.things):,} things that "
        "are gone from their sources. They are not shown, and come back when those do."
    )
    for thing, label, count in found.things[:5]:
        console.print(f"  {count:>7,}  {escape(label)}  [dim]{escape(thing)}[/dim]", soft_wrap=True)
    if len(found.things) > 5:
        console.print(f"  … and {len(found.things) - 5:,} more")
    console.print(
        "If a new ESCO release has replaced skills, load it with --replacements FILE: claims and "
        "decisions then move (docs/changes.md)."
    )
