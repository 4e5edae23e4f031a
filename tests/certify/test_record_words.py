"""Where the certificate in a file differs from what verification finds, each figure is told with its origin."""

from __future__ import annotations

from rd_contract import audit, load_bundled, solve


def test_it_is_said_which_figure_is_the_files_and_which_was_found() -> None:
    instance = load_bundled("two_firms")
    result = solve(instance)
    changed = result.model_copy(update={"joint_surplus": 99.0})
    [check] = [check for check in audit(instance, changed).failures if check.id == "certificate"]
    assert "figures: the file's certificate has value 6, verification finds 99" in check.detail
    assert "says that it holds, verification finds that it does not hold" in check.detail
