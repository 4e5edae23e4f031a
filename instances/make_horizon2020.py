"""Make instances of rd-contract from real organisations: the partners for a battery alliance led by Bosch.

The organisations are those with at least five Horizon 2020 projects, from CORDIS (`data/README.md`). What is
assumed of them stands in `data/horizon2020_assumptions.toml` and in the `source` of every instance. Standard
library only; the same input gives the same bytes on every machine. `european_call.json` puts some of them, and
companies that stand for small firms, under the rules of a call.

    python instances/make_horizon2020.py                                  # rewrite the bundled files
    python instances/make_horizon2020.py --candidates 40 --lead Daimler   # another lead, to standard output
    python instances/make_horizon2020.py --candidates 90 -o mine.json     # another size, to a file
"""

from __future__ import annotations

import argparse
import csv
import difflib
import hashlib
import json
import os
import re
import sys
import tempfile
import tomllib
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import combinations
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
ORGANISATIONS = HERE / "data" / "horizon2020_organisations_2017.csv"
TOPIC_LIST = HERE / "data" / "battery_topic_organisations.csv"
ASSUMPTIONS = HERE / "data" / "horizon2020_assumptions.toml"

LONGEST_NAME = 42
FORMALITIES = re.compile(
    r"^THE CHANCELLOR, MASTERS AND SCHOLARS OF |"
    r"[ ,]+(AG|SE|GG?MBH|SAS|SA|S\.A\.|SPA|S\.P\.A\.|SRL|SLL?|LTD|LIMITED|PLC|BV|B\.V\.|NV|N\.V\.|OY|AB|AS|AE"
    r"|EV|E\.V\.|AKTIENGESELLSCHAFT|VZW|SCL|SCPA)$",
    re.IGNORECASE,
)
SMALL_WORDS = re.compile(
    r"of|the|and|for|in|im|des?|du|la|les?|et|di|del|della|degli|delle|dell|[aeiyuw]|per|pour|para|da|dos?|der|die|und|fue?r"
    r"|v[ao]n|voor|zu|en|el|los|las",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Organisation:
    """One row of the data, with its entry in the hand-made topic list where there is one."""

    id: str
    name: str
    short_name: str
    activity_type: str  # HES, REC, PRC, PUB or OTH
    country: str
    projects: int
    partners: int
    stable_partners: int
    ec_contribution_eur: float
    betweenness: float
    label: str = ""
    known_fields: tuple[str, ...] = ()
    market: str = ""
    place: str = ""

    @property
    def cost_per_project(self) -> float:
        """EU contribution per project, in EUR million."""
        return self.ec_contribution_eur / self.projects / 1e6


@dataclass(frozen=True)
class World:
    """All organisations, what is assumed of them, and where each stands among them.

    The organisations are in the order of the topic list, then of the data. Names and the three percentiles
    (number of projects, share of repeated ties, betweenness) are by organisation id.
    """

    assumptions: Mapping[str, Any]
    organisations: tuple[Organisation, ...]
    names: dict[str, str]
    experience: dict[str, float]
    relational: dict[str, float]
    structural: dict[str, float]


def read_organisations(data: Path = ORGANISATIONS, topic_list: Path = TOPIC_LIST) -> tuple[Organisation, ...]:
    """Read the data and join the topic list to it; the list is an order of preference and comes first."""
    with topic_list.open(encoding="utf-8", newline="") as file:
        topics = {row["organisation_id"]: row for row in csv.DictReader(file)}
    with data.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    organisations = [read_row(row, topics.get(row["organisation_id"], {})) for row in rows]
    if missing := set(topics) - {one.id for one in organisations}:
        raise ValueError(f"{topic_list.name} names organisations that {data.name} lacks: {sorted(missing)}")
    rank = {key: position for position, key in enumerate(topics)}
    return tuple(sorted(organisations, key=lambda one: rank.get(one.id, len(rank))))


def read_row(row: Mapping[str, str], topic: Mapping[str, str]) -> Organisation:
    """Read one organisation; `topic` is empty for those that the topic list does not name."""
    return Organisation(
        id=row["organisation_id"],
        name=row["name"],
        short_name=row["short_name"],
        activity_type=row["activity_type"],
        country=row["country"],
        projects=int(row["projects"]),
        partners=int(row["partners"]),
        stable_partners=int(row["stable_partners"]),
        ec_contribution_eur=float(row["ec_contribution_eur"]),
        betweenness=float(row["betweenness"]),
        label=topic.get("label", ""),
        known_fields=tuple(part for part in topic.get("known_fields", "").split("; ") if part),
        market=topic.get("market", ""),
        place=topic.get("place", ""),
    )


def read_world() -> World:
    """Read all inputs, name the organisations and rank them among each other."""
    organisations = read_organisations()

    def rank(figure: Callable[[Organisation], float]) -> dict[str, float]:
        return percentiles({one.id: figure(one) for one in organisations})

    return World(
        assumptions=tomllib.loads(ASSUMPTIONS.read_text(encoding="utf-8")),
        organisations=organisations,
        names=readable_names(organisations),
        experience=rank(lambda one: one.projects),
        relational=rank(lambda one: one.stable_partners / one.partners),
        structural=rank(lambda one: one.betweenness),
    )


def percentiles(values: Mapping[str, float]) -> dict[str, float]:
    """Share of all values below one's own, ties counted half: inside (0, 1), whatever the scale."""
    ordered = sorted(values.values())
    return {
        key: (bisect_left(ordered, value) + bisect_right(ordered, value)) / (2 * len(ordered))
        for key, value in values.items()
    }


def tidy(organisation: Organisation) -> str:
    """Make a registered name readable: `UNIVERSITAET BAYREUTH` as `Universitaet Bayreuth`, no legal form."""
    text = FORMALITIES.sub("", re.sub(r"\s+", " ", organisation.name).strip(" *,"))
    if text.isupper():
        text = lower_case(text, organisation.short_name)
    if len(text) > LONGEST_NAME >= len(organisation.short_name):
        return organisation.short_name
    return text if len(text) <= LONGEST_NAME else text[:LONGEST_NAME].rsplit(" ", 1)[0].rstrip(" ,-")


def lower_case(text: str, short_name: str) -> str:
    """Write a shouted name in mixed case and leave acronyms alone."""
    short = re.findall(r"\w+", short_name)
    # A long short name is the registered name once more: its words are no acronyms.
    acronyms = {word for word in short if word.isupper() and len(word) <= 5 and len(short) <= 3}
    words = text.split(" ")
    for position, word in enumerate(words):
        bare = word.strip("(),.'-/&")
        if SMALL_WORDS.fullmatch(bare) and position > 0:
            words[position] = word.lower()
        elif bare not in acronyms and re.search("[AEIOUY]", bare):
            words[position] = word.title().replace("'S", "'s")
    return " ".join(words)


def readable_names(organisations: Sequence[Organisation]) -> dict[str, str]:
    """Name each organisation `Name (country)`; where two agree, the organisation's code tells them apart."""
    names = {one.id: f"{one.label or tidy(one)} ({one.country})" for one in organisations}
    count = Counter(name.casefold() for name in names.values())
    twice = {name for name in names.values() if count[name.casefold()] > 1}
    return {key: f"{name[:-1]}, {key})" if name in twice else name for key, name in names.items()}


def find_lead(world: World, text: str) -> Organisation:
    """Find the company that is to lead, by its code or any of its names."""
    called: dict[str, set[Organisation]] = {}
    for one in world.organisations:
        for name in filter(None, (one.id, one.name, one.short_name, one.label, world.names[one.id])):
            called.setdefault(name.casefold(), set()).add(one)
    found = called.get(text.strip().casefold(), set())
    if not found:
        near = difflib.get_close_matches(text.casefold(), called, n=3)
        raise ValueError(f"no organisation is called {text!r}; near: {', '.join(near) or 'none'}")
    if len(found) > 1:
        which = "; ".join(sorted(world.names[one.id] for one in found))
        raise ValueError(f"{text!r} is the name of several organisations, say which: {which}")
    lead = found.pop()
    least = world.assumptions["project"]["min_credit"]
    if lead.activity_type != "PRC":
        raise ValueError(f"the lead must be a private company, not of activity type {lead.activity_type}")
    if credit(lead) < least:
        raise ValueError(f"the lead needs credit of at least {least}, {lead.name} has {credit(lead)}")
    return lead


def rank_candidates(world: World, lead: Organisation) -> list[Organisation]:
    """Order all organisations; every selection is the beginning of this list, so smaller ones nest in larger.

    The lead comes first, then the topic list, then the activity types take turns, each with its most
    experienced and most central organisation: data orders them, no hash decides who is a candidate.
    """
    others = [one for one in world.organisations if one.id != lead.id]
    ranked = [lead, *(one for one in others if one.label)]
    rest = sorted(
        (one for one in others if not one.label),
        key=lambda one: (-world.experience[one.id] - world.structural[one.id], one.id),
    )
    queues = {kind: [one for one in rest if one.activity_type == kind] for kind in world.assumptions["types"]}
    while any(queues.values()):
        for kind in world.assumptions["turns"]:
            if queues[kind]:
                ranked.append(queues[kind].pop(0))
    return ranked


def unit_hash(organisation_id: str, technology: str) -> float:
    """Make a number in [0, 1) of two names: no seed, no version of a random generator to depend on."""
    digest = hashlib.sha256(f"{organisation_id}|{technology}".encode()).digest()
    # 53 bits, the precision of a float: a longer number could round up to 1.
    return float((int.from_bytes(digest[:8], "big") >> 11) / 2**53)


def capabilities(world: World, one: Organisation) -> dict[str, float]:
    """Assume a technological profile: mastery of the type x experience x specialisation."""
    profile = {}
    mastery = world.assumptions["types"][one.activity_type]["mastery"]
    closeness = 1.0 if one.label else world.assumptions["firm"]["closeness_of_others"]
    experience = closeness * (0.7 + 0.3 * world.experience[one.id])
    for technology, typical in zip(world.assumptions["technologies"], mastery, strict=True):
        name = technology["name"]
        u = unit_hash(one.id, name)
        # Squared, so that most organisations are good at little and few are good at much.
        specialisation = 1.5 + 0.3 * u if name in one.known_fields else 0.2 + u * u
        profile[name] = round(min(1.0, typical * experience * specialisation), 3)
    return profile


def credit(one: Organisation) -> float:
    """Expect from a record with one good experience per partner that came back (Jøsang & Ismail 2002)."""
    return round((one.stable_partners + 1) / (one.stable_partners + 2), 3)


def make_firm(world: World, one: Organisation) -> dict[str, Any]:
    """Write one organisation as a firm of the instance."""
    assumed, kind = world.assumptions["firm"], world.assumptions["types"][one.activity_type]
    profile = capabilities(world, one)
    score = sum(each["weight"] * profile[each["name"]] for each in world.assumptions["technologies"])
    embedded = 0.2 + 0.4 * world.relational[one.id] + 0.4 * world.structural[one.id]
    full_cost = assumed["projects_of_work"] * max(one.cost_per_project, assumed["cost_floor"])
    firm = {
        "name": world.names[one.id],
        "role": kind["role"],
        "capabilities": profile,
        # Who knows little of a field absorbs little of what partners know (Cohen & Levinthal 1990).
        "cooperation": round(embedded * min(1.0, score / assumed["absorbing_score"]), 3),
        "efforts": {"full_cost": round(full_cost, 3), "exponent": 1.5, "steps": 2},
        "joining_cost": assumed["joining_cost"],
        "outside_option": round(assumed["outside_option"] * full_cost, 3),
        **kind["terms"],
        "reputation_stake": round(assumed["stake"] * one.cost_per_project, 3),
        "credit": credit(one),
    }
    if one.label and one.activity_type == "HES":
        firm["liquidity"] = assumed["cash_limit"]
    return firm


def make_relations(world: World, chosen: Sequence[Organisation]) -> list[dict[str, Any]]:
    """List the pairs that are no strangers: rivals in a market, neighbours in a place."""
    relations: list[dict[str, Any]] = []
    for one, other in combinations(chosen, 2):
        between = {"between": [world.names[one.id], world.names[other.id]]}
        if one.market and one.market == other.market:
            relations.append({**between, **world.assumptions["relations"]["rivals"]})
        elif one.place and one.place == other.place:
            relations.append({**between, **world.assumptions["relations"]["neighbours"]})
    return relations


def check_requirements(technologies: Sequence[Mapping[str, Any]], firms: Sequence[Any], least: float) -> None:
    """Refuse a selection in which nobody eligible masters a technology as required."""
    for name, needed in ((one["name"], one.get("requirement", 0.0)) for one in technologies):
        if not any(firm["capabilities"][name] >= needed for firm in firms if firm["credit"] >= least):
            raise ValueError(f"no candidate masters {name} at {needed}, as required: take more candidates")


def make_instance(world: World, lead: Organisation, candidates: int) -> dict[str, Any]:
    """Make the instance in which `lead` chooses among `candidates` organisations, itself counted."""
    if not 2 <= candidates <= len(world.organisations):
        raise ValueError(f"candidates must be from 2 to {len(world.organisations)}, not {candidates}")
    assumed, name = world.assumptions, world.names[lead.id]
    chosen = rank_candidates(world, lead)[:candidates]
    firms = [make_firm(world, one) for one in chosen]
    check_requirements(assumed["technologies"], firms, assumed["project"]["min_credit"])
    team = assumed["small_team"] if candidates <= assumed["small"] else assumed["large_team"]
    return {
        "format": "rd-contract/1",
        "name": f"Horizon 2020 battery alliance: {name} among {candidates} candidates",
        "description": assumed["description"].format(lead=name, others=candidates - 1),
        "source": assumed["source"].format(small=assumed["nobody_small"]),
        "currency": "EUR million",
        "project": {
            "lead": name,
            "technologies": assumed["technologies"],
            "team_size": {"min": 2, "max": team},
            **assumed["project"],
        },
        "modes": assumed["modes"],
        "monitoring": assumed["monitoring"],
        "firms": firms,
        "relations": make_relations(world, chosen),
    }


def make_call(world: World, lead: Organisation) -> dict[str, Any]:
    """Make the instance in which `lead` answers a call with rules over groups: who counts as small is assumed."""
    call = world.assumptions["call"]
    instance = make_instance(world, lead, call["candidates"])
    known = {one.id: one for one in world.organisations}
    small = [
        replace(known[key], label=world.names[key], known_fields=tuple(fields)) for key, fields in call["small"].items()
    ]
    members = [*rank_candidates(world, lead)[: call["candidates"]], *small]
    if twice := {one.id for one in small} & {one.id for one in members[: call["candidates"]]}:
        raise ValueError(f"candidates already, and again as small firms: {sorted(twice)}")
    firms = []
    for one in members:
        firm = make_firm(world, one)
        attributes = {"country": one.country, "kind": world.assumptions["types"][one.activity_type]["role"]}
        rate = round(call["funding_scale"] * call["funding"][one.activity_type], 3)
        head = {"name": firm.pop("name"), "role": firm.pop("role")} | ({"sme": True} if one in small else {})
        firms.append({**head, "attributes": attributes, **firm, "subsidy_rate": rate})
    marked = call["marked"].format(small=", ".join(world.names[one.id] for one in small))
    words = {"lead": world.names[lead.id], "candidates": len(firms), "others": len(firms) - 1}
    instance |= {
        "name": call["name"].format(**words),
        "description": call["description"].format(**words),
        "source": f"{world.assumptions['source'].format(small=marked)} {call['source']}",
        "firms": firms,
    }
    instance["project"] |= {"team_size": {"min": 2, "max": call["team"]}, "budget": call["budget"]}
    return instance | {"rules": call["rules"]}


def to_text(instance: Mapping[str, Any]) -> str:
    """Write JSON with one firm, relation or field of the project per line: small and diffable."""
    write = partial(json.dumps, ensure_ascii=False)

    def block(lines: Sequence[str], brackets: str) -> str:
        return brackets[0] + "\n    " + ",\n    ".join(lines) + "\n  " + brackets[1]

    parts = []
    for key, value in instance.items():
        if isinstance(value, dict):
            text = block([f"{write(name)}: {write(item)}" for name, item in value.items()], "{}")
        elif isinstance(value, list) and value:
            text = block([write(item) for item in value], "[]")
        else:
            text = write(value)
        parts.append(f"  {write(key)}: {text}")
    return "{\n" + ",\n".join(parts) + "\n}\n"


def write_whole(path: Path, text: str) -> None:
    """Write all or nothing: nobody reads half a file, and a failure leaves the old one."""
    if not path.parent.is_dir():
        raise OSError(f"no such folder: {path.parent}")
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".part")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
        os.chmod(temporary, 0o644)  # mkstemp makes private files
        os.replace(temporary, path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def bundled_files() -> dict[str, str]:
    """Make the text of every bundled file, by file name."""
    world = read_world()
    lead, sizes = find_lead(world, world.assumptions["lead"]), world.assumptions["sizes"]
    made = {f"horizon2020_{size}.json": to_text(make_instance(world, lead, size)) for size in sizes}
    return made | {"european_call.json": to_text(make_call(world, lead))}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the script: exit code 0, or 2 for wrong arguments, or 1 when a file cannot be read or written."""
    parser = argparse.ArgumentParser(
        prog="make_horizon2020.py",
        description="Make rd-contract instances from Horizon 2020 organisations. "
        "Without arguments: rewrite the bundled files beside this script.",
    )
    parser.add_argument("--candidates", type=int, metavar="N", help="organisations, with the lead (12)")
    parser.add_argument("--lead", metavar="NAME", help="a private company of the data (Bosch)")
    parser.add_argument("-o", "--output", type=Path, metavar="FILE", help="where to write (standard output)")
    options = parser.parse_args(arguments)
    try:
        if options.candidates is None and options.lead is None and options.output is None:
            for name, text in bundled_files().items():
                write_whole(HERE / name, text)
            return 0
        world = read_world()
        lead = find_lead(world, world.assumptions["lead"] if options.lead is None else options.lead)
        candidates = world.assumptions["small"] if options.candidates is None else options.candidates
        text = to_text(make_instance(world, lead, candidates))
        if options.output is None:
            sys.stdout.write(text)
        else:
            write_whole(options.output, text)
    except ValueError as error:
        parser.error(str(error))
    except OSError as error:
        parser.exit(1, f"{parser.prog}: error: {error}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
