"""Headings of sheets and columns: in English, German and Chinese, and how they are read, however they are written.

What fields are called stands in :mod:`~rd_contract.sheets.field_headings`; words of the format stand here.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass


@dataclass(frozen=True)
class Heading:
    """What one field is called.

    Parameters
    ----------
    english, german, chinese
        Its headings; English is what is written, all are read.
    note
        What it means, in a sentence for people who do not read the model.
    also
        What else lists of candidates call it that were made without knowing this program.
    answers
        What no and yes mean where it is called so, if that asks a question.
    """

    english: str
    german: str = ""
    chinese: str = ""
    note: str = ""
    also: tuple[str, ...] = ()
    answers: tuple[str, str] | tuple[()] = ()

    def in_language(self, language: str) -> str:
        """Return the heading in a language (``en``, ``de`` or ``zh``), empty where it has none."""
        return {"en": self.english, "de": self.german, "zh": self.chinese}[language]

    @property
    def names(self) -> tuple[str, ...]:
        """All headings in the three languages."""
        return tuple(filter(None, (self.english, self.german, self.chinese)))


SHEETS: dict[str, Heading] = {
    "project": Heading("Project", "Projekt", "项目"),
    "firms": Heading("Firms", "Firmen", "企业", also=("Candidates", "Kandidaten", "Unternehmen", "公司")),
    "firms.efforts": Heading("Efforts", "Einsatz", "努力"),
    "firms.capabilities": Heading("Capabilities", "Fähigkeiten", "能力"),
    "project.technologies": Heading("Technologies", "Technologien", "技术"),
    "relations": Heading("Relations", "Beziehungen", "关系"),
    "modes": Heading("Modes", "Modi", "模式"),
    "monitoring": Heading("Monitoring", "Überwachung", "监督"),
    "rules": Heading("Rules", "Regeln", "规则"),
    "scenarios": Heading("Scenarios", "Szenarien", "情景"),
}

#: Columns of the sheet Project, which has a row for each value.
WHAT = Heading("What", "Was", "名称")
VALUE = Heading("Value", "Wert", "值")
BESIDE = (
    Heading("Unit", "Einheit", "单位"),
    Heading("Allowed", "Erlaubt", "范围"),
    Heading("If empty", "Wenn leer", "默认"),
    Heading("Meaning", "Bedeutung", "含义"),
)

#: The firm that a row of Efforts or Capabilities is about.
FIRM = Heading("Firm", "Firma", "企业", also=("Name", "Company", "Supplier", "Partner", "Unternehmen", "Lieferant"))

#: What stands before the name of an attribute in the heading of its column.
ATTRIBUTE = Heading("Attribute", "Merkmal", "属性")


#: The languages of headings, as they are called.
LANGUAGES = ("en", "de", "zh")

#: Words of the format, as other languages say them, German and Chinese last; the words themselves are read too.
WORDS: dict[str, tuple[str, ...]] = {
    "optional": ("may join", "freiwillig", "可选"),
    "required": ("must join", "muss", "verlangt", "erforderlich", "必须"),
    "excluded": ("must not join", "ausgeschlossen", "排除"),
    "joint": ("gemeinsam", "共同"),
    "lead": ("Konsortialführer", "牵头"),
    "equal": ("gleich", "均等"),
    "proportional": ("anteilig", "按比例"),
    "viability": ("Lebensfähigkeit", "生存"),
    "development": ("Entwicklung", "发展"),
    "competitiveness": ("Wettbewerbsfähigkeit", "竞争"),
    "members": ("Mitglieder", "成员"),
    "working": ("working members", "arbeitende Mitglieder", "投入成员"),
    "effort": ("Einsatz", "努力"),
    "cost": ("Kosten", "成本"),
    "revenue_share": ("revenue share", "share of the revenue", "Erlösanteil", "Anteil am Erlös", "收入份额"),
    "reimbursement": ("reimbursements", "Erstattung", "Erstattungen", "补偿"),
    "subsidy": ("subsidies", "public subsidy", "public subsidies", "Förderung", "补贴"),
    "all": ("alle", "全部"),
    "any": ("at least one", "mindestens einer", "任一"),
    "before_effort": ("before working", "vor dem Einsatz", "努力前"),
    "after_effort": ("after working", "nach dem Einsatz", "努力后"),
    "same": ("derselbe", "相同"),
    "by_scenario": ("je Szenario", "按情景"),
    "expected": ("mean", "Erwartungswert", "Mittelwert", "期望"),
    "worst": ("worst scenario", "schlechtestes", "最差"),
    "cvar": ("mean of the worst part", "Mittel des schlechtesten Teils", "最差部分均值"),
    "entrepreneurial": ("unternehmerisch", "创业"),
    "product": ("Produkt", "产品"),
    "technology": ("Technologie", "Technik", "技术"),
    "market": ("Markt", "市场"),
    "sales": ("Vertrieb", "销售"),
    "manufacturer": ("Hersteller", "制造商"),
    "distributor": ("Händler", "Vertriebspartner", "分销商"),
}

#: How the names of rows of sums begin, or end; whole words, but in Chinese.
_SUMS = re.compile(
    r"(?:(?:grand |sub ?)?totals?|sums?|averages?|(?:zwischen|gesamt)?summen?|gesamt(?:kosten|betrag|ergebnis)?"
    r"|insgesamt|durchschnitt|mittelwert|übertrag|carried forward|[σ∑ø]|all (?:firms|candidates|suppliers|partners)"
    r"|alle (?:firmen|kandidaten|lieferanten|partner))(?!\w)|合计|总计|小计|平均|.* (?:sub)?totals?$|.* ergebnis$"
)

#: Only for people: what the template says below the headings of each column.
UNIT, ALLOWED, IF_EMPTY = "# unit", "# allowed", "# if empty"

#: A column with what some level of effort costs, a pair's synergy, what a firm masters.
COST_AT = re.compile(r"(?:cost at|kosten bei|成本) ?(\d{1,3}(?:[.,]\d+)?) ?%")
WITH = re.compile(r"(?:(?:with|mit)(?: *[:：] *| +)|与 *[:：]? *)(.+)", re.IGNORECASE)
KNOWS = re.compile(r"(?:knows|kennt|掌握) *[:：] *(.+)", re.IGNORECASE)

_UNIT = re.compile(r"\s*[(\[（【]([^()\[\]（）【】]*)[)\]）】]\s*$")
#: Of longer headings the beginning is looked at.
_LONGEST = 300

_BETWEEN = re.compile(r"[\s_\-\u2010-\u2015]+")


def key(text: str) -> str:
    """Return what two headings have in common that mean the same: small letters, no unit in brackets, single blanks.

    Parameters
    ----------
    text
        A heading.
    """
    plain = unicodedata.normalize("NFKC", _UNIT.sub("", text[:_LONGEST])).casefold()
    return _BETWEEN.sub(" ", plain).strip(" ?:*.")


def names_sum(text: str) -> bool:
    """Return whether a row of that name holds sums, as far as its name says.

    Parameters
    ----------
    text
        Name of a row.
    """
    return _SUMS.match(key(text)) is not None


def unit_of(text: str) -> str:
    """Return what stands in brackets at the end of a heading, empty if nothing does.

    Parameters
    ----------
    text
        A heading.
    """
    found = _UNIT.search(text[:_LONGEST])
    return found[1].strip() if found else ""
