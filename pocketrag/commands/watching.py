"""The command that keeps the index up to date: here and now, or from each login on."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING, Literal

import click

from pocketrag.commands.options import chosen_library, common, opened, shown

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pocketrag.autostart.service import Installed, Ran

AtLogin = Literal["install", "uninstall", "installed"]


@click.command()
@click.option("--install", "at_login", flag_value="install", help="Start this watch at each login, and now.")
@click.option("--uninstall", "at_login", flag_value="uninstall", help="Start it at login no more; end it.")
@click.option("--installed", "at_login", flag_value="installed", help="Say whether it is started at login.")
@common
def watch(at_login: AtLogin | None) -> None:
    """Keep the index up to date until stopped with Ctrl+C, or in the background from each login on.

    For the latter the system's own service manager is used, systemd or launchd; what is written for
    it is shown. Each library has a watch of its own.
    """
    match at_login:
        case "install":
            _install()
        case "uninstall":
            _uninstall()
        case "installed":
            click.echo("\n".join(installation()))
        case None:
            _watch()


def _watch() -> None:
    from pocketrag.console import show_watch
    from pocketrag.errors import EngineStopped

    engine = opened()
    while True:
        try:
            show_watch(engine.watch(), engine.folders())
            return
        except EngineStopped as error:  # engines that crash again and again are another error
            click.echo(f"{error.message} Watching goes on with another engine.", err=True)


def _install() -> None:
    from pocketrag.autostart.choosing import service_manager
    from pocketrag.autostart.service import watch_service

    library = chosen_library()
    manager, service = service_manager(), watch_service(library)
    library.make()
    done = manager.install(service)
    click.echo(f"Written: {shown(done.file)}\n")
    click.echo("\n".join(f"    {line}" for line in done.text.splitlines()) + "\n")
    _say_ran(done.ran)
    if done.link is not None:
        click.echo(f"Linked:  {shown(done.link)}")
    click.echo(_when(done))
    click.echo("`pocketrag watch --uninstall` takes it back.")


def _when(done: Installed) -> str:
    """Return since when the library is watched."""
    if done.started:
        return "The library is watched, and will be from each login on."
    return "The library will be watched from the next login on: the system could not start it now."


def _uninstall() -> None:
    from pocketrag.autostart.choosing import service_manager
    from pocketrag.autostart.service import watch_service

    done = service_manager().remove(watch_service(chosen_library()))
    _say_ran(done.ran)
    for file in done.files:
        click.echo(f"Deleted: {shown(file)}")
    click.echo("The library is not watched from login on." if done.files else "Nothing was installed.")


def take_back() -> None:
    """Let the chosen library be watched from login on no more, if it is."""
    from pocketrag.autostart.choosing import service_manager
    from pocketrag.autostart.service import watch_service
    from pocketrag.errors import AutostartError

    service = watch_service(chosen_library())
    try:
        installed = service_manager().is_installed(service)
    except AutostartError:  # on a system where none could have been installed
        return
    if installed:
        _uninstall()


def _say_ran(commands: Iterable[Ran]) -> None:
    """Say which commands the system was given, as one would type them, and which it did not follow."""
    from pocketrag.plain import one_line

    for ran in commands:
        failed = f"\n         failed: {one_line(ran.error)}" if ran.error else ""
        click.echo(f"Ran:     {one_line(shlex.join(ran.command))}{failed}")


def installation() -> tuple[str, ...]:
    """Return whether the chosen library is watched from login on, a sentence a line."""
    from pocketrag.autostart.choosing import service_manager
    from pocketrag.autostart.service import watch_service

    found = service_manager().installation(watch_service(chosen_library()))
    if not found.installed:
        return ("The library is not watched from login on; `pocketrag watch --install` arranges it.",)
    running = "and the watch is running" if found.running else "and the watch is not running"
    lines = [f"The library is watched from login on ({shown(found.file)}), {running}."]
    if not found.current:
        lines.append(
            "It was installed by another PocketRAG or changed by hand; `pocketrag watch --install` renews it."
        )
    return tuple(lines)
