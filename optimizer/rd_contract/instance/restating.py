"""What scenarios make of some numbers, said anew; whatever else they change stays."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from .changing import Changer, Complaint
from .model import Instance
from .scenarios import ScenarioChange


def restated(instance: Instance, numbers: Mapping[str, Sequence[float] | None]) -> Instance:
    """Return an instance whose scenarios have given numbers at some places.

    A change of many numbers that a place is one of becomes a change of each of the others.

    Parameters
    ----------
    instance
        The instance; its own numbers stay.
    numbers
        The number in each scenario, by the path to its one place; None: the instance's own in all. Where scenarios may
        not change what stands there, they do not, and nothing is restated.
    """
    if not instance.scenarios:
        return instance
    changer = Changer(instance)
    made = [list(changer.made(at)) for at in range(len(instance.scenarios))]
    changed = {target.place for several in made for target, _ in several}
    places = {}
    for path, given in numbers.items():
        found = changer.targets(path)
        if isinstance(found, Complaint):
            continue
        [here] = found
        if given is not None or here.place in changed:
            places[here.place] = (here.path, given)
    if not places:
        return instance
    scenarios = []
    for at, (scenario, several) in enumerate(zip(instance.scenarios, made, strict=True)):
        stated = [(target.path, value) for target, value in several if target.place not in places]
        stated += [(where, given[at]) for where, given in places.values() if given is not None]
        changes = tuple(ScenarioChange(path=where, value=value) for where, value in stated)
        scenarios.append(scenario.model_copy(update={"changes": changes}))
    return instance.model_copy(update={"scenarios": tuple(scenarios)})
