"""What members and groups of firms claim of the surplus, and how far a contract meets it: parts of a result.

Members claim what a division rule gives them (M23); groups, what they would reach by an alliance of their own, which
they would otherwise leave for (M24), (M37).
"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from ..formats.documents import Closed, Count, Flag, Real, Text


class DivisionTargets(Closed):
    """What a division rule that values coalitions (M23) aims at, and how near the terms come."""

    targets: dict[str, Real] = Field(description="Surplus that the rule gives each member; empty if not finished")
    standard_errors: dict[str, Real] = Field(
        description="Standard error of each target where orders were sampled; empty where targets are exact"
    )
    distance: Real | None = Field(
        description="Largest difference between a surplus and its target: more than nothing where liquidity, floors or "
        "incentives do not let the target be paid"
    )
    searches: Count = Field(description="Coalitions that were searched")
    finished: Flag = Field(description="Whether the targets are known; if not, the surplus is divided equally")


class Outsiders(Closed):
    """Whether a group of firms, at least one of them a member, would gain by another alliance (M37)."""

    stable: Flag = Field(description="Whether no group would")
    group: tuple[Text, ...] = Field(
        description="The group that would gain most, its members first, then firms from outside; empty if stable"
    )
    value: Real | None = Field(description="What it reaches by an alliance of its own, v(T) (M23)")
    surplus: Real | None = Field(description="What the members in it have together by the contract")


class Stability(Closed):
    """Whether a part of the alliance would earn more on its own (M24), or a group with firms outside (M37)."""

    stable: Flag = Field(description="Whether no part would")
    coalition: tuple[Text, ...] = Field(description="The part that would gain most; empty if stable")
    value: Real | None = Field(description="What it reaches on its own, v(T) (M23)")
    surplus: Real | None = Field(description="What its members have together by the contract")
    outsiders: Outsiders | None = Field(
        None, description="The same for groups of any firms (M37); null: not looked for, or not found out in time"
    )


class GroupClaim(Closed):
    """What a group of firms would reach by an alliance of its own, so that its members ask for as much (M37)."""

    group: tuple[Text, ...] = Field(description="The firms, members first, then others")
    value: Real = Field(description="What they would reach, v(T) (M23)")


class StableTerms(Closed):
    """Terms that leave no group of firms a reason for another alliance (M37), or as little as there can be."""

    missing: Annotated[Real, Field(ge=0.0)] = Field(
        description="What every group gets less than it would reach, at most; the least that terms of this design and "
        "objective allow. 0: no group gains by leaving"
    )
    claims: tuple[GroupClaim, ...] = Field(
        description="Groups to whose claims, less what is missing, the terms were held; those of all others follow"
    )
    proven: Flag = Field(
        description="Whether it is proven that no other group claims more; if not, a limit ended the search for them"
    )
