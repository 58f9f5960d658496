"""Commands about the models: which are used, and in what form."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pocketrag.commands.options import as_json, chosen_library, common, shown

if TYPE_CHECKING:
    from pocketrag.models.hub import ModelFile
    from pocketrag.models.prepare import PreparedModels
    from pocketrag.models.prepared import Prepared


@click.group()
def models() -> None:
    """See which models are used, and prepare them for this computer.

    The embedding model is prepared at its first use by itself: as small integers where its vectors stay
    faithful, in the batches that are fastest here.
    """


@models.command(name="list")
@as_json
@common
def list_models(as_json: bool) -> None:
    """Show the models that are here or can be fetched, which fit this computer, and which are in use."""
    from pocketrag.console import show_overview
    from pocketrag.models.overview import overview
    from pocketrag.paths import models_folder
    from pocketrag.settings import load_settings

    found = overview(load_settings(chosen_library()).models, models_folder())
    if as_json:
        in_use = {"embedding": _embedding_in_use(), "language": _language_in_use()}
        click.echo(json.dumps({**in_use, **asdict(found)}))
        return
    show_overview(found)
    click.echo(f"\n{_used()}")


def _embedding_in_use() -> dict[str, object]:
    _, file, prepared = _embedding()
    about = prepared.find(file)
    known = None if about is None else {**asdict(about), "folder": str(prepared.place(file))}
    return {"name": file.name, "path": str(file.path), "prepared": known}


def _language_in_use() -> dict[str, object]:
    from pocketrag.models.hub import language_model

    file = language_model(_embedding()[0])
    return {"name": file.name, "path": str(file.path)}


def _used() -> str:
    """Return the two models in use, with the form of each."""
    from pocketrag.models.hub import language_model

    setting, file, prepared = _embedding()
    about = prepared.find(file)
    language = language_model(setting)
    return "\n".join(
        (
            f"In use: {shown(language.path)}",
            f"        {shown(file.path)}",
            f"        {_described(about) if about else 'not prepared for this computer yet'}",
        )
    )


@models.command()
@click.argument("name")
@as_json
@common
def pull(name: str, as_json: bool) -> None:
    """Fetch a model from the hub: NAME of the list, owner/name, or owner/name/file.gguf.

    This is the only command that reaches beyond this computer. It can be stopped with Ctrl+C and goes on
    where it stopped. HF_ENDPOINT names another hub, HTTPS_PROXY a proxy. Any .gguf file copied into the
    models folder is found without it.
    """
    from contextlib import closing

    from pocketrag.console import show_pull
    from pocketrag.models.pull import pull, pull_target
    from pocketrag.paths import models_folder

    target = pull_target(name)
    click.echo(f"Fetching {shown(Path(target.repo))} from the hub, over the network…", err=True)
    with closing(pull(target, models_folder())) as events:
        path = show_pull(events)
    if as_json:
        click.echo(json.dumps({"name": target.name, "path": str(path)}))
        return
    click.echo(f"{target.name} is here, whole: {shown(path)}")
    click.echo(f"`pocketrag models use {target.name}` takes it into use.")


@models.command()
@common
def prepare() -> None:
    """Prepare the embedding model for this computer anew (half a minute for the bundled one).

    A running engine goes on with the form it has until it is stopped.
    """
    _, file, prepared = _embedding()
    click.echo(f"Preparing {file.name} for this computer…", err=True)
    click.echo(_described(prepared.make(file)))


def _embedding() -> tuple[str, ModelFile, PreparedModels]:
    """Return the language model's setting, the embedding model's files, and where prepared models are."""
    from pocketrag.models.hub import embedding_model
    from pocketrag.models.prepare import PreparedModels
    from pocketrag.paths import models_folder
    from pocketrag.settings import load_settings

    settings = load_settings(chosen_library()).models
    return settings.language, embedding_model(settings.embedding), PreparedModels(models_folder())


def _described(about: Prepared) -> str:
    """Return what is known of a prepared model, in a line."""
    return (
        f"prepared as {about.numeric_form}: cosine with the original {about.mean_cosine:.3f}"
        f" (worst {about.worst_cosine:.3f}), ranking {about.ranking:.1%} of its,"
        f" {about.texts_per_second:.0f} passages a second"
    )
