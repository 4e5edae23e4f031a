"""``python -m rd_contract_cli``."""

from .start import run

if __name__ == "__main__":
    run()
