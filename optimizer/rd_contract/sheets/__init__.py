"""Instances as spreadsheets: Excel workbooks, folders of CSV files, one plain CSV file of candidates.

``layout`` reads the sheets and their columns off the instance's type; ``writing`` fills them. ``matching``,
``collecting`` and ``reading`` go the other way: which column is which, what each cell says, where everything stands.
``workbook``, ``folder`` and ``candidates`` are the forms that :mod:`rd_contract.formats.forms` knows.
"""
