"""Mistakes in JSON that is written by hand: the place is shown, and what to write instead."""

from __future__ import annotations

import pytest

from rd_contract import Instance, InstanceError
from rd_contract.base.errors import Problem


def problem_of(text: str) -> Problem:
    with pytest.raises(InstanceError) as caught:
        Instance.from_json(text)
    [problem] = caught.value.problems
    assert (problem.path, problem.rule) == ("", "file")
    assert str(problem).isprintable()
    return problem


MISTAKES = {
    '{"rate": >>>': {
        "40%, 1}": "write 0.4",
        "2,5%}": "write 0.025",
        "1,5, 1}": "write 1.5",
        "14 000 000}": "write 14000000",
        "14\u00a0000\u00a0000}": "write 14000000",
        "14,000,000}": "write 14000000",
        "14.000.000}": "write 14000000",
        "1.234,5}": "write 1234.5",
        ".5}": "write 0.5",
        "+5}": "write 5",
        "5.}": "write 5",
        "007}": "write 7",
        "\u20ac5}": "write 5",
        "5 \u20ac}": "write 5",
        "yes}": "write true",
        "True}": "write true",
        "no,": "write false",
        "None}": "write null",
        'Sky", ': 'put texts in double quotes: "',
        "Sky Frame}": 'put texts in double quotes: "',
        "\u201cSky\u201d}": 'use straight quotes: "',
        "'Sky'}": 'use double quotes: "',
        '"Sky,\n "b": 2}': 'end the text with a quote: "',
        '"C:\\data"}': "write \\\\ for one \\",
        '1,, "b": 2}': "remove one of the two commas",
        "[1,,2]}": "remove one of the two commas",
        "1,}": "remove the comma before the closing bracket",
        '1 // c\n, "b": 2}': "JSON has no comments",
        '1, # c\n "b": 2}': "JSON has no comments",
        '1\n "b": 2}': "put a comma between two entries",
        "[1, 2}": 'texts stand in quotes: "',
        "{": "the text ends too early: a bracket or a quote is not closed",
        "1}}": "a closing bracket too many, or two documents in one file",
    },
    "{>>>": {
        'name": 3}': 'put the key in double quotes: "',
        "name: 3}": 'put the key in double quotes: "',
        '"name: "Sky"}': 'a quote is missing before the colon: "',
        '"a" = 1}': 'write ":" between key and value',
        '"a" 1}': 'write ":" between key and value',
        "\u201cname\u201d: 3}": 'use straight quotes: "',
    },
}


@pytest.mark.parametrize(
    ("text", "hint"),
    [(start.removesuffix(">>>") + rest, hint) for start, cases in MISTAKES.items() for rest, hint in cases.items()],
)
def test_what_to_write_instead(text: str, hint: str) -> None:
    assert problem_of(text).hint == hint


def test_the_place_is_shown() -> None:
    problem = problem_of('{\n  "name": "x",\n  "project": {"subsidy_rate": 40%, "budget": 3}\n}')
    assert problem.found == (
        'a comma is missing at line 3, column 33: "project": {"subsidy_rate": 40>>>%, "budget": 3}'
    )
    long = '{"name": "' + "x" * 500 + '" "description": "' + "y" * 500 + '"}'
    assert f'...{"x" * 28}" >>>"description": "{"y" * 14}...' in problem_of(long).found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("firm,cost\nA,3\nB,4\n", "what seems to be a table (CSV)"),
        ("firm\tcost\nA\t3\n", "what seems to be a table (CSV)"),
        ("# rd-contract\n\nSeveral firms, together.\n", "what seems to be a text (Markdown)"),
        ("<!doctype html>", "what seems to be a web page or XML"),
        ("Dear board,\n\nplease find", 'a text that begins with "Dear board,"'),
    ],
)
def test_other_kinds_of_files_are_told(text: str, found: str) -> None:
    problem = problem_of(text)
    assert (problem.found, problem.expected) == (found, "a JSON object, which begins with {")
