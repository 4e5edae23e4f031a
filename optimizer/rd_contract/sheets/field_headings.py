"""What each field of the format is called in spreadsheets: in English, German and Chinese.

A field that does not stand here has its own name for a heading and its description for a note, so nothing has to be
added for a new one to appear in workbooks.
"""

from __future__ import annotations

from .headings import FIRM, Heading

_DEFAULT_RELATION = "What pairs have that are not listed, or that leave it empty"

#: Headings of fields by their place in the format, in the order in which columns and rows stand.
FIELDS: dict[str, Heading] = {
    # --- the file itself and the project
    "name": Heading("Title", "Titel", "标题", "What the decision is about"),
    "description": Heading("Description", "Beschreibung", "说明", "Anything to remember; decides nothing"),
    "source": Heading("Source", "Quelle", "来源", "Where the numbers come from; decides nothing"),
    "currency": Heading("Currency", "Währung", "货币", "Unit of every amount, for example EUR million"),
    "objective": Heading("Objective", "Ziel", "目标", "joint: the gain of all members; lead: what the lead firm earns"),
    "division": Heading(
        "Division of the surplus", "Aufteilung", "分配规则", "How the gain is divided among the members"
    ),
    "division_unions": Heading(
        "Unions by", "Bündnisse nach", "联盟依据", "Attribute whose firms bargain as one, where the division has unions"
    ),
    "project.lead": Heading("Lead firm", "Konsortialführer", "牵头企业", "The firm that is in any case", ("lead",)),
    "project.team_size.min": Heading("Fewest members", "Mindestens Mitglieder", "最少成员"),
    "project.team_size.max": Heading("Most members", "Höchstens Mitglieder", "最多成员"),
    "project.value": Heading(
        "Project value", "Projektwert", "项目价值", "Worth of covering every technology in full", ("value",)
    ),
    "project.base_value": Heading(
        "Base value", "Grundwert", "基础价值", "Revenue that comes however hard the members work"
    ),
    "project.budget": Heading(
        "R&D budget", "F&E-Budget", "研发预算", "Most that all R&D and joining may cost together"
    ),
    "project.cost_sharing_budget": Heading(
        "Reimbursement budget",
        "Erstattungsbudget",
        "补偿预算",
        "Most that the alliance may pay back of its members' cost",
    ),
    "project.synergy_strength": Heading(
        "Synergy strength",
        "Synergiestärke",
        "协同强度",
        "How much complementary capabilities add; 0: synergy comes from the sheet Relations alone",
    ),
    "project.redundancy": Heading(
        "Overlap counted", "Überlappung", "重叠系数", "Part of what two members both bring that counts once only"
    ),
    "project.cognitive_distance_penalty": Heading(
        "Distance penalty",
        "Distanzabzug",
        "认知距离惩罚",
        "How much partners who are far apart understand each other less",
    ),
    "project.default_relation.trust": Heading("Usual trust", "Übliches Vertrauen", "一般信任", _DEFAULT_RELATION),
    "project.default_relation.compliance": Heading(
        "Usual compliance", "Übliche Regeltreue", "一般合规", _DEFAULT_RELATION
    ),
    "project.default_relation.coordination": Heading(
        "Usual coordination", "Übliche Abstimmung", "一般协调", _DEFAULT_RELATION
    ),
    "project.default_relation.tacitness": Heading(
        "Usual tacitness", "Übliche Implizitheit", "一般隐性", _DEFAULT_RELATION
    ),
    "project.default_relation.protection": Heading(
        "Usual protection", "Üblicher Schutz", "一般保护", _DEFAULT_RELATION
    ),
    "project.volatility": Heading("Volatility", "Schwankung", "波动性", "Standard deviation of the revenue"),
    "project.subsidy_rate": Heading(
        "Public subsidy", "Förderquote", "补贴率", "Part of the verifiable cost that public money pays"
    ),
    "project.guarantee_fee": Heading(
        "Fee on deposits", "Avalgebühr", "担保费率", "What a deposit costs, of its amount"
    ),
    "project.min_credit": Heading("Least credit score", "Mindestbonität", "最低信用", "Firms below it cannot join"),
    "uncertainty.timing": Heading(
        "Scenario known",
        "Szenario bekannt",
        "情景获知",
        "Whether members know which scenario it is when they choose their efforts: before_effort, or after_effort",
    ),
    "uncertainty.agreement": Heading(
        "Efforts agreed",
        "Einsatz vereinbart",
        "努力约定",
        "same: one effort of each member for all scenarios; by_scenario: one for each of them",
    ),
    "uncertainty.objective": Heading(
        "Scenarios judged by",
        "Szenarien beurteilt nach",
        "情景评价",
        "expected: the mean; worst: the worst scenario; cvar: the mean of the worst part",
    ),
    "uncertainty.alpha": Heading(
        "Worst part", "Schlechtester Teil", "最差部分", "How much of what may happen is the worst part, for cvar"
    ),
    "context.strategic_orientation": Heading(
        "Strategic orientation",
        "Strategische Ausrichtung",
        "战略导向",
        "For advice on the mode, like the rows below: what the strategy is oriented to; decides no contract",
    ),
    "context.network_ties": Heading(
        "Network ties", "Netzwerkbindung", "网络联系", "Ties in the supply chain, from weak to strong"
    ),
    "context.decentralisation": Heading(
        "Decentralisation", "Dezentralisierung", "分权程度", "Control system, from centralised to decentralised"
    ),
    "context.peer_competition": Heading(
        "Peer competition", "Wettbewerbsdruck", "同行竞争", "Competition among peers, from mild to intense"
    ),
    "context.policy_support": Heading(
        "Policy support", "Politische Förderung", "政策支持", "Support by public policy, from low to high"
    ),
    "context.smart_technology": Heading(
        "Smart technology", "Intelligente Technik", "智能技术", "How much smart technology is in use"
    ),
    "context.demand_change": Heading(
        "Change of demand", "Nachfragewandel", "需求变化", "How fast the demand in the market changes"
    ),
    "context.position": Heading(
        "Position in the chain",
        "Stellung in der Kette",
        "链上位置",
        "Whether the lead is a manufacturer or distributor",
    ),
    "context.supplier_distance_difference": Heading(
        "Differences in distance",
        "Entfernungsunterschiede",
        "供应商距离差异",
        "Manufacturers only: how differently far away their suppliers are",
    ),
    "context.information_integration": Heading(
        "Integration by information",
        "Informationsintegration",
        "信息整合",
        "Distributors only: how far information flows through the whole chain, and not in isolated links",
    ),
    "context.exploratory_mode": Heading(
        "Exploratory mode", "Explorativer Modus", "探索模式", "Which of the modes explores what is new"
    ),
    "context.exploitative_mode": Heading(
        "Exploitative mode", "Exploitativer Modus", "利用模式", "Which of the modes exploits what is known"
    ),
    "context.weights": Heading(
        "Weights of advice", "Gewichte der Beratung", "建议权重", "How much each of the rows above counts, as JSON"
    ),
    # --- firms
    "firms.name": FIRM,
    "firms.role": Heading("Role", "Rolle", "角色", "Free text, for reports and rules", ("Type", "Typ", "Kind", "类型")),
    "firms.sme": Heading("SME", "KMU", "中小企业", "Small or medium-sized enterprise; rules may ask for it"),
    "firms.membership": Heading(
        "Membership",
        "Mitgliedschaft",
        "成员资格",
        "Whether the firm may, must or must not join",
        ("Must have", "Must join", "Required", "Muss dabei sein", "Pflicht", "必选"),
        ("optional", "required"),
    ),
    "firms.contribution": Heading(
        "Contribution",
        "Beitrag",
        "贡献",
        "Revenue that the firm's full effort brings to the alliance; empty: derived from capabilities",
        (
            "Expected revenue",
            "Erwarteter Umsatz",
            "Umsatz erwartet",
            "Erwarteter Erlös",
            "Brings",
            "预期收入",
        ),
    ),
    "firms.efforts.full_cost": Heading(
        "Cost of full effort",
        "Kosten bei vollem Einsatz",
        "全力成本",
        "What working as hard as possible costs the firm; other levels follow from it",
        ("Cost", "Full cost", "R&D cost full", "R&D cost", "F&E-Kosten", "Kosten", "研发成本", "成本"),
    ),
    "firms.efforts.exponent": Heading(
        "Cost curvature", "Kostenkrümmung", "成本曲率", "How steeply cost rises with effort; 2: with its square"
    ),
    "firms.efforts.steps": Heading(
        "Effort steps", "Einsatzstufen", "努力级数", "In how many steps effort goes from idle to full"
    ),
    "firms.joining_cost": Heading(
        "Joining cost",
        "Beitrittskosten",
        "加入成本",
        "Fixed cost of taking part, however hard the firm works",
        ("Fixed cost", "Fixkosten"),
    ),
    "firms.outside_option": Heading(
        "Earns elsewhere",
        "Verdient sonst",
        "外部收益",
        "What the firm would earn with the same people and money outside the alliance",
        (
            "Wants at least",
            "Outside option",
            "Earns outside",
            "Verdienst außerhalb",
            "Alternativertrag",
            "Mindestgewinn",
            "Will mindestens",
            "保留收益",
        ),
    ),
    "firms.private_benefit": Heading(
        "Own benefit", "Eigennutzen", "私人收益", "What full effort is worth to the firm itself, beside its share"
    ),
    "firms.cooperation": Heading("Cooperation", "Kooperation", "合作意愿", "Willingness and capacity to cooperate"),
    "firms.verifiable_cost_share": Heading(
        "Verifiable cost", "Nachweisbare Kosten", "可验证成本", "Part of its cost that the firm can prove"
    ),
    "firms.max_reimbursement": Heading(
        "Most reimbursed",
        "Höchste Erstattung",
        "最高补偿",
        "Largest part of the verifiable cost that the alliance may pay back",
    ),
    "firms.subsidy_rate": Heading(
        "Own public subsidy",
        "Eigene Förderquote",
        "自有补贴率",
        "Part of its verifiable cost that public money pays, if it is another one than the project's",
    ),
    "firms.share.min": Heading("Least share", "Mindestanteil", "最低份额", "Smallest part of the revenue it accepts"),
    "firms.share.max": Heading("Most share", "Höchstanteil", "最高份额", "Largest part of the revenue it may get"),
    "firms.liquidity": Heading(
        "Can pay in", "Kann einzahlen", "可支付", "Most that the firm can pay when the contract is signed"
    ),
    "firms.max_deposit": Heading(
        "Most deposit",
        "Höchste Kaution",
        "最高押金",
        "Largest deposit that it can place; lost if it is found to slack",
        ("Deposit possible", "Deposit", "Mögliche Kaution", "Kaution", "押金", "保证金"),
    ),
    "firms.reputation_stake": Heading(
        "Reputation at stake", "Ruf auf dem Spiel", "声誉损失", "What a detected breach costs it beyond the deposit"
    ),
    "firms.risk_aversion": Heading(
        "Risk aversion", "Risikoscheu", "风险厌恶", "How much it dislikes uncertain revenue; 0: not at all"
    ),
    "firms.credit": Heading("Credit score", "Bonität", "信用评分", "Between 0% and 100%"),
    "firms.bargaining_weight": Heading(
        "Bargaining weight", "Verhandlungsgewicht", "议价权重", "Its weight where the division has weights"
    ),
    # --- what else has rows
    "firms.efforts.level": Heading("Level", "Stufe", "程度", "How hard the firm works; 100%: as hard as possible"),
    "firms.efforts.cost": Heading("Cost", "Kosten", "成本", "What working so hard costs the firm"),
    "firms.efforts.label": Heading("Word", "Bezeichnung", "标签", "A word for the level, shown in reports"),
    "project.technologies.name": Heading("Technology", "Technologie", "技术"),
    "project.technologies.weight": Heading("Weight", "Gewicht", "权重", "Importance among the technologies"),
    "project.technologies.requirement": Heading(
        "Required level", "Verlangtes Niveau", "要求水平", "Level that some member must master"
    ),
    "project.technologies.dimension": Heading("Dimension", "Dimension", "维度", "For reports; decides nothing"),
    "relations.between.0": Heading("Firm A", "Firma A", "企业 A"),
    "relations.between.1": Heading("Firm B", "Firma B", "企业 B"),
    "relations.synergy": Heading(
        "Synergy", "Synergie", "协同", "Revenue that both at full effort bring beyond what each brings; may be negative"
    ),
    "relations.trust": Heading("Trust", "Vertrauen", "信任"),
    "relations.compliance": Heading("Compliance", "Regeltreue", "合规"),
    "relations.coordination": Heading("Coordination", "Abstimmung", "协调"),
    "relations.tacitness": Heading("Tacitness", "Implizitheit", "隐性", "How hard the knowledge is to pass on"),
    "relations.protection": Heading("Protection", "Schutz", "保护", "How strongly the knowledge is protected"),
    "relations.spillover": Heading(
        "Spillover", "Übertragung", "溢出", "What each gains from the other's full effort; negative: leakage"
    ),
    "relations.coordination_cost": Heading("Coordination cost", "Abstimmungskosten", "协调成本"),
    "relations.exclusive": Heading("Never together", "Nie zusammen", "互斥", "The two never join the same alliance"),
    "modes.name": Heading("Mode", "Modus", "模式", "A way to innovate; the best one is chosen"),
    "modes.value_factor": Heading("Revenue factor", "Erlösfaktor", "收入系数"),
    "modes.cost_factor": Heading("Cost factor", "Kostenfaktor", "成本系数"),
    "modes.volatility_factor": Heading("Volatility factor", "Schwankungsfaktor", "波动系数"),
    "monitoring.name": Heading("Monitoring", "Überwachung", "监督", "A way to watch; the best one is chosen"),
    "monitoring.cost": Heading("Cost", "Kosten", "成本", "What it costs the alliance"),
    "monitoring.detection": Heading(
        "Detection", "Entdeckung", "发现概率", "Chance that doing nothing at all is noticed"
    ),
    "rules.name": Heading("Rule", "Regel", "规则名称", "What the rule is called; its row says one kind of rule"),
    "rules.active": Heading("Active", "Aktiv", "启用", "no: kept for what-ifs, and does not count"),
    "rules.group": Heading(
        "Group",
        "Gruppe",
        "群组",
        "Firms whose attributes have these values, for example sme = yes; kind = university or institute. "
        "Or firms by name: firms = A; B",
    ),
    "rules.each": Heading(
        "For each", "Für jeden Wert von", "按每个", "Attribute for each value of which the limits hold, such as country"
    ),
    "rules.distinct": Heading(
        "Different values of", "Verschiedene Werte von", "不同取值", "Attribute whose different values are counted"
    ),
    "rules.measure": Heading(
        "What is counted",
        "Was gezählt wird",
        "计量",
        "What the limits are about: members, or working ones, effort, cost, share of the revenue, reimbursements, "
        "public subsidies",
    ),
    "rules.min": Heading("At least", "Mindestens", "至少", "Least amount; of the revenue a part, such as 20%"),
    "rules.max": Heading("At most", "Höchstens", "至多", "Largest amount; of the revenue a part, such as 20%"),
    "rules.min_fraction": Heading(
        "At least of all",
        "Mindestens vom Ganzen",
        "至少占全体",
        "Least part of what the whole alliance has of what is counted",
    ),
    "rules.max_fraction": Heading(
        "At most of all",
        "Höchstens vom Ganzen",
        "至多占全体",
        "Largest part of what the whole alliance has of what is counted",
    ),
    "rules.if_member": Heading("If member", "Wenn Mitglied", "若加入", "Firm that joins only with others"),
    "rules.then_members": Heading(
        "Then members", "Dann Mitglieder", "则须加入", "Those others by name, with ; between them"
    ),
    "rules.how_many": Heading(
        "How many of them", "Wie viele davon", "其中几家", "all, any (at least one), or how many at least"
    ),
    "rules.together": Heading(
        "All or none", "Alle oder keine", "同进同退", "Firms by name, with ; between them, of which all join or none"
    ),
    "scenarios.name": Heading(
        "Scenario", "Szenario", "情景名称", "What it is called; empty for more of the scenario in the row above"
    ),
    "scenarios.probability": Heading(
        "Probability", "Wahrscheinlichkeit", "概率", "Of all scenarios they add to 100%; empty in all: equally probable"
    ),
    "scenarios.changes.path": Heading(
        "What changes",
        "Was sich ändert",
        "变化项",
        "Path to a number, such as project.value, firms.NAME.outside_option or firms.*.joining_cost; empty: nothing",
    ),
    "scenarios.changes.value": Heading("New value", "Neuer Wert", "新值", "What the number is in this scenario"),
    "scenarios.changes.factor": Heading(
        "Or times", "Oder mal", "或乘以", "What the number is multiplied by in this scenario: 80% for a fifth less"
    ),
}


def heading_of(place: str) -> Heading:
    """Return what a field is called; one that is not listed by its own name.

    Parameters
    ----------
    place
        Its place in the format, for example ``firms.share.min``.
    """
    if place in FIELDS:
        return FIELDS[place]
    words = place.partition(".")[2].replace(".", " ").replace("_", " ") or place.replace("_", " ")
    return Heading(words[:1].upper() + words[1:])
