"""Commands about the engine: the process that owns the library while it is in use."""

from __future__ import annotations

import json
import os
import time
from dataclasses import replace
from typing import TYPE_CHECKING

import click

from pocketrag.commands.options import EXIT_ERROR, as_json, chosen_library, common, opened, shown

if TYPE_CHECKING:
    from pocketrag.engine.connection import Connection
    from pocketrag.engine.protocol import EngineInfo
    from pocketrag.engine.starting import Crashes
    from pocketrag.paths import LibraryPaths


@click.group()
def engine() -> None:
    """Look after the process that owns the library while it is in use.

    Every command finds it or starts it; it ends by itself a while after the last has left it.
    """


@engine.command()
@as_json
@common
def status(as_json: bool) -> None:
    """Show whether an engine runs, for whom, and what it does."""
    from pocketrag.engine.shapes import engine_json, no_engine_json
    from pocketrag.engine.starting import crashes

    found, at_login = _running(), _watched_from_login()
    if found is not None:
        about = _without_us(found.call("about"))
        click.echo(json.dumps(engine_json(about, at_login)) if as_json else _described(about, at_login))
        return
    library, crashed = chosen_library(), crashes(chosen_library())
    if as_json:
        click.echo(json.dumps(no_engine_json(library.root, crashed.count, crashed.reason, at_login)))
    else:
        click.echo(f"No engine is running for {shown(library.root)}; the next command starts one.")
    if crashed.count and not as_json:
        click.echo(_crashed(crashed, library))


@engine.command()
@common
def start() -> None:
    """Start the engine if none runs, also after it has crashed again and again."""
    from pocketrag.engine.starting import forgive

    forgive(chosen_library())
    opened()
    click.echo("The engine is running.")


@engine.command()
@common
@click.pass_context
def stop(context: click.Context) -> None:
    """End the engine, once the step at hand is done; nothing is lost."""
    from pocketrag.engine.starting import end

    found = _running()
    if found is None:
        click.echo("No engine is running.")
    elif end(found, "asked"):
        click.echo("The engine has ended.")
        if _watched_from_login():
            click.echo(
                "The watch that runs from login on starts it again; `pocketrag watch --uninstall` ends that."
            )
    else:
        click.echo(f"Process {found.record.pid} has not ended yet; it may still do so.", err=True)
        context.exit(EXIT_ERROR)


@engine.command()
@common
def pause() -> None:
    """Let indexing stand still, until `engine resume` or `index`."""
    _control("pause")


@engine.command()
@common
def resume() -> None:
    """Let indexing go on."""
    _control("resume")


def _control(method: str) -> None:
    found = _running()
    if found is None:
        click.echo("No engine is running.")
    else:
        found.call(method)


def _running() -> Connection | None:
    """Return a connection to the library's engine; None if there is none."""
    from pocketrag.engine.starting import running

    found = running(chosen_library(), "engine")
    if found is not None:
        click.get_current_context().call_on_close(found.hang_up)
    return found


def _watched_from_login() -> bool:
    """Return whether the library's watch is started at login."""
    from pocketrag.autostart.choosing import service_manager
    from pocketrag.autostart.service import watch_service
    from pocketrag.errors import AutostartError

    try:
        return service_manager().is_installed(watch_service(chosen_library()))
    except AutostartError:  # nothing can be installed here
        return False


def _without_us(about: EngineInfo) -> EngineInfo:
    """Return what an engine tells of itself, without the client that asks."""
    others = tuple(client for client in about.clients if client.pid != os.getpid())
    return replace(about, clients=others)


def _described(about: EngineInfo, at_login: bool) -> str:
    """Return an engine at a glance, a fact a line."""
    from pocketrag.plain import one_line
    from pocketrag.wording import duration

    clients = [f"{client.name} (process {client.pid}, {_ago(client.since)})" for client in about.clients]
    facts = {
        "Library": shown(about.library),
        "Process": f"{about.pid}, PocketRAG {about.version}, started {_ago(about.started)} ago",
        "Doing": ", ".join(about.doing) or "nothing",
        "Clients": ", ".join(one_line(client) for client in clients) or "none",
        "Memory": f"{about.memory_bytes / 1e6:.0f} MB",
        "Stays": f"{duration(about.keep_alive)} after its last client has gone",
        "At login": "watches the library" if at_login else "is not started (`pocketrag watch --install`)",
        "Address": one_line(about.address),
    }
    return "\n".join(f"{name:8}  {fact}" for name, fact in facts.items())


def _crashed(crashed: Crashes, library: LibraryPaths) -> str:
    """Return why there is no engine, and what to do about it."""
    from pocketrag.engine.starting import CRASHES
    from pocketrag.plain import one_line
    from pocketrag.wording import plural

    times = plural(crashed.count, "engine")
    said = f"{times} crashed one after the other; the last time {one_line(crashed.reason)}."
    if crashed.count < CRASHES:
        return said
    return f"{said} No more are started until `pocketrag engine start`. See {shown(library.engine_log)}."


def _ago(since: float) -> str:
    from pocketrag.wording import duration

    return duration(max(0.0, time.time() - since))
