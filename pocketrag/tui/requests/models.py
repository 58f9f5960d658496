"""The models: which there are, taking one into use, and fetching one from the hub."""

from __future__ import annotations

from textual.message_pump import MessagePump

from pocketrag.paths import LibraryPaths, models_folder
from pocketrag.tui.jobs import Job, closing
from pocketrag.tui.messages import ModelFetched, ModelFetching, ModelsTold, SettingsChanged
from pocketrag.tui.requests.lanes import Lanes


class ModelRequests:
    """What is asked about models; the same as `pocketrag models` does."""

    def __init__(self, lanes: Lanes, paths: LibraryPaths) -> None:
        self._lanes = lanes
        self._paths = paths

    def tell(self, asker: MessagePump) -> Job:
        """Tell every model that is here or can be fetched: `ModelsTold` or `Failed`."""

        def work(job: Job) -> None:
            from pocketrag.models.overview import overview
            from pocketrag.settings import load_settings

            found = overview(load_settings(self._paths).models, models_folder())
            job.tell(ModelsTold(found, self._lanes.engine.status().chunks))

        return self._lanes.begin("look", work, asker)

    def use(self, asker: MessagePump, name: str) -> Job:
        """Take a model that is here into use: `SettingsChanged` or `Failed`.

        A language model is tried and loaded first; one that cannot be used changes nothing.
        """

        def work(job: Job) -> None:
            from pocketrag.models.local import meant
            from pocketrag.settings_file import change_setting

            model = meant(name, models_folder())
            if model.role == "language":
                for _ in closing(self._lanes.engine.use_language_model(model.setting), job):
                    pass
            else:
                change_setting(self._paths, f"models.{model.role}", model.setting)
            job.tell(SettingsChanged(f"models.{model.role}"))

        return self._lanes.begin("keep", work, asker)

    def fetch(self, asker: MessagePump, name: str) -> Job:
        """Fetch a model over the network: `ModelFetching`…, then `ModelFetched` or `Failed`."""

        def work(job: Job) -> None:
            from pocketrag.models.pull import Pulled, PullProgress, pull, pull_target

            for event in closing(pull(pull_target(name), models_folder()), job):
                match event:
                    case PullProgress(done, total, rate, left):
                        job.tell(ModelFetching(name, done, total, rate, left))
                    case Pulled():
                        job.tell(ModelFetched(name))

        return self._lanes.begin("fetch", work, asker)
