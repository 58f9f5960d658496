"""Commands about the models: which are used, and in what form."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pocketrag.commands.options import (
    as_json,
    chosen_library,
    common,
    confirm,
    confirm_leaving,
    opened,
    shown,
)
from pocketrag.plain import one_line

if TYPE_CHECKING:
    from pocketrag.models.known import KnownModel
    from pocketrag.models.prepared import Prepared
    from pocketrag.models.tuned import Tuned

BUSY = "while other programs were at work (`pocketrag models prepare --again` may find better)"


@click.group()
def models() -> None:
    """See which models there are, fetch them, take them into use, and prepare them for this computer.

    The embedding model is prepared at its first use by itself: as small integers where its vectors stay
    faithful, in the batches that are fastest here. The language model is, after its first answer: in the
    form and with the threads that are fastest here, where it says the same.
    """


@models.command(name="list")
@as_json
@common
def list_models(as_json: bool) -> None:
    """Show the models that are here or can be fetched, which fit this computer, and which are in use."""
    from pocketrag.console import show_overview
    from pocketrag.models.overview import embedding_in_use, language_in_use, overview
    from pocketrag.paths import models_folder
    from pocketrag.settings import load_settings

    settings, folder = load_settings(chosen_library()).models, models_folder()
    embedding, language = embedding_in_use(settings, folder), language_in_use(settings, folder)
    found = overview(settings, folder)
    if as_json:
        in_use = {"embedding": asdict(embedding), "language": asdict(language)}
        click.echo(json.dumps({**in_use, **asdict(found)}))
        return
    show_overview(found)
    click.echo(f"\nIn use: {one_line(language.problem or language.path)}")
    click.echo(
        f"        {_tuned(language.prepared) if language.prepared else 'not measured on this computer yet'}"
    )
    click.echo(f"        {one_line(embedding.problem or embedding.path)}")
    known = embedding.prepared
    click.echo(f"        {_described(known) if known else 'not prepared for this computer yet'}")


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
    from pocketrag.models.pull import is_here, pull, pull_target
    from pocketrag.paths import models_folder

    target = pull_target(name)
    if not is_here(target, models_folder()):
        _warn_too_large(target.listed)
        click.echo(f"Fetching {shown(Path(target.repo))} from the hub, over the network…", err=True)
    with closing(pull(target, models_folder())) as events:
        path = show_pull(events)
    if as_json:
        click.echo(json.dumps({"name": target.name, "path": str(path)}))
        return
    name = one_line(target.name)
    click.echo(f"{name} is here, whole: {shown(path)}")
    click.echo(f"`pocketrag models use {name}` takes it into use.")


def _warn_too_large(model: KnownModel | None) -> None:
    """Say so before a model is fetched that this computer could never load."""
    from pocketrag.memory import computer_memory
    from pocketrag.models.fit import fit_of
    from pocketrag.settings import load_settings

    if model is None:
        return
    needed = model.needed_bytes(load_settings(chosen_library()).models.context_tokens)
    if fit_of(needed, computer_memory()) == "too large":
        click.echo(
            f"{model.name} would not fit into this computer's memory: it takes {needed / 1e9:.1f} GB.",
            err=True,
        )


@models.command()
@click.argument("named", metavar="NAME|PATH|URL")
@click.option("--yes", is_flag=True, help="Do not ask.")
@common
def use(named: str, yes: bool) -> None:
    """Take a model into use: one that is here by its name, any by its path, or a server by its address.

    It is tried first. A language model takes over at once, also in an engine that runs. Another embedding
    model embeds every passage anew, beside the index that goes on answering meanwhile.
    """
    from pocketrag.addresses import is_address
    from pocketrag.models.local import meant
    from pocketrag.paths import models_folder

    if is_address(named):
        _use_server(named, yes)
        return
    model = meant(named, models_folder())
    if model.role == "language":
        _use_language_model(model.setting)
        click.echo(f"{one_line(model.name)} answers from now on.")
    else:
        _use_embedding_model(one_line(model.name), model.setting, yes)


def _use_server(address: str, yes: bool) -> None:
    """Take a server's model into use; one beyond this computer only if that is confirmed."""
    from pocketrag.wording import leaving_in_words

    beyond = confirm_leaving(address, leaving_in_words(address), yes)
    _use_language_model(address, confirmed=beyond)
    click.echo(f"The model at {one_line(address)} answers from now on.")
    if beyond:
        click.echo(leaving_in_words(address))
    click.echo("`pocketrag models use bundled` takes that back.")


def _use_language_model(setting: str, confirmed: bool = False) -> None:
    from pocketrag.domain import ModelLoading
    from pocketrag.wording import loading_in_words

    for event in opened().use_language_model(setting, confirmed):
        if isinstance(event, ModelLoading):
            click.echo(loading_in_words(event), err=True)


def _use_embedding_model(name: str, setting: str, yes: bool) -> None:
    """Take an embedding model into use, `name` being how it is shown."""
    from pocketrag.models.hub import embedding_model
    from pocketrag.models.prepare import PreparedModels
    from pocketrag.paths import models_folder
    from pocketrag.settings import load_settings
    from pocketrag.settings_file import change_setting
    from pocketrag.wording import duration, plural

    if load_settings(chosen_library()).models.embedding == setting:
        click.echo(f"{name} is in use already.")
        return
    prepared, file = PreparedModels(models_folder()), embedding_model(setting)
    about = prepared.find(file)
    if about is None:
        click.echo(f"Preparing {name} for this computer…", err=True)
        about = prepared.make(file)
    chunks = opened().status().chunks
    if chunks:
        takes = duration(chunks / max(about.texts_per_second, 0.1))
        click.echo(f"{plural(chunks, 'passage')} will be embedded anew: about {takes} here.", err=True)
        if not yes:
            confirm(f"Take {name} into use?")
    change_setting(chosen_library(), "models.embedding", setting)
    click.echo(f"{name} is set. `pocketrag index` makes its index; until that is whole, the old one answers.")


@models.command()
@click.option("--again", is_flag=True, help="Also what is prepared already.")
@common
def prepare(again: bool) -> None:
    """Prepare both models for this computer, each once: about a minute apiece for the bundled ones.

    It happens by itself too, at a model's first use. A running engine goes on with the forms it has until
    it is stopped.
    """
    from pocketrag.models.hub import embedding_model, language_model
    from pocketrag.models.prepare import PreparedModels
    from pocketrag.models.tuned import TunedModels
    from pocketrag.paths import models_folder
    from pocketrag.settings import load_settings

    settings = load_settings(chosen_library()).models
    prepared, file = PreparedModels(models_folder()), embedding_model(settings.embedding)
    about, name = None if again else prepared.find(file), one_line(file.name)
    if about is None:
        click.echo(f"Preparing {name} for this computer…", err=True)
    click.echo(f"{name}: {_described(about or prepared.make(file))}")
    if settings.is_remote:
        return
    tuned, language = TunedModels(models_folder()), language_model(settings.language)
    found, name = None if again else tuned.find(language), one_line(language.name)
    if found is None:
        click.echo(f"Measuring {name} on this computer…", err=True)
    click.echo(f"{name}: {_tuned(found or tuned.make(language, settings.gpu_layers))}")


def _tuned(found: Tuned) -> str:
    """Return what was measured of a language model, in a line."""
    form = f"as {found.form}" if found.form else "as it came"
    rates = (
        f"{found.prompt_rate:.0f} tokens a second read ({found.prompt_rate_before:.0f} before),"
        f" {found.generation_rate:.0f} written ({found.generation_rate_before:.0f} before)"
    )
    each = f"{found.context_bytes / 1e3:.0f} kB each"
    parts = (
        f"up to {found.running.draft_tokens} tokens drafted at once" if found.running.draft_tokens else "",
        f"perplexity {found.perplexity_ratio:.3f} × the original's" if found.form else "",
        f"the same next token in {found.agreement:.0%}" if found.form else "",
        f"room for a context of {found.context_tokens:,} tokens ({each})",
        BUSY if found.disturbed else "",
    )
    return ", ".join((f"{form}: {rates}", *filter(None, parts)))


@models.command()
@as_json
@common
def bench(as_json: bool) -> None:
    """Measure the language model in use: what it reads and writes a second, memory, and what it gets right.

    Beside each rate stands llama.cpp's own count of it. The last line is to be shared.
    """
    from pocketrag.console import show_bench
    from pocketrag.errors import ModelServerError
    from pocketrag.models.bench import bench
    from pocketrag.models.gguf import read_gguf
    from pocketrag.models.hub import language_model
    from pocketrag.models.tuned import TunedModels, context_of, running_of
    from pocketrag.paths import models_folder
    from pocketrag.settings import load_settings

    settings = load_settings(chosen_library()).models
    if settings.is_remote:
        raise ModelServerError(
            f"The language model is a server's ({settings.language}), and runs elsewhere.",
            "`pocketrag models use bundled` takes one into use that can be measured here.",
        )
    kept, file = TunedModels(models_folder()), language_model(settings.language)
    tuned = kept.find(file)
    weights = kept.weights(file, tuned) if tuned else file
    click.echo(f"Measuring {one_line(file.name)} on this computer…", err=True)
    context = context_of(tuned, settings.context_tokens)
    found = bench(weights, read_gguf(weights.path).form, context, running_of(tuned, settings))
    if as_json:
        click.echo(json.dumps(asdict(found)))
    else:
        show_bench(found)


def _described(about: Prepared) -> str:
    """Return what is known of a prepared model, in a line."""
    return (
        f"prepared as {about.numeric_form}: cosine with the original {about.mean_cosine:.3f}"
        f" (worst {about.worst_cosine:.3f}), ranking {about.ranking:.1%} of its,"
        f" {about.texts_per_second:.0f} passages a second"
    )
