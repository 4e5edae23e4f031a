"""The application of the local page: what it answers to which request."""

from __future__ import annotations

import math
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from importlib.resources import files
from typing import Any

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from rd_contract import Explanation, Instance, InstanceError, OptionError, Result, bundled_names, find_warnings
from rd_contract.formats.forms import ENCODINGS, READ
from rd_contract.report.award import Award
from rd_contract.report.award.content import award_page
from rd_contract.report.content.explanation import explanation_report
from rd_contract.report.content.overview import instance_summary
from rd_contract.report.page import Block, Page, Paragraph

from . import downloads
from .asked import ANSWERED, Refusal, listed, read_body, read_object, string
from .benches import (
    MOST_JOBS,
    Bench,
    Benches,
    Edited,
    Opened,
    Variant,
    edited,
    encodings_of,
    read_example,
    read_upload,
)
from .fields import COLUMNS, MEMBERSHIPS, firm_rows, project_fields
from .jobs import Job
from .orders import ExplainOrder, SolveOrder, explain_order, solve_order
from .pages import page_data, problem_data, text
from .security import Doors, Guard
from .variants import variants_page

#: Longest name of a variant that is kept.
_LONGEST = 60

#: What is explained where no firm is named.
_ALL = "the whole contract"

_SCRIPTS = ("page.js", "report.js", "server.js", "tab.js", "values.js")
_STATIC = {**dict.fromkeys(_SCRIPTS, "text/javascript"), "page.css": "text/css"}


class Desk:
    """Answers the page; one for each server."""

    def __init__(self) -> None:
        self.benches = Benches()

    def close(self) -> None:
        """End all that is being computed."""
        self.benches.close()

    def guarded(self, doors: Doors) -> Guard:
        """Return the application, behind its doors."""
        tab = "/tabs/{tab}"
        routes = [
            Route("/", _static("index.html", "text/html")),
            *(Route(f"/{name}", _static(name, kind)) for name, kind in _STATIC.items()),
            Route("/tabs", self.new_tab, methods=["POST"]),
            Route(tab, self.state),
            Route(f"{tab}/file", self.upload, methods=["POST"]),
            Route(f"{tab}/example", self.example, methods=["POST"]),
            Route(f"{tab}/values", self.values, methods=["POST"]),
            Route(f"{tab}/solve", self.solve, methods=["POST"]),
            Route(f"{tab}/explain", self.explain, methods=["POST"]),
            Route(f"{tab}/jobs/{{job:int}}/events", self.events),
            Route(f"{tab}/jobs/{{job:int}}/stop", self.stop, methods=["POST"]),
            Route(f"{tab}/comparison", self.comparison),
            Route(f"{tab}/variants/{{variant:int}}", self.variant, methods=["GET"]),
            Route(f"{tab}/variants/{{variant:int}}", self.forget, methods=["DELETE"]),
            Route(f"{tab}/variants/{{variant:int}}/files/{{form}}", self.download),
        ]
        return Guard(Starlette(routes=routes, exception_handlers=ANSWERED), doors)

    # --- tabs and instances ----------------------------------------------------------------------------------

    async def new_tab(self, request: Request) -> Response:
        """Open a tab; the name that it gets is its secret."""
        tab = self.benches.add(request.scope["session"])
        return JSONResponse(_offered() | {"tab": tab})

    async def state(self, request: Request) -> Response:
        """Tell all that a tab shows, so that it can be loaded again."""
        bench = self._bench(request)
        held = {} if bench.opened is None else await run_in_threadpool(_state, bench)
        return JSONResponse(_offered() | held)

    async def upload(self, request: Request) -> Response:
        """Open a file that was sent; where its encoding may be another one than was said, those that there are."""
        bench, name = self._bench(request), request.query_params.get("name", "")
        encoding = request.query_params.get("encoding")
        if encoding is not None and encoding not in ENCODINGS:
            raise Refusal(400, "There is no such encoding.")
        content = await read_body(request)
        try:
            opened = await run_in_threadpool(read_upload, name, content, encoding)
        except InstanceError as error:
            return JSONResponse({**listed(error), "encodings": encodings_of(error)})
        return await self._begin(bench, opened)

    async def example(self, request: Request) -> Response:
        """Open a bundled example."""
        bench, name = self._bench(request), string(await read_object(request), "name")
        return await self._begin(bench, await run_in_threadpool(read_example, name))

    async def _begin(self, bench: Bench, opened: Opened) -> Response:
        async with bench.lock:
            bench.begin(opened)
            return JSONResponse(await run_in_threadpool(_state, bench))

    async def values(self, request: Request) -> Response:
        """Change values: all those that differ from the file are given each time."""
        bench, given = self._bench(request), (await read_object(request)).get("values")
        if not isinstance(given, dict) or not all(isinstance(value, str) for value in given.values()):
            raise Refusal(400, "The request lacks the texts of its values.")
        async with bench.lock:
            opened, _ = _on(bench)
            bench.edited = await run_in_threadpool(edited, opened.instance, given)
            told = await run_in_threadpool(_understood, bench.edited.instance)
            return JSONResponse({**told, "changed": list(bench.edited.texts)})

    # --- computing -------------------------------------------------------------------------------------------

    async def solve(self, request: Request) -> Response:
        """Begin to solve what is on the bench; its result becomes a variant."""
        bench, asked = self._bench(request), await read_object(request)
        limit, name = _seconds(string(asked, "time_limit")), string(asked, "name").strip()[:_LONGEST]
        _, given = _on(bench)
        number = bench.number()
        source = bench.source
        taken = {one.name for one in bench.variants.values()}
        title = name if name and name not in taken else f"{name or 'Variant'} {number}"

        job = self._job(bench, number, f"Solving {text(title)}")

        def keep(result: Result) -> dict[str, Any]:
            """Keep the answer as a variant."""
            if bench.job is job:  # else another file was opened meanwhile
                bench.keep(Variant(number, title, given, result, source))
            return {"variant": number}

        job.start(solve_order, SolveOrder(given.instance, given.settings, limit), keep)
        return JSONResponse(job.describe())

    async def explain(self, request: Request) -> Response:
        """Begin to explain why a firm is in a variant's contract, or not; of no firm: all of the contract."""
        bench, asked = self._bench(request), await read_object(request)
        firm, number = string(asked, "firm"), asked.get("variant")
        variant = bench.variants.get(number) if isinstance(number, int) else None
        if variant is None or firm not in {"", *(one.name for one in variant.instance.firms)}:
            raise Refusal(404, "There is no such variant, or no such firm in it.")
        known = variant.explanations

        def keep(explanation: Explanation) -> dict[str, Any]:
            """Keep the answer with its variant."""
            known[firm] = explanation
            return {"variant": number, "firm": firm}

        job = self._job(bench, bench.number(), f"Explaining {text(firm or _ALL)} in {text(variant.name)}")
        job.start(explain_order, ExplainOrder(variant.instance, variant.result, firm), keep)
        return JSONResponse(job.describe())

    def _job(self, bench: Bench, number: int, title: str) -> Job:
        if bench.busy:
            raise Refusal(409, "Something is being computed in this tab already; stop it, or wait for it.")
        if self.benches.busy >= MOST_JOBS:
            raise Refusal(409, f"{MOST_JOBS} computations are under way in other tabs; stop one, or wait for it.")
        bench.job = Job(number, title)
        return bench.job

    async def events(self, request: Request) -> Response:
        """Tell how a computation goes, as long as it goes on; a browser that was cut off goes on where it was."""
        job = self._job_of(request)
        last = request.headers.get("last-event-id", "")
        seen = int(last) if last.isdecimal() and len(last) < 12 else 0
        return StreamingResponse(job.events(seen), media_type="text/event-stream")

    async def stop(self, request: Request) -> Response:
        """Stop a computation: with the best contract so far; asked a second time, at once."""
        job = self._job_of(request)
        job.stop()
        return JSONResponse(job.describe())

    # --- variants --------------------------------------------------------------------------------------------

    async def variant(self, request: Request) -> Response:
        """Tell all about a variant: its report, and what was explained of it."""
        variant = self._variant(request)
        return JSONResponse(await run_in_threadpool(_told, variant))

    async def forget(self, request: Request) -> Response:
        """Drop a variant."""
        variant = self._variant(request)
        del self._bench(request).variants[variant.number]
        return JSONResponse({})

    async def comparison(self, request: Request) -> Response:
        """Set all variants side by side."""
        variants = list(self._bench(request).variants.values())
        page = page_data(await run_in_threadpool(variants_page, variants)) if variants else []
        names = [{"number": one.number, "name": text(one.name)} for one in variants]
        return JSONResponse({"variants": names, "page": page})

    async def download(self, request: Request) -> Response:
        """Give a variant as a file."""
        variant, form = self._variant(request), request.path_params["form"]
        language = request.query_params.get("language", "en")
        if form not in downloads.forms(variant) or language not in downloads.LANGUAGES:
            raise Refusal(404, "There is no such file.")
        content = await run_in_threadpool(downloads.content, variant, form, language)
        name = downloads.file_name(variant, form)
        headers = {"Content-Disposition": f'attachment; filename="{name}"'}
        return Response(content, media_type=downloads.media_type(form), headers=headers)

    # --- what is meant ---------------------------------------------------------------------------------------

    def _bench(self, request: Request) -> Bench:
        bench = self.benches.find(request.scope["session"], request.path_params["tab"])
        if bench is None:
            raise Refusal(404, "This tab is not known any more: load the page again.")
        return bench

    def _job_of(self, request: Request) -> Job:
        job = self._bench(request).job
        if job is None or job.number != request.path_params["job"]:
            raise Refusal(404, "There is no such computation any more.")
        return job

    def _variant(self, request: Request) -> Variant:
        variant = self._bench(request).variants.get(request.path_params["variant"])
        if variant is None:
            raise Refusal(404, "There is no such variant any more.")
        return variant


def _static(name: str, kind: str) -> Callable[[Request], Awaitable[Response]]:
    content = files(__package__).joinpath("static", name).read_bytes()

    async def answer(_request: Request) -> Response:
        """Give the file."""
        return Response(content, media_type=kind)

    return answer


def _offered() -> dict[str, Any]:
    """Return what can be opened."""
    return {"examples": bundled_names(), "endings": READ}


def _on(bench: Bench) -> tuple[Opened, Edited]:
    if bench.opened is None or bench.edited is None:
        raise Refusal(409, "Open a file or an example first.")
    return bench.opened, bench.edited


def _seconds(given: str) -> float | None:
    """Return a time limit as it was typed; raises OptionError for what is none."""
    try:
        seconds = float(given) if given.strip() else None
    except ValueError:
        seconds = math.nan
    if seconds is not None and not (math.isfinite(seconds) and seconds > 0.0):
        raise OptionError(f"{given[:40]} is not a number of seconds above 0.")
    return seconds


def _understood(instance: Instance) -> dict[str, Any]:
    """Return what an instance says, and what in it is probably not meant."""
    warnings = find_warnings(instance)
    return {"summary": page_data(instance_summary(instance, len(warnings))), "warnings": problem_data(warnings)}


def _state(bench: Bench) -> dict[str, Any]:
    opened, given = _on(bench)
    instance = given.instance
    return {
        **_understood(instance),
        "name": text(opened.name),
        "notes": [{"kind": note.kind, "text": text(f"{note.head}: {note.text}")} for note in opened.notes],
        "currency": text(instance.currency),
        "memberships": MEMBERSHIPS,
        "edits": given.texts,
        "project": [asdict(one) for one in project_fields(instance, opened.instance)],
        "columns": [asdict(column) for column in COLUMNS],
        "firms": [asdict(row) for row in firm_rows(instance)],
        "job": bench.job.describe() if bench.busy and bench.job is not None else None,
    }


def _told(variant: Variant) -> dict[str, Any]:
    result = variant.result
    members = {member.firm for member in result.members}
    firms = [
        {"name": firm.name, "label": text(firm.name), "member": firm.name in members} for firm in variant.instance.firms
    ]
    explanations = [
        {"firm": firm, "label": text(firm or _ALL), "page": page_data(Page(_untitled(explanation_report(one))))}
        for firm, one in variant.explanations.items()
    ]
    return {
        "number": variant.number,
        "name": text(variant.name),
        "status": result.status,
        "source": text(variant.source),
        "downloads": downloads.forms(variant),
        "changed": [text(one) for one in variant.edited.words],
        "page": page_data(award_page(Award(result, variant.instance, variant.explanation))),
        "firms": sorted(firms, key=lambda firm: bool(firm["member"])),
        "explanations": explanations,
    }


def _untitled(page: Page) -> tuple[Block, ...]:
    """Return what a page says below its title: it stands under one already."""
    titled = bool(page.title) and isinstance(page.blocks[0], Paragraph)
    return page.blocks[1:] if titled else page.blocks
