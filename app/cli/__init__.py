"""The command line: verbs of the field, data on stdout, progress and log on stderr."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Mapping

import click

_COMMANDS: Mapping[str, tuple[str, str]] = {
    "demo": ("app.cli.serve", "Build the sample graph and serve it: one command, no input."),
    "load": ("app.cli.load", "Load a source into the graph and publish a new generation."),
    "sync": ("app.cli.sync", "Bring all sources of polku.toml up to date."),
    "table": ("app.cli.table", "Propose a mapping for a table of your own."),
    "esco": ("app.cli.esco", "Propose what replaces what from one ESCO release to the next."),
    "tag": ("app.cli.tag", "Suggest skills for courses and works that have none yet."),
    "match": ("app.cli.match", "Say which descriptions are of one work, course or person."),
    "train-tagger": ("app.cli.train", "Train the tagger anew from the graph and judged texts."),
    "path": ("app.cli.path", "Find a learning path to an occupation or to skills."),
    "suggest": ("app.cli.suggest", "Suggest ESCO skills for one text."),
    "credential": (
        "app.cli.credential",
        "Check offerings of micro-credentials; issue and verify achieved ones.",
    ),
    "export": (
        "app.cli.export",
        "Write all courses and micro-credentials in the format of others.",
    ),
    "query": ("app.cli.query", "Run a SPARQL query from a file."),
    "serve": ("app.cli.serve", "Serve the graph over HTTP."),
    "deliver": ("app.cli.deliver", "Bring the graph to the engine that POLKU_STORE names."),
    "token": ("app.cli.token", "Create, list or revoke API tokens."),
    "graph": ("app.cli.graph", "List the named graphs, state their licences."),
    "person": ("app.cli.person", "Forget a person, for good."),
    "status": ("app.cli.data", "Say what the graph holds."),
    "generations": ("app.cli.data", "List the generations that are kept."),
    "diff": ("app.cli.diff", "Say what changed from one kept generation to another."),
    "rollback": ("app.cli.data", "Go back to a kept generation."),
    "backup": ("app.cli.data", "Write the published graph into one file."),
    "restore": ("app.cli.data", "Restore a graph from a backup."),
    "check": ("app.cli.data", "Check the graph against the shapes."),
}
"""Command → module that defines it (under the same name, - as _) and its one-line help."""


class LazyGroup(click.Group):
    """A group that imports a command's module only when that command runs: ``--help`` is quick."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """Names of all commands, in the order people meet them."""
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """The command, imported now."""
        if cmd_name not in _COMMANDS:
            return None
        module = importlib.import_module(_COMMANDS[cmd_name][0])
        command = getattr(module, cmd_name.replace("-", "_"))
        if not isinstance(command, click.Command):
            raise TypeError(f"{module.__name__}.{cmd_name} is no command")
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """Write the table of commands without importing any of them."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in _COMMANDS.items()])


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="polku", prog_name="polku")
def polku() -> None:
    """Research results, skills, courses and micro-credentials in one graph, and paths through it.

    Start with: polku demo
    """


def main() -> None:
    """Run the command line; exits 0 done, 1 failed, 2 wrong call, 130 interrupted."""
    from app.cli.failures import explained

    with explained():
        polku(prog_name="polku")
    sys.exit(0)
