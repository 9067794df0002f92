"""In which part of a form a figure is asked for, and which figures may be negative."""

from __future__ import annotations

import re
from collections.abc import Mapping

from extractor.criteria.nodes import Metric

SECTIONS = ("基本信息", "经济效益", "专业化", "创新能力", "经营管理", "其他")

_BY_SECTION = {
    "基本信息": """registration_date registered_years full_fiscal_years years_since_founding_or_transformation
        years_since_relocation region_tag industry_tag sme_size_class employees social_insured_staff_monthly_avg
        independent_legal_person high_tech_enterprise above_scale first_time_above_scale first_above_scale_date
        existing_title title_award_date years_in_cultivation_pool""",
    "经济效益": """revenue total_income operating_profit total_profit net_profit total_assets total_liabilities net_assets
        tax_paid output_value cost_expense revenue_forecast equity_financing venture_capital_single_round valuation
        debt_ratio operating_profit_margin net_profit_margin sales_profit_margin_change revenue_growth net_profit_growth
        tax_paid_growth output_value_growth labor_productivity_growth revenue_growth_minus_province_avg
        total_profit_growth_minus_province_avg net_profit_growth_minus_industry_avg revenue_growth_to_city_gdp_growth
        revenue_growth_to_industry_value_added_growth years_with_positive_net_assets_and_profit""",
    "专业化": """main_revenue main_product_revenue main_product_count main_revenue_ratio main_product_revenue_ratio
        main_product_to_main_revenue_ratio main_revenue_growth main_revenue_growth_minus_industry_avg years_in_segment
        product_market_years market_share_national market_share_global market_rank_global market_rank_national
        market_rank_province market_rank_city large_enterprise_partners supporting_sales supporting_sales_increase
        supporting_sales_growth industry_focus_tag""",
    "创新能力": """rd_expense rd_expense_ratio rd_expense_to_main_revenue_ratio rd_expense_to_cost_ratio rd_expense_growth
        rd_expense_ratio_to_industry_avg rd_staff rd_staff_ratio tech_staff tech_staff_ratio college_staff_ratio
        mid_title_staff_ratio senior_title_staff_ratio college_or_mid_title_staff_ratio bachelor_or_mid_title_staff_ratio
        college_staff_insured_one_year invention_patents utility_patents design_patents software_copyrights
        ic_layout_designs plant_variety_rights medical_product_registrations pct_applications_published
        proprietary_technologies class1_ip_high_value other_class1_ip ip_owner_rank standards_led_or_joined standards_led
        recognized_new_products rd_institution_count rd_institution_grade tech_center_recognized_years
        national_research_projects science_awards maker_china_finalist tech_award_or_patent_date
        years_since_product_developed national_association_director""",
    "经营管理": """product_standards_followed management_system_certs management_systems_established product_certs trademarks
        own_brand_years brand_honors quality_awards core_business_information_systems digital_level smart_equipment_ratio
        development_cycle_reduction operating_cost_reduction defect_rate_reduction fine_management_plan_years
        safety_quality_env_incidents serious_dishonesty_records""",
}
_SECTION_OF = {key: section for section, keys in _BY_SECTION.items() for key in keys.split()}

_SIGNED = frozenset(
    {"operating_profit", "total_profit", "net_profit", "net_assets", "operating_cost_reduction",
     "defect_rate_reduction", "development_cycle_reduction"}
)  # fmt: skip


def section_of(metric: str) -> str:
    """The part of the form; projects, loans, listings and whatever is new go to the last."""
    return _SECTION_OF.get(metric, SECTIONS[-1])


def may_be_negative(entry: Metric, metrics: Mapping[str, Metric]) -> bool:
    """Whether a figure can be below zero: profits, differences, growth, and what is worked out from them."""
    if entry.key in _SIGNED:
        return True
    if entry.kind not in ("money", "ratio"):
        return False
    names = [n for n in re.findall(r"[a-z_0-9]+", entry.formula_text) if n in metrics and n != entry.key]
    return "-" in entry.formula_text or any(may_be_negative(metrics[n], metrics) for n in names)
