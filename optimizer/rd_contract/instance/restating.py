"""What scenarios make of one number, said anew; whatever else they change stays."""

from __future__ import annotations

from collections.abc import Sequence

from .changing import Changer, Complaint
from .model import Instance
from .scenarios import ScenarioChange


def restated(instance: Instance, path: str, numbers: Sequence[float] | None) -> Instance:
    """Return an instance whose scenarios have given numbers at a place.

    A change of many numbers that the place is one of becomes a change of each of the others.

    Parameters
    ----------
    instance
        The instance; its own number stays.
    path
        Path to one place. Where scenarios may not change what stands there, they do not, and nothing is restated.
    numbers
        The number in each scenario; None: the instance's own in all.
    """
    if not instance.scenarios:
        return instance
    changer = Changer(instance)
    found = changer.targets(path)
    if isinstance(found, Complaint):
        return instance
    [here] = found
    made = [list(changer.made(at)) for at in range(len(instance.scenarios))]
    if numbers is None and not any(target.place == here.place for several in made for target, _ in several):
        return instance
    scenarios = []
    for at, (scenario, several) in enumerate(zip(instance.scenarios, made, strict=True)):
        stated = [(target.path, value) for target, value in several if target.place != here.place]
        stated += [] if numbers is None else [(here.path, numbers[at])]
        changes = tuple(ScenarioChange(path=where, value=value) for where, value in stated)
        scenarios.append(scenario.model_copy(update={"changes": changes}))
    return instance.model_copy(update={"scenarios": tuple(scenarios)})
