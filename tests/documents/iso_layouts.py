"""Invented management-system certificates: many wordings and layouts, with what a careful person reads."""

from __future__ import annotations

from typing import Any

from tests.documents.conftest import Row

Layout = tuple[list[Row], dict[str, Any]]

H = "福州澜川精密机械有限公司"
EN = "Fuzhou Lanchuan Precision Machinery Co., Ltd."
CODE = "9135010058073021XA"
BODY = "北京远衡认证有限公司"
BODY_EN = "Beijing Yuanheng Certification Co., Ltd."
SCOPE = "精密齿轮的设计、生产和销售"

LAYOUTS: dict[str, Layout] = {
    "classic": (
        [
            ("质量管理体系认证证书", 0.27, 0.12, 0.035), ("证书编号：20722Q10234R1M", 0.62, 0.17), "兹证明", (H, 0.3, 0.23, 0.02),
            f"统一社会信用代码：{CODE}", ("注册地址：福建省福州市台江区明月路8号", 0.16, 0.31), "建立的质量管理体系符合标准：",
            "GB/T 19001-2016/ISO 9001:2015", "通过认证范围如下：", SCOPE, ("初次获证日期：2016年03月08日", 0.16, 0.55),
            ("本次发证日期：2022年03月01日", 0.16, 0.58), ("证书有效期至：2025年03月07日", 0.55, 0.58), (BODY, 0.35, 0.82),
            ("地址：北京市朝阳区某某路1号", 0.3, 0.85),
        ],
        {"certificate_no": "20722Q10234R1M", "holder": H, "uscc": CODE, "scope": SCOPE, "issuer": BODY, "system": "quality",
         "standards": ["GB/T 19001-2016", "ISO 9001:2015"], "first_issue_date": "2016-03-08", "issue_date": "2022-03-01",
         "valid_until": "2025-03-07"},
    ),
    "holder_label_right": (
        [
            ("职业健康安全管理体系认证证书", 0.25, 0.1, 0.03), ("注册号：00121S30567R0S", 0.6, 0.15), ("获证组织名称：" + H,
            0.12, 0.2),
            ("认证标准：GB/T 45001-2020 idt ISO 45001:2018", 0.12, 0.25),
            ("认证范围：" + SCOPE + "及相关职业健康安全管理活动", 0.12, 0.3),
            ("颁证日期：2021-07-05", 0.12, 0.5), ("有效期：2021-07-05 至 2024-07-04", 0.12, 0.53), ("认证机构：" + BODY,
            0.12, 0.7),
        ],
        {"certificate_no": "00121S30567R0S", "holder": H, "scope": SCOPE + "及相关职业健康安全管理活动", "issuer": BODY,
        "system": "ohs",
         "standards": ["GB/T 45001-2020", "ISO 45001:2018"], "issue_date": "2021-07-05", "valid_until": "2024-07-04"},
    ),
    "english_only": (
        [
            ("CERTIFICATE OF REGISTRATION", 0.25, 0.1, 0.03), "This is to certify that the Quality Management System of",
            (EN, 0.25, 0.22, 0.02),
            "No. 8 Mingyue Road, Taijiang District, Fuzhou, China",
            "has been assessed and found to conform to the requirements of", "ISO 9001:2015",
            "for the following scope:", "Design and manufacture of precision gears", ("Certificate No.: UK-QMS-20417", 0.12,
            0.55),
            ("Initial certification date: 12 May 2013", 0.12, 0.58), ("Date of issue: 10 May 2022", 0.12, 0.61),
            ("Valid until: 11 May 2025", 0.12, 0.64),
            (BODY_EN, 0.3, 0.85),
        ],
        {"certificate_no": "UK-QMS-20417", "holder": EN, "scope": "Design and manufacture of precision gears",
        "issuer": BODY_EN, "system": "quality",
         "standards": ["ISO 9001:2015"], "first_issue_date": "2013-05-12", "issue_date": "2022-05-10",
         "valid_until": "2025-05-11"},
    ),
    "bilingual_columns": (
        [
            ("信息安全管理体系认证证书", 0.2, 0.08, 0.03), ("INFORMATION SECURITY MANAGEMENT SYSTEM CERTIFICATE", 0.2, 0.12),
            ("证书编号：", 0.1, 0.18), ("IS-00765-R0", 0.25, 0.18), ("Certificate No.: IS-00765-R0", 0.55, 0.18),
            ("组织名称：", 0.1, 0.22), (H, 0.22, 0.22),
            ("Organization: " + EN, 0.53, 0.22), ("认证标准：", 0.1, 0.27), ("GB/T 22080-2016/ISO/IEC 27001:2013", 0.22, 0.27),
            ("认证范围：", 0.1, 0.32), ("工业控制软件的设计开发", 0.22, 0.32), ("Scope: Development of control software",
            0.53, 0.32),
            ("发证日期：2022年1月9日", 0.1, 0.5), ("Issue date: 2022-01-09", 0.53, 0.5), ("有效期至：2025年1月8日", 0.1,
            0.53), ("Expiry date: 2025-01-08", 0.53, 0.53),
            (BODY, 0.3, 0.8), (BODY_EN, 0.25, 0.83),
        ],
        {"certificate_no": "IS-00765-R0", "holder": H, "scope": "工业控制软件的设计开发", "issuer": BODY,
        "system": "information_security",
         "standards": ["GB/T 22080-2016", "ISO/IEC 27001:2013"], "issue_date": "2022-01-09", "valid_until": "2025-01-08"},
    ),
    "label_above_value": (
        [
            ("环境管理体系认证证书", 0.3, 0.1, 0.035), ("证书编号", 0.12, 0.18), ("00122E31234R2L", 0.12, 0.2), ("获证组织",
            0.12, 0.25), (H, 0.12, 0.27),
            ("认证标准", 0.12, 0.32), ("GB/T 24001-2016 / ISO 14001:2015", 0.12, 0.34), ("认证范围", 0.12, 0.39),
            (SCOPE + "所涉及的", 0.12, 0.41),
            ("环境管理活动", 0.12, 0.433), ("发证日期", 0.12, 0.55), ("有效期至", 0.5, 0.55), ("2022.06.20", 0.12, 0.572),
            ("2025.06.19", 0.5, 0.572), (BODY, 0.3, 0.8),
        ],
        {"certificate_no": "00122E31234R2L", "holder": H, "scope": SCOPE + "所涉及的环境管理活动", "issuer": BODY,
        "system": "environment",
         "standards": ["GB/T 24001-2016", "ISO 14001:2015"], "issue_date": "2022-06-20", "valid_until": "2025-06-19"},
    ),
    "spaced_title_and_labels": (
        [
            ("质", 0.25, 0.1, 0.03), ("量", 0.32, 0.1, 0.03), ("管", 0.39, 0.1, 0.03), ("理", 0.46, 0.1, 0.03), ("体", 0.53,
            0.1, 0.03), ("系", 0.6, 0.1, 0.03),
            ("认 证 证 书", 0.4, 0.15, 0.03), ("证 书 编 号：12320Q40011R0S", 0.3, 0.2), ("持证单位：" + H, 0.2, 0.25),
            ("依据标准：GB/T19001-2016/IS09001:2015", 0.2, 0.3),
            ("覆盖范围：" + SCOPE, 0.2, 0.35), ("发 证 日 期： 2020 年 05 月 06 日", 0.2, 0.6),
            ("有 效 期 至： 2023 年 05 月 05 日", 0.2, 0.63), (BODY, 0.3, 0.8),
        ],
        {"certificate_no": "12320Q40011R0S", "holder": H, "scope": SCOPE, "issuer": BODY, "system": "quality",
         "standards": ["GB/T 19001-2016", "ISO 9001:2015"], "issue_date": "2020-05-06", "valid_until": "2023-05-05"},
    ),
    "ip_system": (
        [
            ("知识产权管理体系认证证书", 0.25, 0.1, 0.03), ("证书号：181IPL0234R0M", 0.35, 0.15), "兹证明：", H,
            f"统一社会信用代码：{CODE}",
            "知识产权管理体系符合标准：GB/T 29490-2013", "体系覆盖：",
            "精密齿轮的研发、生产、销售、上述过程相关采购的知识产权管理", ("首次颁证日期：2021年11月02日", 0.2, 0.55),
            ("颁证日期：2021年11月02日", 0.2, 0.58), ("有效期至：2024年11月01日", 0.2, 0.61), "中衡（北京）认证有限公司",
        ],
        {"certificate_no": "181IPL0234R0M", "holder": H, "uscc": CODE,
        "scope": "精密齿轮的研发、生产、销售、上述过程相关采购的知识产权管理", "issuer": "中衡（北京）认证有限公司",
         "system": "ip", "standards": ["GB/T 29490-2013"], "first_issue_date": "2021-11-02", "issue_date": "2021-11-02",
         "valid_until": "2024-11-01"},
    ),
    "integration_two": (
        [
            ("两化融合管理体系评定证书", 0.25, 0.1, 0.03), ("证书编号：AIITRE-00321IIIMS0078901", 0.3, 0.15), "兹证明", H,
            "其两化融合管理体系符合标准：GB/T 23001-2017", "评定范围：与精密齿轮制造过程管控能力相关的两化融合管理活动",
            ("发证日期：2021年09月30日", 0.2, 0.55),
            ("证书有效期：三年", 0.2, 0.58), "福建远衡两化融合管理体系评定服务有限公司",
        ],
        {"certificate_no": "AIITRE-00321IIIMS0078901", "holder": H,
        "scope": "与精密齿轮制造过程管控能力相关的两化融合管理活动", "system": "integration_two",
         "standards": ["GB/T 23001-2017"], "issue_date": "2021-09-30", "valid_until": "2024-09-29"},
    ),
    "automotive": (
        [
            ("质量管理体系认证证书", 0.3, 0.1, 0.03), ("证书编号 T178123/0456789", 0.3, 0.15), "IATF 证书编号：0456789 ",
            "兹证明", H, "质量管理体系符合 IATF 16949:2016 标准要求",
            "适用于：汽车变速箱齿轮的设计和制造", ("签发日期：2021/08/17", 0.2, 0.5), ("有效期至：2024/08/16", 0.2, 0.53),
            "Yuanheng Certification Services GmbH",
        ],
        {"holder": H, "scope": "汽车变速箱齿轮的设计和制造", "system": "automotive", "standards": ["IATF 16949:2016"],
        "issue_date": "2021-08-17",
         "valid_until": "2024-08-16", "issuer": "Yuanheng Certification Services GmbH"},
    ),
    "weapon": (
        [
            ("武器装备质量管理体系认证证书", 0.22, 0.1, 0.03), ("注册号：22JB30145R1M", 0.35, 0.15), ("单位名称：" + H, 0.2,
            0.2), "质量管理体系符合 GJB 9001C—2017 标准",
            "覆盖的产品和服务范围：精密齿轮的设计、生产和服务", ("颁发日期：二〇二二年四月十五日", 0.2, 0.5),
            ("有效期至：二〇二五年四月十四日", 0.2, 0.53), "北京军衡质量认证中心有限公司",
        ],
        {"certificate_no": "22JB30145R1M", "holder": H, "scope": "精密齿轮的设计、生产和服务", "system": "weapon",
        "standards": ["GJB 9001C-2017"],
         "issue_date": "2022-04-15", "valid_until": "2025-04-14", "issuer": "北京军衡质量认证中心有限公司"},
    ),
    "medical_bilingual_stacked": (
        [
            ("医疗器械质量管理体系认证证书", 0.22, 0.08, 0.03), "Certificate of Medical Device Quality Management System",
            "证书编号/Certificate No.: 04722Q10988R0S",
            "兹证明/This is to certify that", "厦门澄岳医疗器械有限公司", "Xiamen Chengyue Medical Device Co., Ltd.",
            "符合标准/conforms to the standard",
            "YY/T 0287-2017/ISO 13485:2016", "认证范围/Scope of certification:", "一次性使用输液器的设计开发、生产和销售",
            "Design, manufacture and sale of disposable infusion sets",
            ("发证日期/Date of issue: 2022-02-11", 0.15, 0.6), ("有效期至/Date of expiry: 2025-02-10", 0.15, 0.63), (BODY,
            0.3, 0.8), (BODY_EN, 0.25, 0.83),
        ],
        {"certificate_no": "04722Q10988R0S", "holder": "厦门澄岳医疗器械有限公司",
        "scope": "一次性使用输液器的设计开发、生产和销售", "system": "medical",
         "standards": ["YY/T 0287-2017", "ISO 13485:2016"], "issue_date": "2022-02-11", "valid_until": "2025-02-10",
         "issuer": BODY},
    ),
    "energy_range_words": (
        [
            ("能源管理体系认证证书", 0.3, 0.1, 0.03), ("证书编号：00721EN0321R0M", 0.3, 0.15), ("认证组织：" + H, 0.2, 0.2),
            "能源管理体系符合 GB/T 23331-2020/ISO 50001:2018、RB/T 119-2015", ("认证覆盖范围：位于福州市台江区的" + SCOPE,
            0.1, 0.3), ("所涉及的能源管理活动。", 0.1, 0.324),
            ("证书有效期：自2021年12月24日起至2024年12月23日止", 0.2, 0.5), (BODY, 0.3, 0.8),
        ],
        {"certificate_no": "00721EN0321R0M", "holder": H, "scope": "位于福州市台江区的" + SCOPE + "所涉及的能源管理活动",
        "system": "energy",
         "standards": ["GB/T 23331-2020", "ISO 50001:2018", "RB/T 119-2015"], "issue_date": "2021-12-24",
         "valid_until": "2024-12-23", "issuer": BODY},
    ),
    "haccp": (
        [
            ("危害分析与关键控制点（HACCP）体系认证证书", 0.15, 0.1, 0.03), ("证书编号：001HACCP2200123", 0.3, 0.15),
            "兹证明", "厦门岚屿食品有限公司",
            "HACCP体系符合 GB/T 27341-2009、GB 14881-2013", "认证范围：速冻水产制品的生产", ("首次发证日期：2019-10-08",
            0.2, 0.5), ("换证日期：2022-10-08", 0.2, 0.53),
            ("有效期至：2025-10-07", 0.2, 0.56), BODY,
        ],
        {"certificate_no": "001HACCP2200123", "holder": "厦门岚屿食品有限公司", "scope": "速冻水产制品的生产",
        "system": "food_safety",
         "first_issue_date": "2019-10-08", "issue_date": "2022-10-08", "valid_until": "2025-10-07", "issuer": BODY},
    ),
    "old_ohsas": (
        [
            ("职业健康安全管理体系认证证书", 0.22, 0.1, 0.03), ("证书注册号: 10316S10098R0M", 0.3, 0.15), "特此证明", H,
            "职业健康安全管理体系符合 GB/T28001-2011/OHSAS18001:2007 标准",
            "认证范围", SCOPE, ("注册日期: 2016年9月1日", 0.2, 0.5), ("注册有效期至: 2019年8月31日", 0.5, 0.5), BODY,
        ],
        {"certificate_no": "10316S10098R0M", "holder": H, "scope": SCOPE, "system": "ohs", "standards": ["GB/T 28001-2011",
        "OHSAS 18001:2007"],
         "issue_date": "2016-09-01", "valid_until": "2019-08-31", "issuer": BODY},
    ),
    "wrapped_holder": (
        [
            ("质量管理体系认证证书", 0.3, 0.1, 0.03), ("证书编号：20722Q10234R1M", 0.6, 0.15), "兹证明",
            ("福建省闽北岚谷生态农业科技开发", 0.3, 0.22, 0.02),
            ("股份有限公司", 0.42, 0.246, 0.02), "质量管理体系符合 GB/T 19001-2016/ISO 9001:2015 标准要求",
            "认证范围：茶叶的种植、加工和销售", ("发证日期：2022年03月01日", 0.2, 0.5),
            ("有效期至：2025年02月28日", 0.5, 0.5), BODY,
        ],
        {"holder": "福建省闽北岚谷生态农业科技开发股份有限公司", "scope": "茶叶的种植、加工和销售", "valid_until": "2025-02-28"},
    ),
    "surveillance_stickers": (
        [
            ("质量管理体系认证证书", 0.3, 0.1, 0.03), ("证书编号：20722Q10234R1M", 0.6, 0.15), "兹证明", H,
            "质量管理体系符合 GB/T 19001-2016/ISO 9001:2015 标准要求", "认证范围：" + SCOPE,
            ("发证日期：2022年03月01日", 0.1, 0.5), ("有效期至：2025年02月28日", 0.5, 0.5),
            "第一次监督审核 合格 2023年02月20日", "第二次监督审核 合格 有效期至2025年02月28日",
            "本证书有效期内须每年接受监督审核，下次监督审核应于2024年03月01日前完成", BODY,
        ],
        {"issue_date": "2022-03-01", "valid_until": "2025-02-28", "holder": H, "scope": SCOPE},
    ),
    "foreign_prose": (
        [
            ("Certificate CN22/10567", 0.2, 0.06, 0.025), "The management system of", (EN, 0.25, 0.14, 0.02),
            "8 Mingyue Road, Fuzhou, P.R. China", "has been assessed and certified as meeting the requirements of",
            ("ISO 14001:2015", 0.3, 0.25, 0.03), "For the following activities",
            "Manufacture of precision gears and reducers",
            "This certificate is valid from 01 March 2022 until 28 February 2025 and remains",
            "valid subject to satisfactory surveillance audits.", "Issue 3. Certified since 02 March 2016",
            "Yuanheng Assurance UK Limited",
        ],
        {"holder": EN, "scope": "Manufacture of precision gears and reducers", "system": "environment",
        "standards": ["ISO 14001:2015"], "first_issue_date": "2016-03-02",
         "issue_date": "2022-03-01", "valid_until": "2025-02-28", "issuer": "Yuanheng Assurance UK Limited"},
    ),
    "body_in_title_band": (
        [
            ("华岳质量认证中心", 0.35, 0.04, 0.02), ("质量管理体系认证证书", 0.3, 0.1, 0.03),
            ("证书编号：00122Q310987R2M/3500", 0.5, 0.15), "兹证明", H, "地址：福建省福州市台江区明月路8号",
            "质量管理体系符合 ISO 9001:2015 / GB/T 19001-2016", "该质量管理体系适用于", SCOPE,
            ("首次发证日期：2013年 5月 3日", 0.1, 0.5), ("发证日期：2022年 4月 27日", 0.1, 0.53),
            ("有效期至：2025年 5月 2日", 0.5, 0.53),
        ],
        {"certificate_no": "00122Q310987R2M/3500", "holder": H, "issuer": "华岳质量认证中心", "scope": SCOPE,
        "first_issue_date": "2013-05-03", "issue_date": "2022-04-27", "valid_until": "2025-05-02"},
    ),
    "register_printout": (
        [
            ("管理体系认证证书信息", 0.3, 0.05, 0.02), ("证书编号", 0.1, 0.12), ("20722Q10234R1M", 0.3, 0.12), ("证书状态",
            0.6, 0.12), ("有效", 0.75, 0.12), ("认证项目", 0.1, 0.16), ("质量管理体系认证（ISO9001）", 0.3, 0.16),
            ("认证依据", 0.1, 0.2), ("GB/T 19001-2016/ISO 9001:2015", 0.3, 0.2), ("获证组织名称", 0.1, 0.24), (H, 0.3,
            0.24), ("统一社会信用代码", 0.1, 0.28), (CODE, 0.3, 0.28),
            ("颁证日期", 0.1, 0.32), ("2022-03-01", 0.3, 0.32), ("证书到期日期", 0.6, 0.32), ("2025-02-28", 0.75, 0.32),
            ("发证机构", 0.1, 0.36), (BODY, 0.3, 0.36), ("认证覆盖范围", 0.1, 0.4), (SCOPE, 0.3, 0.4),
        ],
        {"certificate_no": "20722Q10234R1M", "holder": H, "uscc": CODE, "issuer": BODY, "issue_date": "2022-03-01",
        "valid_until": "2025-02-28", "scope": SCOPE, "system": "quality"},
    ),
    "no_blanks_english": (
        [
            ("QUALITYMANAGEMENTSYSTEMCERTIFICATE", 0.15, 0.1, 0.03), "CertificateNo:YH22Q00123R0S",
            "Weherebycertifythattheorganization:", "FUZHOU LANCHUAN PRECISION MACHINERY CO.,LTD.",
            f"Unified Social Credit Code:{CODE}",
            "Registered Address:No.8 Mingyue Road, Fuzhou", "Is in conformity with Quality Management System Standard:",
            "GB/T19001-2016/1S09001:2015", "The certificate is valid to the following product(s)/service",
            "Production and sales of gears", ("Dateofissue:22-03-2022", 0.5, 0.6), ("Dateofexpiry:21-03-2025", 0.5, 0.63),
            "BeijingYuanhengCertificationCo.,LTD.",
        ],
        {"certificate_no": "YH22Q00123R0S", "holder": "FUZHOU LANCHUAN PRECISION MACHINERY CO.,LTD", "uscc": CODE,
        "scope": "Production and sales of gears", "issue_date": "2022-03-22", "valid_until": "2025-03-21",
         "standards": ["GB/T 19001-2016", "ISO 9001:2015"], "issuer": "BeijingYuanhengCertificationCo.,LTD"},
    ),
    "service_it": (
        [
            ("信息技术服务管理体系认证证书", 0.22, 0.1, 0.03), ("证书编号: 02222ITSM0098R0M", 0.3, 0.15), "兹证明",
            "福州谷川软件科技有限公司", "信息技术服务管理体系符合 ISO/IEC 20000-1:2018",
            "认证范围: 向外部客户提供应用软件运维服务",
            ("初始认证日期: 2022-08-01", 0.2, 0.5), ("证书有效期: 2022-08-01——2025-07-31", 0.2, 0.53), BODY,
        ],
        {"holder": "福州谷川软件科技有限公司", "system": "other", "standards": ["ISO/IEC 20000-1:2018"],
        "scope": "向外部客户提供应用软件运维服务", "first_issue_date": "2022-08-01", "valid_until": "2025-07-31"},
    ),
    "landscape_right_block": (
        [
            ("认 证 证 书", 0.4, 0.1, 0.05), "证书编号：016ZB22Q20345R0S", "兹证明", (H, 0.35, 0.28, 0.025),
            "（地址：福建省福州市台江区明月路8号 350000）", "的质量管理体系符合GB/T19001-2016标准",
            "通过认证的范围：" + SCOPE, ("发证日期：2022年06月13日", 0.65, 0.6), ("有效期至：2025年06月12日", 0.65, 0.64),
            ("证书首次颁发日期：2019年06月14日", 0.65, 0.68), (BODY, 0.35, 0.85, 0.02),
        ],
        {"certificate_no": "016ZB22Q20345R0S", "holder": H, "scope": SCOPE, "standards": ["GB/T 19001-2016"],
        "system": "quality", "issue_date": "2022-06-13", "valid_until": "2025-06-12", "first_issue_date": "2019-06-14",
        "issuer": BODY},
    ),
    "engineering": (
        [
            ("质量管理体系认证证书", 0.3, 0.1, 0.03), ("证书编号：06522Q30111R1M", 0.3, 0.15),
            ("企业名称：福建岚山建设工程集团有限公司", 0.2, 0.2), "质量管理体系符合",
            "GB/T 19001-2016 idt ISO 9001:2015", "GB/T 50430-2017《工程建设施工企业质量管理规范》",
            ("认证范围：资质范围内的建筑工程施工总承包；市政公用", 0.1, 0.33), ("工程施工总承包；钢结构工程专业承包", 0.1, 0.356),
            ("发证日期：2022年05月18日", 0.2, 0.5), ("有效期至：2025年05月17日", 0.5, 0.5), BODY,
        ],
        {"holder": "福建岚山建设工程集团有限公司", "standards": ["GB/T 19001-2016", "ISO 9001:2015", "GB/T 50430-2017"],
        "system": "quality",
         "scope": "资质范围内的建筑工程施工总承包；市政公用工程施工总承包；钢结构工程专业承包", "valid_until": "2025-05-17"},
    ),
}  # fmt: skip
