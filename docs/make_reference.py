"""Write docs/formats.md from the code: file formats, rules, checks, commands, exit codes, library.

python docs/make_reference.py

Fields, types, ranges and defaults come from the JSON Schemas, options from the commands' functions, signatures and
sentences from the library. Only what the code cannot say of itself, what an identifier means, stands here; a test
fails when the page is out of date or an identifier is not explained.
"""

from __future__ import annotations

import ast
import inspect
import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Annotated, Any, Literal, get_args, get_origin, get_type_hints

import typer

import rd_contract
from rd_contract.base.errors import RdContractError
from rd_contract.formats.doors import Validated
from rd_contract.instance.judging import RULES
from rd_contract.instance.refusals import CAPABILITIES, CHANGEABLE, REFUSED
from rd_contract.ledger.entries import DATA
from rd_contract.pipeline import METHODS
from rd_contract_cli.exits import ExitCode
from rd_contract_cli.main import app

PAGE = Path(__file__).resolve().parent / "formats.md"

Schema = dict[str, Any]

INTRODUCTION = """# Reference

This page is generated from the code by `docs/make_reference.py`; do not edit it by hand.

- [Instance file](#instance-file): what you write; [rules](#rules) across its fields
- [Result file](#result-file): what you get; [checks](#checks) of its certificate
- [Sweep file](#sweep-file): what you vary; [point file](#point-file): what you get for each point
- [Comparison file](#comparison-file): forms of cooperation, or several results, side by side
- [Explanation file](#explanation-file): why a contract is as it is, or why there is none
- [Frontier file](#frontier-file): the contracts that no other beats in two goals
- [Advice file](#advice-file): whether to explore or to exploit, and what each mode is worth
- [Entry of a ledger](#entry-of-a-ledger): what happened after signing; [credit rules](#credit-rules): how it counts
- [Commands](#commands) and [exit codes](#exit-codes)
- [Library](#library)

All files are JSON in UTF-8. They are closed: an unknown key is an error, and the message names the nearest known
key. Numbers must be finite; `4.0` is a whole number. Names have one spelling: blanks around them do not count, a run
of blanks of any kind is one blank, and characters are composed (NFC). `null` means "no limit" or "not given". Money
is in one unit throughout, the instance's `currency`. The numbers in brackets, as in (M11), are equations of
[the model](model.md)."""

INSTANCE = """## Instance file

Format `rd-contract/1`. `rd-contract check FILE` tells whether a file is valid, `rd-contract schema instance` prints
the JSON Schema, for editors that complete and check while you type. The same data may stand in an Excel workbook, in a
folder of CSV files or, in part, in one CSV file: [from a spreadsheet to an answer](spreadsheets.md)."""

RESULT = """## Result file

Format `rd-contract-result/1`, written by `rd-contract solve -o FILE` and `rd-contract solve --json`, read by
`rd-contract verify`. Without a contract (`no_contract`, `stopped`), `members` is empty and the amounts and the
regime are `null`. Fields may be added in later versions; these keep their name and meaning."""

SWEEP = """## Sweep file

Format `rd-contract-sweep/1`, read by `--plan`: what `--vary` and its companions say, in a file. A sweep leaves one in
its folder as `sweep.json`."""

POINT = """## Point file

Format `rd-contract-point/1`, one for each point in the folder `points/` of a sweep. Beside it lie `instance.json`, the
`settings.json` of every solve, and the tables."""

COMPARISON = """## Comparison file

Format `rd-contract-comparison/1`, written by `rd-contract compare -o FILE` and `rd-contract compare --json`. Each row
that was solved names its instance by fingerprint; `form_instance` of the library makes that instance again."""
EXPLANATION = """## Explanation file

Format `rd-contract-explanation/1`, written by `rd-contract explain -o FILE` and `rd-contract explain --json`. Without a
contract, only `obstacles`, `relaxations` and `correction` say something."""

FRONTIER = """## Frontier file

Format `rd-contract-frontier/1`, written by `rd-contract frontier -o FILE` and `rd-contract frontier --json`. Each point
is a contract of the instance, with surpluses over its outside options."""

ADVICE = """## Advice file

Format `rd-contract-advice/1`, written by `rd-contract advise --json`. (A1)-(A4) are [section 10 of the
model](model.md#10-advice-on-the-mode)."""

ENTRY = """## Entry of a ledger

Format `rd-contract-entry/1`: a line of the files that `rd-contract ledger export` writes, as canonical JSON (RFC 8785),
so that equal entries are equal bytes. `kind` decides what `data` holds:"""

CREDIT_RULES = """## Credit rules

Format `rd-contract-credit-rules/1`, read by `rd-contract ledger credit --rules`. What a file leaves out is as usual."""

#: What each rule across fields asks for.
RULE_MEANINGS = {
    "unique-firms": "No two firms have the same name.",
    "unique-technologies": "No two technologies have the same name.",
    "unique-modes": "No two modes have the same name.",
    "unique-monitoring": "No two monitoring options have the same name.",
    "technology-weights": "At least one technology has a weight above 0.",
    "known-capabilities": "A firm's capabilities name technologies of the project.",
    "known-lead": "The lead is one of the firms.",
    "known-partners": "A relation names two of the firms.",
    "unique-pairs": "A pair of firms is described once, whichever firm comes first.",
    "lead-needed": 'Objective `"lead"` and division `"lead"` need a lead.',
    "lead-excluded": "The lead is not excluded.",
    "compelled-credit": "The lead and required firms reach `min_credit`.",
    "compelled-exclusive": "Two firms that must both join are not exclusive.",
    "team-size-compelled": "The largest team has room for the lead and all required firms.",
    "team-size-eligible": "There are eligible firms, and enough of them for the smallest team.",
    "requirement-met": "Some eligible firm reaches each technology's requirement.",
    "levels-increase": "The levels of an effort menu strictly increase.",
    "costs-increase": "The costs of an effort menu do not decrease.",
    "subsidy-and-reimbursement": "Subsidy rate and largest reimbursement rate together do not exceed 1 (M9).",
    "share-floors": "The share floors of the lead and required firms leave room within 1 (M12).",
    "share-caps": "The share caps of the eligible firms add up to 1 at least (M12).",
    "unique-rules": "Rules have different names.",
    "known-attributes": "Rules, and the unions of a division, name attributes that some firm has.",
    "known-context-modes": "The context names modes of the instance, where it names others than the usual ones.",
    "context-position": "Something tells what the lead is where factors of manufacturers and distributors are given.",
    "unions-named": "The division `owen` has unions: an attribute is named in `division_unions`.",
    "known-rule-firms": "Rules name firms of the instance.",
    "rule-on-itself": "A firm does not depend on itself, nor on more firms than are named.",
    "group-of-nobody": "Some firm is in the group of each rule.",
    "rule-met": "Eligible firms can keep each rule over groups by itself.",
    "unique-scenarios": "Scenarios have different names.",
    "scenario-probabilities": "All scenarios have a probability, and they add up to 1, or none has one.",
    "scenario-changes": "What a scenario changes are numbers that enter (M1)-(M11), (M13) or (M15), each once; "
    "they stay within their ranges, and effort menus in order.",
    "plans-before-effort": "Efforts by scenario are agreed only where members know it before they work (M26).",
    "too-many-plans": "With efforts by scenario no firm has more than 500 plans: levels to the power of scenarios.",
    "division-of-the-worst": "Divisions that value coalitions go with the expected surplus only (M30).",
    "empty-rule": "A rule over groups has no limit: it restricts nothing.",
    "unused-uncertainty": "It is said how to reckon with scenarios, but there are none.",
    "impossible-scenario": "A scenario of probability 0 binds all the same; as the worst, it decides (M26), (M30).",
    "idle-change": "A scenario has a factor on numbers that are 0, or nothing: it changes nothing.",
    "idle-factor": "The context has a factor of another position in the chain than the lead's: it does not count.",
    "idle-alpha": "A worst part is named although contracts are not judged by it: it has no effect.",
    "far-change": "A scenario has 300 times what the instance says, or a 300th of it: it may be in another unit.",
    "idle-unions": "Unions are named although the surplus is not divided by the Owen value: they have no effect.",
    "idle-deposit": "A deposit is offered although no monitoring option detects anything: it has no effect.",
    "unused-capabilities": "Contributions are to be derived, but the project's value is 0: they are taken as 0.",
    "other-unit": "An amount of a firm is 300 times the median of the others or more: it may be in another unit.",
    "similar-names": "Two names differ in upper and lower case only.",
    "no-idle-level": "A firm's menu has no level 0: the firm is taken to be unable to idle.",
    "negative-contribution": "A firm's effort is said to lower revenue.",
    "some-liquidity": "Most firms state their liquidity, but some do not: those have cash without limit.",
    "blind-monitoring": "A monitoring option costs something and detects next to nothing.",
}

#: What the warnings mean that need the derived numbers.
SCREENING_MEANINGS = {
    "dear-joining": "A firm costs a hundred times more to join than it could ever bring.",
    "cheap-effort": "A firm's effort brings a thousand times what any effort costs: units may be mixed up.",
    "negative-marginal-value": "In the largest team some firm's effort would lower revenue, so much do members "
    "overlap, or so far below 0 are synergies that relations state: the value (M7) is of second order "
    "and not made for such teams.",
}

SCREENING_MEANINGS["rules-together"] = "No team can keep some rules together, one over groups among them."

#: What each check of the certificate asks.
CHECK_MEANINGS = {
    "instance": "The result was made for exactly these data (fingerprint).",
    "claims": "What the result says of itself fits together: title, currency, status, what is given and what is not.",
    "regime": "The chosen mode and monitoring option exist.",
    "member-once": "No firm is listed twice.",
    "member-known": "Every member is a firm of the instance.",
    "eligible": "The member may join: not excluded, credit high enough (M17).",
    "effort-menu": "The agreed effort is on the member's menu.",
    "effort-label": "It bears the menu's word.",
    "required": "The lead and required firms are members (M17).",
    "team-size": "The team is neither too small nor too large (M17).",
    "exclusive": "No exclusive pair is together (M17).",
    "technology": "Some member masters each required technology (M18).",
    "rule": "Each rule over groups holds, by what the members are, do and get (M32)–(M35).",
    "budget": "R&D and joining costs stay within the budget (M16).",
    "share-sum": "The shares add up to 1 (M12).",
    "share-bounds": "Each share lies between floor and cap (M12).",
    "rate-bounds": "Each reimbursement rate lies between 0 and its largest value (M9).",
    "deposit-bounds": "Each deposit lies between 0 and its largest value (M14).",
    "liquidity": "No member pays in more than it has (M14).",
    "cost-sharing-budget": "Reimbursements stay within their budget (M14).",
    "pool-balance": "Transfers, reimbursements, monitoring and coordination add up to 0 (M13).",
    "incentive": "No other effort level pays the member more; every level is tried (M11).",
    "participation": "The member earns at least its outside option (M15).",
    "joint-profit": "The members' payoffs add up to the alliance's profit, written out term by term (M19).",
    "figures": "Every number that the result reports is what it should be, recomputed.",
    "bound": "The contract is worth no more than the proven bound.",
    "gap": "The gap is the distance between value and bound.",
    "rounding": "Terms are multiples of the steps that are named, and sums of them are exact, to the last digit (M38).",
    "regimes": "Every regime is reported once, the chosen one with the contract's value, none as better.",
    "scenarios": "Every scenario is told of once, with what the contract comes to in it, and the efforts of a plan.",
    "first-best": "The benchmark without moral hazard obeys the rules and is worth what is said (M22).",
    "stand-alone": "What single firms reach without partners is what is said.",
    "margin": "Every deviation costs at least the margin that was asked for.",
    "only-equilibrium": "The agreed efforts are the only equilibrium, where that was asked for.",
    "division": "The targets of the division rule are those of the members, add up, and are as far away as is said.",
    "stability": "The part that would rather leave consists of members, has what is said, and reaches more.",
    "stable-terms": "Each claim of a group is met by what its members have, but for the tax that is said (M37).",
    "alternative": "Each of the next best alliances keeps every condition, and they stand in order.",
    "certificate": "Of a file: the certificate in it says what verification finds, equilibria included.",
    "options": "Of a file: the options of its search can be asked for, and fit margin, robustness and alternatives.",
    "proof": "Of a file: no regime could reach beyond the bound, and every status fits its bound.",
    "itself": "Of a file without its instance: sums and verdicts do not contradict each other.",
    "optimum": "Solving again reaches nothing beyond the bound, and proves nothing below the contract's value.",
    "terms": "Solving again states the same terms, where it was the same search.",
    "alternatives": "Solving again finds as many next best alliances, of the same values.",
    "obstacles": "Looking again, the same rules stand in the way.",
    "complete": "Nothing that the same search finds is left out of the file.",
}

#: What each exit code says.
EXIT_MEANINGS = {
    0: "`solve`: a contract, proven within the gap, its certificate holds. `verify`: nothing in the file is refuted. "
    "`check`: the instance is valid. `ledger verify`: the ledger holds.",
    1: "An error inside the program, or a file that cannot be written.",
    2: "Wrong usage: an unknown option, or a value outside its range.",
    3: "A bad instance, result or other file: every problem is listed with its place, what was found, what is "
    "expected; of more than fifty the first fifty. A ledger that another program keeps locked.",
    4: "Proven: no contract exists. The report says which rules stand in the way.",
    5: "Stopped early, by a limit or by Ctrl-C: the best contract so far is reported, if there is one.",
    6: "The certificate does not hold, or a file says what is not so: do not sign. A ledger was tampered with, or "
    "copies of it part.",
    130: "Ended by a second Ctrl-C, or by Ctrl-C where there is nothing to keep.",
}


def reference() -> str:
    """Return the text of the page."""
    parts = [
        INTRODUCTION,
        INSTANCE,
        "`name`, `description`, `source`, `label` and `dimension` are carried along and decide nothing; so do "
        "`role`, `sme`\n"
        "and `attributes` of firms, as long as no rule in `rules` names them. `context` decides no contract either: "
        "[advice](advice.md)\nrests on it.",
        *_tables(rd_contract.json_schema("instance"), "the file itself"),
        *_scenarios(),
        *_rules(),
        RESULT,
        *_tables(rd_contract.json_schema("result"), "the file itself"),
        *_checks(),
        SWEEP,
        *_tables(rd_contract.json_schema("sweep"), "the sweep file"),
        POINT,
        *_tables(rd_contract.json_schema("point"), "the file of a point"),
        COMPARISON,
        *_tables(rd_contract.json_schema("comparison"), "the comparison file"),
        EXPLANATION,
        *_tables(rd_contract.json_schema("explanation"), "the explanation file"),
        FRONTIER,
        *_tables(rd_contract.json_schema("frontier"), "the frontier file"),
        ADVICE,
        *_tables(rd_contract.json_schema("advice"), "the file of advice"),
        ENTRY,
        _table(
            ("kind", "its data"),
            [(f"`{kind}`", f"[{data.__name__}](#{data.__name__.lower()})") for kind, data in DATA.items()],
        ),
        *_tables(rd_contract.json_schema("entry"), "an entry"),
        CREDIT_RULES,
        *_tables(rd_contract.json_schema("credit-rules"), "the file of credit rules"),
        *_commands(),
        *_exit_codes(),
        *_library(),
    ]
    return "\n\n".join(parts) + "\n"


def identifiers() -> dict[str, tuple[dict[Any, str], set[Any]]]:
    """Return, for each kind of identifier, what is explained here and what occurs in the code."""
    return {
        "rules": (dict(RULE_MEANINGS), {rule.id for rule in RULES}),
        "checks": (dict(CHECK_MEANINGS), check_identifiers()),
        "exit codes": (dict(EXIT_MEANINGS), {int(code) for code in ExitCode}),
    }


# --- the formats -----------------------------------------------------------------------------------------


def _tables(schema: Schema, title: str) -> Iterator[str]:
    """Yield a table of fields for a schema and for each object in it, in the order of their first mention."""
    definitions = schema.get("$defs", {})
    yield f"Fields of {title}:"
    yield _fields(schema)
    seen: list[str] = []
    queue = _mentioned(schema["properties"])
    while queue:
        name = queue.pop(0)
        if name not in seen:
            seen.append(name)
            queue = _mentioned(definitions[name].get("properties", {})) + queue
    for name in seen:
        yield f"### {name}"
        yield _plain(definitions[name].get("description", ""))
        yield _fields(definitions[name])


def _mentioned(node: Any) -> list[str]:
    """Return the names of the objects that a part of a schema mentions."""
    if isinstance(node, dict):
        own = [node["$ref"].rsplit("/", 1)[-1]] if "$ref" in node else []
        return own + [name for key, item in node.items() if key != "default" for name in _mentioned(item)]
    return [name for item in node for name in _mentioned(item)] if isinstance(node, list) else []


def _fields(schema: Schema) -> str:
    required = set(schema.get("required", ()))
    rows = []
    for name, field in schema["properties"].items():
        default = "required" if name in required else _default(field)
        rows.append((f"`{name}`", _type(field), _range(field), default, _plain(field.get("description", ""))))
    return _table(("field", "type", "range", "default", "meaning"), rows)


def _type(field: Schema) -> str:
    for key in ("anyOf", "oneOf"):
        if key in field:
            return " or ".join(_type(item) for item in field[key])
    if "$ref" in field:
        name = field["$ref"].rsplit("/", 1)[-1]
        return f"[{name}](#{name.lower()})"
    if "const" in field or "enum" in field:
        return ", ".join(f"`{json.dumps(value)}`" for value in field.get("enum", [field.get("const")]))
    if field.get("type") == "array":
        return f"list of {_type(field.get('items', {}))}"
    if field.get("type") == "object":
        inner = field.get("additionalProperties")
        return f"object, each value {_type(inner)}" if isinstance(inner, dict) else "object"
    words = {"string": "text", "integer": "whole number", "boolean": "true or false"}
    kinds = field.get("type", "any")
    return " or ".join(words.get(kind, kind) for kind in ([kinds] if isinstance(kinds, str) else kinds))


def _range(field: Schema) -> str:
    parts = []
    for item in [field, *field.get("anyOf", ()), *field.get("oneOf", ()), field.get("additionalProperties", {})]:
        if not isinstance(item, dict):
            continue
        if "minItems" in item or "maxItems" in item:
            least = item.get("minItems", 0)
            most = f" to {item['maxItems']}" if "maxItems" in item else " or more"
            exact = item.get("maxItems") == least
            parts.append(f"{least}{'' if exact else most} entries")
        if said := _limits(item):
            parts.append(said)
    return "; ".join(dict.fromkeys(parts))


def _limits(field: Schema) -> str:
    """Return between which numbers a number lies, with or without them."""
    low, high = field.get("minimum"), field.get("maximum")
    above, below = field.get("exclusiveMinimum"), field.get("exclusiveMaximum")
    first = f"above {above:g}" if above is not None else "" if low is None else f"{low:g}"
    if below is not None:
        last = f"{'or more, ' if first and above is None else 'and ' if first else ''}below {below:g}"
    elif high is not None:
        last = f"{'up ' if above is not None else ''}to {high:g}"
    else:
        last = "or more" if low is not None and above is None else ""
    return f"{first} {last}".strip()


def _default(field: Schema) -> str:
    value = field.get("default")
    if isinstance(value, dict) and value:
        return "its fields' defaults"
    if isinstance(value, float) and value == int(value):
        value = int(value)
    return f"`{json.dumps(value)}`"


def _scenarios() -> Iterator[str]:
    yield "### What scenarios may change"
    yield (
        "Numbers, by [paths](how-to.md#see-when-the-alliance-changes) as sweeps have them. A change of anything else "
        "is refused with the reason."
    )
    numbers = [(f"`{holder}`", _listed_code(names)) for holder, names in CHANGEABLE.items()]
    yield _table(("of", "may change"), [*numbers, (f"`{CAPABILITIES}`", "all of them")])
    yield _table(("may not change", "because"), [(_listed_code(fields), reason) for reason, fields in REFUSED.items()])


def _listed_code(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _rules() -> Iterator[str]:
    yield "### Rules"
    yield (
        "Beside the ranges above, an instance obeys these rules across fields. An *error* refuses the instance, a "
        "*warning* is shown and the instance is used. All problems are reported at once."
    )
    rows = [(f"`{rule.id}`", rule.severity, RULE_MEANINGS.get(rule.id, "")) for rule in RULES]
    rows += [(f"`{name}`", "warning", text) for name, text in SCREENING_MEANINGS.items()]
    yield _table(("rule", "severity", "meaning"), rows)


# --- the certificate -------------------------------------------------------------------------------------


def check_identifiers() -> set[str]:
    """Return the identifiers of all checks: the first arguments of the functions that give a verdict."""
    verdicts = {"at_most", "at_least", "equal", "within", "fact", "none_found", "same", "as_fact"}
    module = inspect.getmodule(rd_contract.verify)
    assert module is not None
    assert module.__file__ is not None
    found = set()
    rooms = Path(module.__file__).parent
    for path in (
        *sorted(rooms.glob("*.py")),
        *(rooms.parent / "study" / name for name in ("audit.py", "second_solve.py")),
    ):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            called = getattr(node.func, "id", getattr(node.func, "attr", "")) if isinstance(node, ast.Call) else ""
            if isinstance(node, ast.Call) and called.removeprefix("_") in verdicts:
                first = node.args[0] if node.args else None
                if isinstance(first, ast.Constant) and isinstance(first.value, str):
                    found.add(first.value)
    return found


def _checks() -> Iterator[str]:
    yield "### Checks"
    yield (
        "The certificate lists each condition with the value that was computed and the limit it is held against. "
        "Checks of a member name the firm. The last ones are not part of it: `rd-contract verify` asks them of a file, "
        "with `--solve` also by solving again."
    )
    yield _table(("check", "what holds"), [(f"`{name}`", text) for name, text in CHECK_MEANINGS.items()])


# --- the command line ------------------------------------------------------------------------------------


#: Which files stay as they are.
_OVERWRITING = """*What is overwritten.* Answers are made anew each time: results, explanations, comparisons,
frontiers, tables, pictures, models and reports replace the file that is there. What no command can make again does
not go unasked: an instance in any form, a sweep plan, credit rules, a ledger, its exports, checkpoints and proofs, a
key. Commands that write instances, capabilities or exports overwrite with `--force` only; the others do not overwrite
such a file at all, and `report` no workbook or document in which somebody has worked, unless with `--force`. Where
nothing is lost it takes no `--force`: an empty file is free, `renew` and `ledger credit --apply` may write the same
again, and `ledger export` a longer export in place of an earlier one of the same record. Where the shell sends
standard output to a file, as with `ledger checkpoint` and `ledger prove`, the shell overwrites; after `set -o
noclobber` it refuses."""


def _commands() -> Iterator[str]:
    yield "## Commands"
    yield (
        "Data goes to standard output; messages, warnings and progress go to standard error. Every command has "
        f"`--help`, the program has `--version`. This version knows the methods {_listed(METHODS)}."
    )
    yield _OVERWRITING
    for name, callback, text in _callbacks(app, ""):
        yield f"### rd-contract {name}"
        yield _plain(text.strip())
        rows = [_parameter(*item) for item in _parameters(callback)]
        if rows:
            yield _table(("argument or option", "default", "meaning"), rows)


def _callbacks(program: typer.Typer, prefix: str) -> Iterator[tuple[str, Callable[..., Any], str]]:
    for command in program.registered_commands:
        if command.callback is not None:
            yield f"{prefix}{command.name}", command.callback, command.help or ""
    for group in program.registered_groups:
        if group.typer_instance is not None:
            yield from _callbacks(group.typer_instance, f"{prefix}{group.name} ")


def _parameters(callback: Callable[..., Any]) -> Iterator[tuple[str, Any, Any, Any]]:
    """Yield name, declaration, type and default of each parameter of a command."""
    hints = get_type_hints(callback, include_extras=True)
    for name, parameter in inspect.signature(callback).parameters.items():
        if get_origin(hints[name]) is Annotated:
            kind, *extras = get_args(hints[name])
            yield name, extras[0], kind, parameter.default


def _parameter(name: str, declared: Any, kind: Any, default: Any) -> tuple[str, str, str]:
    is_option = isinstance(declared, typer.models.OptionInfo)
    # Typer takes the first name of an option for its default when it is declared by annotation.
    names = [*([declared.default] if isinstance(declared.default, str) else []), *(declared.param_decls or ())]
    words = "`, `".join(names) or (f"--{name.replace('_', '-')}" if is_option else "")
    literals = [
        part for part in (kind, *get_args(kind)) if get_origin(part) is Literal
    ]  # the type, or one that may be None
    choices = "|".join(str(word) for literal in literals for word in get_args(literal))
    metavar = declared.metavar or choices
    shown = f"`{words}`" if words else ""
    if metavar and kind is not bool:
        shown = f"{shown} `{metavar}`".strip()
    if default is inspect.Parameter.empty:
        text = "required"
    elif isinstance(declared.show_default, str):
        text = declared.show_default
    else:
        text = "" if default is None or default is False else str(default)
    return shown, text, declared.help or ""


def _exit_codes() -> Iterator[str]:
    yield "## Exit codes"
    yield _table(("code", "meaning"), [(str(int(code)), EXIT_MEANINGS.get(int(code), "")) for code in ExitCode])


# --- the library -----------------------------------------------------------------------------------------


def _library() -> Iterator[str]:
    yield "## Library"
    yield (
        "`import rd_contract` loads nothing but names; each is loaded when it is first used. The library prints "
        "nothing and keeps no state."
    )
    yield (
        "Parts of an instance or of a plan are made by calling their class, fields by name. That validates, as "
        "`model_validate`, `model_validate_json` and `model_copy(update=...)` do: `InstanceError`, or `PlanError`, "
        "tells every problem."
    )
    for name in rd_contract.__all__:
        thing = getattr(rd_contract, name)
        if inspect.isfunction(thing):
            yield f"### {name}()"
            yield f"```text\n{name}{_signature(thing)}\n```"
            yield _plain(inspect.cleandoc(thing.__doc__ or ""))
        elif inspect.isclass(thing) and not issubclass(thing, RdContractError):
            yield f"### class {name}"
            yield _first_sentence(thing)
            yield _members(thing)
    yield "### Errors"
    errors = [getattr(rd_contract, name) for name in rd_contract.__all__]
    errors = [item for item in errors if inspect.isclass(item) and issubclass(item, RdContractError)]
    yield _table(
        ("error", "is a", "meaning"),
        [(f"`{item.__name__}`", f"`{item.__mro__[1].__name__}`", _first_sentence(item)) for item in errors],
    )
    yield "`InstanceError` and `ResultError` carry `problems`, a tuple of `Problem`, and `source`, the file's name."


def _members(thing: type) -> str:
    """Return the public methods and properties that a class of the library has of its own, and its fields."""
    rows = []
    fields = getattr(thing, "__dataclass_fields__", {})
    rows += [(f"`{name}`", "field") for name in fields]
    # What all parts of documents have in common is said once, above.
    own = [base for base in thing.__mro__ if base.__module__.startswith("rd_contract") and base is not Validated]
    known = set(fields)
    for base in own:
        for name, item in vars(base).items():
            if name.startswith("_") or name in (*known, "model_post_init"):  # that one is pydantic's
                continue
            known.add(name)
            target = item.__func__ if isinstance(item, classmethod) else item
            if isinstance(item, property):
                rows.append((f"`{name}`", _first_sentence(item)))
            elif inspect.isfunction(target):
                rows.append((f"`{name}{_signature(target)}`", _first_sentence(target)))
    head = "" if fields else "Its fields are those of the file format."
    return "\n\n".join(part for part in (head, _table(("member", "meaning"), rows) if rows else "") if part)


def _signature(function: Callable[..., Any]) -> str:
    """Return the parameters of a function as written, without quotes around types."""
    parts, star = [], False
    signature = inspect.signature(function)
    for name, parameter in signature.parameters.items():
        if name in ("self", "cls"):
            continue
        if parameter.kind is parameter.KEYWORD_ONLY and not star:
            parts.append("*")
            star = True
        prefix = "**" if parameter.kind is parameter.VAR_KEYWORD else ""
        annotation = "" if parameter.annotation is parameter.empty else f": {_annotation(parameter.annotation)}"
        default = "" if parameter.default is parameter.empty else f" = {parameter.default!r}"
        parts.append(f"{prefix}{name}{annotation}{default}")
    result = "" if signature.return_annotation is signature.empty else f" -> {_annotation(signature.return_annotation)}"
    return f"({', '.join(parts)}){result}"


def _annotation(annotation: Any) -> str:
    return annotation if isinstance(annotation, str) else getattr(annotation, "__name__", str(annotation))


def _first_sentence(thing: Any) -> str:
    return _plain(inspect.cleandoc(thing.__doc__ or "").partition("\n\n")[0].replace("\n", " "))


# --- text ------------------------------------------------------------------------------------------------


def _plain(text: str) -> str:
    """Return docstring text as Markdown: headings of sections in bold, code in single backticks."""
    text = re.sub(r":\w+:`[~!]?([^`]+)`", lambda role: f"`{role[1].rsplit('.', 1)[-1]}`", text)
    text = re.sub(r"^(\w[\w ]*)\n-{3,}\n", r"**\1**\n\n", text, flags=re.MULTILINE)
    # A parameter and its explanation, which stands indented in the next line.
    text = re.sub(r"^([\w, ]+)\n {4}(\S.*)$", r"- `\1`: \2", text, flags=re.MULTILINE)
    return text.replace("``", "`")


def _listed(words: Sequence[str]) -> str:
    *first, last = (f"`{word}`" for word in words)
    return f"{', '.join(first)} and {last}" if first else last


def _table(head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    used = [at for at in range(len(head)) if at == 0 or any(row[at] for row in rows)]
    lines = [[head[at] for at in used], ["---"] * len(used), *([row[at] for at in used] for row in rows)]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |" for cells in lines)


if __name__ == "__main__":
    PAGE.write_text(reference(), encoding="utf-8")
