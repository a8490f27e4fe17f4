"""`visionaryvids evaluate --model`: a model answers the queries of a data set's folder, and is measured."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from visionaryvids.cli.options import Missing, Verbosity
from visionaryvids.errors import ConfigError

if TYPE_CHECKING:  # these take long to import
    from visionaryvids.metrics.evaluation import Dataset, Evaluation, Options
    from visionaryvids.recipes.evaluating import Answers
    from visionaryvids.recipes.own_answers import OwnAnswers


@Parameter(name="*")
@dataclass(frozen=True)
class Asking:
    """A model in the place of --predictions and --annotations."""

    model: Annotated[str | None, Parameter(name="--model")] = None
    """A network: a released one (`visionaryvids weights ls`), or a file of one that `train` left; for custom also
    lite (if none is named) or text-track."""
    data: Annotated[Path | None, Parameter(name="--data")] = None
    """For --model: the data set's folder."""
    split: Annotated[str | None, Parameter(name="--split")] = None
    """For --model: train, val or test. Without it the one that published numbers are of."""
    save: Annotated[Path | None, Parameter(name="--save")] = None
    """For --model: write the predictions to this file, in the format that --predictions reads and that QVHighlights'
    server takes."""
    missing: Annotated[Missing, Parameter(name="--missing")] = "error"
    """For --model: queries whose features are absent are an error, or are left out and counted (skip)."""
    device: Annotated[str, Parameter(name="--device")] = "cpu"
    """For --model: where it runs, e.g. cuda."""

    def evaluate(self, dataset: Dataset, options: Options, verbosity: Verbosity) -> Evaluation | None:
        """Ask and measure; None for a split without labels, of which only the predictions are kept.

        Raises:
            InputError: no such model, files that are missing or wrong, or no labels and nowhere to write to.
        """
        from visionaryvids.recipes.evaluating import Question, ask, measure

        assert self.model is not None
        if self.data is None:
            raise ConfigError("--data", "not given", f"the folder of {dataset}", "give --data FOLDER beside --model")
        question = Question(dataset, self.data, self.model, self.split, self.missing == "skip", self.device)
        answers = ask(question, options.domain)
        self.keep(answers, verbosity)
        if answers.labelled:
            return measure(question, answers, options)
        if self.save is None:
            where, remedy = f"split {answers.split}", "give --save FILE to keep the predictions"
            raise ConfigError(where, f"no labels in {self.data} to measure by", "a split with labels", remedy)
        verbosity.say(f"split {answers.split} has no labels here, so there is no score")
        return None

    def keep(self, answers: Answers | OwnAnswers, verbosity: Verbosity) -> None:
        """Write the predictions to the file of --save, if one is given, and say so."""
        from visionaryvids.metrics.files import write_predictions

        if self.save is not None:
            write_predictions(self.save, answers.predictions, answers.annotations)
            verbosity.say(f"wrote {self.save}: {len(answers.predictions)} queries, {answers.left_out} left out")
